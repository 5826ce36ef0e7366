//! A report for a comment on a pull request, and for the summaries of pipelines: a table for each severity, the worst
//! first, with a row for all findings that say the same.

use std::fmt::Write as _;

use super::fold::{Group, groups};
use super::site::steps;
use super::text::{clean, markdown};
use super::{Counts, Report, count, verdict};
use crate::finding::{Finding, Severity};
use crate::parse::location;
use crate::source::Location;

/// The most characters of a comment on GitHub: "body is too long (maximum is 65536 characters)".
pub(crate) const COMMENT: usize = 65_536;

/// The most bytes of a summary that a step on GitHub uploads: "supports content up to a size of 1024k".
/// <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>
pub(crate) const STEP_SUMMARY: usize = 1 << 20;

/// Whoever posts the report finds its last comment by this line.
const MARK: &str = "<!-- flowvet markdown 1 -->";

/// Room for the line that says what was left out.
const LAST_LINE: usize = 200;

/// The report in at most so many bytes, and so characters. What does not fit is counted by severity; nothing is left out
/// before what is less severe.
pub(crate) fn render(report: &Report<'_>, most: usize) -> String {
    let mut out = format!("{MARK}\n### flowvet: {}\n", report.summary());
    if let Some(flows) = verdict::summary(report.verdicts) {
        let _ = writeln!(out, "\nOn import: {flows}.");
    }
    let mut page = Page { out, room: most.saturating_sub(LAST_LINE), left_out: Counts::default() };
    let mut severity = None;
    for group in groups(report.findings) {
        if severity != Some(group.first.severity) {
            severity = Some(group.first.severity);
            page.heading(report, group.first.severity);
        }
        page.row(report, &group);
    }
    page.finish()
}

struct Page {
    out: String,
    room: usize,
    left_out: Counts,
}

impl Page {
    fn is_full(&self) -> bool {
        self.left_out != Counts::default()
    }

    fn fits(&self, text: &str) -> bool {
        !self.is_full() && self.out.len() + text.len() <= self.room
    }

    fn heading(&mut self, report: &Report<'_>, severity: Severity) {
        let number = report.findings.iter().filter(|finding| finding.severity == severity).count();
        let heading = format!(
            "\n#### {}\n\n| rule | what | where |\n|---|---|---|\n",
            count(number, severity.as_str())
        );
        if self.fits(&heading) {
            self.out.push_str(&heading);
        }
    }

    /// A row for the first finding of a group, and the places of the others in it.
    fn row(&mut self, report: &Report<'_>, group: &Group<'_>) {
        const END: &str = " |\n";
        const MORE_END: &str = "</details>";
        let start = start_of_row(report, group.first);
        if !self.fits(&(start.clone() + END)) {
            (0..=group.others.len()).for_each(|_| self.left_out.add(group.first.severity));
            return;
        }
        self.out.push_str(&start);
        let more = format!("<details><summary>and {} more like this</summary>", group.others.len());
        let mut is_open = false;
        for line in group.lines(report.analysis, usize::MAX) {
            let line = format!("{}<br>", prose(&line));
            let opening = if is_open { "" } else { more.as_str() };
            if self.fits(&format!("{opening}{line}{MORE_END}{END}")) {
                self.out.push_str(opening);
                self.out.push_str(&line);
                is_open = true;
            } else {
                self.left_out.add(group.first.severity);
            }
        }
        self.out.push_str(if is_open { MORE_END } else { "" });
        self.out.push_str(END);
    }

    fn finish(mut self) -> String {
        if self.is_full() {
            let _ =
                writeln!(self.out, "\nLeft out, since there is no room here: {}.", self.left_out.in_words());
        }
        self.out
    }
}

/// The row up to the place of its finding.
fn start_of_row(report: &Report<'_>, finding: &Finding) -> String {
    let Location { file, start, .. } = location(&report.analysis.sources, finding.place());
    let help = finding.help.as_deref();
    let help = help.map_or_else(String::new, |help| format!("<br>*help:* {}", prose(&clean(help))));
    let steps = markdown(&steps(finding.place()).join(" > "));
    let steps = if steps.is_empty() { steps } else { format!("{steps}<br>") };
    let file = code(&format!("{}:{}", clean(file.as_str()), start.line));
    let message = prose(&clean(&finding.message));
    format!("| {} | {message}{help} | {steps}{file}", code(finding.rule))
}

/// Words with names in backticks, as HTML: a name may hold whatever ends a cell or a code span of Markdown.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len() % 2 == 0 {
        // A name holds a backtick, so nobody can tell where names end.
        return code(text);
    }
    let parts = parts.iter().enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { code(part) } else { markdown(part) }).collect()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", markdown(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_names() {
        let all = "<code>A &#124; &#60;b&#62;</code> calls &#64;<wbr>all";
        assert_eq!(prose("`A | <b>` calls @all"), all);
        assert_eq!(prose("one ` alone"), "<code>one &#96; alone</code>");
    }
}
