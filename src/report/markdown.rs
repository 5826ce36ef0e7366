//! A report for comments on pull requests and for the summaries of pipelines: a table for each severity, errors first, with
//! a row for each group of equal findings.

use std::fmt::Write as _;

use super::fold::{Group, groups};
use super::site::steps;
use super::text::{clean, markdown, markdown_in_table, words_and_names};
use super::{Counts, Report, verdict};
use crate::finding::{Finding, Severity};
use crate::parse::location_in_text;
use crate::source::Location;
use crate::wording::count;

/// The maximum length of a report.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    /// A comment on GitHub: "body is too long (maximum is 65536 characters)".
    Comment,
    /// The summary of a step on GitHub, with this many bytes already written: "supports content up to a size of 1024k".
    /// <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>
    StepSummary(usize),
}

impl Limit {
    pub(super) fn most(self) -> usize {
        match self {
            Limit::Comment => 65_536,
            Limit::StepSummary(used) => (1_usize << 20).saturating_sub(used),
        }
    }

    /// The length of a text, in the unit of the limit.
    pub(super) fn cost(self, text: &str) -> usize {
        match self {
            Limit::Comment => text.chars().count(),
            Limit::StepSummary(_) => text.len(),
        }
    }
}

/// Scripts find their previous comment by this line.
const MARK: &str = "<!-- flowvet markdown 1 -->";

/// The space for the line that says what was left out.
const LAST_LINE: usize = 200;

/// The report within a limit. Findings that do not fit are counted by severity. Less severe findings are left out first.
pub(crate) fn render(report: &Report<'_>, limit: Limit) -> String {
    let mut out = format!("{MARK}\n### flowvet: {}\n", report.summary());
    if let Some(flows) = verdict::summary(report.verdicts) {
        let _ = writeln!(out, "\nOn import: {flows}.");
    }
    if let Some(needs) = verdict::needs(report.verdicts) {
        let _ = writeln!(out, "\nNeeds: {}.", markdown(&needs));
    }
    if let Some(unchecked) = report.unchecked() {
        let _ = writeln!(out, "\nNot checked: {}", markdown(&unchecked));
    }
    tables(out, report, limit)
}

/// The tables of findings below a head.
pub(super) fn tables(head: String, report: &Report<'_>, limit: Limit) -> String {
    let space = limit.most().saturating_sub(LAST_LINE + limit.cost(&head));
    let mut page = Page { out: head, limit, space, left_out: Counts::default() };
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
    limit: Limit,
    /// The remaining length.
    space: usize,
    left_out: Counts,
}

impl Page {
    fn is_full(&self) -> bool {
        self.left_out != Counts::default()
    }

    /// Whether a text fits, together with the text that has to follow it.
    fn fits(&self, text: &str, end: &str) -> bool {
        !self.is_full() && self.limit.cost(text) + self.limit.cost(end) <= self.space
    }

    fn push(&mut self, text: &str) {
        self.space = self.space.saturating_sub(self.limit.cost(text));
        self.out.push_str(text);
    }

    fn heading(&mut self, report: &Report<'_>, severity: Severity) {
        let number = report.findings.iter().filter(|finding| finding.severity == severity).count();
        let heading = format!(
            "\n#### {}\n\n| rule | what | where |\n|---|---|---|\n",
            count(number, severity.as_str())
        );
        if self.fits(&heading, "") {
            self.push(&heading);
        }
    }

    /// A row for the first finding of a group, and the places of the others in it.
    fn row(&mut self, report: &Report<'_>, group: &Group<'_>) {
        const END: &str = " |\n";
        const MORE_END: &str = "</details> |\n";
        let start = start_of_row(report, group.first);
        if !self.fits(&start, END) {
            (0..=group.others.len()).for_each(|_| self.left_out.add(group.first.severity));
            return;
        }
        self.push(&start);
        let mut more = format!("<details><summary>and {} more like this</summary>", group.others.len());
        for (line, findings) in group.lines(report.analysis, usize::MAX) {
            let line = format!("{more}{}<br>", prose(&line));
            if self.fits(&line, MORE_END) {
                self.push(&line);
                more.clear();
            } else {
                (0..findings).for_each(|_| self.left_out.add(group.first.severity));
            }
        }
        let is_open = more.is_empty();
        self.push(if is_open { MORE_END } else { END });
    }

    fn finish(mut self) -> String {
        if self.is_full() {
            let _ = writeln!(
                self.out,
                "\nNot shown, because the report would be too long: {}.",
                self.left_out.in_words()
            );
        }
        self.out
    }
}

/// A row up to the place of its first finding.
fn start_of_row(report: &Report<'_>, finding: &Finding) -> String {
    let Location { file, start, .. } = location_in_text(&report.analysis.sources, finding.place());
    let help = finding.help.as_deref();
    let help = help.map_or_else(String::new, |help| format!("<br>*help:* {}", prose(&clean(help))));
    let steps = markdown_in_table(&steps(finding.place()).join(" > "));
    let steps = if steps.is_empty() { steps } else { format!("{steps}<br>") };
    let file = code(&format!("{}:{}", clean(file.as_str()), start.line));
    let message = prose(&clean(&finding.message));
    format!("| {} | {message}{help} | {steps}{file}", code(finding.rule))
}

/// Text with names in backticks, as HTML, because a name may contain characters that end a cell or code span in Markdown.
fn prose(text: &str) -> String {
    let Some(parts) = words_and_names(text) else { return code(text) };
    let parts = parts.iter().enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { code(part) } else { markdown_in_table(part) }).collect()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", markdown_in_table(text))
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
