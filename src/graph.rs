//! The dependency graph of a workspace: calls between flows, the connection references and environment variables that
//! they use, and the webhook events that they register for and receive.
//!
//! It is built after `model` and `webhooks`. Activation order, import order, rules and reports read it. Every edge
//! keeps the place in the input that creates it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::catalog::Provider;
use crate::model::{ActionIx, CALLED_FLOW_KEYS, FlowId, FlowIx, LogicalName, Owner, SchemaName, Workspace};
use crate::source::{FileId, Place};
use crate::webhooks::{Receiver, Registration, Webhooks};

/// A flow, or something that flows depend on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GraphNode {
    /// A flow of the inputs.
    Flow(FlowIx),
    /// A called flow that no input contains.
    External(FlowId),
    /// A connection reference, declared or not.
    ConnectionReference(LogicalName),
    /// An environment variable, defined or not.
    EnvironmentVariable(SchemaName),
    /// A webhook event of a provider.
    Webhook {
        /// The id of the provider.
        provider: &'static str,
        /// The event; `None` stands for events whose names are unknown.
        event: Option<String>,
    },
}

/// Why a flow depends on something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// The flow calls another flow.
    Calls,
    /// An action or the trigger uses a connection.
    Uses,
    /// The definition has a parameter for an environment variable.
    Reads,
    /// An action can register a URL for the event.
    Registers,
    /// The event is delivered to the flow that handles it.
    DeliversTo,
}

/// A dependency.
#[derive(Debug, Clone)]
pub struct Edge {
    /// The kind of dependency.
    pub kind: EdgeKind,
    /// The trigger or action that creates the dependency, if it is not the flow as a whole.
    pub site: Option<Owner>,
    /// The source of the edge. Most places are computed on demand, because a stored route would need memory for every
    /// name on it.
    source: EdgeSite,
}

/// The source of an edge in the flow's file.
#[derive(Debug, Clone)]
enum EdgeSite {
    /// This place. In a box, because most edges have none.
    At(Box<Place>),
    /// The action that calls a child flow.
    Call(FileId),
    /// The flow's connection use with this index.
    Use(usize),
    /// The flow's variable use with this index.
    Variable(usize),
}

impl Edge {
    /// The place that creates the edge. `from` is the flow at the start of the edge.
    pub fn place(&self, workspace: &Workspace, from: FlowIx) -> Option<Place> {
        let flow = workspace.flow(from);
        let content = flow.content.as_ref()?;
        let route = match &self.source {
            EdgeSite::At(place) => return Some((**place).clone()),
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

/// The place where an action names the flow that it calls.
fn call_place(workspace: &Workspace, caller: FlowIx, action: ActionIx, file: FileId) -> Place {
    let content = workspace.flow(caller).content.as_ref();
    let route = content.map(|content| content.definition.action_route(action).keys(&CALLED_FLOW_KEYS));
    Place::value(file, route.unwrap_or_default())
}

/// The dependency graph of a workspace.
#[derive(Debug)]
pub struct Graph {
    graph: DiGraph<GraphNode, Edge>,
    flows: Vec<NodeIndex>,
}

/// The target of a call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Callee {
    /// A flow of the inputs.
    Flow(FlowIx),
    /// A flow that no input contains.
    External(FlowId),
}

/// An action that calls a child flow.
#[derive(Debug, Clone)]
pub struct CallSite {
    /// The calling flow.
    pub caller: FlowIx,
    /// The calling action.
    pub action: ActionIx,
    /// The called flow.
    pub callee: Callee,
    /// The file of the caller.
    file: FileId,
}

impl CallSite {
    /// The place where the caller names the child.
    pub fn place(&self, workspace: &Workspace) -> Place {
        call_place(workspace, self.caller, self.action, self.file)
    }
}

/// An action that may register the URL of a receiver.
#[derive(Debug, Clone)]
pub struct RegisterSite {
    /// The registering flow.
    pub flow: FlowIx,
    /// The registering action.
    pub action: ActionIx,
    /// The flow whose URL it may register.
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
            for call in &content.calls {
                let to = match workspace.resolve(&call.child, flow.solution) {
                    Some(child) => builder.node_of(child),
                    None => builder.shared(GraphNode::External(call.child.clone())),
                };
                let site = Some(Owner::Action(call.action));
                builder.edge(from, to, EdgeKind::Calls, site, EdgeSite::Call(file));
            }
            // The node of each connection, because hashing a name takes long and most actions share one.
            let mut references: Vec<Option<NodeIndex>> = vec![None; content.connections.len()];
            for (at, use_) in content.connection_uses.iter().enumerate() {
                let Some(connection) = content.connection_index(&use_.key) else { continue };
                let Some(name) = &content.connections[connection].logical_name else { continue };
                let to = *references[connection]
                    .get_or_insert_with(|| builder.shared(GraphNode::ConnectionReference(name.clone())));
                builder.edge(from, to, EdgeKind::Uses, Some(use_.site), EdgeSite::Use(at));
            }
            for (at, use_) in content.variable_uses.iter().enumerate() {
                let to = builder.shared(GraphNode::EnvironmentVariable(use_.schema_name.clone()));
                builder.edge(from, to, EdgeKind::Reads, None, EdgeSite::Variable(at));
            }
        }
        webhooks.registrations.iter().for_each(|registration| builder.registration(registration));
        webhooks.receivers.iter().for_each(|receiver| builder.receiver(receiver));
        builder.graph.shrink_to_fit();
        Graph { graph: builder.graph, flows: builder.flows }
    }

    /// Every node, in the order of the workspace.
    pub fn nodes(&self) -> impl Iterator<Item = &GraphNode> {
        self.graph.node_weights()
    }

    /// Every edge with its source and target.
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

    /// The calls to a flow, including calls by itself, sorted by caller and action.
    pub fn calls_to(&self, flow: FlowIx) -> Vec<CallSite> {
        let mut calls: Vec<CallSite> = self.calls(self.flows[flow.get()], Direction::Incoming).collect();
        calls.sort_by_key(|call| (call.caller, call.action));
        calls
    }

    /// The calls that a flow makes, grouped by callee: rules report a problem of a child once per caller.
    pub fn calls_by_callee(&self, flow: FlowIx) -> BTreeMap<Callee, Vec<CallSite>> {
        let mut groups: BTreeMap<Callee, Vec<CallSite>> = BTreeMap::new();
        for call in self.calls_of(flow) {
            groups.entry(call.callee.clone()).or_default().push(call);
        }
        groups
    }

    /// The receivers whose URL a flow may register, without duplicates, in the order of the registering actions.
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
            let Edge { site: Some(Owner::Action(action)), source: EdgeSite::Call(file), .. } = edge.weight()
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
        source: EdgeSite,
    ) {
        self.graph.add_edge(from, to, Edge { kind, site, source });
    }

    /// The node of an event, with the name as the provider spells it.
    fn webhook(&mut self, provider: &'static Provider, event: Option<&str>) -> NodeIndex {
        let event = event.map(|name| provider.spelling(name).unwrap_or(name).to_owned());
        self.shared(GraphNode::Webhook { provider: &provider.id, event })
    }

    /// Adds an edge for each event. All events with unknown names share a node, and every receiver may get some of
    /// them.
    fn registration(&mut self, registration: &Registration) {
        let (from, site) = (self.node_of(registration.flow), Some(Owner::Action(registration.action)));
        let is_open = !registration.events.is_complete || registration.registers_all();
        let names: BTreeSet<String> =
            registration.events.names.iter().map(|event| event.name.to_ascii_lowercase()).collect();
        let events = names.iter().map(|name| Some(name.as_str())).chain(is_open.then_some(None));
        for event in events {
            let to = self.webhook(registration.provider, event);
            self.edge(
                from,
                to,
                EdgeKind::Registers,
                site,
                EdgeSite::At(Box::new(registration.place.clone())),
            );
        }
    }

    fn receiver(&mut self, receiver: &Receiver) {
        let to = self.node_of(receiver.flow);
        let mut seen = BTreeSet::new();
        for event in receiver.handled.iter().filter(|event| seen.insert(event.name.as_str())) {
            let from = self.webhook(receiver.provider, Some(&event.name));
            self.edge(from, to, EdgeKind::DeliversTo, None, EdgeSite::At(Box::new(event.place.clone())));
        }
        let open = GraphNode::Webhook { provider: &receiver.provider.id, event: None };
        if let Some(from) = self.shared.get(&open).copied() {
            self.edge(from, to, EdgeKind::DeliversTo, None, EdgeSite::At(Box::new(receiver.place.clone())));
        }
    }
}
