//! What happens to each flow on import.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::words::{cleaned, flow_anchor, flow_number, icon, name, ticked};
use crate::finding::Severity;
use crate::model::FlowIx;
use crate::report::text::clean;
use crate::report::verdict::{self, OutcomeKind, Reason};
use crate::report::{Counts, Report};
use crate::verdict::{Need, Verdict};
use crate::wording::{capitalised, count, first};

/// Up to how many flows every list of flows is open.
const MOST_OPEN: usize = 30;

/// Names of what a flow needs that a row shows, for each kind.
const MOST_NEEDS: usize = 4;

impl OutcomeKind {
    /// The id of its list, and its class.
    pub(super) fn key(self) -> &'static str {
        match self {
            OutcomeKind::Blocked => "blocked",
            OutcomeKind::Unknown => "unknown",
            OutcomeKind::StaysOff => "off",
            OutcomeKind::TurnsOn => "on",
        }
    }

    pub(super) fn icon(self) -> Markup {
        icon(match self {
            OutcomeKind::Blocked => "error",
            OutcomeKind::Unknown => "unknown",
            OutcomeKind::StaysOff => "off",
            OutcomeKind::TurnsOn => "on",
        })
    }
}

/// The flows of each outcome.
pub(super) fn by_outcome(report: &Report<'_>) -> BTreeMap<OutcomeKind, Vec<FlowIx>> {
    let mut flows: BTreeMap<OutcomeKind, Vec<FlowIx>> = BTreeMap::new();
    for (flow, verdict) in report.verdicts.iter() {
        flows.entry(OutcomeKind::of(&verdict.outcome)).or_default().push(flow);
    }
    flows
}

/// The section with a list of flows for each outcome.
pub(super) fn flows(report: &Report<'_>, counts: &BTreeMap<FlowIx, Counts>) -> Markup {
    let by_outcome = by_outcome(report);
    let total: usize = by_outcome.values().map(Vec::len).sum();
    html! {
        section #flows aria-labelledby="flows-title" {
            h2 #flows-title { "Flows" }
            @if total == 0 { p.empty { "There is no cloud flow." } }
            @for (outcome, flows) in &by_outcome {
                details #{ "flows-" (outcome.key()) } class={ "fate " (outcome.key()) } open[total <= MOST_OPEN || *outcome == OutcomeKind::Blocked] {
                    summary { (outcome.icon()) h3 { (count(flows.len(), "flow")) " " (outcome.verb(flows.len())) (as_exported(report, *outcome)) } }
                    (table(report, flows, counts))
                }
            }
        }
    }
}

/// What decides that a flow stays off, if settings do not.
fn as_exported(report: &Report<'_>, outcome: OutcomeKind) -> &'static str {
    if outcome == OutcomeKind::StaysOff && !report.verdicts.follow_settings { " as exported" } else { "" }
}

fn table(report: &Report<'_>, flows: &[FlowIx], counts: &BTreeMap<FlowIx, Counts>) -> Markup {
    let has_solutions = report.analysis.workspace.solutions.len() > 1;
    html! {
        table.cards {
            thead {
                tr {
                    th scope="col" { "Flow" }
                    @if has_solutions { th scope="col" { "Solution" } }
                    th scope="col" { "Exported" }
                    th scope="col" { "Why, and what it needs" }
                    th scope="col" { "Findings" }
                }
            }
            tbody { @for flow in flows { (row(report, *flow, counts.get(flow), has_solutions)) } }
        }
    }
}

fn row(report: &Report<'_>, flow: FlowIx, counts: Option<&Counts>, has_solutions: bool) -> Markup {
    let Report { analysis, verdicts, .. } = *report;
    let model = analysis.workspace.flow(flow);
    let number = flow_number(analysis, flow);
    html! {
        tr #(flow_anchor(analysis, flow)) data-flow=(number) {
            th scope="row" { (name(&model.name)) }
            @if has_solutions { td data-label="Solution" { (name(analysis.workspace.solution_of(flow).name())) } }
            td data-label="Exported" { (model.state.as_str()) }
            td data-label="Why, and what it needs" { (why(report, flow, verdicts.get(&analysis.workspace, flow))) }
            td data-label="Findings" {
                @if let Some(counts) = counts {
                    (found(number, &name(&model.name), counts))
                } @else { span.none { "none" } }
            }
        }
    }
}

/// The number of findings of a flow, as a link that shows only these.
pub(super) fn found(flow: usize, name: &str, counts: &Counts) -> Markup {
    html! {
        a.found href="#findings" data-filter-flow=(flow) aria-label={ (counts.in_words()) " of " (name) } {
            @for (severity, number) in numbers(counts) {
                @if number > 0 { span class=(severity.as_str()) { (icon(severity.as_str())) (number) } }
            }
        }
    }
}

/// The number of findings of each severity.
pub(super) fn numbers(counts: &Counts) -> [(Severity, usize); 3] {
    [(Severity::Error, counts.errors), (Severity::Warning, counts.warnings), (Severity::Info, counts.infos)]
}

/// Why a flow will not turn on, and what it needs before it can.
fn why(report: &Report<'_>, flow: FlowIx, verdict: Option<&Verdict>) -> Markup {
    let reason = verdict::reason(report.analysis, report.verdicts, flow);
    let needs = verdict.map(|verdict| needs(&verdict.needs)).unwrap_or_default();
    html! {
        @match reason {
            Some(Reason::Rule(rule)) => p.reason { "See " a href="#findings" data-filter-rule=(rule) { (rule) } },
            Some(reason) => p.reason { (cleaned(&capitalised(&reason.why(ticked, ToOwned::to_owned)))) },
            None => {},
        }
        @for (kind, names) in needs { p.need { span { (kind) } " " (names) } }
    }
}

/// What a flow needs, by kind.
fn needs(needs: &[Need]) -> Vec<(&'static str, String)> {
    let of = |one: &'static str, many: &'static str, pick: fn(&Need) -> Option<&str>| {
        let names: Vec<String> = needs.iter().filter_map(pick).map(clean).collect();
        let kind = if names.len() == 1 { one } else { many };
        (!names.is_empty()).then(|| (kind, first(MOST_NEEDS, names, |name| name)))
    };
    let kinds = [
        of("Connection:", "Connections:", |need| match need {
            Need::Connection(name) => Some(name.as_str()),
            _ => None,
        }),
        of("Value:", "Values:", |need| if let Need::Value(name) = need { Some(name.as_str()) } else { None }),
        of("Flow of the target:", "Flows of the target:", |need| match need {
            Need::Flow(id) => Some(id.as_str()),
            _ => None,
        }),
        of("Premium licence:", "Premium licence:", |need| match need {
            Need::Licence(name) => Some(name.as_str()),
            _ => None,
        }),
    ];
    kinds.into_iter().flatten().collect()
}
