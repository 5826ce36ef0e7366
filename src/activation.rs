//! The order in which flows can be turned on: children before parents, receivers of events before the flow that
//! registers their address, in waves.
//!
//! The platform refuses a parent whose child was never published (`ChildFlowNeverPublished`), so a flow may be turned
//! on once every flow it calls was. Flows that call each other in a circle have no such order; they are reported, and
//! the rest is ordered as if the circle were one flow.
//!
//! The address of a receiver exists only after it was turned on, so a registration that runs before has nothing to
//! register. Nothing refuses it, though: where a registration and a call contradict each other, the call wins.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use petgraph::algo::{has_path_connecting, kosaraju_scc};
use petgraph::graph::{DiGraph, NodeIndex};

use crate::graph::{CallSite, Callee, Graph, RegisterSite};
use crate::model::{FlowId, FlowIx, Requirement, Workspace};

/// The order of a workspace. A flow that is in several inputs (a zip and its unpacked twin, two versions) stands in
/// it once, as in the newest solution.
#[derive(Debug, Default)]
pub struct Activation {
    /// Flows of one wave need only flows of earlier waves. Within a wave: by name, then id.
    pub waves: Vec<Vec<FlowIx>>,
    /// Groups of flows that call each other in a circle, or one flow that calls itself. Sorted like waves.
    pub cycles: Vec<Vec<FlowIx>>,
    /// Flows that are called and in no input, by id.
    pub external: Vec<ExternalFlow>,
    /// Registrations that stand behind the receivers they may register, by flow.
    pub registrations: Vec<RegisterSite>,
}

/// A called flow that is in no input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalFlow {
    /// Its id.
    pub id: FlowId,
    /// Its name, where a missing dependency gives it.
    pub name: Option<String>,
    /// The solution that has it, where a missing dependency names it.
    pub solution: Option<String>,
}

impl Activation {
    /// Computes the order.
    pub(crate) fn of(workspace: &Workspace, graph: &Graph) -> Self {
        let mut calls = CallGraph::of(workspace, graph);
        let registrations = calls.add_registrations(workspace, graph);
        // Callees come before their callers.
        let groups = kosaraju_scc(&calls.graph);
        let mut levels: HashMap<NodeIndex, usize> = HashMap::new();
        let mut waves: BTreeMap<usize, Vec<FlowIx>> = BTreeMap::new();
        let mut cycles = Vec::new();
        for group in groups {
            let members: BTreeSet<NodeIndex> = group.iter().copied().collect();
            let callees = group.iter().flat_map(|node| calls.graph.neighbors(*node));
            let below = callees.filter(|callee| !members.contains(callee)).map(|callee| levels[&callee] + 1);
            let level = below.max().unwrap_or(0);
            levels.extend(group.iter().map(|node| (*node, level)));
            let flows = group.iter().map(|node| calls.graph[*node]);
            if calls.is_cycle(&group) {
                cycles.push(flows.collect::<Vec<_>>());
            } else {
                waves.entry(level).or_default().extend(flows);
            }
        }
        let waves = waves.into_values().collect();
        let mut order = Activation { waves, cycles, external: external(workspace, graph), registrations };
        let key = |flow: &FlowIx| (&workspace.flow(*flow).name, &workspace.flow(*flow).id);
        for group in order.waves.iter_mut().chain(&mut order.cycles) {
            group.sort_by(|a, b| key(a).cmp(&key(b)));
        }
        order.cycles.sort_by(|a, b| key(&a[0]).cmp(&key(&b[0])));
        order
    }

    /// Flows in the order of turning on, without those in circles.
    pub fn flat(&self) -> impl Iterator<Item = FlowIx> {
        self.waves.iter().flatten().copied()
    }
}

/// Why a flow stands behind another.
#[derive(Debug, Clone)]
pub(crate) enum Reason {
    /// It calls the other one.
    Calls(CallSite),
    /// It registers the address of the other one.
    Registers(RegisterSite),
}

/// Why a flow stands behind others: the calls it makes, one a callee, without calls of itself, then the receivers it
/// may register.
pub(crate) fn reasons(workspace: &Workspace, graph: &Graph, order: &Activation, flow: FlowIx) -> Vec<Reason> {
    let mut seen = BTreeSet::new();
    let callee_id = |call: &CallSite| match &call.callee {
        Callee::Flow(child) => workspace.flow(*child).id.clone(),
        Callee::External(id) => id.clone(),
    };
    let calls = graph.calls_of(flow).into_iter();
    let calls = calls
        .filter(|call| callee_id(call) != workspace.flow(flow).id && seen.insert(callee_id(call)))
        .map(Reason::Calls);
    let flow = workspace.representative(flow);
    let registrations = order.registrations.iter().filter(|site| site.flow == flow);
    calls.chain(registrations.cloned().map(Reason::Registers)).collect()
}

/// Calls between flows, each flow once, and the registrations that go with them.
struct CallGraph {
    graph: DiGraph<FlowIx, ()>,
    nodes: BTreeMap<FlowIx, NodeIndex>,
}

impl CallGraph {
    fn of(workspace: &Workspace, calls: &Graph) -> Self {
        let mut graph = DiGraph::new();
        let mut nodes = BTreeMap::new();
        for (flow, _) in workspace.indexed().filter(|(flow, _)| workspace.representative(*flow) == *flow) {
            nodes.insert(flow, graph.add_node(flow));
        }
        for (flow, node) in &nodes {
            for call in calls.calls_of(*flow) {
                if let Callee::Flow(child) = call.callee {
                    graph.update_edge(*node, nodes[&workspace.representative(child)], ());
                }
            }
        }
        CallGraph { graph, nodes }
    }

    /// Adds an edge for every registration that closes no circle, and gives back those.
    fn add_registrations(&mut self, workspace: &Workspace, graph: &Graph) -> Vec<RegisterSite> {
        let mut kept = Vec::new();
        for (flow, node) in &self.nodes {
            let mut seen = BTreeSet::new();
            for mut site in graph.registered_by(*flow) {
                site.receiver = workspace.representative(site.receiver);
                let receiver = self.nodes[&site.receiver];
                if !seen.insert(receiver) || has_path_connecting(&self.graph, receiver, *node, None) {
                    continue;
                }
                self.graph.update_edge(*node, receiver, ());
                kept.push(site);
            }
        }
        kept
    }

    fn is_cycle(&self, group: &[NodeIndex]) -> bool {
        group.len() > 1 || self.graph.contains_edge(group[0], group[0])
    }
}

fn external(workspace: &Workspace, graph: &Graph) -> Vec<ExternalFlow> {
    let mut found: BTreeMap<FlowId, ExternalFlow> = BTreeMap::new();
    for (flow, _) in workspace.indexed() {
        for call in graph.calls_of(flow) {
            let Callee::External(id) = call.callee else { continue };
            let missing = workspace.solution_of(flow).missing(&Requirement::Flow(id.clone()));
            let one = found.entry(id.clone()).or_insert(ExternalFlow { id, name: None, solution: None });
            if let Some(missing) = missing {
                one.name = one.name.take().or_else(|| Some(missing.display_name.clone()));
                one.solution = one.solution.take().or_else(|| missing.solution.clone());
            }
        }
    }
    found.into_values().collect()
}
