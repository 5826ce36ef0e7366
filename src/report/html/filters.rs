//! What chooses the findings to show. Without the script it is hidden, and all are shown.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::words::{flow_number, icon, name};
use crate::finding::Severity;
use crate::model::FlowIx;
use crate::report::{Counts, Report};
use crate::wording::plural;

/// Choices of severity, rule and flow, a search, and how many findings they leave.
pub(super) fn filters(report: &Report<'_>, flows: &BTreeMap<FlowIx, Counts>) -> Markup {
    let total = report.findings.len();
    html! {
        div #filters.filters role="search" aria-label="Filter the findings" hidden {
            (severities(report))
            label { span { "Rule" } (rules(report)) }
            @if !flows.is_empty() { label { span { "Flow" } (flow_list(report, flows)) } }
            label.text { span { "Text" } input #filter-text type="search" autocomplete="off" spellcheck="false"; }
            button #filter-clear type="button" { "Clear" }
        }
        p #shown.shown role="status" aria-live="polite" data-total=(total) { (total) " " (plural(total, "finding")) }
    }
}

fn severities(report: &Report<'_>) -> Markup {
    let found: BTreeSet<Severity> = report.findings.iter().map(|finding| finding.severity).collect();
    html! {
        fieldset {
            legend { "Severity" }
            @for severity in found.iter().rev().map(|severity| severity.as_str()) {
                label class={ "choice " (severity) } {
                    input type="checkbox" name="severity" value=(severity) checked;
                    (icon(severity)) (severity)
                }
            }
        }
    }
}

fn rules(report: &Report<'_>) -> Markup {
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in report.findings {
        *rules.entry(finding.rule).or_default() += 1;
    }
    html! {
        select #filter-rule {
            option value="" { "All rules" }
            @for (rule, number) in rules { option value=(rule) { (rule) " (" (number) ")" } }
        }
    }
}

fn flow_list(report: &Report<'_>, flows: &BTreeMap<FlowIx, Counts>) -> Markup {
    html! {
        select #filter-flow {
            option value="" { "All flows" }
            option value="none" { "No flow" }
            @for (flow, counts) in flows {
                option value=(flow_number(report.analysis, *flow)) {
                    (name(&report.analysis.workspace.flow(*flow).name)) " (" (counts.total()) ")"
                }
            }
        }
    }
}
