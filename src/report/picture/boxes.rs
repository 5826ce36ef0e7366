//! The box of a node: its size, shape, mark and texts.

use std::fmt::Write as _;

use super::measure::{width, wrapped};
use super::xml::Xml;
use crate::layered::{Area, Size};
use crate::parse::xml;
use crate::report::graph::{NodeKind, ViewNode};
use crate::report::text::clean;
use crate::report::verdict::OutcomeKind;

/// The font sizes of names and captions, which the style sheet repeats.
pub(super) const NAME: u64 = 13;
pub(super) const CAPTION: u64 = 11;
/// The heights of their lines.
const NAME_LINE: i64 = 17;
const CAPTION_LINE: i64 = 15;
/// The space around the texts.
const PADDING: (i64, i64) = (12, 9);
/// The space for the mark.
const MARK: i64 = 18;
/// The space above a box for the edge that leads back to it.
const LOOP: i64 = 16;

/// The texts of a box.
#[derive(Debug)]
pub(super) struct Label {
    /// The lines of the name.
    pub(super) name: Vec<String>,
    /// The lines below: the outcome, and the solution.
    pub(super) captions: Vec<String>,
    has_mark: bool,
    has_loop: bool,
}

impl Label {
    pub(super) fn of(node: &ViewNode, shows_solution: bool, has_loop: bool) -> Self {
        /// The width of a line, and of one of a long name.
        const WIDTH: i64 = 200;
        const LONG: i64 = 300;
        /// The most lines of a name that is not long.
        const LINES: usize = 3;
        let name = clean(&node.name);
        // Names of other things have no spaces.
        let mut lines = wrapped(&name, NAME, if has_mark(node) { WIDTH } else { LONG });
        if lines.len() > LINES {
            lines = wrapped(&name, NAME, LONG);
        }
        let mut captions: Vec<String> = caption(node).into_iter().map(str::to_owned).collect();
        if let Some(solution) = node.solution.as_deref().filter(|_| shows_solution) {
            let solution = clean(solution);
            captions.extend(wrapped(&solution, CAPTION, LONG).into_iter().map(str::to_owned));
        }
        Label {
            name: lines.into_iter().map(str::to_owned).collect(),
            captions,
            has_mark: has_mark(node),
            has_loop,
        }
    }

    /// The size of the box, with the space for a loop.
    pub(super) fn size(&self) -> Size {
        let names = self.name.iter().map(|line| width(line.trim_end(), NAME));
        let captions = self.captions.iter().map(|line| width(line, CAPTION));
        let text = names.chain(captions).max().unwrap_or(0);
        let lines = self.name.len() as i64 * NAME_LINE + self.captions.len() as i64 * CAPTION_LINE;
        let (mark, above) = (if self.has_mark { MARK } else { 0 }, if self.has_loop { LOOP } else { 0 });
        let height = lines + 2 * PADDING.1 + above;
        Size { width: (text + mark + 2 * PADDING.0).max(64), height: height + (height & 1) }
    }

    /// The box within its area.
    pub(super) fn outline(&self, area: Area) -> Area {
        let above = if self.has_loop { LOOP } else { 0 };
        Area { y: area.y + above, height: area.height - above, ..area }
    }

    /// Draws the box of a node.
    pub(super) fn draw(&self, out: &mut Xml, node: &ViewNode, outline: Area) {
        out.line(&shape(node, outline));
        let Area { x, y, .. } = outline;
        let (left, mut baseline) = (x + PADDING.0, y + PADDING.1 + NAME_LINE - 5);
        if self.has_mark {
            draw_mark(out, node, left, baseline - 5);
        }
        let left = left + if self.has_mark { MARK } else { 0 };
        let mut name = String::new();
        for line in &self.name {
            let _ = write!(name, "<tspan x=\"{left}\" y=\"{baseline}\">{}</tspan>", xml::escaped(line));
            baseline += NAME_LINE;
        }
        out.line(&format!("<text class=\"name\">{name}</text>"));
        for caption in &self.captions {
            baseline += CAPTION_LINE - NAME_LINE;
            out.text("caption", left, baseline + 1, caption);
            baseline += NAME_LINE;
        }
    }
}

fn has_mark(node: &ViewNode) -> bool {
    matches!(node.kind, NodeKind::Flow | NodeKind::ExternalFlow)
}

/// What the box says about a node besides its name. Flows that turn on are normal.
fn caption(node: &ViewNode) -> Option<&'static str> {
    Some(match (node.kind, node.outcome) {
        (NodeKind::Flow, Some(OutcomeKind::TurnsOn)) => return None,
        (NodeKind::Flow, Some(OutcomeKind::StaysOff)) => "stays off",
        (NodeKind::Flow, Some(OutcomeKind::Blocked)) if node.in_cycle => "will not turn on: circle of calls",
        (NodeKind::Flow, Some(OutcomeKind::Blocked)) => "will not turn on",
        (NodeKind::Flow, _) => "no recorded state",
        (NodeKind::ExternalFlow, _) => "not in the inputs",
        (NodeKind::ConnectionReference, _) => "connection reference",
        (NodeKind::EnvironmentVariable, _) => "environment variable",
        (NodeKind::Webhook, _) => "webhook event",
    })
}

/// The outline. Each outcome has a shape and a line of its own, which the style sheet sets by class.
pub(super) fn shape(node: &ViewNode, outline: Area) -> String {
    let Area { x, y, width, height } = outline;
    let (right, bottom) = (x + width, y + height);
    match (node.kind, node.outcome) {
        (NodeKind::Flow, Some(OutcomeKind::Blocked)) => {
            let cut = 8;
            format!(
                "<path class=\"box\" d=\"M{} {y}H{}L{right} {}V{}L{} {bottom}H{}L{x} {}V{}Z\"/>",
                x + cut,
                right - cut,
                y + cut,
                bottom - cut,
                right - cut,
                x + cut,
                bottom - cut,
                y + cut
            )
        }
        (NodeKind::Webhook, _) => {
            let tip = 10;
            let (middle, before) = (y + height / 2, right - tip);
            format!("<path class=\"box\" d=\"M{x} {y}H{before}L{right} {middle}L{before} {bottom}H{x}Z\"/>")
        }
        (kind, outcome) => {
            let radius = match (kind, outcome) {
                (NodeKind::Flow, Some(OutcomeKind::TurnsOn)) => 9,
                (NodeKind::ConnectionReference, _) => 16.min(height / 2),
                (NodeKind::EnvironmentVariable, _) => 4,
                _ => 0,
            };
            format!(
                "<rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\"/>"
            )
        }
    }
}

/// Draws the mark of a flow with its left end at `x`, and `y` in the middle.
pub(super) fn draw_mark(out: &mut Xml, node: &ViewNode, x: i64, y: i64) {
    let (top, bottom, right) = (y - 5, y + 5, x + 10);
    out.line(&match (node.kind, node.outcome) {
        (NodeKind::ExternalFlow, _) => {
            format!(
                "<path class=\"mark\" d=\"M{x} {bottom}L{right} {top}M{} {top}H{right}V{}\"/>",
                x + 3,
                y + 2
            )
        }
        (_, Some(OutcomeKind::TurnsOn)) => {
            format!("<path class=\"mark\" d=\"M{x} {}L{} {}L{} {top}\"/>", y + 1, x + 4, y + 4, x + 11)
        }
        (_, Some(OutcomeKind::StaysOff)) => {
            format!("<circle class=\"mark\" cx=\"{}\" cy=\"{y}\" r=\"5\"/>", x + 5)
        }
        (_, Some(OutcomeKind::Blocked)) => {
            format!("<path class=\"mark\" d=\"M{x} {top}L{right} {bottom}M{right} {top}L{x} {bottom}\"/>")
        }
        _ => format!("<text class=\"name\" x=\"{}\" y=\"{bottom}\">?</text>", x + 1),
    });
}
