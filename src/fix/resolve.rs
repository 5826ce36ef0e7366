//! Turns edits into replacements of byte ranges.

use std::collections::BTreeMap;

use super::json::JsonEdits;
use super::{Change, Edit, TextEdit};
use crate::parse;
use crate::source::{FileId, Sources, Span, Target, Text};

/// The replacements in each file, in the order of the text. They do not overlap.
pub(crate) type TextEdits = BTreeMap<FileId, Vec<TextEdit>>;

/// The replacements that make these edits. Equal edits count once.
///
/// `None` if a place does not exist, or if edits contradict each other. The rest would not be what a rule intended.
pub(crate) fn resolve<'e>(sources: &Sources, edits: impl IntoIterator<Item = &'e Edit>) -> Option<TextEdits> {
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        by_file.entry(edit.place.file).or_default().push(edit);
    }
    by_file.into_iter().map(|(file, edits)| Some((file, in_text(sources.get(file), &edits)?))).collect()
}

fn in_text(text: &Text, edits: &[&Edit]) -> Option<Vec<TextEdit>> {
    let (spans, routes): (Vec<&Edit>, Vec<&Edit>) =
        edits.iter().partition(|edit| matches!(edit.place.target, Target::Span(_)) && !is_item(edit));
    let mut found = spans.into_iter().map(|edit| in_span(text.text(), edit)).collect::<Option<Vec<_>>>()?;
    if !routes.is_empty() {
        let mut json = JsonEdits::of(text, parse::document(text)?);
        routes.into_iter().try_for_each(|edit| json.add(edit))?;
        found.extend(json.finish());
    }
    found.sort();
    found.dedup();
    let overlaps = found.windows(2).any(|pair| match pair {
        [one, next] => next.span.start < one.span.end || one.span == next.span,
        _ => false,
    });
    (!overlaps && found.iter().all(|edit| fits(text.text(), edit.span))).then_some(found)
}

/// Whether a range is a member or element of a JSON text, which has commas around it.
fn is_item(edit: &Edit) -> bool {
    edit.change == Change::Remove
}

fn in_span(text: &str, edit: &Edit) -> Option<TextEdit> {
    let Target::Span(span) = edit.place.target else { return None };
    let is_xml = text.trim_start().starts_with('<');
    let new = match &edit.change {
        Change::Text(new) if is_xml => parse::xml::escaped(new),
        Change::Text(new) | Change::Raw(new) => new.clone(),
        Change::Remove | Change::Value(_) | Change::Member(..) | Change::Element(_) => return None,
    };
    Some(TextEdit { span, text: new })
}

fn fits(text: &str, span: Span) -> bool {
    text.get(span.start..span.end).is_some()
}

/// The text after sorted replacements that do not overlap.
#[cfg(any(test, feature = "cli"))]
pub(crate) fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for TextEdit { span, text: new } in edits {
        out.push_str(text.get(at..span.start).unwrap_or_default());
        out.push_str(new);
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
