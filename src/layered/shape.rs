//! What is drawn, and the result.

/// A directed graph.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    /// The size of each node, in pixels.
    pub(crate) sizes: Vec<Size>,
    /// The edges. An edge from a node to itself is not routed.
    pub(crate) edges: Vec<Edge>,
}

/// The size of a box, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: i64,
    pub(crate) height: i64,
}

/// An edge between two nodes, which are indices of [`Graph::sizes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Edges of the same group and target may share a line.
    pub(crate) group: u8,
    /// The width of the label, if it has one.
    pub(crate) label: Option<i64>,
}

/// A place in the drawing. `y` grows downwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) x: i64,
    pub(crate) y: i64,
}

/// Where a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) width: i64,
    pub(crate) height: i64,
}

/// Where an edge is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Route {
    /// From the source to the target; empty if they are the same node. Between two points of the same height, the route
    /// is a straight line. Between other points, it is a curve that begins and ends horizontally and stays in the
    /// rectangle between them.
    pub(crate) points: Vec<Point>,
    /// Whether the edge goes from right to left, because it closes a cycle.
    pub(crate) is_reversed: bool,
    /// The centre of the label, if it has one and nothing is in its way.
    pub(crate) label: Option<Point>,
}

/// A drawing. All coordinates are at least 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Drawing {
    /// For each node.
    pub(crate) areas: Vec<Area>,
    /// For each edge.
    pub(crate) routes: Vec<Route>,
    pub(crate) width: i64,
    pub(crate) height: i64,
    /// The number of steps that the ordering took, for tests of its limits.
    pub(crate) work: u64,
}
