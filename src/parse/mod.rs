//! Parsing: texts to trees, and places to bytes. Stands between `load` and `model`.

mod element;
pub(crate) mod json;
pub(crate) mod xml;
pub(crate) mod yaml;

use std::sync::Arc;

pub(crate) use element::Element;

use crate::source::{Document, Location, Part, Place, Route, Sources, Span, Target, Text};

/// The bytes that a place means. A route that is not in the text means the nearest member above it that is. Asked for
/// each finding several times, so nothing here may walk through a text or a long string.
pub(crate) fn locate(sources: &Sources, place: &Place) -> Span {
    let text = sources.get(place.file);
    match &place.target {
        Target::File => text.line_span(0),
        Target::Span(span) => *span,
        Target::Json(route, part) => member(text, route, *part),
        Target::Within(route, part, within) => {
            let document = document(text);
            let found = document.and_then(|document| document.locate_within(route, *part, *within));
            found.unwrap_or_else(|| member(text, route, *part))
        }
    }
}

/// The location of a place, in lines and columns.
pub(crate) fn location(sources: &Sources, place: &Place) -> Location {
    Location::new(sources.get(place.file), locate(sources, place), place.route())
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
    document(text).and_then(find).unwrap_or_else(|| text.line_span(0))
}

fn document(text: &Text) -> Option<&Document> {
    text.document(|text| json::parse(text).ok().map(Arc::new))
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
