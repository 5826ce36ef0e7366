//! The order in which flows can be turned on, with reasons.

use maud::{Markup, html};

use super::words::{flow_link, name, prose, sentence, ticked};
use crate::activation::Activation;
use crate::analysis::Analysis;
use crate::model::{FlowIx, step_title};
use crate::report::order::after;
use crate::report::text::clean;
use crate::wording::{count, joined};

/// Up to how many flows a wave is open.
const MOST_OPEN: usize = 20;

/// The section with the waves.
pub(super) fn order(analysis: &Analysis, order: &Activation) -> Markup {
    let flows: usize = order.waves.iter().map(Vec::len).sum();
    html! {
        section #order aria-labelledby="order-title" {
            h2 #order-title { "Activation order" }
            p.lead {
                "Turn on " (count(flows, "flow")) " in " (count(order.waves.len(), "wave"))
                ": a flow can be turned on once the flows that it calls are on."
            }
            (external(order))
            ol.waves {
                @for (index, wave) in order.waves.iter().enumerate() {
                    li {
                        details open[wave.len() <= MOST_OPEN] {
                            summary { h3 { "Wave " (index + 1) } span.total { (count(wave.len(), "flow")) } }
                            ul { @for flow in wave { (step(analysis, order, *flow)) } }
                        }
                    }
                }
            }
            @for cycle in &order.cycles { p.cycle { (sentence(&circle(analysis, cycle))) } }
        }
    }
}

fn step(analysis: &Analysis, order: &Activation, flow: FlowIx) -> Markup {
    let reasons = after(analysis, order, flow);
    html! {
        li {
            (flow_link(analysis, flow))
            span.state { (analysis.workspace.flow(flow).state.as_str()) }
            @for reason in &reasons {
                p.after { (prose(&reason.sentence(ticked, |action| ticked(&step_title(action))))) }
            }
        }
    }
}

/// The flows that the target has to have already.
fn external(order: &Activation) -> Markup {
    html! {
        @if !order.external.is_empty() {
            p { "First, these flows have to be on in the target environment:" }
            ul {
                @for flow in &order.external {
                    // The picture of the flows links to it.
                    li id=[flow.id.is_guid().then(|| format!("flow-{}", flow.id.as_str()))] {
                        (name(flow.name.as_deref().unwrap_or(flow.id.as_str())))
                        @if let Some(owner) = &flow.solution { " (solution " (clean(owner)) ")" }
                    }
                }
            }
        }
    }
}

/// Why some flows have no place in the order.
fn circle(analysis: &Analysis, cycle: &[FlowIx]) -> String {
    let names: Vec<String> = cycle.iter().map(|flow| ticked(&analysis.workspace.flow(*flow).name)).collect();
    match names.as_slice() {
        [name] => format!("no order: {name} calls itself"),
        _ => format!("no order: {} call each other in a circle", joined(&names, "and")),
    }
}
