//! The options of a report for people.

use std::path::PathBuf;

use super::paint::Paint;

/// The properties of the terminal or file that a report is for.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether to use colours.
    pub color: bool,
    /// Whether the terminal supports links.
    pub links: bool,
    /// The width in columns.
    pub width: usize,
    /// Whether to show progress on stderr.
    pub progress: bool,
}

/// What a report shows, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout<'a> {
    pub(crate) style: Style,
    /// Whether to show every finding in full instead of grouping equal ones.
    pub(crate) all: bool,
    /// Whether to show excerpts.
    pub(crate) excerpts: bool,
    /// Whether to show counts instead of the findings.
    pub(crate) statistics: bool,
    /// Whether to show the summary.
    pub(crate) summary: bool,
    /// The inputs as written on the command line, for the suggested command.
    pub(crate) inputs: &'a [PathBuf],
}

impl Layout<'_> {
    /// The complete report with grouped findings, without a suggested command.
    pub(crate) fn new(style: Style) -> Self {
        Layout { style, all: false, excerpts: true, statistics: false, summary: true, inputs: &[] }
    }

    pub(crate) fn paint(&self) -> Paint {
        let Style { color, links, width, .. } = self.style;
        Paint { color, links, width }
    }
}
