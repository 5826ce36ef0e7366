//! The layout of a JSON text: how new members and elements look like those around them.

use super::NewValue;
use crate::source::{Document, Json, Text};

/// How new values are written in a text.
pub(super) struct JsonLayout<'a> {
    file: &'a Text,
    text: &'a str,
    newline: &'static str,
    /// Whether the text has several lines.
    is_broken: bool,
    /// The white space by which a level is indented.
    unit: &'a str,
    /// What is between a key and its value.
    colon: String,
}

/// The white space of an object that is to be written like another one.
struct Spacing<'a> {
    /// Before each member.
    inner: &'a str,
    /// Before the closing bracket.
    close: &'a str,
}

impl<'a> JsonLayout<'a> {
    pub(super) fn of(file: &'a Text, document: &Document) -> Self {
        let (text, root) = (file.text(), document.root());
        let is_container = root.as_object().is_some() || root.as_array().is_some();
        let inner = if is_container { blanks_after(text, root.span().start + 1) } else { "" };
        let unit = inner.rsplit('\n').next().unwrap_or_default();
        let is_broken = file.line_index(root.span().start) < file.line_index(root.span().end);
        let breaks = file.line_start(1).map_or("", |next| &text[..next]);
        JsonLayout {
            file,
            text,
            newline: if breaks.ends_with("\r\n") { "\r\n" } else { "\n" },
            is_broken,
            unit: if unit.is_empty() || !is_broken { "  " } else { unit },
            colon: colon(text, root).unwrap_or_else(|| if is_broken { ": " } else { ":" }.to_owned()),
        }
    }

    /// Where new items of a container go, and the text that adds them. Keys are those of members.
    pub(super) fn insertion(&self, container: Json<'_>, items: &[(Option<&str>, &NewValue)]) -> Insertion {
        let span = container.span();
        let (open, close) = (span.start + 1, span.end - 1);
        let lead = blanks_after(self.text, open);
        if open + lead.len() == close {
            return self.within_empty(open, close, items);
        }
        let at = self.text[..close].trim_end().len();
        let between = if lead.contains('\n') { lead } else { self.between(container) };
        let colon = colon(self.text, container);
        let like = container.as_array().and_then(|list| list.get(0)).and_then(|first| self.spacing(first));
        let indent = lead.contains('\n').then(|| lead.rsplit('\n').next().unwrap_or_default());
        let mut text = String::new();
        for (key, value) in items {
            text.push(',');
            text.push_str(between);
            self.key(&mut text, *key, colon.as_deref());
            self.value(&mut text, value, indent, like.as_ref());
        }
        Insertion { start: at, end: at, text }
    }

    fn within_empty(&self, open: usize, close: usize, items: &[(Option<&str>, &NewValue)]) -> Insertion {
        let outer = self.is_broken.then(|| self.line_indent(open));
        let inner = outer.map(|outer| format!("{outer}{}", self.unit));
        let mut text = String::new();
        for (number, (key, value)) in items.iter().enumerate() {
            text.push_str(if number == 0 { "" } else { "," });
            self.line(&mut text, inner.as_deref());
            self.key(&mut text, *key, None);
            self.value(&mut text, value, inner.as_deref(), None);
        }
        self.line(&mut text, outer);
        Insertion { start: open, end: close, text }
    }

    /// A value on its own, in place of one that begins at an offset.
    pub(super) fn replacement(&self, at: usize, value: &NewValue) -> String {
        let mut out = String::new();
        self.value(&mut out, value, self.is_broken.then(|| self.line_indent(at)), None);
        out
    }

    /// The white space at the start of the line that contains `at`.
    fn line_indent(&self, at: usize) -> &'a str {
        let start = self.file.start_of_line(at);
        blanks_after(&self.text[..at], start)
    }

    fn line(&self, out: &mut String, indent: Option<&str>) {
        if let Some(indent) = indent {
            out.push_str(self.newline);
            out.push_str(indent);
        }
    }

    fn key(&self, out: &mut String, key: Option<&str>, colon: Option<&str>) {
        if let Some(key) = key {
            out.push_str(&format!("\"{}\"{}", escaped(key), colon.unwrap_or(&self.colon)));
        }
    }

    /// Writes a value. Without an indent, it goes on one line.
    fn value(&self, out: &mut String, value: &NewValue, indent: Option<&str>, like: Option<&Spacing<'_>>) {
        let members = match value {
            NewValue::Text(text) => return out.push_str(&format!("\"{}\"", escaped(text))),
            NewValue::Json(json) => return out.push_str(json),
            NewValue::Object(members) => members,
            NewValue::Array(elements) => return self.array(out, elements, indent),
        };
        let inner = indent.map(|indent| format!("{indent}{}", self.unit));
        out.push('{');
        for (number, (key, value)) in members.iter().enumerate() {
            out.push_str(if number == 0 { "" } else { "," });
            match like {
                Some(like) if number > 0 && like.inner.is_empty() && self.colon.ends_with(' ') => {
                    out.push(' ')
                }
                Some(like) => out.push_str(like.inner),
                None if number > 0 && inner.is_none() && self.colon.ends_with(' ') => out.push(' '),
                None => self.line(out, inner.as_deref()),
            }
            self.key(out, Some(key), None);
            self.value(out, value, inner.as_deref(), None);
        }
        match like {
            Some(like) => out.push_str(like.close),
            None => self.line(out, indent.filter(|_| !members.is_empty())),
        }
        out.push('}');
    }

    fn array(&self, out: &mut String, elements: &[NewValue], indent: Option<&str>) {
        let inner = indent.map(|indent| format!("{indent}{}", self.unit));
        out.push('[');
        for (number, element) in elements.iter().enumerate() {
            out.push_str(if number == 0 { "" } else { "," });
            self.line(out, inner.as_deref());
            self.value(out, element, inner.as_deref(), None);
        }
        self.line(out, indent.filter(|_| !elements.is_empty()));
        out.push(']');
    }

    /// The white space of an object that is not empty.
    fn spacing(&self, like: Json<'_>) -> Option<Spacing<'a>> {
        like.as_object().filter(|object| !object.is_empty())?;
        let span = like.span();
        let body = &self.text[span.start..span.end - 1];
        Some(Spacing {
            inner: blanks_after(self.text, span.start + 1),
            close: &body[body.trim_end().len()..],
        })
    }

    /// The white space after the commas of a container on one line.
    fn between(&self, container: Json<'_>) -> &'a str {
        let first = match container.as_array() {
            Some(list) => list.get(0),
            None => {
                container.as_object().and_then(|object| object.values().min_by_key(|one| one.span().start))
            }
        };
        let after = first.map(|first| outer_end(self.text, first));
        let after = after.map(|end| end + blanks_after(self.text, end).len());
        match after.filter(|at| self.text[*at..].starts_with(',')) {
            Some(comma) => blanks_after(self.text, comma + 1),
            None if self.colon.ends_with(' ') => " ",
            None => "",
        }
    }
}

/// A replacement of a range that is empty, except for an empty container.
pub(super) struct Insertion {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
}

/// A string as it is written between quotes.
pub(super) fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The end of a value, after the quote of a string.
pub(super) fn outer_end(text: &str, value: Json<'_>) -> usize {
    let end = value.span().end;
    if value.as_str().is_some() && text[end..].starts_with('"') { end + 1 } else { end }
}

pub(super) fn blanks_after(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    &rest[..rest.len() - rest.trim_start().len()]
}

/// What is between the key and the value of an object's first member.
fn colon(text: &str, object: Json<'_>) -> Option<String> {
    let first = object.as_object()?.values().min_by_key(|one| one.span().start)?;
    let after_key = first.key_span()?.end + 1;
    let before = first.span().start - usize::from(first.as_str().is_some());
    text.get(after_key..before).filter(|between| !between.contains('\n')).map(ToOwned::to_owned)
}
