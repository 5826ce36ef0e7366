//! What the packages say about each part that a message mentions: where it is, what uses it, and what to do.

use std::collections::BTreeSet;

use super::About;
use crate::activation::ExternalFlow;
use crate::analysis::Analysis;
use crate::catalog::{self, connector_in_words};
use crate::errors::{PlatformError, Search};
use crate::graph::{CallSite, Callee, EdgeKind, GraphNode};
use crate::mentions::Mention;
use crate::model::{ConnectorName, FlowId, FlowIx, LogicalName, Owner, SchemaName, State, step_title};
use crate::report::count;
use crate::source::{Part, Place};
use crate::wording::{first, listed};

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

/// Everything that the message mentions. A next step that would not help with the error is left out.
pub(super) fn all<'a>(about: &About<'a>, search: &Search) -> Vec<Named<'a>> {
    let mut named: Vec<Named<'_>> = about.mentions.iter().map(|mention| of(about, search, mention)).collect();
    for (one, mention) in named.iter_mut().zip(about.mentions) {
        if !has_step(search, mention) {
            one.next = None;
        }
    }
    named
}

/// Whether the next step for a component helps with the errors: a reference needs a connection only if that is missing, and
/// a component that an upgrade deletes needs nothing.
fn has_step(search: &Search, mention: &Mention) -> bool {
    let kind = match mention {
        Mention::Step(..) | Mention::Unknown("action", _) => return true,
        Mention::Flow(_) | Mention::UnknownFlow(_) => "flow",
        Mention::Reference(_) | Mention::Unknown("connection reference", _) => "reference",
        Mention::Variable(_) | Mention::Unknown(..) => "variable",
        Mention::Connector(_) => "connector",
        Mention::Component(..) => return false,
    };
    let errors: Vec<&PlatformError> = search.found.iter().map(|found| found.error).collect();
    let specific = errors.iter().filter(|error| !error.wrapper).count();
    let default = |kind: &str| matches!(kind, "flow" | "connector");
    let helps = |error: &PlatformError| match &error.steps {
        Some(steps) => steps.iter().any(|one| one == kind),
        None => default(kind),
    };
    match specific {
        0 => default(kind),
        _ => errors.iter().any(|error| !error.wrapper && helps(error)),
    }
}

/// Whether one of these errors was found.
fn has_error(search: &Search, codes: &[&str]) -> bool {
    search.found.iter().any(|found| codes.contains(&found.error.code.as_str()))
}

fn of<'a>(about: &About<'a>, search: &Search, mention: &Mention) -> Named<'a> {
    /// An upgrade deletes what the new version does not have.
    const DELETES: [&str; 3] =
        ["solution-dependencies-exist", "component-referenced", "invalid-component-state"];
    let analysis = about.analysis;
    match mention {
        Mention::Flow(flow) => of_flow(about, search, *flow),
        Mention::UnknownFlow(id) => of_unknown(analysis, id),
        Mention::Step(flow, site) => of_step(analysis, *flow, *site),
        Mention::Reference(name) => of_reference(analysis, name),
        Mention::Variable(name) => of_variable(analysis, search, name),
        Mention::Component(kind, id) => of_component(analysis, kind, id),
        Mention::Connector(name) => of_connector(analysis, name),
        Mention::Unknown(kind, name) => Named {
            facts: vec![if has_error(search, &DELETES) {
                "not in the packages: if they are the new version, the upgrade deletes it".to_owned()
            } else {
                "not in the packages".to_owned()
            }],
            next: Some(format!(
                "find the solution that contains `{name}`, and add its package to `--in`; if the name is misspelled, \
                 correct it"
            )),
            ..Named::new(kind, name)
        },
    }
}

/// A reference or a variable that the message names by its id in the target.
fn of_component<'a>(analysis: &'a Analysis, kind: &'static str, id: &str) -> Named<'a> {
    const MOST: usize = 8;
    let solutions = &analysis.workspace.solutions;
    let names: BTreeSet<String> = if kind == "connection reference" {
        let references = solutions.iter().flat_map(|solution| solution.references.iter());
        references.flat_map(|all| all.keys()).map(ToString::to_string).collect()
    } else {
        solutions.iter().flat_map(|solution| solution.variables.keys()).map(ToString::to_string).collect()
    };
    let mut facts = vec!["an id in the target environment, which packages do not contain".to_owned()];
    if !names.is_empty() {
        let shown = first(MOST, &names, |name| format!("`{name}`"));
        facts.push(format!("the packages contain {shown}: if they are the new version, it is another one"));
    }
    Named { facts, ..Named::new(kind, &id) }
}

fn of_flow<'a>(about: &About<'a>, search: &Search, index: FlowIx) -> Named<'a> {
    const POLICIES: [&str; 3] = ["DlpViolation", "ApiPolicyDataFlowViolation", "ApiPolicyApiGroupViolation"];
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
    if has_error(search, &POLICIES) {
        facts.extend(connectors_of(analysis, index));
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

/// The connectors that a data policy looks at.
fn connectors_of(analysis: &Analysis, index: FlowIx) -> Option<String> {
    let content = analysis.workspace.flow(index).content.as_ref()?;
    let connectors: BTreeSet<String> = content
        .connections
        .iter()
        .filter_map(|connection| connection.connector.as_ref())
        .map(|name| connector_in_words(name.as_str()))
        .collect();
    (!connectors.is_empty()).then(|| format!("its connectors: {}", listed(connectors.iter(), Clone::clone)))
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
    let external = analysis.activation().external.iter().find(|one| one.id == *id);
    let mut facts = vec!["no flow of the packages has this id".to_owned()];
    if let Some(ExternalFlow { name: Some(name), .. }) = external {
        facts.push(format!("its name is `{name}`, according to the solution"));
    }
    let callers: BTreeSet<FlowIx> = calls.iter().map(|call| call.caller).collect();
    let next = if callers.is_empty() {
        facts.push("no flow of the packages calls it: the environment may have assigned this id".to_owned());
        "add the packages of other solutions (`--in A.zip B.zip`), or look up the id in the environment"
            .to_owned()
    } else {
        facts.push(format!("called by {}", names(analysis, &callers)));
        let from = external.and_then(|one| one.solution.as_ref()).map(|solution| format!(" (`{solution}`)"));
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
    let way = match path.split_last() {
        Some((_, containers)) if !containers.is_empty() => {
            let containers: Vec<String> = containers.iter().map(|name| step_title(name)).collect();
            format!(", expand `{}`", containers.join("` > `"))
        }
        _ => String::new(),
    };
    let name = path.last().copied().unwrap_or_default();
    let operation = content.and_then(|content| {
        content.connection_uses.iter().find(|one| one.site == site).and_then(|one| one.operation.as_deref())
    });
    let operation = operation.map(|operation| format!(", runs `{operation}`")).unwrap_or_default();
    Named {
        flow: Some(index),
        facts: vec![format!("in the flow `{}`{operation}", flow.name)],
        next: Some(format!("open `{}` in the designer{way}, and look at `{name}`", flow.name)),
        path,
        place: route.and_then(|route| flow.place(route, Part::Key)),
        ..Named::new(kind, &name)
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

fn of_variable<'a>(analysis: &'a Analysis, search: &Search, name: &SchemaName) -> Named<'a> {
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
    if defined.is_some_and(|one| one.has_default)
        && has_error(search, &["XrmEnvironmentVariableAttributeNotFound"])
    {
        let reason =
            "the target has it without: in an older version, or with an unmanaged layer (Solution layers)";
        facts.push(reason.to_owned());
    }
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
    let value = defined.and_then(|one| one.value.clone().or_else(|| one.default.clone()));
    let value = value.filter(|_| has_error(search, &["key-vault-access"]));
    let place = value.or_else(|| defined.map(|one| one.place.clone())).or(place);
    Named {
        kind: "environment variable",
        name: name.to_string(),
        flow: None,
        path: Vec::new(),
        place,
        facts,
        next: Some(next),
    }
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
