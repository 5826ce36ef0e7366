//! The bytes of a file that no report shows.
//!
//! Of a JSON text the *document* says what they are: which key a value stands under, and what its escapes mean. A line
//! of the file does not, and a part of a line even less. Other texts are read as they stand.

use std::ops::Range;
use std::sync::Arc;

use crate::expression::raw_range;
use crate::parse::json;
use crate::secrets::{self, Secret, ValueContext};
use crate::source::{Document, Json, Span, Text, Value};

/// The secrets of a file, in order and apart from each other. Looked for once in each file that is shown.
pub(super) fn of(text: &Text) -> &[Span] {
    text.secrets(|| {
        let found = match document(text) {
            Some(document) => Masks::of(document),
            None => secrets::ranges(text.text()).map(|range| Span::new(range.start, range.end)).collect(),
        };
        merged(found)
    })
}

/// What the text is as JSON. A large file that is none is not tried.
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

/// An object or array around the value that is read.
struct Around<'a> {
    end: usize,
    is_object: bool,
    /// The nearest key: that of the list, of the list around it.
    key: &'a str,
    /// The values that are secret if the object is that of a secret: `{"name": "ApiKey", "value": "…"}`.
    values: Vec<Json<'a>>,
    is_of_secret: bool,
}

struct Masks<'a> {
    around: Vec<Around<'a>>,
    found: Vec<Span>,
}

impl<'a> Masks<'a> {
    fn of(document: &'a Document) -> Vec<Span> {
        let mut masks = Masks { around: Vec::new(), found: Vec::new() };
        for json in document.in_order() {
            masks.leave(json.span().start);
            masks.value(json);
        }
        masks.leave(usize::MAX);
        masks.found
    }

    /// Leaves the objects and arrays that end before a byte.
    fn leave(&mut self, at: usize) {
        while self.around.last().is_some_and(|one| one.end <= at) {
            let Some(one) = self.around.pop() else { return };
            for value in one.values.iter().filter(|_| one.is_of_secret) {
                self.mask(
                    *value,
                    secrets::find(ValueContext { around: "", key: "password" }, string(*value)),
                );
            }
        }
    }

    fn value(&mut self, json: Json<'a>) {
        if let Some(span) = json.key_span() {
            let found = secrets::ranges(json.key());
            let raw = json.document_text(span);
            self.push(span.start, raw, json.key().len(), found);
        }
        let inner = self.around.last();
        let is_element = inner.is_some_and(|around| !around.is_object);
        let key = if is_element { inner.map_or("", |around| around.key) } else { json.key() };
        match json.value() {
            Value::Object(_) | Value::Array(_) => {
                let is_object = matches!(json.value(), Value::Object(_));
                let is_of_secret = is_object && secrets::suggests_secret(key);
                let end = json.span().end;
                self.around.push(Around { end, is_object, key, values: Vec::new(), is_of_secret });
            }
            Value::String(text) => {
                let above =
                    self.around.iter().rev().find(|around| around.is_object).map_or("", |one| one.key);
                // The status of an action is no secret, whatever the action is called.
                let key = if above == "runAfter" { "" } else { key };
                self.mask(json, secrets::find(ValueContext { around: above, key }, text));
                self.member(json, key, text);
            }
            Value::Number(_) if secrets::hides_number(key) => self.found.push(json.span()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Notes what a member says of its neighbours.
    fn member(&mut self, json: Json<'a>, key: &str, text: &str) {
        let Some(around) = self.around.last_mut().filter(|around| around.is_object) else { return };
        let is = |names: &[&str]| names.iter().any(|name| key.eq_ignore_ascii_case(name));
        let is_secure = is(&["type"]) && text.eq_ignore_ascii_case("SecureString");
        around.is_of_secret |=
            is_secure || is(&["name", "schemaname", "key"]) && secrets::suggests_secret(text);
        if is(&["value", "defaultvalue"]) {
            around.values.push(json);
        }
    }

    fn mask(&mut self, json: Json<'_>, found: Vec<Secret>) {
        let ranges = found.into_iter().map(|secret| secret.range);
        self.push(json.span().start, json.raw(), string(json).len(), ranges);
    }

    /// Takes bytes of a string, as it is read, to bytes of the file.
    fn push(&mut self, start: usize, raw: &str, length: usize, found: impl Iterator<Item = Range<usize>>) {
        if raw.len() == length {
            self.found.extend(found.map(|range| Span::new(start + range.start, start + range.end)));
            return;
        }
        let mut ranges: Vec<Range<usize>> = found.collect();
        ranges.sort_by_key(|range| (range.start, range.end));
        // From where the last one ended, so that many in a long string take no longer.
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
