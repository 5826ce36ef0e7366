//! The report for people: the findings with excerpts, errors first, and a summary.

use super::fixes;
use super::fold::{self, Group};
use super::layout::{Layout, Style};
use super::paint::{BOLD, CYAN, GUTTER, Paint, RED, color, wrapped};
use super::site::{self, Headline, flow_and_steps};
use super::snippet::snippet;
use super::text::clean;
use super::{Report, summary};
use crate::analysis::Analysis;
use crate::finding::{Finding, Label};
use crate::source::{Place, Sources, TextError};

/// The report of a check.
pub(crate) fn render(report: &Report<'_>, layout: &Layout<'_>) -> String {
    let mut out = if layout.statistics {
        summary::statistics(report, layout.paint())
    } else {
        findings(report, layout)
    };
    if layout.summary {
        out.push_str(&summary::render(report, layout));
    }
    out
}

/// The findings without what is said about all of them.
pub(super) fn findings(report: &Report<'_>, layout: &Layout<'_>) -> String {
    let drawn = Drawn { analysis: report.analysis, layout, paint: layout.paint() };
    let groups = if layout.all {
        let alone = |first| Group { first, others: Vec::new() };
        fold::by_severity(report.findings).into_iter().map(alone).collect()
    } else {
        fold::groups(report.findings)
    };
    let texts = crate::parallel::map(groups, |group| {
        let mut out = String::new();
        drawn.finding(&mut out, group.first);
        drawn.others(&mut out, &group);
        out.push('\n');
        out
    });
    texts.concat()
}

/// An error in a file, with an excerpt.
pub(crate) fn render_error(error: &TextError, style: Style) -> String {
    let paint = Layout::new(style).paint();
    let mut sources = Sources::default();
    let file = sources.add(error.text().clone());
    let label = Label { place: Place::span(file, error.span()), message: "here".to_owned() };
    let mut out = String::new();
    let message = clean(&format!("`{}` {}", error.text().name(), error.message()));
    headline(&mut out, paint, &paint.with(RED, "error:"), "error:".len(), &message);
    push_place(&mut out, paint, &sources, &label.place);
    out.push_str(&snippet(&sources, &[label], RED, paint));
    push_field(&mut out, paint, "help", error.help().map(clean).as_deref());
    out
}

/// A finding with its excerpt.
pub(crate) fn render_finding(analysis: &Analysis, finding: &Finding, style: Style) -> String {
    let layout = &Layout::new(style);
    let mut out = String::new();
    Drawn { analysis, layout, paint: layout.paint() }.finding(&mut out, finding);
    out
}

/// A list item with a message and an excerpt.
pub(crate) fn render_place(sources: &Sources, place: &Place, message: &str, style: Style) -> String {
    let paint = Layout::new(style).paint();
    let mut out = String::new();
    let lines = wrapped(&clean(message), paint.width.saturating_sub("  - ".len()), 0);
    out.push_str(&format!("  - {}\n", lines.join("\n    ")));
    push_place(&mut out, paint, sources, place);
    let label = Label { place: place.clone(), message: String::new() };
    out.push_str(&snippet(sources, &[label], CYAN, paint));
    out
}

struct Drawn<'a> {
    analysis: &'a Analysis,
    layout: &'a Layout<'a>,
    paint: Paint,
}

impl Drawn<'_> {
    fn finding(&self, out: &mut String, finding: &Finding) {
        let Drawn { analysis, layout, paint } = *self;
        let color = color(finding.severity);
        let page = crate::rules::page_address(finding.rule);
        let rule = paint.link(page.as_deref(), finding.rule);
        let lead = paint.with(color, &format!("{}[{rule}]", finding.severity.as_str()));
        let taken = finding.severity.as_str().len() + finding.rule.len() + "[]".len();
        let Headline { flow, sentence } = Headline::of(analysis, finding);
        let text = flow.map_or_else(|| sentence.clone(), |flow| format!("{flow}: {sentence}"));
        headline(out, paint, &(lead + ":"), taken + 1, &text);
        let codes = Some(finding.codes.join(", ")).filter(|codes| !codes.is_empty());
        let name = if finding.codes.len() > 1 { "platform errors" } else { "platform error" };
        push_field(out, paint, name, codes.as_deref());
        let path = flow_and_steps(analysis, finding);
        let (_, steps) = path.split_first().map_or((None, &[][..]), |(flow, steps)| (Some(flow), steps));
        let is_in_sentence = steps.len() == 1 && sentence.contains(&format!("`{}`", steps[0]));
        let steps = Some(steps.join(" > ")).filter(|steps| !steps.is_empty() && !is_in_sentence);
        let name = if site::is_in_trigger(finding.place()) { "trigger" } else { "step" };
        push_field(out, paint, name, steps.as_deref());
        push_place(out, paint, &analysis.sources, finding.place());
        if layout.excerpts {
            out.push_str(&snippet(&analysis.sources, &finding.labels, color, paint));
        }
        push_field(out, paint, "help", finding.help.as_deref().map(clean).as_deref());
        push_field(out, paint, "fix", fixes::mark(finding).as_deref());
        for label in &finding.related {
            let note = format!("{} ({})", clean(&label.message), site::brief(analysis, finding, label));
            push_field(out, paint, "note", Some(&note));
        }
    }

    /// The other findings of a group, one per line.
    fn others(&self, out: &mut String, group: &Group<'_>) {
        if group.others.is_empty() {
            return;
        }
        let others = format!("and {} more like this", group.others.len());
        out.push_str(&format!("  {} (`--all` shows each):\n", self.paint.with(BOLD, &others)));
        let columns = self.paint.width.saturating_sub("      ".len());
        for (line, _) in group.lines(self.analysis, columns) {
            let lines = wrapped(&line, columns, 0);
            out.push_str(&format!("    {}\n", lines.join("\n      ")));
        }
    }
}

/// A bold sentence after `lead`, which takes `taken` columns.
fn headline(out: &mut String, paint: Paint, lead: &str, taken: usize, text: &str) {
    out.push_str(lead);
    let lines = wrapped(text, paint.width.saturating_sub(2), (taken + 1).saturating_sub(2));
    for (index, line) in lines.iter().enumerate() {
        out.push_str(if index == 0 { " " } else { "  " });
        out.push_str(&paint.with(BOLD, line));
        out.push('\n');
    }
}

/// `  help: ...`, with further lines indented to the same column.
fn push_field(out: &mut String, paint: Paint, name: &str, text: Option<&str>) {
    let Some(text) = text else { return };
    let indent = name.len() + "  : ".len();
    let lines = wrapped(text, paint.width.saturating_sub(indent), 0);
    for (index, line) in lines.iter().enumerate() {
        let before = if index == 0 {
            format!("  {} ", paint.with(BOLD, &format!("{name}:")))
        } else {
            " ".repeat(indent)
        };
        out.push_str(&format!("{before}{line}\n"));
    }
}

/// The line with the file. It is not wrapped, so that terminals can link it and users can copy it.
fn push_place(out: &mut String, paint: Paint, sources: &Sources, place: &Place) {
    let arrow = paint.with(GUTTER, "  -->");
    out.push_str(&format!("{arrow} {}\n", site::file_and_line(sources, place)));
}
