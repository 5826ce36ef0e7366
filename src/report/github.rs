//! Workflow commands for GitHub Actions. Each becomes an annotation at a line.
//!
//! Source: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>. A step shows at
//! most ten annotations of each kind; other findings are printed as plain lines.

use std::fmt::Write as _;

use super::text::harmless;
use super::{Annotation, Report};
use crate::finding::{Finding, Severity};
use crate::wording::count;

/// The most annotations of a kind that a step shows.
const MOST_SHOWN: usize = 10;

/// A command for each finding, and the summary.
pub(crate) fn render(report: &Report<'_>) -> String {
    let mut out = String::new();
    // Errors first, so that GitHub shows the most severe findings.
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let findings: Vec<&Finding> =
            report.findings.iter().filter(|finding| finding.severity == severity).collect();
        let (shown, rest) = findings.split_at(findings.len().min(MOST_SHOWN));
        for finding in shown {
            out.push_str(&command(&Annotation::of(report.analysis, finding), finding));
        }
        if rest.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{} without an annotation:", count(rest.len(), "more finding"));
        for finding in rest {
            let Annotation { file, start, message, .. } = Annotation::of(report.analysis, finding);
            let (line, severity) = (start.line, severity.as_str());
            // The line begins with a word, because a line that begins with `::` is a command.
            let line = format!("  {severity}[{}] {file}:{line}: {message}", finding.rule);
            let _ = writeln!(out, "{}", harmless(&line));
        }
    }
    let _ = writeln!(out, "{}", report.summary());
    out
}

fn command(annotation: &Annotation, finding: &Finding) -> String {
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let Annotation { file, start, end, message } = annotation;
    let mut place = format!("file={},line={}", property(file), start.line);
    if end.line == start.line {
        // GitHub supports columns only within a line.
        let _ = write!(place, ",col={},endColumn={}", start.column, end.column);
    } else {
        let _ = write!(place, ",endLine={}", end.line);
    }
    format!("::{kind} {place},title={}::{}\n", property(finding.rule), data(message))
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property, which ends at a comma.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_commands_and_properties_are_escaped() {
        assert_eq!(data("100%\r\n::error::x, y"), "100%25%0D%0A::error::x, y");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
