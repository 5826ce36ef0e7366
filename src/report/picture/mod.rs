//! The graph as a picture: SVG on its own or in a page. `layered` says where everything is.
//!
//! All looks are in the style sheet, by class, so that a page with a strict content security policy can show it.

mod boxes;
mod edges;
mod legend;
mod measure;
mod xml;

use boxes::Label;
use edges::step_width;
use xml::{Xml, escaped};

use super::graph::{NodeKind, View, ViewNode};
use super::verdict::OutcomeKind;
use crate::layered::{Area, Drawing, Edge, Graph, draw};
use crate::model::FlowId;
use crate::wording::count;

/// The style sheet of [`element`]. It has colours for light and dark pages as custom properties of `.flow-picture`.
pub(crate) const STYLE: &str = include_str!("picture.css");

/// The space around the picture.
const MARGIN: i64 = 24;
pub(crate) const TITLE: &str = "Calls between flows";

/// The picture as a file: with its style sheet, a legend, and a list of the flows without an edge.
pub(crate) fn svg(view: &View) -> String {
    let mut picture = Picture::new(view, false);
    picture.add_legend();
    picture.add_lone();
    let (width, height) = (picture.width + 2 * MARGIN, picture.height + 2 * MARGIN);
    let mut out = Xml::default();
    out.line(&format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flow-picture\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"{} {} {width} {height}\" role=\"img\" aria-labelledby=\"flow-picture-title flow-picture-desc\">",
        -MARGIN, -MARGIN
    ));
    out.line(&format!("<title id=\"flow-picture-title\">{TITLE}</title>"));
    out.line(&format!(
        "<desc id=\"flow-picture-desc\">{}</desc>",
        crate::parse::xml::escaped(&in_words(view))
    ));
    out.line(&format!("<style>\n{STYLE}</style>"));
    out.line(&format!(
        "<rect class=\"page\" x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{height}\"/>",
        -MARGIN, -MARGIN
    ));
    out.0 + &picture.body.0 + "</svg>\n"
}

/// The picture as an element of a page, which has to contain [`STYLE`]. Each flow is a link to `#flow-<id>`. `None` if there
/// is nothing to draw.
pub(crate) fn element(view: &View) -> Option<String> {
    if view.nodes.is_empty() {
        return None;
    }
    let mut picture = Picture::new(view, true);
    picture.add_legend();
    let (width, height) = (picture.width + 2 * MARGIN, picture.height + 2 * MARGIN);
    let label = crate::parse::xml::escaped(&format!("{TITLE}: {}", in_words(view)));
    let head = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flow-picture\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"{} {} {width} {height}\" role=\"group\" aria-label=\"{label}\">\n",
        -MARGIN, -MARGIN
    );
    Some(head + &picture.body.0 + "</svg>\n")
}

/// `12 flows with 15 calls; 2 will not turn on, 1 stays off. Arrows …`
pub(crate) fn in_words(view: &View) -> String {
    let flows = view.nodes.iter().filter(|node| matches!(node.kind, NodeKind::Flow | NodeKind::ExternalFlow));
    let calls = view.edges.iter().filter(|edge| edge.kind() == "calls");
    let mut out = format!("{} with {}", count(flows.count(), "flow"), count(calls.count(), "call"));
    let number = |outcome| view.nodes.iter().filter(|node| node.outcome == Some(outcome)).count();
    let (blocked, off) = (number(OutcomeKind::Blocked), number(OutcomeKind::StaysOff));
    let mut parts = Vec::new();
    parts.extend((blocked > 0).then(|| format!("{blocked} will not turn on")));
    parts.extend((off > 0).then(|| format!("{off} {} off", if off == 1 { "stays" } else { "stay" })));
    if !parts.is_empty() {
        out.push_str(&format!("; {}", parts.join(", ")));
    }
    out + ". Arrows point at the flow that is called."
}

/// The heading of the flows without an edge.
pub(crate) fn lone_heading(view: &View) -> String {
    match view.lone.len() {
        1 => "1 flow without calls".to_owned(),
        many => format!("{many} flows without calls"),
    }
}

/// A picture in progress.
struct Picture<'a> {
    view: &'a View,
    body: Xml,
    width: i64,
    height: i64,
}

impl<'a> Picture<'a> {
    fn new(view: &'a View, has_links: bool) -> Self {
        let shows_solution = view.has_several_solutions();
        let mut has_loop = vec![false; view.nodes.len()];
        view.edges.iter().filter(|edge| edge.from == edge.to).for_each(|edge| has_loop[edge.from] = true);
        let labels = view.nodes.iter().zip(&has_loop);
        let labels: Vec<Label> =
            labels.map(|(node, has_loop)| Label::of(node, shows_solution, *has_loop)).collect();
        let drawing = draw(&Graph {
            sizes: labels.iter().map(Label::size).collect(),
            edges: view
                .edges
                .iter()
                .map(|edge| Edge {
                    from: edge.from,
                    to: edge.to,
                    group: edge.kind as u8,
                    label: step_width(edge),
                })
                .collect(),
        });
        let mut picture =
            Picture { view, body: Xml::default(), width: drawing.width, height: drawing.height };
        picture.draw(&drawing, &labels, has_links);
        picture
    }

    fn draw(&mut self, drawing: &Drawing, labels: &[Label], has_links: bool) {
        let outlines = labels.iter().zip(&drawing.areas);
        let outlines: Vec<Area> = outlines.map(|(label, area)| label.outline(*area)).collect();
        edges::draw(&mut self.body, self.view, &drawing.routes, &outlines);
        for ((node, label), outline) in self.view.nodes.iter().zip(labels).zip(outlines) {
            let is_flow = matches!(node.kind, NodeKind::Flow | NodeKind::ExternalFlow);
            let id = escaped(&node.id);
            let has_link = has_links && is_flow && FlowId::parse(&node.id).is_some();
            if has_link {
                self.body.line(&format!("<a href=\"#flow-{id}\">"));
            }
            let class = node.class();
            self.body.line(&if is_flow {
                format!("<g class=\"flow {class}\" data-flow=\"{id}\">")
            } else {
                format!("<g class=\"{} {class}\">", node.kind.as_str())
            });
            self.body.line(&format!("<title>{}</title>", escaped(&about(node))));
            label.draw(&mut self.body, node, outline);
            self.body.line("</g>");
            if has_link {
                self.body.line("</a>");
            }
        }
    }

    fn add_legend(&mut self) {
        let top = if self.height > 0 { self.height + MARGIN } else { 0 };
        let (width, bottom) = legend::draw(&mut self.body, self.view, self.width, top);
        (self.width, self.height) = (self.width.max(width), bottom);
    }

    fn add_lone(&mut self) {
        if self.view.lone.is_empty() {
            return;
        }
        let top = if self.height > 0 { self.height + MARGIN } else { 0 };
        let (width, bottom) = legend::draw_lone(&mut self.body, self.view, self.width, top);
        (self.width, self.height) = (self.width.max(width), bottom);
    }
}

/// What a tooltip says about a node.
fn about(node: &ViewNode) -> String {
    let kind = match node.kind {
        NodeKind::Flow => None,
        NodeKind::ExternalFlow => Some("a flow that is not in the inputs"),
        NodeKind::ConnectionReference => Some("connection reference"),
        NodeKind::EnvironmentVariable => Some("environment variable"),
        NodeKind::Webhook => Some("webhook event"),
    };
    let mut out = node.name.clone();
    if let Some(what) =
        kind.or_else(|| node.outcome.map(|outcome| outcome.verb(1))).filter(|_| node.reason.is_none())
    {
        out.push_str(&format!(": {what}"));
    }
    if let Some(reason) = &node.reason {
        out.push_str(&format!(": {reason}"));
    }
    if let Some(solution) = &node.solution {
        out.push_str(&format!(" (solution {solution})"));
    }
    out
}
