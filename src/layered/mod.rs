//! Draws directed graphs in columns, from left to right, as Sugiyama et al. do. It knows only the sizes of boxes;
//! `report::picture` draws the result.
//!
//! The stages are `ranks` (the column of each node), `columns` (lines that lead over several columns), `order` (within
//! columns), `place` (heights), `route` (edges and labels), and `pack` (parts of the graph that are not connected). The
//! same graph always gives the same drawing. Time and memory grow with the graph, not with the number of crossings.

mod columns;
mod crossings;
mod order;
mod pack;
mod place;
mod ranks;
mod route;
mod shape;
#[cfg(test)]
mod tests;

use columns::Columns;
use petgraph::unionfind::UnionFind;
use ranks::{Ranks, ranks};

pub(crate) use shape::{Area, Drawing, Edge, Graph, Point, Route, Size};

/// Draws a graph.
pub(crate) fn draw(graph: &Graph) -> Drawing {
    let ranks = ranks(graph.sizes.len(), &graph.edges);
    let parts = parts(graph);
    let drawings: Vec<Drawing> = parts.iter().map(|part| part.draw(graph, &ranks)).collect();
    let corners = pack::pack(&drawings);
    let mut whole = Drawing {
        areas: vec![Area { x: 0, y: 0, width: 0, height: 0 }; graph.sizes.len()],
        routes: vec![Route::default(); graph.edges.len()],
        ..Drawing::default()
    };
    for ((part, drawing), corner) in parts.iter().zip(drawings).zip(corners) {
        whole.width = whole.width.max(corner.x + drawing.width);
        whole.height = whole.height.max(corner.y + drawing.height);
        whole.work += drawing.work;
        let moved = |point: Point| Point { x: point.x + corner.x, y: point.y + corner.y };
        for (node, area) in part.nodes.iter().zip(drawing.areas) {
            whole.areas[*node] = Area { x: area.x + corner.x, y: area.y + corner.y, ..area };
        }
        for (edge, route) in part.edges.iter().zip(drawing.routes) {
            let points = route.points.into_iter().map(moved).collect();
            whole.routes[*edge] = Route { points, label: route.label.map(moved), ..route };
        }
    }
    whole
}

/// A connected part of a graph: indices of its nodes and edges.
#[derive(Debug, Default)]
struct Part {
    nodes: Vec<usize>,
    edges: Vec<usize>,
}

/// The connected parts, sorted by their first nodes.
fn parts(graph: &Graph) -> Vec<Part> {
    let mut sets = UnionFind::new(graph.sizes.len());
    for edge in &graph.edges {
        sets.union(edge.from, edge.to);
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut of_set: Vec<Option<usize>> = vec![None; graph.sizes.len()];
    for node in 0..graph.sizes.len() {
        let part = *of_set[sets.find(node)].get_or_insert_with(|| {
            parts.push(Part::default());
            parts.len() - 1
        });
        parts[part].nodes.push(node);
    }
    for (index, edge) in graph.edges.iter().enumerate() {
        if let Some(part) = of_set[sets.find(edge.from)] {
            parts[part].edges.push(index);
        }
    }
    parts
}

impl Part {
    fn draw(&self, graph: &Graph, ranks: &Ranks) -> Drawing {
        let own = |node: usize| self.nodes.binary_search(&node).unwrap_or(0);
        let sizes: Vec<Size> = self.nodes.iter().map(|node| graph.sizes[*node]).collect();
        let heights: Vec<usize> = self.nodes.iter().map(|node| ranks.height[*node]).collect();
        let edges = self.edges.iter().map(|edge| graph.edges[*edge]);
        let edges: Vec<Edge> =
            edges.map(|edge| Edge { from: own(edge.from), to: own(edge.to), ..edge }).collect();
        let is_reversed: Vec<bool> = self.edges.iter().map(|edge| ranks.is_reversed[*edge]).collect();
        let mut columns = Columns::new(&sizes, &heights, &edges, &is_reversed);
        let work = order::order(&mut columns);
        let at = place::place(&columns);
        Drawing { work, ..route::route(&columns, &at, &sizes, &edges, &is_reversed) }
    }
}
