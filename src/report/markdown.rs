//! A report for a comment on a pull request, and for the summaries of pipelines.

use std::fmt::Write as _;

use super::Report;
use super::text::clean;
use crate::finding::Finding;
use crate::parse::location;
use crate::source::Location;
use crate::wording::count;

/// A comment on GitHub may have 65,536 characters; this leaves room for what others write around it.
const MOST_BYTES: usize = 60_000;

/// Whoever posts the report finds its last comment by this line.
const MARK: &str = "<!-- flowvet markdown 1 -->";

/// A heading, and a table with a row a finding.
pub(crate) fn render(report: &Report<'_>) -> String {
    let mut out = format!("{MARK}\n### flowvet: {}\n", report.summary());
    if let Some(unchecked) = report.unchecked() {
        out.push_str(&format!("\nNot checked: {unchecked}\n"));
    }
    if report.findings.is_empty() {
        return out;
    }
    out.push_str("\n| severity | rule | what | where |\n|---|---|---|---|\n");
    for (index, finding) in report.findings.iter().enumerate() {
        let row = row(report, finding);
        if out.len() + row.len() > MOST_BYTES {
            let more = count(report.findings.len() - index, "more finding");
            let _ = writeln!(out, "\n{more}: the whole list did not fit here.");
            break;
        }
        out.push_str(&row);
    }
    out
}

fn row(report: &Report<'_>, finding: &Finding) -> String {
    let Location { file, start, .. } = location(&report.analysis.sources, finding.place());
    let help = finding.help.as_deref();
    let help = help.map_or_else(String::new, |help| format!("<br>*help:* {}", prose(help)));
    format!(
        "| {} | {} | {}{help} | {}:{} |\n",
        finding.severity.as_str(),
        code(finding.rule),
        prose(&finding.message),
        code(&clean(file.as_str())),
        start.line
    )
}

/// Words with names in backticks, as HTML: a name may hold whatever ends a cell or a code span of Markdown.
fn prose(text: &str) -> String {
    let text = clean(text);
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len() % 2 == 0 {
        return escaped(&text);
    }
    let parts = parts.iter().enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { code(part) } else { escaped(part) }).collect()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// Every character that Markdown, GitHub's mentions or HTML would read as more than itself.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '|' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '#' | '@' | '`' | '\\' | '$' => {
                let _ = write!(out, "&#{};", u32::from(character));
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_names() {
        assert_eq!(prose("`A | <b>` calls @all"), "<code>A &#124; &#60;b&#62;</code> calls &#64;all");
        assert_eq!(prose("one ` alone"), "one &#96; alone");
    }
}
