//! Logging commands for Azure Pipelines. Each becomes an issue of the run.
//!
//! Source: <https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands>. There are only
//! errors and warnings; infos are plain lines in the log.

use std::fmt::Write as _;

use super::fold::by_severity;
use super::text::harmless;
use super::{Annotation, Report};
use crate::finding::Severity;

/// A command for each finding, errors first, and the summary.
pub(crate) fn render(report: &Report<'_>) -> String {
    let mut out = String::new();
    for finding in by_severity(report.findings) {
        let Annotation { file, start, message, .. } = Annotation::of(report.analysis, finding);
        let kind = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => {
                let line = format!("info[{}] {file}:{}: {message}", finding.rule, start.line);
                let _ = writeln!(out, "{}", harmless(&line));
                continue;
            }
        };
        let _ = writeln!(
            out,
            "##vso[task.logissue type={kind};sourcepath={};linenumber={};columnnumber={};code={}]{}",
            property(&file),
            start.line,
            start.column,
            property(finding.rule),
            data(&message)
        );
    }
    let _ = writeln!(out, "{}", report.summary());
    out
}

/// The command that adds a Markdown file to the summary of the run.
pub(crate) fn upload_summary(path: &str) -> String {
    format!("##vso[task.uploadsummary]{}\n", data(path))
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property, which ends at a semicolon or bracket.
fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_commands_and_properties_are_escaped() {
        assert_eq!(data("100%\n##vso[x]"), "100%AZP25%0A##vso[x]");
        assert_eq!(property("a;b]c"), "a%3Bb%5Dc");
        assert_eq!(upload_summary("/tmp/a"), "##vso[task.uploadsummary]/tmp/a\n");
    }
}
