//! The page of `graph`: the picture, and the same as text.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::shell::{Page, drawing};
use super::words::name;
use crate::model::step_title;
use crate::report::graph::{NodeKind, View, ViewEdge, ViewNode};
use crate::report::picture::{TITLE, element, in_words, lone_heading};
use crate::report::text::clean;
use crate::wording::{capitalised, listed};

/// The graph as an HTML document.
pub(crate) fn graph(view: &View) -> String {
    let picture = element(view).map(drawing);
    let mut sections = Vec::new();
    if picture.is_some() {
        sections.extend([("picture", "Picture"), ("flows", "Flows")]);
    }
    sections.extend((!view.lone.is_empty()).then_some(("lone", "Flows without calls")));
    let content = html! {
        section.summary #summary aria-labelledby="title" {
            h1 #title { (TITLE) }
            p { @if picture.is_some() { (in_words(view)) } @else { "No flow calls another one." } }
        }
        @if let Some(picture) = &picture {
            section #picture aria-labelledby="picture-title" {
                h2 #picture-title { "Picture" }
                div.picture role="region" aria-label="Picture of the calls" tabindex="0" { (picture) }
            }
            (flows(view))
        }
        @if !view.lone.is_empty() {
            section #lone aria-labelledby="lone-title" {
                h2 #lone-title { (lone_heading(view)) }
                ul.names { @for node in &view.lone { li { (name(&node.name)) " " span.after { (on_import(node)) } } } }
            }
        }
    };
    Page { subject: TITLE, counts: html! {}, sections: &sections, content }.render()
}

/// The edges as text: a row for each flow, to which the picture links.
fn flows(view: &View) -> Markup {
    let mut of_node: BTreeMap<usize, Vec<&ViewEdge>> = BTreeMap::new();
    view.edges.iter().for_each(|edge| of_node.entry(edge.from).or_default().push(edge));
    let is_flow = |node: &ViewNode| matches!(node.kind, NodeKind::Flow | NodeKind::ExternalFlow);
    html! {
        section #flows aria-labelledby="flows-title" {
            h2 #flows-title { "Flows in the picture" }
            table.cards {
                thead { tr { @for head in ["Flow", "On import", "Leads to"] { th scope="col" { (head) } } } }
                tbody {
                    @for (index, node) in view.nodes.iter().enumerate().filter(|(_, node)| is_flow(node)) {
                        tr #{ "flow-" (clean(&node.id)) } {
                            th scope="row" { (name(&node.name)) }
                            td data-label="On import" { (capitalised(&on_import(node))) }
                            td data-label="Leads to" { @for edge in of_node.get(&index).into_iter().flatten() { (leads_to(view, edge)) } }
                        }
                    }
                }
            }
        }
    }
}

/// `calls Invoice sent (step Run the child)`
fn leads_to(view: &View, edge: &ViewEdge) -> Markup {
    let steps = listed(edge.steps.iter().flatten(), |step| step_title(step));
    html! {
        div {
            (edge.kind().replace('-', " ")) " " (name(&view.nodes[edge.to].name))
            @if !steps.is_empty() { " " span.after { (clean(&steps)) } }
        }
    }
}

fn on_import(node: &ViewNode) -> String {
    match (&node.reason, node.outcome) {
        (Some(reason), _) => clean(reason),
        (None, Some(outcome)) => outcome.verb(1).to_owned(),
        (None, None) => "not in the inputs".to_owned(),
    }
}
