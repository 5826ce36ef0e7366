//! A finding with everything resolved, as plain data.

use std::fmt;

use serde::Serialize;

use crate::analysis::Analysis;
use crate::finding::{Confidence, Finding, Label, Severity};
use crate::model::FlowIx;
use crate::parse::location;
use crate::report::text::{clean, shown};
use crate::source::{Location, Place};

/// One fault at one place.
///
/// Texts are as the JSON report has them: secrets are masked, and a text that never ends is cut. They may hold control
/// characters of a hostile package; what [`Display`](fmt::Display) prints holds none.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The id of the rule: `child-flow-off`. [`RulePage::find`](super::RulePage::find) finds its page.
    pub rule: &'static str,
    /// The category of the rule: `activation`.
    pub category: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is wrong: lower case, no full stop, names in backticks.
    pub message: String,
    /// What to click or change.
    pub help: Option<String>,
    /// The flow that it is about.
    pub flow: Option<FlowRef>,
    /// The smallest text that is wrong.
    pub location: Location,
    /// What there is to say of that text; may be empty.
    pub label: String,
    /// More places that are wrong or explain it.
    pub related: Vec<Related>,
    /// Codes of the platform errors that it would cause.
    pub platform_errors: &'static [String],
    /// What the finding is recognised by, from run to run and after edits elsewhere: what a baseline holds.
    pub fingerprint: String,
}

/// A flow by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FlowRef {
    /// Its id: a GUID in lower case.
    pub id: String,
    /// The name that makers see.
    pub name: String,
}

/// A place and what there is to say of it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Related {
    /// What.
    pub message: String,
    /// Where.
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
        }
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

/// The location of a place. A pointer leads through names, which may hold secrets too.
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
