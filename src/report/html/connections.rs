//! The connection references, and the flows and steps that use them.

use maud::{Markup, html};

use super::words::name;
use crate::analysis::Analysis;
use crate::report::connections::{ConnectionStep, ReferenceUsage, list};
use crate::report::text::clean;
use crate::wording::count;

/// The section with a row for each connection reference.
pub(super) fn connections(analysis: &Analysis) -> Markup {
    let references = list(analysis);
    html! {
        section #connections aria-labelledby="connections-title" {
            h2 #connections-title { "Connections" }
            @if references.is_empty() {
                p.empty { "No flow uses a connection." }
            } @else {
                table.cards {
                    thead {
                        tr { @for head in ["Connection reference", "Connector", "Used by"] { th scope="col" { (head) } } }
                    }
                    tbody { @for reference in &references { (row(reference)) } }
                }
            }
        }
    }
}

fn row(reference: &ReferenceUsage) -> Markup {
    html! {
        tr {
            th scope="row" {
                (name(reference.display_name.as_deref().unwrap_or(reference.title())))
                @if reference.display_name.is_some() { code.logical { (clean(reference.title())) } }
                @if !reference.declared && reference.logical_name.is_some() { span.tag { "not in any package" } }
            }
            td data-label="Connector" { (clean(reference.connector_name().unwrap_or("unknown"))) }
            td data-label="Used by" {
                @if reference.steps.is_empty() {
                    "no flow"
                } @else {
                    details { summary { (used_by(&reference.steps)) } (steps(&reference.steps)) }
                }
            }
        }
    }
}

/// `3 steps in 2 flows`. Steps are in the order of flows.
fn used_by(steps: &[ConnectionStep]) -> String {
    let flows = steps.chunk_by(|a, b| a.flow_id == b.flow_id).count();
    format!("{} in {}", count(steps.len(), "step"), count(flows, "flow"))
}

fn steps(steps: &[ConnectionStep]) -> Markup {
    html! {
        ul {
            @for steps in steps.chunk_by(|a, b| a.flow_id == b.flow_id) {
                li {
                    (name(&steps[0].flow))
                    ul {
                        @for step in steps {
                            li { (clean(&step.titles())) @if step.run_only { span.tag { "provided by the run-only user" } } }
                        }
                    }
                }
            }
        }
    }
}
