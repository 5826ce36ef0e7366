//! A connected part of the graph as columns of boxes and waypoints, in which each line leads from a column to the next one.
//!
//! Edges to the same node share the waypoints in the columns between, so a node that many others lead to has a single line
//! in each column. If that would need too many waypoints, the longest lines have none: `route` leads them around.

use std::collections::BTreeMap;

use super::shape::{Edge, Size};

/// A part of a graph. Its vertices are boxes, which are its nodes, and then waypoints.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The number of boxes.
    pub(super) boxes: usize,
    /// The height of each vertex; waypoints have none.
    pub(super) heights: Vec<i64>,
    /// The column of each vertex.
    pub(super) column: Vec<usize>,
    /// The vertices of each column, from top to bottom.
    pub(super) order: Vec<Vec<usize>>,
    /// Neighbours in the previous column, with the number of edges on the line.
    pub(super) before: Vec<Vec<(usize, u64)>>,
    /// Neighbours in the next column, with the number of edges on the line.
    pub(super) after: Vec<Vec<(usize, u64)>>,
    /// For each edge, how it is drawn.
    pub(super) lines: Vec<Line>,
}

/// How an edge is drawn, from left to right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// Over these vertices.
    Over(Vec<usize>),
    /// Around all boxes, on the lane with this number.
    Around { left: usize, right: usize, lane: usize },
    /// It is an edge from a node to itself.
    None,
}

/// The waypoints that edges share: those to the same box, in the same direction and group.
type Shared = (usize, u8, bool);

impl Columns {
    /// `edges` connect nodes of this part, which `heights` and `sizes` are about.
    pub(super) fn new(sizes: &[Size], heights: &[usize], edges: &[Edge], is_reversed: &[bool]) -> Self {
        let deepest = heights.iter().copied().max().unwrap_or(0);
        let mut columns = Columns {
            boxes: sizes.len(),
            heights: sizes.iter().map(|size| size.height).collect(),
            column: heights.iter().map(|height| deepest - height).collect(),
            order: vec![Vec::new(); deepest + 1],
            before: vec![Vec::new(); sizes.len()],
            after: vec![Vec::new(); sizes.len()],
            lines: Vec::new(),
        };
        let ends = |index: usize| {
            let Edge { from, to, .. } = edges[index];
            if is_reversed[index] { (to, from) } else { (from, to) }
        };
        let key = |index: usize| (ends(index).1, edges[index].group, is_reversed[index]);
        let waypoints = columns.waypoints((0..edges.len()).map(|index| (key(index), ends(index).0)));
        let mut weights: BTreeMap<(usize, usize), u64> = BTreeMap::new();
        let mut lanes: BTreeMap<Shared, usize> = BTreeMap::new();
        for index in 0..edges.len() {
            let (left, right) = ends(index);
            let line = match waypoints.get(&key(index)) {
                _ if left == right => Line::None,
                Some((first, chain)) => {
                    let skipped = columns.column[left] + 1 - first;
                    let over = chain.iter().skip(skipped).copied();
                    Line::Over([left].into_iter().chain(over).chain([right]).collect())
                }
                None => {
                    let next = lanes.len();
                    Line::Around { left, right, lane: *lanes.entry(key(index)).or_insert(next) }
                }
            };
            if let Line::Over(vertices) = &line {
                vertices.windows(2).for_each(|pair| *weights.entry((pair[0], pair[1])).or_default() += 1);
            }
            columns.lines.push(line);
        }
        for ((left, right), weight) in weights {
            columns.after[left].push((right, weight));
            columns.before[right].push((left, weight));
        }
        columns
    }

    /// Adds the waypoints of all lines: the column of the first one, and the waypoints. There is none for lines that lead
    /// around.
    fn waypoints(
        &mut self,
        lines: impl Iterator<Item = (Shared, usize)>,
    ) -> BTreeMap<Shared, (usize, Vec<usize>)> {
        /// The most waypoints: some, and more in a part with many boxes.
        const MOST: usize = 500;
        const MOST_PER_BOX: usize = 8;
        let mut first: BTreeMap<Shared, usize> = BTreeMap::new();
        for (key, left) in lines.filter(|(key, left)| key.0 != *left) {
            let column = self.column[left] + 1;
            first.entry(key).and_modify(|first| *first = column.min(*first)).or_insert(column);
        }
        let mut by_length: Vec<(usize, Shared)> =
            first.into_iter().map(|(key, first)| (self.column[key.0] - first, key)).collect();
        by_length.sort_unstable();
        let mut left = MOST + MOST_PER_BOX * self.boxes;
        let mut out = BTreeMap::new();
        for (length, key) in by_length {
            let Some(rest) = left.checked_sub(length) else { break };
            left = rest;
            let first = self.column[key.0] - length;
            let chain = (first..first + length).map(|column| self.waypoint(column)).collect();
            out.insert(key, (first, chain));
        }
        out
    }

    fn waypoint(&mut self, column: usize) -> usize {
        self.heights.push(0);
        self.column.push(column);
        self.before.push(Vec::new());
        self.after.push(Vec::new());
        self.heights.len() - 1
    }

    pub(super) fn is_waypoint(&self, vertex: usize) -> bool {
        vertex >= self.boxes
    }

    /// The neighbours in the next column, or the previous one.
    pub(super) fn neighbours(&self, vertex: usize, is_next: bool) -> &[(usize, u64)] {
        if is_next { &self.after[vertex] } else { &self.before[vertex] }
    }
}
