//! The heights at which the vertices of each column are: near their neighbours, without overlaps, and so that long lines
//! are straight.
//!
//! This is the method of Brandes and Köpf ("Fast and Simple Horizontal Coordinate Assignment", 2002), with columns for
//! layers. Vertices in a row are aligned and form blocks, which are then moved together. There are four ways to align them,
//! and the result is between the two in the middle.

use std::collections::HashSet;

use super::columns::Columns;

/// The vertical space between boxes, between a box and a line, and between lines.
const BETWEEN_BOXES: i64 = 18;
const BESIDE_LINE: i64 = 14;
const BETWEEN_LINES: i64 = 10;

/// The height of the centre of each vertex. The least is 0.
pub(super) fn place(columns: &Columns) -> Vec<i64> {
    let mut position = vec![0; columns.heights.len()];
    for column in &columns.order {
        column.iter().enumerate().for_each(|(at, vertex)| position[*vertex] = at);
    }
    let conflicts = conflicts(columns, &position);
    let mut drafts = Vec::with_capacity(4);
    for to_next in [false, true] {
        for from_bottom in [false, true] {
            let draft = Draft { columns, position: &position, conflicts: &conflicts, to_next, from_bottom };
            drafts.push(draft.heights());
        }
    }
    balanced(columns, drafts)
}

/// Whether a line connects two waypoints.
fn is_inner(columns: &Columns, left: usize, right: usize) -> bool {
    columns.is_waypoint(left) && columns.is_waypoint(right)
}

/// The lines that cross a line between waypoints, which is to be straight.
fn conflicts(columns: &Columns, position: &[usize]) -> HashSet<(usize, usize)> {
    let mut conflicts = HashSet::new();
    for (index, order) in columns.order.iter().enumerate().skip(1) {
        let last = columns.order[index - 1].len().saturating_sub(1);
        let (mut from, mut scanned) = (0, 0);
        for (at, vertex) in order.iter().enumerate() {
            let inner = columns.before[*vertex].iter().find(|(left, _)| is_inner(columns, *left, *vertex));
            if inner.is_none() && at + 1 < order.len() {
                continue;
            }
            let to = inner.map_or(last, |(left, _)| position[*left]);
            for scanned in &order[scanned..=at] {
                for (left, _) in &columns.before[*scanned] {
                    let is_between = (from..=to).contains(&position[*left]);
                    if !is_between && !is_inner(columns, *left, *scanned) {
                        conflicts.insert((*left, *scanned));
                    }
                }
            }
            (from, scanned) = (to, at + 1);
        }
    }
    conflicts
}

/// One of the four ways to align vertices.
struct Draft<'a> {
    columns: &'a Columns,
    position: &'a [usize],
    conflicts: &'a HashSet<(usize, usize)>,
    /// Whether vertices are aligned with their neighbours in the next column instead of the previous one.
    to_next: bool,
    /// Whether columns are read from the bottom.
    from_bottom: bool,
}

impl Draft<'_> {
    fn heights(&self) -> Vec<i64> {
        let root = self.align();
        let heights = self.compact(&root);
        root.iter().map(|root| if self.from_bottom { -heights[*root] } else { heights[*root] }).collect()
    }

    /// The vertices of a column in the direction of this draft.
    fn column(&self, index: usize) -> impl Iterator<Item = usize> {
        let order = &self.columns.order[index];
        (0..order.len()).map(move |at| order[if self.from_bottom { order.len() - 1 - at } else { at }])
    }

    fn position(&self, vertex: usize) -> usize {
        let at = self.position[vertex];
        if self.from_bottom { self.columns.order[self.columns.column[vertex]].len() - 1 - at } else { at }
    }

    /// For each vertex, the vertex that stands for its block.
    fn align(&self) -> Vec<usize> {
        let count = self.columns.order.len();
        let mut root: Vec<usize> = (0..self.position.len()).collect();
        for step in 1..count {
            let index = if self.to_next { count - 1 - step } else { step };
            // Positions below this are free.
            let mut free = 0;
            for vertex in self.column(index) {
                for neighbour in self.medians(vertex) {
                    let line = if self.to_next { (vertex, neighbour) } else { (neighbour, vertex) };
                    let at = self.position(neighbour);
                    if at >= free && !self.conflicts.contains(&line) {
                        root[vertex] = root[neighbour];
                        free = at + 1;
                        break;
                    }
                }
            }
        }
        root
    }

    /// The neighbours in the middle: one, or two if their number is even. A line between waypoints counts alone.
    fn medians(&self, vertex: usize) -> Vec<usize> {
        let neighbours = self.columns.neighbours(vertex, self.to_next);
        let mut sorted: Vec<usize> = neighbours.iter().map(|(at, _)| *at).collect();
        if self.columns.is_waypoint(vertex) {
            if let Some(waypoint) = sorted.iter().find(|at| self.columns.is_waypoint(**at)) {
                return vec![*waypoint];
            }
        }
        sorted.sort_by_key(|at| self.position(*at));
        match sorted.len() {
            0 => Vec::new(),
            count if count & 1 == 1 => vec![sorted[count / 2]],
            count => vec![sorted[count / 2 - 1], sorted[count / 2]],
        }
    }

    /// Moves the blocks as far up as they go, and then each down towards its neighbours. Returns the height of each root.
    fn compact(&self, root: &[usize]) -> Vec<i64> {
        let mut below: Vec<Vec<(usize, i64)>> = vec![Vec::new(); root.len()];
        let mut above: Vec<Vec<(usize, i64)>> = vec![Vec::new(); root.len()];
        for index in 0..self.columns.order.len() {
            let mut upper: Option<usize> = None;
            for vertex in self.column(index) {
                if let Some(upper) = upper {
                    let space = space(self.columns, upper, vertex);
                    below[root[upper]].push((root[vertex], space));
                    above[root[vertex]].push((root[upper], space));
                }
                upper = Some(vertex);
            }
        }
        let mut heights = vec![0_i64; root.len()];
        let sorted = from_above(root, &below, &above);
        for block in &sorted {
            let least = above[*block].iter().map(|(upper, space)| heights[*upper] + space).max();
            heights[*block] = least.unwrap_or(0);
        }
        for block in sorted.iter().rev() {
            let most = below[*block].iter().map(|(lower, space)| heights[*lower] - space).min();
            heights[*block] = most.unwrap_or(heights[*block]).max(heights[*block]);
        }
        heights
    }
}

/// The blocks, each after those above it.
fn from_above(root: &[usize], below: &[Vec<(usize, i64)>], above: &[Vec<(usize, i64)>]) -> Vec<usize> {
    let mut waits_for: Vec<usize> = above.iter().map(Vec::len).collect();
    let is_root = |vertex: &usize| root[*vertex] == *vertex;
    let mut sorted: Vec<usize> =
        (0..root.len()).filter(is_root).filter(|vertex| waits_for[*vertex] == 0).collect();
    let mut next = 0;
    while let Some(block) = sorted.get(next).copied() {
        next += 1;
        for (lower, _) in &below[block] {
            waits_for[*lower] -= 1;
            if waits_for[*lower] == 0 {
                sorted.push(*lower);
            }
        }
    }
    sorted
}

/// The distance between the centres of two vertices that are next to each other in a column.
pub(super) fn space(columns: &Columns, upper: usize, lower: usize) -> i64 {
    let between = match (columns.is_waypoint(upper), columns.is_waypoint(lower)) {
        (true, true) => BETWEEN_LINES,
        (false, false) => BETWEEN_BOXES,
        _ => BESIDE_LINE,
    };
    // The halves are rounded up.
    (columns.heights[upper] + 1) / 2 + (columns.heights[lower] + 1) / 2 + between
}

/// Moves the drafts to the lowest of them, and takes for each vertex the mean of the two heights in the middle.
fn balanced(columns: &Columns, mut drafts: Vec<Vec<i64>>) -> Vec<i64> {
    let ends = |draft: &[i64]| {
        let extent =
            draft.iter().zip(&columns.heights).map(|(at, height)| (at - height / 2, at + height / 2));
        extent.fold((i64::MAX, i64::MIN), |ends, next| (ends.0.min(next.0), ends.1.max(next.1)))
    };
    let all: Vec<(i64, i64)> = drafts.iter().map(|draft| ends(draft)).collect();
    let Some(least) = all.iter().copied().min_by_key(|(top, bottom)| bottom - top) else { return Vec::new() };
    for (index, draft) in drafts.iter_mut().enumerate() {
        let is_from_bottom = index & 1 == 1;
        let shift = if is_from_bottom { least.1 - all[index].1 } else { least.0 - all[index].0 };
        draft.iter_mut().for_each(|at| *at += shift);
    }
    let mut heights: Vec<i64> = (0..columns.heights.len())
        .map(|vertex| {
            let mut at: Vec<i64> = drafts.iter().map(|draft| draft[vertex]).collect();
            at.sort_unstable();
            (at[1] + at[2]).div_euclid(2)
        })
        .collect();
    let top = heights.iter().zip(&columns.heights).map(|(at, height)| at - (height + 1) / 2).min();
    heights.iter_mut().for_each(|at| *at -= top.unwrap_or(0));
    heights
}
