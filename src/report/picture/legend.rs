//! What the shapes and lines of a picture mean, and the list of the flows without an edge.

use super::boxes::{CAPTION, NAME, draw_mark, shape};
use super::lone_heading;
use super::measure::width;
use super::xml::{Xml, escaped};
use crate::graph::EdgeKind;
use crate::layered::Area;
use crate::report::graph::{NodeKind, View, ViewEdge, ViewNode};
use crate::report::text::clean;
use crate::report::verdict::OutcomeKind;

/// The least width of a legend.
const NARROWEST: i64 = 560;
const ROW: i64 = 26;
/// The size of a sample, and the space behind it and behind an entry.
const SAMPLE: (i64, i64) = (34, 16);
const BEHIND_SAMPLE: i64 = 8;
const BEHIND_ENTRY: i64 = 22;

/// An entry.
struct Entry {
    sample: Sample,
    text: &'static str,
}

enum Sample {
    Box(Box<ViewNode>),
    Line(&'static str),
}

/// Draws the legend below `top`. Returns its width and its lower end.
pub(super) fn draw(out: &mut Xml, view: &View, widest: i64, top: i64) -> (i64, i64) {
    let widest = widest.max(NARROWEST);
    let entries = entries(view);
    let (mut x, mut y, mut right) = (0, top, 0);
    out.line("<g class=\"legend\">");
    for entry in &entries {
        let own = SAMPLE.0 + BEHIND_SAMPLE + width(entry.text, CAPTION);
        if x > 0 && x + own > widest {
            (x, y) = (0, y + ROW);
        }
        entry.draw(out, x, y);
        right = right.max(x + own);
        x += own + BEHIND_ENTRY;
    }
    let mut bottom = if entries.is_empty() { top } else { y + ROW };
    if view.edges.iter().any(|edge| edge.kind == EdgeKind::Calls) {
        let text = "Flows are turned on from right to left: first those that others call.";
        out.text("caption", 0, bottom + 11, text);
        right = right.max(width(text, CAPTION));
        bottom += 16;
    }
    out.line("</g>");
    (right, bottom)
}

fn entries(view: &View) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut add_box = |has: bool, kind: NodeKind, outcome: Option<OutcomeKind>, text: &'static str| {
        let (id, name) = (String::new(), String::new());
        let node = ViewNode { id, kind, name, solution: None, outcome, reason: None, in_cycle: false };
        entries.extend(has.then(|| Entry { sample: Sample::Box(Box::new(node)), text }));
    };
    let all = || view.nodes.iter().chain(&view.lone);
    for outcome in [OutcomeKind::TurnsOn, OutcomeKind::StaysOff, OutcomeKind::Blocked, OutcomeKind::Unknown] {
        let has = all().any(|node| node.kind == NodeKind::Flow && node.outcome == Some(outcome));
        add_box(has, NodeKind::Flow, Some(outcome), outcome.verb(1));
    }
    for (kind, text) in [
        (NodeKind::ExternalFlow, "is not in the inputs"),
        (NodeKind::ConnectionReference, "connection reference"),
        (NodeKind::EnvironmentVariable, "environment variable"),
        (NodeKind::Webhook, "webhook event"),
    ] {
        add_box(all().any(|node| node.kind == kind), kind, None, text);
    }
    let mut add_line = |is_such: fn(&ViewEdge) -> bool, class: &'static str, text: &'static str| {
        let has = view.edges.iter().any(is_such);
        entries.extend(has.then_some(Entry { sample: Sample::Line(class), text }));
    };
    add_line(|edge| edge.kind == EdgeKind::Calls && !edge.in_cycle, "calls", "calls");
    add_line(|edge| edge.in_cycle, "calls cycle", "calls in a circle");
    add_line(|edge| edge.kind == EdgeKind::Registers, "registers", "registers for events");
    add_line(|edge| edge.kind == EdgeKind::DeliversTo, "delivers-to", "is delivered to");
    add_line(|edge| matches!(edge.kind, EdgeKind::Uses | EdgeKind::Reads), "uses", "uses");
    entries
}

impl Entry {
    fn draw(&self, out: &mut Xml, x: i64, y: i64) {
        let (width, height) = SAMPLE;
        let middle = y + height / 2;
        match &self.sample {
            Sample::Box(node) => {
                out.line(&format!("<g class=\"sample {}\">", node.class()));
                out.line(&shape(node, Area { x, y, width, height }));
                if matches!(node.kind, NodeKind::Flow | NodeKind::ExternalFlow) {
                    draw_mark(out, node, x + width / 2 - 5, middle);
                }
                out.line("</g>");
            }
            Sample::Line(class) => {
                let right = x + width;
                out.line(&format!("<g class=\"sample {class}\">"));
                out.line(&format!("<path class=\"line\" d=\"M{x} {middle}H{right}\"/>"));
                let (back, top, bottom) = (right - 9, middle - 5, middle + 5);
                out.line(&format!("<path class=\"arrow\" d=\"M{right} {middle}L{back} {top}V{bottom}Z\"/>"));
                out.line("</g>");
            }
        }
        out.text("caption", x + width + BEHIND_SAMPLE, middle + 4, self.text);
    }
}

/// Lists the flows without an edge below `top`, in columns. Returns the width and the lower end.
pub(super) fn draw_lone(out: &mut Xml, view: &View, widest: i64, top: i64) -> (i64, i64) {
    const LINE: i64 = 20;
    const MARK: i64 = 18;
    const BETWEEN: i64 = 28;
    let widest = widest.max(NARROWEST);
    out.line("<g class=\"lone\">");
    out.text("heading", 0, top + 13, &lone_heading(view));
    let names: Vec<String> = view.lone.iter().map(|node| clean(&node.name)).collect();
    let longest = names.iter().map(|name| width(name, NAME)).max().unwrap_or(0);
    let column = longest + MARK + BETWEEN;
    let columns = usize::try_from((widest + BETWEEN) / column).unwrap_or(1).max(1);
    let rows = names.len().div_ceil(columns);
    for (index, (node, name)) in view.lone.iter().zip(&names).enumerate() {
        let x = (index / rows) as i64 * column;
        let y = top + 30 + (index % rows) as i64 * LINE;
        out.line(&format!("<g class=\"flow {}\" data-flow=\"{}\">", node.class(), escaped(&node.id)));
        draw_mark(out, node, x, y + 5);
        out.text("name", x + MARK, y + 10, name);
        out.line("</g>");
    }
    out.line("</g>");
    let used = names.len().div_ceil(rows.max(1)) as i64;
    ((used * column - BETWEEN).max(width(&lone_heading(view), NAME)), top + 30 + rows as i64 * LINE)
}
