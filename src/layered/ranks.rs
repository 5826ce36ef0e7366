//! The rank of each node: how many edges are on the longest way to a node without outgoing edges.

use super::shape::Edge;

/// The ranks of the nodes of a graph, and the edges to draw against their direction.
#[derive(Debug)]
pub(super) struct Ranks {
    /// 0 for nodes without outgoing edges. Every other node has an edge to a node of the next lower rank.
    pub(super) height: Vec<usize>,
    /// For each edge, whether it closes a cycle.
    pub(super) is_reversed: Vec<bool>,
}

/// Only edges within a cycle are reversed: those to a node that a depth-first search has entered and not left.
pub(super) fn ranks(nodes: usize, edges: &[Edge]) -> Ranks {
    let mut outgoing = vec![Vec::new(); nodes];
    let mut is_called = vec![false; nodes];
    for (index, edge) in edges.iter().enumerate().filter(|(_, edge)| edge.from != edge.to) {
        outgoing[edge.from].push(index);
        is_called[edge.to] = true;
    }
    let mut search = Search {
        edges,
        outgoing: &outgoing,
        state: vec![State::New; nodes],
        is_reversed: vec![false; edges.len()],
        left: Vec::with_capacity(nodes),
    };
    // Nodes that nothing leads to come first, so that cycles are entered where a reader does.
    let (first, then): (Vec<usize>, Vec<usize>) = (0..nodes).partition(|node| !is_called[*node]);
    first.into_iter().chain(then).for_each(|node| search.from(node));

    let Search { is_reversed, left, .. } = search;
    let mut height = vec![0; nodes];
    let mut callers = vec![Vec::new(); nodes];
    for (index, edge) in edges.iter().enumerate().filter(|(_, edge)| edge.from != edge.to) {
        let (from, to) = if is_reversed[index] { (edge.to, edge.from) } else { (edge.from, edge.to) };
        callers[to].push(from);
    }
    // A node is left after all nodes that its edges lead to.
    for node in left {
        for caller in &callers[node] {
            height[*caller] = height[*caller].max(height[node] + 1);
        }
    }
    Ranks { height, is_reversed }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Entered,
    Left,
}

struct Search<'a> {
    edges: &'a [Edge],
    outgoing: &'a [Vec<usize>],
    state: Vec<State>,
    is_reversed: Vec<bool>,
    /// The nodes, in the order in which the search left them.
    left: Vec<usize>,
}

impl Search<'_> {
    /// A graph may be deep, so the search keeps its own stack.
    fn from(&mut self, start: usize) {
        if self.state[start] != State::New {
            return;
        }
        self.state[start] = State::Entered;
        let mut stack = vec![(start, 0)];
        while let Some((node, next)) = stack.last_mut() {
            let (node, edge) = (*node, self.outgoing[*node].get(*next).copied());
            *next += 1;
            let Some(edge) = edge else {
                self.state[node] = State::Left;
                self.left.push(node);
                stack.pop();
                continue;
            };
            let to = self.edges[edge].to;
            match self.state[to] {
                State::New => {
                    self.state[to] = State::Entered;
                    stack.push((to, 0));
                }
                State::Entered => self.is_reversed[edge] = true,
                State::Left => {}
            }
        }
    }
}
