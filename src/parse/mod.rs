//! Parsers for JSON and XML, and the conversion of places to byte ranges. This stage is between `load` and `model`.

mod element;
pub(crate) mod json;
pub(crate) mod xml;
pub(crate) mod yaml;

use std::borrow::Cow;
use std::sync::Arc;

pub(crate) use element::Element;

use crate::source::{Document, Location, Part, Place, Route, Sources, Span, Target, Text};

/// The byte range of a place. If a route does not exist in the text, it is the key of the parent, or else the first
/// line. Reports call this several times per finding, so it must not scan a text or a long string.
pub(crate) fn locate(sources: &Sources, place: &Place) -> Span {
    let text = sources.get(place.file);
    if let Some(located) = text.remembered(&place.target) {
        return located.span;
    }
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
    with_route(sources, place, place.route())
}

/// The same without the JSON pointer, which takes most of the time.
pub(crate) fn location_in_text(sources: &Sources, place: &Place) -> Location {
    with_route(sources, place, None)
}

fn with_route(sources: &Sources, place: &Place, route: Option<&Route>) -> Location {
    let text = sources.get(place.file);
    let located = text.remembered(&place.target).unwrap_or_else(|| text.positions_of(locate(sources, place)));
    Location::new(text.name().clone(), located, route)
}

/// The line of a place, from 1.
pub(crate) fn line(sources: &Sources, place: &Place) -> usize {
    let text = sources.get(place.file);
    let remembered = text.remembered(&place.target);
    remembered.map_or_else(|| text.line_index(locate(sources, place).start) + 1, |located| located.start.line)
}

/// The text at a place.
pub(crate) fn text_at<'a>(sources: &'a Sources, place: &Place) -> Cow<'a, str> {
    sources.get(place.file).text_at(&place.target, || locate(sources, place))
}

/// Remembers where a place is, so that reports need not read a text that was released in the meantime.
pub(crate) fn remember(sources: &Sources, place: &Place) {
    sources.get(place.file).remember(&place.target, || locate(sources, place));
}

/// The byte range of a member, or else of its parent's key.
fn member(text: &Text, route: &Route, part: Part) -> Span {
    let find = |document: &Document| {
        let parent_key = || {
            let steps = &route.steps()[..route.steps().len().saturating_sub(1)];
            document.locate(&steps.iter().cloned().collect(), Part::Key)
        };
        document.locate(route, part).or_else(parent_key)
    };
    document(text).and_then(find).unwrap_or_else(|| text.line_span(0))
}

/// The text as a JSON document, parsed on first use; `None` if it is not JSON.
pub(crate) fn document(text: &Text) -> Option<&Document> {
    text.document(|text| json::parse(text).ok().map(Arc::new))
}

/// Parses a text that consists of a definition, for tests.
#[cfg(test)]
pub(crate) fn definition(text: &str) -> crate::model::Definition {
    let document = json::parse(text.into()).expect("JSON");
    let root = document.root().id();
    crate::model::Definition::read(document, root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_after_escapes_is_located() {
        let mut sources = Sources::default();
        let json = r#"{"a": "\"\u00e4\" @{outputs('x')}"}"#;
        let file = sources.add(Text::new("f", json));
        // Decoded: `"ä" @{outputs('x')}`, in which `ä` takes two bytes.
        let target = Target::Within(Route::of(["a"]), Part::Value, Span::new(7, 19));
        let span = locate(&sources, &Place { file, target });
        assert_eq!(&json[span.start..span.end], "outputs('x')");
    }
}
