//! One finding per line, for grep, editors and problem matchers: `file:line:column: severity[rule] flow > step: message`.

use super::Report;
use super::fold::by_severity;
use super::site::{Headline, flow_and_steps};
use super::text::clean;
use crate::finding::Finding;
use crate::parse::location_in_text;

/// The lines, errors first.
pub(crate) fn render(report: &Report<'_>) -> String {
    let line = |finding: &Finding| {
        let place = clean(&location_in_text(&report.analysis.sources, finding.place()).to_string());
        let (severity, rule) = (finding.severity.as_str(), finding.rule);
        let path = flow_and_steps(report.analysis, finding).join(" > ");
        let gap = if path.is_empty() { "" } else { " " };
        let sentence = Headline::of(report.analysis, finding).sentence;
        format!("{place}: {severity}[{rule}]{gap}{path}: {sentence}\n")
    };
    by_severity(report.findings).into_iter().map(line).collect()
}
