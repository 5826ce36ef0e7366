//! Findings: cards for groups of equal ones, in the order of the report in a terminal.

use maud::{Markup, html};

use super::concerned;
use super::excerpt::excerpt;
use super::flows::numbers;
use super::words::{badge, cleaned, flow_link, name, prose, sentence, severities};
use crate::analysis::Analysis;
use crate::finding::{Confidence, Finding};
use crate::model::FlowIx;
use crate::report::fold::{Group, MemberLine, groups};
use crate::report::site::{self, Headline, flow_and_steps};
use crate::report::{Counts, Report, fixes};
use crate::wording::capitalised;

/// The most columns of a line that stands for a finding.
const MEMBER_COLUMNS: usize = 160;

/// What the section of the findings says.
pub(super) struct Heading<'a> {
    pub(super) title: &'a str,
    /// If there are no findings, with names in backticks.
    pub(super) empty: &'a str,
}

/// Whether the page has a row for a flow, to which a finding links.
pub(super) type IsListed<'a> = &'a dyn Fn(FlowIx) -> bool;

/// The section with all findings.
pub(super) fn findings(
    report: &Report<'_>,
    heading: &Heading<'_>,
    filters: &Markup,
    is_listed: IsListed<'_>,
) -> Markup {
    let counts = Counts::of(report.findings);
    let groups = groups(report.findings);
    html! {
        section #findings aria-labelledby="findings-title" {
            h2 #findings-title { (heading.title) }
            @if report.findings.is_empty() {
                p.empty { (cleaned(heading.empty)) }
            } @else {
                (filters)
            }
            @for (severity, number) in numbers(&counts) {
                @if number > 0 {
                    div.severity data-severity=(severity.as_str()) {
                        h3 { (number) " " (severities(severity, number)) }
                        @for (index, group) in groups.iter().enumerate() {
                            @if group.first.severity == severity { (card(report.analysis, group, index + 1, is_listed)) }
                        }
                    }
                }
            }
        }
    }
}

/// A group of equal findings.
fn card(analysis: &Analysis, group: &Group<'_>, number: usize, is_listed: IsListed<'_>) -> Markup {
    let first = group.first;
    let severity = first.severity.as_str();
    let members = group.members(analysis, MEMBER_COLUMNS);
    let total = group.others.len() + 1;
    html! {
        article #{ "finding-" (number) } class={ "card " (severity) } data-severity=(severity) data-rule=(first.rule)
            aria-labelledby={ "finding-" (number) "-title" } {
            div.card-head {
                (badge(first.severity)) " "
                a.rule href={ "#rule-" (first.rule) } { (first.rule) } " "
                @if first.confidence == Confidence::Environment {
                    span.tag title="The package alone does not prove it." { "depends on the target" } " "
                }
                @if total > 1 { span.total { (total) " times" } }
            }
            div.item data-flow=[concerned::numbers(analysis, first)] {
                (place_in_flow(analysis, first, is_listed))
                h4 #{ "finding-" (number) "-title" } { (message(analysis, first)) }
                (details(analysis, first))
            }
            @if !group.others.is_empty() {
                details.more {
                    summary { (group.others.len()) " more like this" }
                    @for (other, line) in group.others.iter().zip(&members) { (member(analysis, other, line)) }
                }
            }
        }
    }
}

/// A finding of a group, folded to a line.
fn member(analysis: &Analysis, finding: &Finding, line: &MemberLine) -> Markup {
    html! {
        details.item data-flow=[concerned::numbers(analysis, finding)] {
            summary { (cleaned(&line.in_words())) }
            p.message { (message(analysis, finding)) }
            (details(analysis, finding))
        }
    }
}

fn message(analysis: &Analysis, finding: &Finding) -> Markup {
    cleaned(&capitalised(&Headline::of(analysis, finding).sentence))
}

/// The flow, as a link if the page lists it, and the step.
fn place_in_flow(analysis: &Analysis, finding: &Finding, is_listed: IsListed<'_>) -> Markup {
    let Some(flow) = finding.flow else { return html! {} };
    let path = flow_and_steps(analysis, finding);
    html! {
        p.where {
            @if is_listed(flow) { (flow_link(analysis, flow)) } @else { (name(&analysis.workspace.flow(flow).name)) }
            @for step in path.iter().skip(1) { span.step { " › " (step) } }
        }
    }
}

/// What follows the message: the place, the excerpt, and how to fix it.
fn details(analysis: &Analysis, finding: &Finding) -> Markup {
    html! {
        p.place { (site::file_and_line(&analysis.sources, finding.place())) }
        (excerpt(analysis, finding))
        @if let Some(help) = &finding.help { p.help { b { "How to fix: " } (prose(help)) } }
        @if let Some(fix) = fixes::mark(finding) { p.help { b { "Can be fixed: " } (prose(&fix)) } }
        @if !finding.codes.is_empty() {
            p.codes {
                @if finding.codes.len() > 1 { b { "Platform errors: " } } @else { b { "Platform error: " } }
                @for (index, code) in finding.codes.iter().enumerate() {
                    @if index > 0 { ", " }
                    code { (code) }
                }
            }
        }
        @if !finding.related.is_empty() {
            ul.related {
                @for label in &finding.related {
                    li { (sentence(&label.message)) " (" (site::brief(analysis, finding, label)) ")" }
                }
            }
        }
    }
}
