//! The picture of the flows and what they call.

use maud::Markup;

use crate::analysis::Analysis;

/// The picture; `None` if there is nothing to draw.
pub(super) fn picture(_analysis: &Analysis) -> Option<Markup> {
    None
}
