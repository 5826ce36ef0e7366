//! Who looks at a report for people, and what of it they want to see.

use std::path::PathBuf;

use super::paint::Paint;

/// Who looks at a report.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// With colour.
    pub color: bool,
    /// Whether the terminal knows links.
    pub links: bool,
    /// Columns.
    pub width: usize,
    /// Whether progress may be drawn on stderr.
    pub progress: bool,
}

/// What of a report is shown, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout<'a> {
    pub(crate) style: Style,
    /// Every finding in full, also those that say the same.
    pub(crate) all: bool,
    /// The text that is wrong.
    pub(crate) excerpts: bool,
    /// Counts in the place of the findings.
    pub(crate) statistics: bool,
    /// What was found in all, and what to do next.
    pub(crate) summary: bool,
    /// As the command line names them, for the next command.
    pub(crate) inputs: &'a [PathBuf],
}

impl Layout<'_> {
    /// The whole report, with folded findings and without a hint at the next command.
    pub(crate) fn new(style: Style) -> Self {
        Layout { style, all: false, excerpts: true, statistics: false, summary: true, inputs: &[] }
    }

    pub(crate) fn paint(&self) -> Paint {
        let Style { color, links, width, .. } = self.style;
        Paint { color, links, width }
    }
}
