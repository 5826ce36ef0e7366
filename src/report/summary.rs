//! The end of a report for people: counts, what happens on import, and what to do next.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::layout::Layout;
use super::paint::{BOLD, Paint, color, wrapped};
use super::text::{NO_BREAK, clean, shell_word};
use super::{Counts, Report, fixes, verdict};
use crate::finding::{Finding, Severity};
use crate::model::FlowIx;
use crate::rules;
use crate::wording::count;

/// The most flows and files that are listed.
const MOST_NAMED: usize = 5;
/// The fewest columns that the summary of a rule is wrapped to.
const NARROWEST: usize = 30;
/// The most flows with a verdict.
const MOST_VERDICTS: usize = 10;

/// The lines below the findings.
pub(super) fn render(report: &Report<'_>, layout: &Layout<'_>) -> String {
    let paint = layout.paint();
    let mut out = String::new();
    push(&mut out, paint, "", &report.summary());
    if let Some(flows) = verdict::summary(report.verdicts) {
        push(&mut out, paint, "on import:", &flows);
    }
    push_blocked(&mut out, report, paint);
    if let Some(needs) = verdict::needs(report.verdicts) {
        push(&mut out, paint, "needs:", &needs);
    }
    let rules = by_rule(report.findings);
    if rules.len() > 1 && !layout.statistics {
        let rules: Vec<String> = rules.iter().map(|(rule, _, number)| format!("{number} {rule}")).collect();
        push(&mut out, paint, "by rule:", &listed(&rules));
    }
    push_flows(&mut out, report, paint);
    if let Some(unchecked) = report.unchecked() {
        push(&mut out, paint, "not checked:", &unchecked);
    }
    let skipped: Vec<String> = report.analysis.skipped.iter().map(|name| clean(name.as_str())).collect();
    if !skipped.is_empty() {
        push(&mut out, paint, "skipped, not a solution:", &named(&skipped));
    }
    if let Some(fixable) = fixes::summary(report) {
        push(&mut out, paint, "can be fixed:", &fixable);
    }
    if let Some(next) = next(report, layout.inputs) {
        push(&mut out, paint, "next:", &next);
    }
    out
}

/// A line for each rule: `104 error   expression-syntax  an expression is invalid`.
pub(super) fn statistics(report: &Report<'_>, paint: Paint) -> String {
    let rules = by_rule(report.findings);
    let digits = rules.iter().map(|(_, _, number)| number.to_string().len()).max().unwrap_or(0);
    let width = rules.iter().map(|(rule, _, _)| rule.len()).max().unwrap_or(0);
    let mut out = String::new();
    for (rule, severity, number) in &rules {
        let summary = rules::find(rule).map_or("", |rule| rule.page.summary);
        let word = paint.with(color(*severity), &format!("{:<7}", severity.as_str()));
        let indent = digits + width + "         ".len() + 2;
        let summary = wrapped(summary, paint.width.saturating_sub(indent).max(NARROWEST), 0);
        let summary = summary.join(&format!("\n{}", " ".repeat(indent)));
        out.push_str(&format!("{number:>digits$} {word} {rule:<width$}  {summary}\n"));
    }
    out.push_str(if rules.is_empty() { "" } else { "\n" });
    out
}

/// The number of findings of each rule with their highest severity, sorted by severity and then by number.
fn by_rule(findings: &[Finding]) -> Vec<(&'static str, Severity, usize)> {
    let mut counts: BTreeMap<&'static str, (Severity, usize)> = BTreeMap::new();
    for finding in findings {
        let (severity, number) = counts.entry(finding.rule).or_insert((finding.severity, 0));
        *severity = finding.severity.max(*severity);
        *number += 1;
    }
    let mut counts: Vec<_> =
        counts.into_iter().map(|(rule, (severity, number))| (rule, severity, number)).collect();
    counts.sort_by_key(|(_, severity, number)| (Reverse(*severity), Reverse(*number)));
    counts
}

/// The flows with the most findings. Omitted if every flow has at most one.
fn push_flows(out: &mut String, report: &Report<'_>, paint: Paint) {
    let mut counts: BTreeMap<FlowIx, Counts> = BTreeMap::new();
    for finding in report.findings {
        if let Some(flow) = finding.flow {
            counts.entry(flow).or_default().add(finding.severity);
        }
    }
    if counts.len() < 2 || counts.values().all(|counts| counts.total() < 2) {
        return;
    }
    let mut counts: Vec<(FlowIx, Counts)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, counts)| Reverse((counts.errors, counts.warnings, counts.infos)));
    let name = |(flow, counts): &(FlowIx, Counts)| {
        let name = clean(&report.analysis.workspace.flow(*flow).name);
        format!("{name} ({})", counts.total())
    };
    let names: Vec<String> = counts.iter().map(name).collect();
    push(out, paint, "by flow:", &named(&names));
}

/// The flows that will not turn on, and why.
fn push_blocked(out: &mut String, report: &Report<'_>, paint: Paint) {
    let Report { analysis, verdicts, .. } = *report;
    let blocked: Vec<String> = verdicts
        .iter()
        .filter_map(|(flow, _)| {
            let reason = verdict::reason(analysis, verdicts, flow)?;
            let name = |name: &str| format!("`{}`", clean(name));
            let sentence = reason.sentence(name, |rule| rule.to_owned());
            Some(format!("{} {sentence}", name(&analysis.workspace.flow(flow).name)))
        })
        .collect();
    for line in blocked.iter().take(MOST_VERDICTS) {
        push(out, paint, "  ", line);
    }
    if let Some(more) = blocked.len().checked_sub(MOST_VERDICTS).filter(|more| *more > 0) {
        push(out, paint, "  ", &format!("and {}", count(more, "more flow")));
    }
}

/// The first names, and the number of the others.
fn named(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(MOST_NAMED).cloned().collect();
    shown.extend((names.len() > MOST_NAMED).then(|| format!("and {} more", names.len() - MOST_NAMED)));
    listed(&shown)
}

/// A list whose line breaks are between its items only.
fn listed(items: &[String]) -> String {
    items.join(", ").replace(' ', NO_BREAK).replace(&format!(",{NO_BREAK}"), ", ")
}

/// The suggested command: an explanation of the most severe rule, or the runbook if there are no findings.
fn next(report: &Report<'_>, inputs: &[PathBuf]) -> Option<String> {
    if inputs.is_empty() {
        return None;
    }
    if let Some((rule, ..)) = by_rule(report.findings).first() {
        return Some(format!("flowvet explain {rule}"));
    }
    if inputs.iter().any(|input| input == Path::new("-")) || report.analysis.workspace.flows.is_empty() {
        return None;
    }
    let inputs: Vec<String> = inputs.iter().map(|input| shell_word(&input.to_string_lossy())).collect();
    Some(format!("flowvet runbook {}", inputs.join(" ")))
}

/// Adds a wrapped line with a bold label. Further lines are indented.
fn push(out: &mut String, paint: Paint, label: &str, text: &str) {
    let taken = if label.is_empty() { 0 } else { label.len() + usize::from(!label.ends_with(' ')) };
    let indent = if label.is_empty() { 0 } else { 2 };
    let lines = wrapped(text, paint.width.saturating_sub(indent), taken.saturating_sub(indent));
    let gap = if taken > label.len() { " " } else { "" };
    for (index, line) in lines.iter().enumerate() {
        let before = match index {
            0 if label.trim().is_empty() => label.to_owned(),
            0 => format!("{}{gap}", paint.with(BOLD, label)),
            _ if label.trim().is_empty() => " ".repeat(taken + 2),
            _ => "  ".to_owned(),
        };
        out.push_str(&format!("{before}{line}\n"));
    }
}
