//! Parsing: texts to trees, and places to bytes. Stands between `load` and `model`.

pub(crate) mod json;
pub(crate) mod xml;

use crate::source::{Place, Sources, Span, Target};

/// The bytes that a place means. A route that is not in the text means the nearest member above it that is.
pub(crate) fn locate(sources: &Sources, place: &Place) -> Span {
    let text = sources.get(place.file);
    match &place.target {
        Target::File => text.line_span(0),
        Target::Span(span) => *span,
        Target::Json(route, part) => json::locate(text.text(), route, *part)
            .or_else(|| {
                let above = &route.steps()[..route.steps().len().saturating_sub(1)];
                json::locate(text.text(), &above.iter().cloned().collect(), crate::source::Part::Key)
            })
            .unwrap_or_else(|| text.line_span(0)),
    }
}
