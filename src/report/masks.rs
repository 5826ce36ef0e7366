//! The bytes of a file that reports mask.
//!
//! In JSON files, the *document* decides: a part of a line does not show the key of a value, or the meaning of its escapes.
//! Other texts are searched directly.

use std::ops::Range;
use std::sync::Arc;

use crate::expression::raw_range;
use crate::parse::json;
use crate::secrets::{self, Secret, ValueContext};
use crate::source::{Document, Json, Span, Text, Value};

/// The secrets of a file, sorted and without overlaps. Computed once for each file that a report shows.
pub(super) fn of(text: &Text) -> &[Span] {
    text.secrets(|| {
        let found = match document(text) {
            Some(document) => Masks::of(document),
            None => {
                let found = secrets::ranges(text.text()).into_iter();
                found.map(|range| Span::new(range.start, range.end)).collect()
            }
        };
        merged(found)
    })
}

/// A text whose secrets are replaced by stars of the same length.
pub(crate) fn masked_text(text: &Text) -> String {
    let mut out = text.text().as_bytes().to_vec();
    for span in of(text) {
        out[span.start..span.end].fill(b'*');
    }
    String::from_utf8(out).unwrap_or_default()
}

/// The document of a JSON file; `None` for other files, which are recognised by their first character.
fn document(text: &Text) -> Option<&Document> {
    let may_be = text.text().trim_start().starts_with(['{', '[', '"']);
    let read = |text| json::parse(text).ok().map(Arc::new);
    text.document(|text| if may_be { read(text) } else { None })
}

fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => out.push(span),
        }
    }
    out
}

/// An object or array that contains the current value.
struct Container<'a> {
    end: usize,
    is_object: bool,
    /// The nearest key: that of the array, or of an array that contains it.
    key: &'a str,
    /// The values that are secrets if the object describes a secret: `{"name": "ApiKey", "value": "…"}`.
    values: Vec<Json<'a>>,
    is_of_secret: bool,
}

struct Masks<'a> {
    containers: Vec<Container<'a>>,
    found: Vec<Span>,
}

impl<'a> Masks<'a> {
    fn of(document: &'a Document) -> Vec<Span> {
        let mut masks = Masks { containers: Vec::new(), found: Vec::new() };
        for json in document.in_order() {
            masks.leave(json.span().start);
            masks.value(json);
        }
        masks.leave(usize::MAX);
        masks.found
    }

    /// Leaves the objects and arrays that end before a byte.
    fn leave(&mut self, at: usize) {
        while self.containers.last().is_some_and(|container| container.end <= at) {
            let Some(container) = self.containers.pop() else { return };
            for value in container.values.iter().filter(|_| container.is_of_secret) {
                self.mask(
                    *value,
                    secrets::find(ValueContext { around: "", key: "password" }, string(*value)),
                );
            }
        }
    }

    fn value(&mut self, json: Json<'a>) {
        if let Some(span) = json.key_span() {
            let found = secrets::ranges(json.key()).into_iter();
            let raw = json.document_text(span);
            self.push(span.start, raw, json.key().len(), found);
        }
        let inner = self.containers.last();
        let is_element = inner.is_some_and(|container| !container.is_object);
        let key = if is_element { inner.map_or("", |container| container.key) } else { json.key() };
        match json.value() {
            Value::Object(_) | Value::Array(_) => {
                let is_object = matches!(json.value(), Value::Object(_));
                let is_of_secret = is_object && secrets::suggests_secret(key);
                let end = json.span().end;
                self.containers.push(Container { end, is_object, key, values: Vec::new(), is_of_secret });
            }
            Value::String(text) => {
                let above = self
                    .containers
                    .iter()
                    .rev()
                    .find(|container| container.is_object)
                    .map_or("", |object| object.key);
                // In `runAfter`, the keys are names of actions and the values are states.
                let key = if above == "runAfter" { "" } else { key };
                self.mask(json, secrets::find(ValueContext { around: above, key }, text));
                self.member(json, key, text);
            }
            Value::Number(_) if secrets::hides_number(key) => self.found.push(json.span()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Records whether a member shows that its object describes a secret.
    fn member(&mut self, json: Json<'a>, key: &str, text: &str) {
        let Some(object) = self.containers.last_mut().filter(|container| container.is_object) else { return };
        let is = |names: &[&str]| names.iter().any(|name| key.eq_ignore_ascii_case(name));
        let is_secure = is(&["type"]) && text.eq_ignore_ascii_case("SecureString");
        object.is_of_secret |=
            is_secure || is(&["name", "schemaname", "key"]) && secrets::suggests_secret(text);
        if is(&["value", "defaultvalue"]) {
            object.values.push(json);
        }
    }

    fn mask(&mut self, json: Json<'_>, found: Vec<Secret>) {
        let ranges = found.into_iter().map(|secret| secret.range);
        self.push(json.span().start, json.raw(), string(json).len(), ranges);
    }

    /// Converts ranges of a decoded string to ranges of the file.
    fn push(&mut self, start: usize, raw: &str, length: usize, found: impl Iterator<Item = Range<usize>>) {
        if raw.len() == length {
            self.found.extend(found.map(|range| Span::new(start + range.start, start + range.end)));
            return;
        }
        let mut ranges: Vec<Range<usize>> = found.collect();
        ranges.sort_by_key(|range| (range.start, range.end));
        // Continues where the last range ended, so that many ranges take a single pass.
        let (mut decoded, mut at) = (0, 0);
        for range in ranges {
            let range = range.start.max(decoded)..range.end;
            if range.is_empty() {
                continue;
            }
            let found = raw_range(&raw[at..], range.start - decoded..range.end - decoded);
            self.found.push(Span::new(start + at + found.start, start + at + found.end));
            (at, decoded) = (at + found.end, range.end);
        }
    }
}

fn string(json: Json<'_>) -> &str {
    json.as_str().unwrap_or_default()
}
