//! Parsing: texts to trees, and places to bytes. Stands between `load` and `model`.

pub(crate) mod json;
pub(crate) mod xml;

use crate::source::{Part, Place, Route, Sources, Span, Target};

/// The bytes that a place means. A route that is not in the text means the nearest member above it that is.
pub(crate) fn locate(sources: &Sources, place: &Place) -> Span {
    let text = sources.get(place.file);
    match &place.target {
        Target::File => text.line_span(0),
        Target::Span(span) => *span,
        Target::Json(route, part) => {
            let find = |route: &Route, part: Part| match text.members(json::members) {
                Some(members) => members.get(route, part),
                None => json::locate(text.text(), route, part),
            };
            let above = || {
                let steps = &route.steps()[..route.steps().len().saturating_sub(1)];
                find(&steps.iter().cloned().collect(), Part::Key)
            };
            find(route, *part).or_else(above).unwrap_or_else(|| text.line_span(0))
        }
    }
}
