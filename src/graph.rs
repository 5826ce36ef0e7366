//! The graph of a workspace: flows, the connection references and environment variables they use, who calls whom, and
//! which events go from whom to whom. Every edge keeps the place that wrote it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::catalog::Provider;
use crate::model::{ActionIx, CALLED_FLOW_KEYS, FlowId, FlowIx, LogicalName, Owner, SchemaName, Workspace};
use crate::source::{FileId, Place};
use crate::webhooks::{Receiver, Registration, Webhooks};

/// A thing that flows depend on, or a flow.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GraphNode {
    /// A flow of the inputs.
    Flow(FlowIx),
    /// A flow that is called and in no input.
    External(FlowId),
    /// A connection reference, declared or not.
    ConnectionReference(LogicalName),
    /// An environment variable, defined or not.
    EnvironmentVariable(SchemaName),
    /// An event that a provider sends to the address that was registered for it.
    Webhook {
        /// The id of the provider.
        provider: &'static str,
        /// The event; `None` for those that are not known by name.
        event: Option<String>,
    },
}

/// Why a flow depends on something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// The flow calls another one.
    Calls,
    /// An action or the trigger uses a connection.
    Uses,
    /// The definition has a parameter for an environment variable.
    Reads,
    /// An action can register an address for the event.
    Registers,
    /// The event goes to the flow that handles it.
    DeliversTo,
}

/// One dependency.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Why.
    pub kind: EdgeKind,
    /// Who in the flow, where it is the trigger or an action.
    pub site: Option<Owner>,
    /// What wrote it; of most edges derived when asked for, since a way is as long as the names on it.
    written: EdgeSite,
}

/// Where an edge is written.
#[derive(Debug, Clone)]
enum EdgeSite {
    /// Here.
    At(Place),
    /// In the action that calls a child flow.
    Call(FileId),
    /// At this use of a connection in the flow.
    Use(usize),
    /// At this use of a variable in the flow.
    Variable(usize),
}

impl Edge {
    /// What wrote it. `from` is the flow that the edge goes out from.
    pub fn place(&self, workspace: &Workspace, from: FlowIx) -> Option<Place> {
        let flow = workspace.flow(from);
        let content = flow.content.as_ref()?;
        let route = match &self.written {
            EdgeSite::At(place) => return Some(place.clone()),
            EdgeSite::Call(file) => match self.site? {
                Owner::Action(action) => return Some(call_place(workspace, from, action, *file)),
                Owner::Trigger(_) => return None,
            },
            EdgeSite::Use(at) => content.connection_uses.get(*at)?.route(&content.definition),
            EdgeSite::Variable(at) => content.variable_uses.get(*at)?.route.clone(),
        };
        Some(Place::value(flow.file?, route))
    }
}

/// Where an action names the flow that it calls.
fn call_place(workspace: &Workspace, caller: FlowIx, action: ActionIx, file: FileId) -> Place {
    let content = workspace.flow(caller).content.as_ref();
    let route = content.map(|content| content.definition.action_route(action).keys(&CALLED_FLOW_KEYS));
    Place::value(file, route.unwrap_or_default())
}

/// The graph.
#[derive(Debug)]
pub struct Graph {
    graph: DiGraph<GraphNode, Edge>,
    flows: Vec<NodeIndex>,
}

/// What a call leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Callee {
    /// A flow of the inputs.
    Flow(FlowIx),
    /// A flow in no input.
    External(FlowId),
}

/// One call of a child flow.
#[derive(Debug, Clone)]
pub struct CallSite {
    /// The calling flow.
    pub caller: FlowIx,
    /// The calling action.
    pub action: ActionIx,
    /// What is called.
    pub callee: Callee,
    /// The file of the caller.
    file: FileId,
}

impl CallSite {
    /// Where the caller names the child.
    pub fn place(&self, workspace: &Workspace) -> Place {
        call_place(workspace, self.caller, self.action, self.file)
    }
}

/// A registration that may be given the address of a receiver.
#[derive(Debug, Clone)]
pub struct RegisterSite {
    /// The registering flow.
    pub flow: FlowIx,
    /// The registering action.
    pub action: ActionIx,
    /// The flow whose address it may register.
    pub receiver: FlowIx,
}

impl Graph {
    /// Builds the graph of a workspace.
    pub(crate) fn build(workspace: &Workspace, webhooks: &Webhooks) -> Self {
        let mut graph = DiGraph::new();
        let flows = workspace.indexed().map(|(index, _)| graph.add_node(GraphNode::Flow(index))).collect();
        let mut builder = GraphBuilder { graph, flows, shared: HashMap::new() };
        for (index, flow, content) in workspace.contents() {
            let Some(file) = flow.file else { continue };
            let from = builder.node_of(index);
            for call in content.definition.calls() {
                let to = match workspace.resolve(&call.child, flow.solution) {
                    Some(child) => builder.node_of(child),
                    None => builder.shared(GraphNode::External(call.child.clone())),
                };
                let site = Some(Owner::Action(call.action));
                builder.edge(from, to, EdgeKind::Calls, site, EdgeSite::Call(file));
            }
            for (at, one) in content.connection_uses.iter().enumerate() {
                let name =
                    content.connection(&one.key).and_then(|connection| connection.logical_name.clone());
                let Some(name) = name else { continue };
                let to = builder.shared(GraphNode::ConnectionReference(name));
                builder.edge(from, to, EdgeKind::Uses, Some(one.site), EdgeSite::Use(at));
            }
            for (at, one) in content.variable_uses.iter().enumerate() {
                let to = builder.shared(GraphNode::EnvironmentVariable(one.schema_name.clone()));
                builder.edge(from, to, EdgeKind::Reads, None, EdgeSite::Variable(at));
            }
        }
        webhooks.registrations.iter().for_each(|one| builder.registration(one));
        webhooks.receivers.iter().for_each(|one| builder.receiver(one));
        Graph { graph: builder.graph, flows: builder.flows }
    }

    /// Every node with its outgoing edges and their targets, in the order of the workspace.
    pub fn nodes(&self) -> impl Iterator<Item = &GraphNode> {
        self.graph.node_weights()
    }

    /// Every edge with its ends.
    pub fn edges(&self) -> impl Iterator<Item = (&GraphNode, &GraphNode, &Edge)> {
        self.graph
            .edge_references()
            .map(|edge| (&self.graph[edge.source()], &self.graph[edge.target()], edge.weight()))
    }

    /// The calls that a flow makes, in the order of its actions.
    pub fn calls_of(&self, flow: FlowIx) -> Vec<CallSite> {
        let mut calls: Vec<CallSite> = self.calls(self.flows[flow.get()], Direction::Outgoing).collect();
        calls.sort_by_key(|call| call.action);
        calls
    }

    /// The calls of a flow by others (or itself), sorted by caller and action.
    pub fn calls_to(&self, flow: FlowIx) -> Vec<CallSite> {
        let mut calls: Vec<CallSite> = self.calls(self.flows[flow.get()], Direction::Incoming).collect();
        calls.sort_by_key(|call| (call.caller, call.action));
        calls
    }

    /// The calls that a flow makes, grouped by what they call: one fault of a child is one finding a caller.
    pub fn calls_by_callee(&self, flow: FlowIx) -> BTreeMap<Callee, Vec<CallSite>> {
        let mut groups: BTreeMap<Callee, Vec<CallSite>> = BTreeMap::new();
        for call in self.calls_of(flow) {
            groups.entry(call.callee.clone()).or_default().push(call);
        }
        groups
    }

    /// The receivers whose address a flow may register, each once, in the order of its actions.
    pub fn registered_by(&self, flow: FlowIx) -> Vec<RegisterSite> {
        let mut sites: Vec<RegisterSite> = Vec::new();
        for to in self.graph.edges(self.flows[flow.get()]) {
            let (EdgeKind::Registers, Some(Owner::Action(action))) = (to.weight().kind, to.weight().site)
            else {
                continue;
            };
            for onward in self.graph.edges(to.target()) {
                let GraphNode::Flow(receiver) = self.graph[onward.target()] else { continue };
                sites.push(RegisterSite { flow, action, receiver });
            }
        }
        sites.sort_by_key(|site| (site.action, site.receiver));
        let mut seen = BTreeSet::new();
        sites.retain(|site| seen.insert(site.receiver));
        sites
    }

    fn calls(&self, node: NodeIndex, direction: Direction) -> impl Iterator<Item = CallSite> {
        self.graph.edges_directed(node, direction).filter_map(|edge| {
            let callee = match &self.graph[edge.target()] {
                GraphNode::Flow(flow) => Callee::Flow(*flow),
                GraphNode::External(id) => Callee::External(id.clone()),
                GraphNode::ConnectionReference(_)
                | GraphNode::EnvironmentVariable(_)
                | GraphNode::Webhook { .. } => {
                    return None;
                }
            };
            let Edge { site: Some(Owner::Action(action)), written: EdgeSite::Call(file), .. } = edge.weight()
            else {
                return None;
            };
            let GraphNode::Flow(caller) = self.graph[edge.source()] else { return None };
            Some(CallSite { caller, action: *action, callee, file: *file })
        })
    }
}

struct GraphBuilder {
    graph: DiGraph<GraphNode, Edge>,
    flows: Vec<NodeIndex>,
    shared: HashMap<GraphNode, NodeIndex>,
}

impl GraphBuilder {
    fn node_of(&self, flow: FlowIx) -> NodeIndex {
        self.flows[flow.get()]
    }

    fn shared(&mut self, node: GraphNode) -> NodeIndex {
        *self.shared.entry(node.clone()).or_insert_with(|| self.graph.add_node(node))
    }

    fn edge(
        &mut self,
        from: NodeIndex,
        to: NodeIndex,
        kind: EdgeKind,
        site: Option<Owner>,
        written: EdgeSite,
    ) {
        self.graph.add_edge(from, to, Edge { kind, site, written });
    }

    /// The node of an event, as the provider spells it.
    fn webhook(&mut self, provider: &'static Provider, event: Option<&str>) -> NodeIndex {
        let event = event.map(|name| provider.spelling(name).unwrap_or(name).to_owned());
        self.shared(GraphNode::Webhook { provider: &provider.id, event })
    }

    /// One edge an event. Events that are not known by name are one node, from which every receiver may get some.
    fn registration(&mut self, one: &Registration) {
        let (from, site) = (self.node_of(one.flow), Some(Owner::Action(one.action)));
        let is_open = !one.events.is_complete || one.registers_all();
        let names: BTreeSet<String> =
            one.events.names.iter().map(|event| event.name.to_ascii_lowercase()).collect();
        let events = names.iter().map(|name| Some(name.as_str())).chain(is_open.then_some(None));
        for event in events {
            let to = self.webhook(one.provider, event);
            self.edge(from, to, EdgeKind::Registers, site, EdgeSite::At(one.place.clone()));
        }
    }

    fn receiver(&mut self, one: &Receiver) {
        let to = self.node_of(one.flow);
        let mut seen = BTreeSet::new();
        for event in one.handled.iter().filter(|event| seen.insert(event.name.as_str())) {
            let from = self.webhook(one.provider, Some(&event.name));
            self.edge(from, to, EdgeKind::DeliversTo, None, EdgeSite::At(event.place.clone()));
        }
        let open = GraphNode::Webhook { provider: &one.provider.id, event: None };
        if let Some(from) = self.shared.get(&open).copied() {
            self.edge(from, to, EdgeKind::DeliversTo, None, EdgeSite::At(one.place.clone()));
        }
    }
}
