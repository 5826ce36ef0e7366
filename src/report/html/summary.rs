//! The top of the report: which solutions, and what happens on import.

use maud::{Markup, html};

use super::flows::by_outcome;
use super::words::{name, prose};
use crate::analysis::Analysis;
use crate::model::Solution;
use crate::report::text::clean;
use crate::report::verdict::OutcomeKind;
use crate::report::{Report, fixes, verdict};
use crate::wording::{capitalised, count, first};

/// The solutions that the title names.
const MOST_TITLED: usize = 2;

/// Up to how many solutions the list of them is open.
const MOST_OPEN: usize = 3;

/// The names and versions of the solutions, without copies: `Orders 1.0.0.2, Base 1.2 and 3 more`.
pub(super) fn title(analysis: &Analysis) -> String {
    let mut names: Vec<String> = analysis.workspace.solutions.iter().map(name_and_version).collect();
    names.dedup();
    if names.is_empty() { "Nothing to check".to_owned() } else { first(MOST_TITLED, names, |name| name) }
}

/// The names and versions of all solutions.
pub(super) fn key(analysis: &Analysis) -> String {
    let names: Vec<String> = analysis.workspace.solutions.iter().map(name_and_version).collect();
    names.join(", ")
}

fn name_and_version(solution: &Solution) -> String {
    let version = version(solution);
    let name = name(solution.name());
    if version.is_empty() { name } else { format!("{name} {version}") }
}

fn version(solution: &Solution) -> String {
    solution.manifest.as_ref().map(|manifest| clean(&manifest.version)).unwrap_or_default()
}

/// The verdict, the counts, and what was checked.
pub(super) fn summary(report: &Report<'_>) -> Markup {
    let flows = verdict::summary(report.verdicts);
    html! {
        section.summary #summary aria-labelledby="title" {
            p.kind { "Import report" }
            h1 #title { (title(report.analysis)) }
            @if let Some(flows) = flows {
                p.verdict { "On import: " (flows) "." }
                (outcomes(report))
            }
            ul.facts {
                li { b { "Found " } (report.summary()) }
                @if let Some(needs) = verdict::needs(report.verdicts) { li { b { "Needs " } (needs) } }
                @if let Some(fixable) = fixes::summary(report) { li { b { "Can be fixed " } (prose(&fixable)) } }
                @if let Some(unchecked) = report.unchecked() { li { b { "Not checked " } (unchecked) } }
                @if let [solution] = report.analysis.workspace.solutions.as_slice() {
                    li { b { "Package " } span { (kind(solution)) ", " span.file { (clean(solution.path.as_str())) } } }
                }
                @for skipped in &report.analysis.skipped {
                    li { b { "Skipped, not a solution " } (clean(skipped.as_str())) }
                }
            }
            (packages(report.analysis))
        }
    }
}

/// How many flows have each outcome, as a bar and as links.
fn outcomes(report: &Report<'_>) -> Markup {
    let by_outcome = by_outcome(report);
    let mut at = 0;
    let bars: Vec<(OutcomeKind, usize, usize)> = by_outcome
        .iter()
        .map(|(outcome, flows)| {
            let start = at;
            at += flows.len();
            (*outcome, start, flows.len())
        })
        .collect();
    html! {
        svg.share aria-hidden="true" preserveAspectRatio="none" viewBox={ "0 0 " (at) " 1" } {
            @for (outcome, start, width) in bars { rect.(outcome.key()) x=(start) width=(width) height="1" {} }
        }
        ul.outcomes {
            @for outcome in OutcomeKind::ALL {
                @if let Some(flows) = by_outcome.get(&outcome) {
                    li class=(outcome.key()) {
                        a href={ "#flows-" (outcome.key()) } { (outcome.icon()) b { (flows.len()) } " " (outcome.verb(flows.len())) }
                    }
                }
            }
        }
    }
}

/// The packages that were checked, and the copies that were not.
fn packages(analysis: &Analysis) -> Markup {
    let workspace = &analysis.workspace;
    if workspace.solutions.len() < 2 && workspace.copies.is_empty() {
        return html! {};
    }
    let mut flows = vec![0_usize; workspace.solutions.len()];
    for flow in &workspace.flows {
        flows[flow.solution.get()] += 1;
    }
    html! {
        details.packages open[workspace.solutions.len() <= MOST_OPEN] {
            summary { (capitalised(&count(workspace.solutions.len(), "package"))) }
            table.cards {
                thead {
                    tr { @for head in ["Solution", "Version", "Kind", "Flows", "File"] { th scope="col" { (head) } } }
                }
                tbody {
                    @for (solution, flows) in workspace.solutions.iter().zip(flows) {
                        tr {
                            th scope="row" { (name(solution.name())) }
                            td data-label="Version" { (version(solution)) }
                            td data-label="Kind" { (kind(solution)) }
                            td data-label="Flows" { (flows) }
                            td.file data-label="File" { (clean(solution.path.as_str())) }
                        }
                    }
                }
            }
            @if !workspace.copies.is_empty() {
                p { "Not checked, because each is a copy of a solution above:" }
                ul { @for copy in &workspace.copies { li { (clean(copy.path.as_str())) " " (clean(&copy.version)) } } }
            }
        }
    }
}

fn kind(solution: &Solution) -> &'static str {
    match solution.manifest.as_ref().map(|manifest| manifest.managed) {
        Some(Some(true)) => "managed",
        Some(Some(false)) => "unmanaged",
        Some(None) => "managed or unmanaged",
        None => "no solution",
    }
}
