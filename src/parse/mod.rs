//! Parsing: texts to trees, and places to bytes. Stands between `load` and `model`.

pub(crate) mod json;
pub(crate) mod xml;

use std::sync::Arc;

use crate::expression::raw_range;
use crate::source::{Document, Part, Place, Route, Sources, Span, Target, Text};

/// The bytes that a place means. A route that is not in the text means the nearest member above it that is.
pub(crate) fn locate(sources: &Sources, place: &Place) -> Span {
    let text = sources.get(place.file);
    match &place.target {
        Target::File => text.line_span(0),
        Target::Span(span) => *span,
        Target::Json(route, part) => member(text, route, *part),
        Target::Within(route, part, within) => {
            let whole = member(text, route, *part);
            let raw = raw_range(&text.text()[whole.start..whole.end], within.start..within.end);
            Span::new(whole.start + raw.start, whole.start + raw.end)
        }
    }
}

/// The bytes of a member, or of the key of the one above it.
fn member(text: &Text, route: &Route, part: Part) -> Span {
    let find = |document: &Document| {
        let above = || {
            let steps = &route.steps()[..route.steps().len().saturating_sub(1)];
            document.locate(&steps.iter().cloned().collect(), Part::Key)
        };
        document.locate(route, part).or_else(above)
    };
    let read = |text| json::parse(text).ok().map(Arc::new);
    text.document(read).and_then(find).unwrap_or_else(|| text.line_span(0))
}

/// For tests: a text that is no more than a definition.
#[cfg(test)]
pub(crate) fn definition(text: &str) -> crate::model::Definition {
    let document = json::parse(Arc::new(text.to_owned())).expect("JSON");
    let root = document.root().id();
    crate::model::Definition::read(document, root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_string_is_found_behind_escapes() {
        let mut sources = Sources::default();
        let json = r#"{"a": "\"\u00e4\" @{outputs('x')}"}"#;
        let file = sources.add(Text::new("f", json));
        // Decoded: `"ä" @{outputs('x')}`, in which `ä` takes two bytes.
        let target = Target::Within(Route::of(["a"]), Part::Value, Span::new(7, 19));
        let span = locate(&sources, &Place { file, target });
        assert_eq!(&json[span.start..span.end], "outputs('x')");
    }
}
