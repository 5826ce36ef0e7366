//! A GitLab code quality report: a list of issues, which GitLab recognises in later runs by their fingerprints.
//!
//! Source: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use serde::Serialize;

use super::to_json::to_json;
use super::{Annotation, Report};
use crate::finding::Severity;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: GitlabLocation,
}

#[derive(Serialize)]
struct GitlabLocation {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// An issue for each finding.
pub(crate) fn render(report: &Report<'_>) -> String {
    let findings = report.findings.iter().zip(report.fingerprints);
    let issues = findings.map(|(finding, fingerprint)| {
        let Annotation { file, start, message, .. } = Annotation::of(report.analysis, finding);
        Issue {
            description: message,
            check_name: finding.rule,
            fingerprint,
            severity: match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Info => "info",
            },
            // GitLab expects paths relative to the repository, without a leading `./`.
            location: GitlabLocation {
                path: file.trim_start_matches("./").to_owned(),
                lines: Lines { begin: start.line },
            },
        }
    });
    to_json(&issues.collect::<Vec<_>>())
}
