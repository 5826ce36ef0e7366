//! What a graph in any format contains: the nodes and edges of the chosen kinds and flows.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::activation::{Activation, ExternalFlow};
use crate::analysis::Analysis;
use crate::config::Pattern;
use crate::graph::{Edge, EdgeKind, GraphNode};
use crate::model::{FlowId, FlowIx, Owner};
use crate::report::verdict;
use crate::report::verdict::OutcomeKind;
use crate::verdict::Verdicts;

/// What a graph contains besides flows and their calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Connection references.
    pub(crate) connections: bool,
    /// Environment variables.
    pub(crate) variables: bool,
    /// Webhook events. Without them, an edge leads from a flow directly to the receivers that it registers.
    pub(crate) events: bool,
}

impl Parts {
    /// Everything.
    pub(crate) const ALL: Parts = Parts { connections: true, variables: true, events: true };

    fn include(self, kind: EdgeKind) -> bool {
        match kind {
            EdgeKind::Calls => true,
            EdgeKind::Uses => self.connections,
            EdgeKind::Reads => self.variables,
            EdgeKind::Registers | EdgeKind::DeliversTo => self.events,
        }
    }
}

/// The kind of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeKind {
    Flow,
    ExternalFlow,
    ConnectionReference,
    EnvironmentVariable,
    Webhook,
}

impl NodeKind {
    /// As in JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            NodeKind::Flow => "flow",
            NodeKind::ExternalFlow => "external-flow",
            NodeKind::ConnectionReference => "connection-reference",
            NodeKind::EnvironmentVariable => "environment-variable",
            NodeKind::Webhook => "webhook",
        }
    }
}

impl OutcomeKind {
    /// The name of its class in CSS, Mermaid and Graphviz.
    pub(crate) fn class(self) -> &'static str {
        match self {
            OutcomeKind::TurnsOn => "turns-on",
            OutcomeKind::StaysOff => "stays-off",
            OutcomeKind::Blocked => "blocked",
            OutcomeKind::Unknown => "unknown",
        }
    }
}

/// A node.
#[derive(Debug, Clone)]
pub(crate) struct ViewNode {
    /// Unique in the view; the GUID of a flow.
    pub(crate) id: String,
    pub(crate) kind: NodeKind,
    pub(crate) name: String,
    /// The solution that contains a flow, if this is known.
    pub(crate) solution: Option<String>,
    /// `None` for what is not a flow of the inputs.
    pub(crate) outcome: Option<OutcomeKind>,
    /// Why the flow will not turn on.
    pub(crate) reason: Option<String>,
    /// Whether the flow is in a cycle of calls.
    pub(crate) in_cycle: bool,
}

impl ViewNode {
    /// The name of its class in CSS, Mermaid and Graphviz.
    pub(crate) fn class(&self) -> &'static str {
        match (self.kind, self.outcome) {
            (NodeKind::Flow, outcome) => outcome.unwrap_or(OutcomeKind::Unknown).class(),
            (NodeKind::ExternalFlow, _) => "external",
            _ => "other",
        }
    }

    /// A mark for a name where colours may be missing.
    pub(crate) fn mark(&self) -> &'static str {
        match (self.kind, self.outcome) {
            (NodeKind::Flow, Some(OutcomeKind::TurnsOn)) => "✓ ",
            (NodeKind::Flow, Some(OutcomeKind::StaysOff)) => "○ ",
            (NodeKind::Flow, Some(OutcomeKind::Blocked)) => "✕ ",
            (NodeKind::Flow, _) => "? ",
            (NodeKind::ExternalFlow, _) => "↗ ",
            _ => "",
        }
    }
}

/// The edges of a kind between two nodes.
#[derive(Debug, Clone)]
pub(crate) struct ViewEdge {
    /// Indices of [`View::nodes`].
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) kind: EdgeKind,
    /// The steps that create it.
    pub(crate) steps: BTreeSet<Option<String>>,
    /// Whether it is a call within a cycle.
    pub(crate) in_cycle: bool,
}

impl ViewEdge {
    pub(crate) fn kind(&self) -> &'static str {
        kind(self.kind)
    }
}

/// The nodes and edges of a graph.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// The nodes with an edge, sorted by kind, name and id.
    pub(crate) nodes: Vec<ViewNode>,
    /// Sorted by source, target and kind.
    pub(crate) edges: Vec<ViewEdge>,
    /// Flows without an edge.
    pub(crate) lone: Vec<ViewNode>,
}

/// Whatever edges of a kind connect, by id.
type Edges = BTreeMap<(String, String, EdgeKind), BTreeSet<Option<String>>>;

impl View {
    /// The view of the parts and of the flows that match one of `flows`, with all that they call and are called by. Without
    /// patterns, it has all flows. Fates are known only with verdicts.
    pub(crate) fn of(
        analysis: &Analysis,
        verdicts: Option<&Verdicts>,
        parts: Parts,
        flows: &[Pattern],
    ) -> Self {
        let order = analysis.activation();
        let ids = Ids::new(analysis, order);
        let edges = ids.edges(parts);
        let relations = ids.relations();
        let chosen = (!flows.is_empty()).then(|| related(&relations, &ids.matching(flows)));
        let is_chosen = |id: &str| chosen.as_ref().is_none_or(|chosen| chosen.contains(id));
        let mut nodes: BTreeMap<String, ViewNode> = BTreeMap::new();
        for (flow, _) in analysis.workspace.indexed() {
            let node = GraphNode::Flow(flow);
            let id = ids.id(&node);
            if is_chosen(&id) {
                nodes.entry(id).or_insert_with(|| ids.node(&node, verdicts));
            }
        }
        let flows: BTreeSet<String> = ids.flows();
        let is_out = |id: &String| flows.contains(id) && !is_chosen(id);
        let edges: Edges = edges.into_iter().filter(|(key, _)| !is_out(&key.0) && !is_out(&key.1)).collect();
        let touched: BTreeSet<&String> = edges.keys().flat_map(|(from, to, _)| [from, to]).collect();
        for node in analysis.graph.nodes() {
            let id = ids.id(node);
            if touched.contains(&id) {
                nodes.entry(id).or_insert_with(|| ids.node(node, verdicts));
            }
        }
        let (nodes, lone) = nodes.into_values().partition(|node| touched.contains(&node.id));
        View { nodes: sorted(nodes), edges: Vec::new(), lone: sorted(lone) }.with_edges(edges, &ids)
    }

    fn with_edges(mut self, edges: Edges, ids: &Ids<'_>) -> Self {
        let index: BTreeMap<&str, usize> =
            self.nodes.iter().enumerate().map(|(index, node)| (node.id.as_str(), index)).collect();
        let cycles = ids.cycles();
        for ((from, to, kind), steps) in edges {
            let cycle = |id: &str| cycles.get(id).copied();
            let in_cycle = kind == EdgeKind::Calls && cycle(&from).is_some() && cycle(&from) == cycle(&to);
            let (Some(from), Some(to)) = (index.get(from.as_str()), index.get(to.as_str())) else { continue };
            self.edges.push(ViewEdge { from: *from, to: *to, kind, steps, in_cycle });
        }
        self.edges.sort_by_key(|edge| (edge.from, edge.to, edge.kind));
        self
    }

    /// The patterns that match no flow.
    pub(crate) fn unmatched<'a>(analysis: &Analysis, flows: &'a [Pattern]) -> Vec<&'a str> {
        let is_matched =
            |pattern: &Pattern| analysis.workspace.flows.iter().any(|flow| pattern.fits_flow(flow));
        flows.iter().filter(|pattern| !is_matched(pattern)).map(|pattern| pattern.text.as_str()).collect()
    }

    /// Whether its flows are in several solutions.
    pub(crate) fn has_several_solutions(&self) -> bool {
        let solutions: BTreeSet<&String> =
            self.nodes.iter().filter_map(|node| node.solution.as_ref()).collect();
        solutions.len() > 1
    }
}

fn sorted(mut nodes: Vec<ViewNode>) -> Vec<ViewNode> {
    nodes.sort_by(|a, b| {
        let key = |node: &ViewNode| node.kind as usize;
        key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name)).then_with(|| a.id.cmp(&b.id))
    });
    nodes
}

/// The flows `starts`, with all that they lead to and all that leads to them.
fn related(relations: &BTreeSet<(String, String)>, starts: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = starts.clone();
    for is_down in [true, false] {
        let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (from, to) in relations {
            let (from, to) = if is_down { (from, to) } else { (to, from) };
            next.entry(from).or_default().push(to);
        }
        let mut seen: BTreeSet<&str> = starts.iter().map(String::as_str).collect();
        let mut queue: VecDeque<&str> = seen.iter().copied().collect();
        while let Some(flow) = queue.pop_front() {
            let neighbours = next.get(flow).into_iter().flatten();
            queue.extend(neighbours.filter(|neighbour| seen.insert(neighbour)));
        }
        found.extend(seen.into_iter().map(str::to_owned));
    }
    found
}

/// Converts what the analysis has to nodes with ids. A flow that is in several inputs is one node.
struct Ids<'a> {
    analysis: &'a Analysis,
    external: BTreeMap<&'a FlowId, &'a ExternalFlow>,
    /// The number of the cycle that a flow is in.
    cycles: BTreeMap<FlowIx, usize>,
}

impl<'a> Ids<'a> {
    fn new(analysis: &'a Analysis, order: &'a Activation) -> Self {
        let cycles = order.cycles.iter().enumerate();
        let cycles = cycles.flat_map(|(cycle, flows)| flows.iter().map(move |flow| (*flow, cycle))).collect();
        let external = order.external.iter().map(|flow| (&flow.id, flow)).collect();
        Ids { analysis, external, cycles }
    }

    /// The edges of the chosen parts.
    fn edges(&self, parts: Parts) -> Edges {
        let mut edges = Edges::new();
        for (from, to, edge) in self.analysis.graph.edges().filter(|(_, _, edge)| parts.include(edge.kind)) {
            let key = (self.id(from), self.id(to), edge.kind);
            edges.entry(key).or_default().insert(self.step(from, edge));
        }
        if !parts.events {
            for (from, to, step) in self.registrations() {
                edges.entry((from, to, EdgeKind::Registers)).or_default().insert(step);
            }
        }
        edges
    }

    /// The flows that register the URL of another flow, those flows, and the steps.
    fn registrations(&self) -> impl Iterator<Item = (String, String, Option<String>)> {
        let flows = self.analysis.workspace.indexed();
        flows.flat_map(|(flow, _)| self.analysis.graph.registered_by(flow)).map(|site| {
            let (from, to) = (GraphNode::Flow(site.flow), GraphNode::Flow(site.receiver));
            (self.id(&from), self.id(&to), self.step_of(site.flow, Owner::Action(site.action)))
        })
    }

    /// The pairs of flows of which the first calls or registers the second.
    fn relations(&self) -> BTreeSet<(String, String)> {
        let calls = self.analysis.graph.edges().filter(|(_, _, edge)| edge.kind == EdgeKind::Calls);
        let calls = calls.map(|(from, to, _)| (self.id(from), self.id(to)));
        calls.chain(self.registrations().map(|(from, to, _)| (from, to))).collect()
    }

    /// The ids of all flows, with those of other inputs.
    fn flows(&self) -> BTreeSet<String> {
        let nodes = self.analysis.graph.nodes();
        let flows = nodes.filter(|node| matches!(node, GraphNode::Flow(_) | GraphNode::External(_)));
        flows.map(|node| self.id(node)).collect()
    }

    fn matching(&self, patterns: &[Pattern]) -> BTreeSet<String> {
        let flows = self.analysis.workspace.flows.iter();
        let matching = flows.filter(|flow| patterns.iter().any(|pattern| pattern.fits_flow(flow)));
        matching.map(|flow| flow.id.to_string()).collect()
    }

    /// The number of the cycle that each flow is in.
    fn cycles(&self) -> BTreeMap<String, usize> {
        let cycles = self.cycles.iter();
        cycles.map(|(flow, cycle)| (self.id(&GraphNode::Flow(*flow)), *cycle)).collect()
    }

    fn id(&self, node: &GraphNode) -> String {
        match node {
            GraphNode::Flow(flow) => self.analysis.workspace.flow(*flow).id.to_string(),
            GraphNode::External(id) => id.to_string(),
            GraphNode::ConnectionReference(name) => {
                format!("connection-reference:{}", name.as_str().to_ascii_lowercase())
            }
            GraphNode::EnvironmentVariable(name) => {
                format!("environment-variable:{}", name.as_str().to_ascii_lowercase())
            }
            GraphNode::Webhook { provider, event: Some(event) } => format!("webhook:{provider}:{event}"),
            GraphNode::Webhook { provider, event: None } => format!("webhook:{provider}"),
        }
    }

    fn node(&self, node: &GraphNode, verdicts: Option<&Verdicts>) -> ViewNode {
        let (kind, name) = match node {
            GraphNode::Flow(flow) => return self.flow(*flow, verdicts),
            GraphNode::External(id) => {
                let known = self.external.get(id);
                let name = known.and_then(|flow| flow.name.clone()).unwrap_or_else(|| id.to_string());
                let solution = known.and_then(|flow| flow.solution.clone());
                return ViewNode { solution, ..self.thing(node, NodeKind::ExternalFlow, name) };
            }
            GraphNode::ConnectionReference(name) => (NodeKind::ConnectionReference, name.to_string()),
            GraphNode::EnvironmentVariable(name) => (NodeKind::EnvironmentVariable, name.to_string()),
            GraphNode::Webhook { provider, event: Some(event) } => {
                (NodeKind::Webhook, format!("{provider}: {event}"))
            }
            GraphNode::Webhook { provider, event: None } => {
                (NodeKind::Webhook, format!("{provider}: events"))
            }
        };
        self.thing(node, kind, name)
    }

    fn thing(&self, node: &GraphNode, kind: NodeKind, name: String) -> ViewNode {
        let id = self.id(node);
        ViewNode { id, kind, name, solution: None, outcome: None, reason: None, in_cycle: false }
    }

    fn flow(&self, flow: FlowIx, verdicts: Option<&Verdicts>) -> ViewNode {
        let workspace = &self.analysis.workspace;
        let index = workspace.representative(flow);
        let flow = workspace.flow(index);
        let verdict = verdicts.and_then(|verdicts| verdicts.get(workspace, index));
        let reason = verdicts.and_then(|verdicts| verdict::reason(self.analysis, verdicts, index));
        ViewNode {
            solution: workspace.solution_of(index).unique_name().map(str::to_owned),
            outcome: verdict.map(|verdict| OutcomeKind::of(&verdict.outcome)),
            reason: reason.map(|reason| reason.sentence(str::to_owned, str::to_owned)),
            in_cycle: self.cycles.contains_key(&index),
            ..self.thing(&GraphNode::Flow(index), NodeKind::Flow, flow.name.clone())
        }
    }

    fn step(&self, from: &GraphNode, edge: &Edge) -> Option<String> {
        let GraphNode::Flow(flow) = from else { return None };
        self.step_of(*flow, edge.site?)
    }

    fn step_of(&self, flow: FlowIx, site: Owner) -> Option<String> {
        let definition = &self.analysis.workspace.flow(flow).content.as_ref()?.definition;
        match site {
            Owner::Action(action) => Some(definition.action(action).name.to_owned()),
            Owner::Trigger(trigger) => definition.trigger(trigger).map(|trigger| trigger.name.to_owned()),
        }
    }
}

fn kind(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Calls => "calls",
        EdgeKind::Uses => "uses",
        EdgeKind::Reads => "reads",
        EdgeKind::Registers => "registers",
        EdgeKind::DeliversTo => "delivers-to",
    }
}
