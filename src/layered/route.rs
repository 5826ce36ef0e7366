//! The routes of edges and the places of boxes in a connected part of the graph.
//!
//! Between two columns is a gap without boxes. Lines change their height only there, and are straight everywhere else, so no
//! line runs through a box. On both sides of a gap is space for labels, where each line is at the height of its vertex.

use super::columns::{Columns, Line};
use super::place::space;
use super::shape::{Area, Drawing, Edge, Point, Route, Size};

/// The least and greatest width in which lines change their height.
const CURVE: (i64, i64) = (44, 220);
/// The space around a label on a line, which includes the tip of an arrow.
const BESIDE_LABEL: i64 = 18;
/// The space above a line that a label needs.
pub(super) const ABOVE_LINE: i64 = 16;
/// The distance of a label from its line.
const LABEL_LIFT: i64 = 4;
/// The vertical space between lanes, which lead around all boxes, and the most of them.
const BETWEEN_LANES: i64 = 8;
const MOST_LANES: usize = 60;
/// Differences in height up to this are not drawn.
const CROOKED: i64 = 2;
/// How much lower than other lines those from right to left begin and end.
const REVERSED_LOWER: i64 = 8;

/// The place between two columns.
#[derive(Debug, Clone, Copy, Default)]
struct Gap {
    /// Where lines begin to change their height, and where they end to.
    from: i64,
    to: i64,
}

/// Draws a part of the graph. `heights` are those of the vertices.
pub(super) fn route(
    columns: &Columns,
    heights: &[i64],
    sizes: &[Size],
    edges: &[Edge],
    is_reversed: &[bool],
) -> Drawing {
    let labels: Vec<Option<Stub>> = edges
        .iter()
        .zip(&columns.lines)
        .map(|(edge, line)| edge.label.and_then(|width| Stub::of(columns, line, width)))
        .collect();
    let router = Router::new(columns, heights, sizes, &labels);
    let areas: Vec<Area> = sizes.iter().enumerate().map(|(node, size)| router.area(node, *size)).collect();
    let mut routes: Vec<Route> = Vec::with_capacity(edges.len());
    for (index, line) in columns.lines.iter().enumerate() {
        let mut points = router.points(line, is_reversed[index]);
        if is_reversed[index] {
            points.reverse();
        }
        let label = labels[index].as_ref().map(|stub| router.label(stub));
        routes.push(Route { points, is_reversed: is_reversed[index], label });
    }
    let ends = routes.iter().flat_map(|route| &route.points).map(|point| point.y + 1);
    let bottom = areas.iter().map(|area| area.y + area.height).chain(ends).max().unwrap_or(0);
    let width = areas.iter().map(|area| area.x + area.width).max().unwrap_or(0);
    Drawing { areas, routes, width, height: bottom, work: 0 }
}

/// The straight part of a line that a label is on.
#[derive(Debug)]
struct Stub {
    vertex: usize,
    /// Whether it is the part before the vertex instead of the part behind it.
    is_before: bool,
    width: i64,
}

impl Stub {
    /// A part with nothing else on it and space above it; `None` if there is none.
    fn of(columns: &Columns, line: &Line, width: i64) -> Option<Self> {
        let Line::Over(vertices) = line else { return None };
        let [left, right, ..] = vertices.as_slice() else { return None };
        let end = vertices.last()?;
        let is_alone = |lines: &[(usize, u64)]| matches!(lines, [(_, 1)]);
        let has_space = |vertex: usize| {
            let order = &columns.order[columns.column[vertex]];
            let at = order.iter().position(|other| *other == vertex).unwrap_or(0);
            let above = at.checked_sub(1).map(|above| order[above]);
            above.is_none_or(|above| {
                !columns.is_waypoint(above) && !columns.is_waypoint(vertex)
                    || space(columns, above, vertex) >= ABOVE_LINE
            })
        };
        if is_alone(&columns.before[*end]) && has_space(*end) {
            Some(Stub { vertex: *end, is_before: true, width })
        } else if is_alone(&columns.before[*right]) && has_space(*right) {
            Some(Stub { vertex: *right, is_before: true, width })
        } else if is_alone(&columns.after[*left]) && has_space(*left) {
            Some(Stub { vertex: *left, is_before: false, width })
        } else {
            None
        }
    }
}

struct Router<'a> {
    columns: &'a Columns,
    heights: &'a [i64],
    /// The left and right end of each column.
    ends: Vec<(i64, i64)>,
    /// The gap behind each column.
    gaps: Vec<Gap>,
    /// The bottom of the boxes.
    bottom: i64,
}

impl<'a> Router<'a> {
    fn new(columns: &'a Columns, heights: &'a [i64], sizes: &[Size], labels: &[Option<Stub>]) -> Self {
        let count = columns.order.len();
        // The space for labels behind and before each column.
        let (mut behind, mut before) = (vec![0; count], vec![0; count]);
        for stub in labels.iter().flatten() {
            let sides = if stub.is_before { &mut before } else { &mut behind };
            let side = &mut sides[columns.column[stub.vertex]];
            *side = stub.width.saturating_add(BESIDE_LABEL).max(*side);
        }
        let (mut ends, mut gaps, mut x) = (Vec::with_capacity(count), Vec::with_capacity(count), 0);
        for (index, order) in columns.order.iter().enumerate() {
            let boxes = order.iter().filter(|vertex| !columns.is_waypoint(**vertex));
            let width = boxes.map(|node| sizes[*node].width).max().unwrap_or(0);
            ends.push((x, x + width));
            let from = x + width + behind[index];
            let to = from + curve(columns, heights, order);
            gaps.push(Gap { from, to });
            x = to + before.get(index + 1).copied().unwrap_or(0);
        }
        let bottoms = sizes.iter().enumerate().map(|(node, size)| heights[node] + (size.height + 1) / 2);
        let bottom = bottoms.chain(heights.iter().copied()).max().unwrap_or(0);
        Router { columns, heights, ends, gaps, bottom }
    }

    fn area(&self, node: usize, size: Size) -> Area {
        let (x, right) = self.ends[self.columns.column[node]];
        Area { x, y: self.heights[node] - size.height / 2, width: right - x, height: size.height }
    }

    /// The points of a line, from left to right.
    fn points(&self, line: &Line, is_reversed: bool) -> Vec<Point> {
        let (left, right) = match line {
            Line::None => return Vec::new(),
            Line::Over(vertices) => (vertices[0], vertices[vertices.len() - 1]),
            Line::Around { left, right, .. } => (*left, *right),
        };
        let lower = |node: usize| {
            let is_high = self.columns.heights[node] > 2 * REVERSED_LOWER;
            self.heights[node] + if is_reversed && is_high { REVERSED_LOWER } else { 0 }
        };
        let column = |vertex: usize| self.columns.column[vertex];
        let mut points = vec![Point { x: self.ends[column(left)].1, y: lower(left) }];
        match line {
            Line::None => {}
            Line::Over(vertices) => {
                let mut y = lower(left);
                for vertex in &vertices[1..] {
                    let gap = self.gaps[column(*vertex) - 1];
                    points.push(Point { x: gap.from, y });
                    let end = if *vertex == right { lower(right) } else { self.heights[*vertex] };
                    // A line may be a little off the middle of a box, but not bent for that.
                    if *vertex != right || (y - end).abs() > CROOKED {
                        y = end;
                    }
                    points.push(Point { x: gap.to, y });
                }
            }
            Line::Around { lane, .. } => {
                let lane = (lane % MOST_LANES) as i64 + 3;
                let lane = self.bottom + lane * BETWEEN_LANES;
                let (first, last) = (self.gaps[column(left)], self.gaps[column(right) - 1]);
                points.push(Point { x: first.from, y: lower(left) });
                points.push(Point { x: first.to, y: lane });
                points.push(Point { x: last.from, y: lane });
                points.push(Point { x: last.to, y: lower(right) });
            }
        }
        let end = points.last().map_or(0, |point| point.y);
        points.push(Point { x: self.ends[column(right)].0, y: end });
        simplified(points)
    }

    fn label(&self, stub: &Stub) -> Point {
        let (x, right) = self.ends[self.columns.column[stub.vertex]];
        let half = (stub.width + BESIDE_LABEL) / 2;
        // The tip of the arrow is on the right.
        let x = if stub.is_before { x - half - BESIDE_LABEL / 4 } else { right + half };
        Point { x, y: self.heights[stub.vertex] - LABEL_LIFT }
    }
}

/// The width that the lines behind a column need to change their height.
fn curve(columns: &Columns, heights: &[i64], order: &[usize]) -> i64 {
    let climb = |left: &usize| {
        let after = columns.after[*left].iter();
        after.map(|(right, _)| (heights[*left] - heights[*right]).abs()).max().unwrap_or(0)
    };
    let steepest = order.iter().map(climb).max().unwrap_or(0);
    (CURVE.0 + steepest / 6).min(CURVE.1)
}

/// The points without those on a straight line between their neighbours.
fn simplified(points: Vec<Point>) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        if let [.., before, last] = out.as_slice() {
            if before.y == last.y && last.y == point.y {
                out.pop();
            }
        }
        out.push(point);
    }
    out
}
