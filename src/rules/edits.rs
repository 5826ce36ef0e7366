//! Edits that several rules make.

use std::ops::Range;

use crate::fix::{Edit, Fix};
use crate::model::Flow;
use crate::parse;
use crate::semantic::{Reference, SemanticModel, StringSite};
use crate::source::{Part, Place, Sources, Span, Target};

/// Records that a flow is on: state 1 and status 2.
pub(super) fn turn_on(sources: &Sources, flow: &Flow) -> Option<Fix> {
    let [state, status] = flow.record.as_ref()?.off.as_ref()?;
    // Around the numbers may be white space, and a comment may be next to them.
    let is = |place: &Place, code: &str| written(sources, place) == code;
    (is(state, "0") && is(status, "1")).then(|| {
        let edits = [Edit::text(state.clone(), "1"), Edit::text(status.clone(), "2")];
        Fix::unsafe_(format!("record `{}` as on", flow.name), edits)
    })
}

/// The text at a place, as written.
pub(super) fn written<'a>(sources: &'a Sources, place: &Place) -> &'a str {
    let span = parse::locate(sources, place);
    sources.get(place.file).text().get(span.start..span.end).unwrap_or_default()
}

/// Writes another name in a reference such as `outputs('x')`. `None` if the call is not written in this way.
pub(super) fn rename(
    semantic: &SemanticModel<'_>,
    flow: &Flow,
    reference: &Reference<'_>,
    name: &str,
) -> Option<Edit> {
    let site = &reference.site;
    let json = semantic.definition.document().json(site.node);
    let whole = if site.part == Part::Key { json.key() } else { json.as_str()? };
    let call = whole.get(site.range.clone())?;
    let literal = first_literal(call)?;
    if call[literal.clone()].replace("''", "'") != reference.name {
        return None;
    }
    let range = site.range.start + literal.start..site.range.start + literal.end;
    Some(Edit::text(within(semantic, flow, site, range)?, name.replace('\'', "''")))
}

/// The place of a range of the string that a site is in.
pub(super) fn within(
    semantic: &SemanticModel<'_>,
    flow: &Flow,
    site: &StringSite<'_>,
    range: Range<usize>,
) -> Option<Place> {
    let Place { file, target } = semantic.place(flow, site)?;
    let Target::Within(route, part, _) = target else { return None };
    Some(Place { file, target: Target::Within(route, part, Span::new(range.start, range.end)) })
}

/// The range of the first argument of a call, without its quotes, if it is a literal.
fn first_literal(call: &str) -> Option<Range<usize>> {
    let open = call.find('(')? + 1;
    let rest = call[open..].trim_start().strip_prefix('\'')?;
    let start = call.len() - rest.len();
    let bytes = rest.as_bytes();
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|byte| *byte == b'\'')?;
        if bytes.get(at + 1) != Some(&b'\'') {
            return Some(start..start + at);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::first_literal;

    #[test]
    fn the_first_literal_of_a_call_is_found() {
        let of = |call: &'static str| first_literal(call).map(|range| &call[range]);
        assert_eq!(of("body('Get_items')?['value']"), Some("Get_items"));
        assert_eq!(of("body( 'It''s' )"), Some("It''s"));
        assert_eq!(of("body('')"), Some(""));
        for call in ["body(variables('x'))", "body", "body('x"] {
            assert_eq!(of(call), None, "{call}");
        }
    }
}
