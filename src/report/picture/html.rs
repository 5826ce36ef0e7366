//! A page with the picture, and with the same as text.

use std::collections::BTreeMap;

use super::xml::{Xml, escaped};
use super::{STYLE, TITLE, element, in_words, lone_heading};
use crate::model::step_title;
use crate::parse::xml;
use crate::report::graph::{NodeKind, View, ViewEdge, ViewNode};
use crate::wording::listed;

/// Looks of the page around the picture.
const PAGE_STYLE: &str = include_str!("page.css");

/// A whole page that loads nothing and runs nothing.
pub(crate) fn page(view: &View) -> String {
    let mut out = Xml::default();
    out.line("<!DOCTYPE html><html lang=\"en\">");
    out.line("<head>");
    out.line("<meta charset=\"utf-8\">");
    out.line(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
    );
    out.line("<meta name=\"viewport\" content=\"width=device-width\">");
    out.line(&format!("<title>{TITLE}</title>"));
    out.line(&format!("<style>\n{STYLE}{PAGE_STYLE}</style>"));
    out.line("</head>");
    out.line("<body>");
    out.line(&format!("<h1>{TITLE}</h1>"));
    if let Some(element) = element(view) {
        out.line(&format!("<p>{}</p>", xml::escaped(&in_words(view))));
        out.line(&format!("<div class=\"scroll\">\n{element}</div>"));
        table(&mut out, view);
    } else {
        out.line("<p>No flow calls another one.</p>");
    }
    if !view.lone.is_empty() {
        out.line(&format!("<h2>{}</h2>", lone_heading(view)));
        out.line("<ul>");
        for node in &view.lone {
            let outcome = node.outcome.map_or("", |outcome| outcome.verb(1));
            out.line(&format!("<li>{} <small>{outcome}</small></li>", escaped(&node.name)));
        }
        out.line("</ul>");
    }
    out.line("</body>");
    out.line("</html>");
    out.0
}

/// The edges as text: a row for each flow, which the picture links to.
fn table(out: &mut Xml, view: &View) {
    let mut of_node: BTreeMap<usize, Vec<&ViewEdge>> = BTreeMap::new();
    view.edges.iter().for_each(|edge| of_node.entry(edge.from).or_default().push(edge));
    out.line("<h2>Flows in the picture</h2>");
    out.line("<table>");
    out.line("<thead><tr><th>Flow</th><th>On import</th><th>Leads to</th></tr></thead>");
    out.line("<tbody>");
    for (index, node) in view.nodes.iter().enumerate() {
        if !matches!(node.kind, NodeKind::Flow | NodeKind::ExternalFlow) {
            continue;
        }
        out.line(&format!(
            "<tr id=\"flow-{}\"><td>{}</td><td>{}</td><td>",
            escaped(&node.id),
            escaped(&node.name),
            on_import(node)
        ));
        for edge in of_node.get(&index).into_iter().flatten() {
            let to = &view.nodes[edge.to];
            let steps = listed(edge.steps.iter().flatten(), |step| step_title(step));
            let steps = if steps.is_empty() { steps } else { format!(" <small>{}</small>", escaped(&steps)) };
            out.line(&format!("<div>{} {}{steps}</div>", edge.kind().replace('-', " "), escaped(&to.name)));
        }
        out.line("</td></tr>");
    }
    out.line("</tbody>");
    out.line("</table>");
}

fn on_import(node: &ViewNode) -> String {
    match (&node.reason, node.outcome) {
        (Some(reason), _) => escaped(reason),
        (None, Some(outcome)) => outcome.verb(1).to_owned(),
        (None, None) => "not in the inputs".to_owned(),
    }
}
