//! The picture of the flows and what they call.

use maud::Markup;

use super::shell;
use crate::report::Report;
use crate::report::graph::{Parts, View};
use crate::report::picture::element;

/// The picture of the calls; `None` if no flow calls another.
pub(super) fn picture(report: &Report<'_>) -> Option<Markup> {
    let view = View::of(report.analysis, Some(report.verdicts), Parts::default(), &[]);
    element(&view).map(shell::drawing)
}
