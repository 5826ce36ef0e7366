//! Changes of a JSON text.

use std::collections::BTreeMap;

use super::layout::{JsonLayout, blanks_after, escaped, outer_end};
use super::{Change, Edit, NewValue, TextEdit};
use crate::source::{Document, Json, NodeId, Part, Span, Target, Text};

/// New members or elements of a container, in the order of the changes.
type Items<'e> = Vec<(Option<&'e str>, &'e NewValue)>;

/// The changes of a JSON text, gathered so that commas are right when several members of an object come or go.
pub(super) struct JsonEdits<'a, 'e> {
    text: &'a str,
    document: &'a Document,
    layout: JsonLayout<'a>,
    edits: Vec<TextEdit>,
    removed: Vec<Span>,
    added: BTreeMap<usize, (NodeId, Items<'e>)>,
}

impl<'a, 'e> JsonEdits<'a, 'e> {
    pub(super) fn of(file: &'a Text, document: &'a Document) -> Self {
        let (text, layout) = (file.text(), JsonLayout::of(file, document));
        JsonEdits { text, document, layout, edits: Vec::new(), removed: Vec::new(), added: BTreeMap::new() }
    }

    /// Adds a change. `None` if its place does not exist.
    pub(super) fn add(&mut self, edit: &'e Edit) -> Option<()> {
        let (route, part) = match &edit.place.target {
            Target::Json(route, part) | Target::Within(route, part, _) => (route, *part),
            // A member that a later one replaces has no route.
            Target::Span(span) if edit.change == Change::Remove => {
                self.removed.push(*span);
                return Some(());
            }
            Target::File | Target::Span(_) => return None,
        };
        let json = self.document.value_at(route)?;
        match &edit.change {
            Change::Text(new) => {
                let span = match &edit.place.target {
                    Target::Within(_, _, within) => self.document.locate_within(route, part, *within)?,
                    _ if part == Part::Key => json.key_span()?,
                    _ => json.as_str().map(|_| json.span())?,
                };
                self.edits.push(TextEdit { span, text: escaped(new) });
            }
            Change::Value(new) => {
                let span = outer(self.text, json);
                self.edits.push(TextEdit { span, text: self.layout.replacement(span.start, new) });
            }
            Change::Raw(_) => return None,
            Change::Remove => self.removed.push(item(self.text, json)),
            Change::Member(key, value) => {
                let object = json.as_object().filter(|object| !object.contains_key(key))?;
                self.item(object.json(), Some(key), value);
            }
            Change::Element(value) => {
                json.as_array()?;
                self.item(json, None, value);
            }
        }
        Some(())
    }

    fn item(&mut self, container: Json<'_>, key: Option<&'e str>, value: &'e NewValue) {
        let (_, items) = self.added.entry(container.span().start).or_insert((container.id(), Vec::new()));
        if !items.contains(&(key, value)) {
            items.push((key, value));
        }
    }

    /// The edits of the text.
    pub(super) fn finish(mut self) -> Vec<TextEdit> {
        self.removed.sort_unstable();
        self.removed.dedup();
        for run in runs(self.text, &self.removed) {
            let span = with_comma(self.text, run);
            self.edits.push(TextEdit { span, text: String::new() });
        }
        for (container, items) in self.added.values() {
            let insertion = self.layout.insertion(self.document.json(*container), items);
            let span = Span::new(insertion.start, insertion.end);
            self.edits.push(TextEdit { span, text: insertion.text });
        }
        self.edits
    }
}

/// The range of a value with the quotes of a string.
fn outer(text: &str, json: Json<'_>) -> Span {
    let start = json.span().start - usize::from(json.as_str().is_some());
    Span::new(start, outer_end(text, json))
}

/// The range of an element, or of a member from the quote of its key.
fn item(text: &str, json: Json<'_>) -> Span {
    let value = outer(text, json);
    // An empty key has no range: its quotes are before the colon.
    let start = match json.key_span() {
        Some(key) => key.start - 1,
        None => match text[..value.start].trim_end().strip_suffix(':') {
            Some(before) => before.trim_end().len() - "\"\"".len(),
            None => value.start,
        },
    };
    Span::new(start, value.end)
}

/// Joins removed items with only a comma between them.
fn runs(text: &str, removed: &[Span]) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    for span in removed {
        match runs.last_mut() {
            Some(last) if span.start >= last.end && text[last.end..span.start].trim() == "," => {
                last.end = span.end
            }
            _ => runs.push(*span),
        }
    }
    runs
}

/// The range of adjacent items with one of the commas around it and the white space that goes with it.
pub(crate) fn with_comma(text: &str, run: Span) -> Span {
    let after = run.end + blanks_after(text, run.end).len();
    if text[after..].starts_with(',') {
        return Span::new(run.start, after + 1 + blanks_after(text, after + 1).len());
    }
    let before = text[..run.start].trim_end();
    match before.strip_suffix(',') {
        Some(kept) => Span::new(kept.trim_end().len(), run.end),
        None => Span::new(before.len(), after),
    }
}
