//! What the packages say about each part that a message mentions: where it is, what uses it, and what to do.

use std::collections::BTreeSet;

use super::About;
use crate::activation::ExternalFlow;
use crate::analysis::Analysis;
use crate::catalog::{self, connector_in_words};
use crate::graph::{CallSite, Callee, EdgeKind, GraphNode};
use crate::mentions::Mention;
use crate::model::{ConnectorName, FlowId, FlowIx, LogicalName, Owner, SchemaName, State, step_title};
use crate::report::count;
use crate::source::{Part, Place};
use crate::wording::listed;

/// A part of the packages that the message mentions.
pub(super) struct Named<'a> {
    /// For programs: `flow`, `action`, …
    pub(super) kind: &'static str,
    /// The name in the packages.
    pub(super) name: String,
    pub(super) flow: Option<FlowIx>,
    /// For a step: the names of its containers and its own, the outermost first.
    pub(super) path: Vec<&'a str>,
    pub(super) place: Option<Place>,
    /// Facts about it, without full stops.
    pub(super) facts: Vec<String>,
    /// What to do about it.
    pub(super) next: Option<String>,
}

impl Named<'_> {
    fn new(kind: &'static str, name: &impl ToString) -> Self {
        Named {
            kind,
            name: name.to_string(),
            flow: None,
            path: Vec::new(),
            place: None,
            facts: Vec::new(),
            next: None,
        }
    }
}

/// Everything that the message mentions.
pub(super) fn all<'a>(about: &About<'a>) -> Vec<Named<'a>> {
    let analysis = about.analysis;
    let one = |mention: &Mention| match mention {
        Mention::Flow(flow) => of_flow(about, *flow),
        Mention::UnknownFlow(id) => of_unknown(analysis, id),
        Mention::Step(flow, site) => of_step(analysis, *flow, *site),
        Mention::Reference(name) => of_reference(analysis, name),
        Mention::Variable(name) => of_variable(analysis, name),
        Mention::Connector(name) => of_connector(analysis, name),
        Mention::Unknown(kind, name) => Named {
            facts: vec!["not in the packages".to_owned()],
            next: Some(format!(
                "find the solution that contains `{name}`, and add its package to `--in`; if the name is misspelled, \
                 correct it"
            )),
            ..Named::new(kind, name)
        },
    };
    about.mentions.iter().map(one).collect()
}

fn of_flow<'a>(about: &About<'a>, index: FlowIx) -> Named<'a> {
    let analysis = about.analysis;
    let flow = analysis.workspace.flow(index);
    let mut facts = vec![match flow.state {
        State::On => "recorded as on".to_owned(),
        State::Off => "recorded as off, so an import leaves it off".to_owned(),
        State::Suspended => "recorded as suspended by the platform".to_owned(),
        State::Unknown => "its state is not recorded".to_owned(),
    }];
    let callers: BTreeSet<FlowIx> = analysis
        .graph
        .calls_to(index)
        .iter()
        .map(|call| call.caller)
        .filter(|caller| *caller != index)
        .collect();
    let calls = analysis.graph.calls_of(index);
    let called: BTreeSet<FlowIx> =
        calls.iter().filter_map(callee).filter(|callee| *callee != index).collect();
    if !callers.is_empty() {
        facts.push(format!("called by {}", names(analysis, &callers)));
    }
    if !called.is_empty() {
        facts.push(format!("calls {}", names(analysis, &called)));
    }
    let own = format!("`{}`", flow.name);
    let packages = about.packages.join(" ");
    let order = format!("`flowvet order {packages}` prints the order for all flows");
    let next = match (called.is_empty(), callers.is_empty()) {
        (true, true) => None,
        (true, false) => Some(format!("turn on {own}, then {}; {order}", names(analysis, &callers))),
        (false, true) => Some(format!("turn on {}, then {own}; {order}", names(analysis, &called))),
        (false, false) => Some(format!(
            "turn on {}, then {own}, then {}; {order}",
            names(analysis, &called),
            names(analysis, &callers)
        )),
    };
    let place = flow.record.as_ref().map(|record| record.name.clone()).or_else(|| flow.file.map(Place::file));
    Named { flow: Some(index), place, facts, next, ..Named::new("flow", &flow.name) }
}

fn callee(call: &CallSite) -> Option<FlowIx> {
    match &call.callee {
        Callee::Flow(flow) => Some(*flow),
        Callee::External(_) => None,
    }
}

/// A flow that is not in the packages. Its calls may be.
fn of_unknown<'a>(analysis: &'a Analysis, id: &FlowId) -> Named<'a> {
    let workspace = &analysis.workspace;
    let calls = workspace.indexed().flat_map(|(index, _)| analysis.graph.calls_of(index));
    let calls: Vec<CallSite> = calls.filter(|call| call.callee == Callee::External(id.clone())).collect();
    let external = analysis.activation().external.into_iter().find(|one| one.id == *id);
    let mut facts = vec!["no flow of the packages has this id".to_owned()];
    if let Some(ExternalFlow { name: Some(name), .. }) = &external {
        facts.push(format!("its name is `{name}`, according to the solution"));
    }
    let callers: BTreeSet<FlowIx> = calls.iter().map(|call| call.caller).collect();
    let next = if callers.is_empty() {
        facts.push("no flow of the packages calls it: the environment may have assigned this id".to_owned());
        "add the packages of other solutions (`--in A.zip B.zip`), or look up the id in the environment"
            .to_owned()
    } else {
        facts.push(format!("called by {}", names(analysis, &callers)));
        let from = external.and_then(|one| one.solution).map(|solution| format!(" (`{solution}`)"));
        let from = from.unwrap_or_default();
        format!(
            "import the solution that contains it{from} and turn it on, and then turn on {}",
            names(analysis, &callers)
        )
    };
    let place = calls.first().map(|call| call.place(workspace));
    Named { place, facts, next: Some(next), ..Named::new("unknown flow", id) }
}

fn of_step<'a>(analysis: &'a Analysis, index: FlowIx, site: Owner) -> Named<'a> {
    let flow = analysis.workspace.flow(index);
    let content = flow.content.as_ref();
    let path = content.map(|content| content.definition.site_path(site)).unwrap_or_default();
    let route = content.and_then(|content| match site {
        Owner::Trigger(number) => {
            content.definition.trigger(number).map(|trigger| content.definition.trigger_route(trigger))
        }
        Owner::Action(action) => Some(content.definition.action_route(action)),
    });
    let kind = match site {
        Owner::Trigger(_) => "trigger",
        Owner::Action(_) => "action",
    };
    let expand = match path.split_last() {
        Some((_, containers)) if !containers.is_empty() => {
            let containers: Vec<String> = containers.iter().map(|name| step_title(name)).collect();
            format!(", expand `{}`", containers.join("` > `"))
        }
        _ => String::new(),
    };
    let name = path.last().copied().unwrap_or_default();
    let next = format!("open `{}` in the designer{expand}, and check `{}`", flow.name, step_title(name));
    Named {
        flow: Some(index),
        facts: vec![format!("in the flow `{}`", flow.name)],
        next: Some(next),
        place: route.and_then(|route| flow.place(route, Part::Key)),
        ..Named { path, ..Named::new(kind, &name) }
    }
}

fn of_reference<'a>(analysis: &'a Analysis, name: &LogicalName) -> Named<'a> {
    let declared = analysis.workspace.solutions.iter().find_map(|one| one.references.as_ref()?.get(name));
    let used = users(analysis, EdgeKind::Uses, &GraphNode::ConnectionReference(name.clone()));
    let shown = declared.map(|one| one.display_name.as_str()).filter(|shown| !shown.is_empty());
    let shown = shown.unwrap_or(name.as_str());
    let mut facts = vec![match declared {
        Some(one) => {
            let connector = one.connector.as_ref().map(|connector| connector_in_words(connector.as_str()));
            let connector = connector.map(|connector| format!(", for {connector}"));
            format!("shown as `{shown}`{}", connector.unwrap_or_default())
        }
        None => "not declared in the packages".to_owned(),
    }];
    let (flows, place) = used_by(analysis, &used, &mut facts);
    let then = then_turn_on(analysis, &flows);
    let next = if declared.is_some() {
        format!(
            "in the target environment, open the solution > Connection references > `{shown}`, choose a connection, and \
             save{then}"
        )
    } else {
        format!(
            "import the solution that contains `{name}` and choose its connection there, or add it to this solution in \
             the source environment and export again{then}"
        )
    };
    let place = declared.map(|one| one.place.clone()).or(place);
    Named { place, facts, next: Some(next), ..Named::new("connection reference", name) }
}

fn of_variable<'a>(analysis: &'a Analysis, name: &SchemaName) -> Named<'a> {
    let defined = analysis.workspace.solutions.iter().find_map(|one| one.variables.get(name));
    let used = users(analysis, EdgeKind::Reads, &GraphNode::EnvironmentVariable(name.clone()));
    let mut facts = vec![match defined {
        None => "not defined in the packages".to_owned(),
        Some(one) => format!(
            "shown as `{}`, {} a default value, {} a current value in the solution",
            one.display_name,
            if one.has_default { "with" } else { "without" },
            if one.value.is_some() { "with" } else { "without" }
        ),
    }];
    let (flows, place) = used_by(analysis, &used, &mut facts);
    let then = then_turn_on(analysis, &flows);
    let next = match defined {
        Some(one) => format!(
            "in the target environment, open the solution > Environment variables > `{}`, enter a current value, and \
             save{then}",
            one.display_name
        ),
        None => format!("import the solution that contains `{name}`, and set its value{then}"),
    };
    let place = defined.map(|one| one.place.clone()).or(place);
    Named { place, facts, next: Some(next), ..Named::new("environment variable", name) }
}

fn of_connector<'a>(analysis: &'a Analysis, name: &ConnectorName) -> Named<'a> {
    let (mut references, mut flows, mut place) = (BTreeSet::new(), BTreeSet::new(), None);
    for (index, flow, content) in analysis.workspace.contents() {
        let is_same = |connector: &ConnectorName| connector.is_same(name);
        for connection in content.connections.iter().filter(|one| one.connector.as_ref().is_some_and(is_same))
        {
            references.extend(connection.logical_name.clone());
            flows.insert(analysis.workspace.representative(index));
            place = place.or_else(|| flow.place(connection.route(), Part::Key));
        }
    }
    let known = catalog::connector(name.as_str());
    let mut facts: Vec<String> = known.map(|known| format!("shown as {}", known.name)).into_iter().collect();
    if !references.is_empty() {
        let references = listed(references.iter(), |name| format!("`{name}`"));
        facts.push(format!("used through the connection references {references}"));
    }
    facts.push(format!("used by {}", names(analysis, &flows)));
    let next = format!(
        "check the connection for {} in the target environment{}",
        connector_in_words(name.as_str()),
        then_turn_on(analysis, &flows)
    );
    Named { place, facts, next: Some(next), ..Named::new("connector", name) }
}

/// The flows that use something, with the places; a flow for each use.
type Users = Vec<(FlowIx, Option<Place>)>;

fn users(analysis: &Analysis, kind: EdgeKind, node: &GraphNode) -> Users {
    let edges = analysis.graph.edges().filter(|(_, to, edge)| edge.kind == kind && *to == node);
    let mut users: Users = edges
        .filter_map(|(from, _, edge)| match from {
            GraphNode::Flow(flow) => Some((*flow, edge.place(&analysis.workspace, *flow))),
            _ => None,
        })
        .collect();
    users.sort_by_key(|(flow, _)| *flow);
    users
}

/// Adds a fact about the flows that use something. Returns each flow once, and the first place.
fn used_by(analysis: &Analysis, users: &Users, facts: &mut Vec<String>) -> (BTreeSet<FlowIx>, Option<Place>) {
    let flows: BTreeSet<FlowIx> =
        users.iter().map(|(flow, _)| analysis.workspace.representative(*flow)).collect();
    facts.push(if flows.is_empty() {
        "no flow of the packages uses it".to_owned()
    } else {
        format!("used by {}", names(analysis, &flows))
    });
    (flows, users.first().and_then(|(_, place)| place.clone()))
}

fn then_turn_on(analysis: &Analysis, flows: &BTreeSet<FlowIx>) -> String {
    if flows.is_empty() { String::new() } else { format!("; then turn on {}", names(analysis, flows)) }
}

/// `` `A` and 12 more flows``.
fn names(analysis: &Analysis, flows: &BTreeSet<FlowIx>) -> String {
    const MOST: usize = 5;
    let shown: Vec<String> =
        flows.iter().take(MOST).map(|flow| format!("`{}`", analysis.workspace.flow(*flow).name)).collect();
    match flows.len().checked_sub(MOST) {
        None | Some(0) => shown.join(", "),
        Some(more) => format!("{} and {}", shown.join(", "), count(more, "more flow")),
    }
}
