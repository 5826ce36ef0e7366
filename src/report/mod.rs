//! Reports, for people and programs. Each format has its own file and structs, so that internal types can change without
//! changing a format.

#[cfg(feature = "cli")]
pub(crate) mod alm;
#[cfg(feature = "cli")]
pub(crate) mod azure;
pub(crate) mod compare;
#[cfg(feature = "cli")]
pub(crate) mod concise;
pub(crate) mod connections;
mod excerpt;
#[cfg(feature = "cli")]
pub(crate) mod explain;
pub(crate) mod fixes;
mod flow_name;
mod fold;
#[cfg(feature = "cli")]
pub(crate) mod github;
#[cfg(feature = "cli")]
pub(crate) mod gitlab;
pub(crate) mod graph;
pub(crate) mod html;
#[cfg(feature = "human")]
pub(crate) mod human;
pub(crate) mod inventory;
pub(crate) mod json;
#[cfg(feature = "cli")]
pub(crate) mod junit;
#[cfg(feature = "human")]
pub(crate) mod layout;
pub(crate) mod markdown;
mod masks;
pub(crate) mod order;
#[cfg(feature = "human")]
mod paint;
pub(crate) mod picture;
#[cfg(feature = "cli")]
pub(crate) mod rules;
pub(crate) mod runbook;
pub(crate) mod sarif;
mod site;
#[cfg(feature = "human")]
mod snippet;
pub(crate) mod solutions;
mod spreadsheet;
#[cfg(feature = "human")]
mod summary;
pub(crate) mod text;
mod to_json;
pub(crate) mod verdict;

use crate::analysis::Analysis;
use crate::config::FailOn;
use crate::finding::{Finding, Severity};
use crate::model::Unchecked;
use crate::parse::location_in_text;
use crate::source::Position;
use crate::verdict::Verdicts;
use crate::wording::count;

#[cfg(feature = "cli")]
pub(crate) use masks::masked_text;

/// The data for the reports of a check.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Report<'a> {
    pub(crate) analysis: &'a Analysis,
    pub(crate) findings: &'a [Finding],
    /// One for each finding.
    pub(crate) fingerprints: &'a [String],
    /// The number of ignored findings.
    pub(crate) ignored: usize,
    /// The number of findings in the baseline.
    pub(crate) known: usize,
    /// The number of findings that options such as `--select` leave out.
    pub(crate) not_selected: usize,
    /// The number of findings that this run has fixed.
    pub(crate) fixed: usize,
    pub(crate) fail_on: FailOn,
    /// What will happen to each flow. This includes findings in the baseline.
    pub(crate) verdicts: &'a Verdicts,
}

/// The number of findings of each severity.
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
        let mut counts = Counts::default();
        findings.iter().for_each(|finding| counts.add(finding.severity));
        counts
    }

    fn total(self) -> usize {
        self.errors + self.warnings + self.infos
    }

    /// `2 errors, 1 warning`; empty if there are none.
    pub(crate) fn in_words(self) -> String {
        let Counts { errors, warnings, infos } = self;
        let parts = [(errors, "error"), (warnings, "warning"), (infos, "info")].into_iter();
        let parts = parts.filter(|(number, _)| *number > 0).map(|(number, word)| count(number, word));
        parts.collect::<Vec<_>>().join(", ")
    }

    fn add(&mut self, severity: Severity) {
        *match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Info => &mut self.infos,
        } += 1;
    }
}

impl Report<'_> {
    /// `2 errors, 1 warning in 3 packages with 40 flows; 1 ignored`.
    pub(crate) fn summary(&self) -> String {
        let found = Counts::of(self.findings).in_words();
        let is_clean = found.is_empty();
        let found = if is_clean { "nothing found".to_owned() } else { found };
        let workspace = &self.analysis.workspace;
        let packages = count(workspace.solutions.len(), "package");
        let mut out = if is_clean && workspace.flows.is_empty() {
            format!("no cloud flow to check in {packages}")
        } else {
            format!("{found} in {packages} with {}", count(workspace.flows.len(), "flow"))
        };
        if self.fixed > 0 {
            out.push_str(&format!("; {} fixed", self.fixed));
        }
        if self.ignored > 0 {
            out.push_str(&format!("; {} ignored", self.ignored));
        }
        if self.known > 0 {
            out.push_str(&format!("; {} in the baseline", self.known));
        }
        if self.not_selected > 0 {
            out.push_str(&format!("; {} not selected", self.not_selected));
        }
        out
    }

    /// A list of what the packages contain but flowvet does not check; `None` if there is nothing.
    pub(crate) fn unchecked(&self) -> Option<String> {
        let all = || self.analysis.workspace.solutions.iter().map(|solution| solution.unchecked);
        let total = |part: fn(Unchecked) -> usize| all().map(part).sum::<usize>();
        let counts = [
            (total(|unchecked| unchecked.desktop_flows), "desktop flow"),
            (total(|unchecked| unchecked.other_processes), "classic workflow"),
            (total(|unchecked| unchecked.apps), "canvas app"),
        ];
        let counts = counts.into_iter().filter(|(number, _)| *number > 0);
        let mut parts: Vec<String> = counts.map(|(number, word)| count(number, word)).collect();
        parts.extend(all().any(|unchecked| unchecked.agents).then(|| "agents".to_owned()));
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// A finding as an annotation in a pipeline: a file of the repository, a range in it, and a single line of text.
#[derive(Debug)]
pub(crate) struct Annotation {
    pub(crate) file: String,
    pub(crate) start: Position,
    pub(crate) end: Position,
    pub(crate) message: String,
}

impl Annotation {
    /// A zip has no lines, so a place in a zip is part of the message, and the annotation is at the first line.
    pub(crate) fn of(analysis: &Analysis, finding: &Finding) -> Self {
        let located = location_in_text(&analysis.sources, finding.place());
        let mut message = text::clean(&finding.message);
        let inside = located.file.inside();
        if let Some(inside) = inside {
            message.push_str(&format!(" (at {}:{})", text::clean(inside), located.start.line));
        }
        if let Some(help) = &finding.help {
            message.push_str(&format!("; help: {}", text::clean(help)));
        }
        let first = Position::START;
        let (start, end) = if inside.is_some() { (first, first) } else { (located.start, located.end) };
        Annotation { file: text::clean(located.file.outermost()), start, end, message }
    }
}
