//! Reports: what was found, for people and machines. One file a format; each has structs of its own, so that the
//! inside can change and the format does not.

pub(crate) mod alm;
pub(crate) mod connections;
mod excerpt;
pub(crate) mod graph;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod order;
pub(crate) mod rules;
pub(crate) mod runbook;
pub(crate) mod solutions;
pub(crate) mod text;

use crate::analysis::Analysis;
use crate::finding::{Finding, Severity};
use crate::source::{Place, Position};

/// How many findings of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Infos.
    pub infos: usize,
}

impl Counts {
    /// Counts findings.
    pub(crate) fn of(findings: &[Finding]) -> Self {
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        Counts {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        }
    }
}

/// A place in lines and columns.
#[derive(Debug)]
pub(crate) struct Located<'a> {
    pub(crate) file: &'a str,
    pub(crate) start: Position,
    pub(crate) end: Position,
    pub(crate) pointer: Option<String>,
}

impl<'a> Located<'a> {
    pub(crate) fn of(analysis: &'a Analysis, place: &Place) -> Self {
        let text = analysis.sources.get(place.file);
        let span = crate::parse::locate(&analysis.sources, place);
        Located {
            file: text.name(),
            start: text.position(span.start),
            end: text.position(span.end),
            pointer: place.route().map(ToString::to_string),
        }
    }
}

/// `1 flow`, `2 flows`.
pub(crate) fn count(number: usize, word: &str) -> String {
    format!("{number} {}", crate::rules::plural(number, word))
}
