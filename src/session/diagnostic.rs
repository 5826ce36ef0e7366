//! Diagnostics: findings as plain data, with flows and locations resolved.

use std::fmt;

use serde::Serialize;

use crate::analysis::Analysis;
use crate::finding::{Confidence, Finding, Label, Severity};
use crate::fix::Applicability;
use crate::model::FlowIx;
use crate::parse::location;
use crate::report::fixes::{self, ShownFix};
use crate::report::text::{clean, shown};
use crate::source::{Location, Place};

/// A problem at a place.
///
/// Texts are as in the JSON report: secrets are masked, and very long texts are truncated. They may contain control
/// characters from a hostile package; the output of [`Display`](fmt::Display) does not.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The id of the rule: `child-flow-off`. [`RulePage::find`](super::RulePage::find) finds its page.
    pub rule: &'static str,
    /// The category of the rule: `activation`.
    pub category: &'static str,
    /// How serious the problem is.
    pub severity: Severity,
    /// How certain the problem is.
    pub confidence: Confidence,
    /// What is wrong: lower case, no full stop, names in backticks.
    pub message: String,
    /// What to click or change.
    pub help: Option<String>,
    /// The flow that it is about.
    pub flow: Option<FlowRef>,
    /// The location of the smallest text that is wrong.
    pub location: Location,
    /// The message for that location. It may be empty.
    pub label: String,
    /// More locations that have the problem or explain it.
    pub related: Vec<Related>,
    /// The codes of the platform errors that it causes.
    pub platform_errors: &'static [&'static str],
    /// Identifies the finding across runs and unrelated edits. Baselines store it.
    pub fingerprint: String,
    /// A change that solves the problem, if there is one that a program can apply.
    pub fix: Option<DiagnosticFix>,
}

/// A change that solves a problem. Apply all of its edits, or none.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct DiagnosticFix {
    /// What it does: an imperative in lower case, without a full stop, with names in backticks.
    pub title: String,
    /// Whether a program may apply it without asking.
    pub applicability: Applicability,
    /// The replacements, sorted by file and place. They do not overlap.
    pub edits: Vec<DiagnosticEdit>,
}

/// A replacement of a range of a file.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct DiagnosticEdit {
    /// The range. It is empty for an insertion.
    pub location: Location,
    /// The new text, as it is written in the file.
    pub text: String,
}

/// A flow by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FlowRef {
    /// The id: a GUID in lower case.
    pub id: String,
    /// The name that makers see.
    pub name: String,
}

/// A location with a message.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Related {
    /// The message.
    pub message: String,
    /// The location.
    pub location: Location,
}

impl Diagnostic {
    pub(super) fn of(analysis: &Analysis, finding: &Finding, fingerprint: String) -> Self {
        let related = finding.labels.iter().skip(1).chain(&finding.related);
        Diagnostic {
            rule: finding.rule,
            category: finding.category,
            severity: finding.severity,
            confidence: finding.confidence,
            message: shown(&finding.message).into_owned(),
            help: finding.help.as_deref().map(|help| shown(help).into_owned()),
            flow: finding.flow.map(|flow| FlowRef::of(analysis, flow)),
            location: masked(analysis, finding.place()),
            label: shown(&finding.labels[0].message).into_owned(),
            related: related.map(|label| Related::of(analysis, label)).collect(),
            platform_errors: finding.codes,
            fingerprint,
            fix: fixes::of(analysis, finding).map(|fix| DiagnosticFix::of(analysis, fix)),
        }
    }
}

impl DiagnosticFix {
    fn of(analysis: &Analysis, ShownFix { fix, edits }: ShownFix<'_>) -> Self {
        let edits = edits.into_iter().map(|(file, edit)| DiagnosticEdit {
            location: analysis.sources.get(file).location(edit.span),
            text: edit.text,
        });
        let title = shown(&fix.title).into_owned();
        DiagnosticFix { title, applicability: fix.applicability, edits: edits.collect() }
    }
}

impl FlowRef {
    fn of(analysis: &Analysis, flow: FlowIx) -> Self {
        let flow = analysis.workspace.flow(flow);
        FlowRef { id: flow.id.to_string(), name: shown(&flow.name).into_owned() }
    }
}

impl Related {
    fn of(analysis: &Analysis, label: &Label) -> Self {
        Related { message: shown(&label.message).into_owned(), location: masked(analysis, &label.place) }
    }
}

/// The location of a place. Masks secrets in the JSON pointer, which contains names.
fn masked(analysis: &Analysis, place: &Place) -> Location {
    let mut location = location(&analysis.sources, place);
    location.pointer = location.pointer.map(|pointer| shown(&pointer).into_owned());
    location
}

/// Prints `file:line:column: rule: message` as one line that is safe to show at a terminal.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&clean(&format!("{}: {}: {}", self.location, self.rule, self.message)))
    }
}
