//! The table of findings.

use super::flows::package;
use super::{Cell, Table};
use crate::analysis::Analysis;
use crate::finding::Finding;
use crate::parse::location;

/// A row for each finding that the configuration does not suppress.
pub(super) fn findings(analysis: &Analysis, findings: &[Finding], fingerprints: &[String]) -> Table {
    let mut table = Table::new(
        "findings",
        &[
            "rule",
            "category",
            "severity",
            "confidence",
            "flow_id",
            "package",
            "file",
            "line",
            "column",
            "message",
            "help",
            "fingerprint",
        ],
    );
    for (finding, fingerprint) in findings.iter().zip(fingerprints) {
        let workspace = &analysis.workspace;
        let flow = finding.flow.map(|flow| workspace.flow(flow));
        let of_file = || {
            let solution = workspace.solution_in(finding.place().file, &analysis.sources)?;
            Some(workspace.solution(solution).path.as_str())
        };
        let location = location(&analysis.sources, finding.place());
        table.push([
            finding.rule.into(),
            finding.category.into(),
            finding.severity.as_str().into(),
            finding.confidence.as_str().into(),
            flow.map(|flow| flow.id.as_str()).into(),
            flow.map_or_else(|| Cell::from(of_file()), |flow| package(analysis, flow)),
            String::from(location.file).into(),
            location.start.line.into(),
            location.start.column.into(),
            finding.message.as_str().into(),
            finding.help.as_deref().into(),
            fingerprint.as_str().into(),
        ]);
    }
    table
}
