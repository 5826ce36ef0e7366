//! The lines of edges, their arrows, and the names of steps on them.

use std::fmt::Write as _;

use super::boxes::CAPTION;
use super::measure::width;
use super::xml::{Xml, escaped};
use crate::graph::EdgeKind;
use crate::layered::{Area, Point, Route};
use crate::model::step_title;
use crate::report::graph::{View, ViewEdge};
use crate::report::text::clean;
use crate::wording::listed;

/// The widest text on a line. Longer ones are only in the tooltip.
const WIDEST: i64 = 150;
/// The length and half the height of the tip of an arrow.
const ARROW: (i64, i64) = (9, 5);
/// The most edges with an area for the pointer around their line.
const MOST_AREAS: usize = 1000;

/// The text on the line of an edge: the step, or how many there are.
fn step(edge: &ViewEdge) -> Option<String> {
    if edge.kind != EdgeKind::Calls && edge.kind != EdgeKind::Registers {
        return None;
    }
    let mut steps = edge.steps.iter().flatten();
    let first = steps.next()?;
    Some(match steps.count() {
        0 => clean(&step_title(first)),
        more => format!("{} steps", more + 1),
    })
}

/// The width of the text on the line of an edge, if it has one.
pub(super) fn step_width(edge: &ViewEdge) -> Option<i64> {
    step(edge).map(|step| width(&step, CAPTION)).filter(|width| *width <= WIDEST)
}

/// Draws all edges. `outlines` are those of the boxes.
pub(super) fn draw(out: &mut Xml, view: &View, routes: &[Route], outlines: &[Area]) {
    for (edge, route) in view.edges.iter().zip(routes) {
        let (from, to) = (&view.nodes[edge.from], &view.nodes[edge.to]);
        let cycle = if edge.in_cycle { " cycle" } else { "" };
        out.line(&format!(
            "<g class=\"edge {}{cycle}\" data-from=\"{}\" data-to=\"{}\">",
            edge.kind(),
            escaped(&from.id),
            escaped(&to.id)
        ));
        let steps = edge.steps.iter().flatten();
        let steps = listed(steps, |step| step_title(step));
        let steps = if steps.is_empty() { steps } else { format!(": {steps}") };
        let kind = edge.kind().replace('-', " ");
        out.line(&format!("<title>{}</title>", escaped(&format!("{} {kind} {}{steps}", from.name, to.name))));
        let (path, tip) = if edge.from == edge.to {
            back_to(outlines[edge.from])
        } else {
            (path(&route.points), tip(route))
        };
        if view.edges.len() <= MOST_AREAS {
            out.line(&format!("<path class=\"hit\" d=\"{path}\"/>"));
        }
        out.line(&format!("<path class=\"line\" d=\"{path}\"/>"));
        out.line(&format!("<path class=\"arrow\" d=\"{tip}\"/>"));
        if let (Some(at), Some(step)) = (route.label, step(edge)) {
            out.text("step", at.x, at.y, &step);
        }
        out.line("</g>");
    }
}

/// A line over these points. See [`Route::points`].
fn path(points: &[Point]) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut path = format!("M{} {}", first.x, first.y);
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        if from.y == to.y {
            let _ = write!(path, "H{}", to.x);
        } else {
            let middle = (from.x + to.x) / 2;
            let _ = write!(path, "C{middle} {} {middle} {} {} {}", from.y, to.y, to.x, to.y);
        }
    }
    path
}

/// The tip of the arrow at the end of a line.
fn tip(route: &Route) -> String {
    let Some(Point { x, y }) = route.points.last().copied() else { return String::new() };
    let back = if route.is_reversed { x + ARROW.0 } else { x - ARROW.0 };
    format!("M{x} {y}L{back} {}V{}Z", y - ARROW.1, y + ARROW.1)
}

/// The line and the tip of an edge from a box to itself, above its right end.
fn back_to(outline: Area) -> (String, String) {
    let Area { x, y, width, .. } = outline;
    let (left, right) = (x + width - 44, x + width - 16);
    let (top, half) = (y - 20, ARROW.1);
    let path = format!("M{left} {y}C{left} {top} {right} {top} {right} {y}");
    (path, format!("M{right} {y}L{} {}H{}Z", right - half, y - ARROW.0, right + half))
}
