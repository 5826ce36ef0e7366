//! What the packages tell of each thing that a message names: where it is, what hangs on it, what to do about it.

use std::collections::BTreeSet;

use super::About;
use crate::activation::ExternalFlow;
use crate::analysis::Analysis;
use crate::catalog::connector;
use crate::errors::{PlatformError, Search};
use crate::graph::{CallSite, Callee, EdgeKind, GraphNode};
use crate::mentions::Mention;
use crate::model::{ConnectorName, FlowId, FlowIx, LogicalName, Owner, SchemaName, State};
use crate::report::count;
use crate::source::{Part, Place};
use crate::wording::listed;

/// One thing that the message names.
pub(super) struct Named<'a> {
    /// For programs: `flow`, `action`, …
    pub(super) kind: &'static str,
    /// As the packages write it.
    pub(super) name: String,
    pub(super) flow: Option<FlowIx>,
    /// Of a step: the names to expand, the outermost first.
    pub(super) path: Vec<&'a str>,
    pub(super) place: Option<Place>,
    /// What is known of it, in sentences without a full stop.
    pub(super) facts: Vec<String>,
    /// What to do about it.
    pub(super) next: Option<String>,
}

/// Everything that the message names. A next step that would not help with the error is left out.
pub(super) fn all<'a>(about: &About<'a>, search: &Search) -> Vec<Named<'a>> {
    let mut named: Vec<Named<'_>> = about.mentions.iter().map(|mention| of(about, search, mention)).collect();
    for (one, mention) in named.iter_mut().zip(about.mentions) {
        if !has_step(search, mention) {
            one.next = None;
        }
    }
    named
}

/// Whether what a package tells of a thing is a step towards the errors' end: a reference needs a connection only where
/// that is missing, and what an upgrade deletes needs nothing.
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
    let telling = errors.iter().filter(|error| !error.wrapper).count();
    let default = |kind: &str| matches!(kind, "flow" | "connector");
    let helps = |error: &PlatformError| match &error.steps {
        Some(steps) => steps.iter().any(|one| one == kind),
        None => default(kind),
    };
    match telling {
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
            kind,
            name: name.clone(),
            flow: None,
            path: Vec::new(),
            place: None,
            facts: vec![if has_error(search, &DELETES) {
                "in none of the packages: if they are the new version, the upgrade deletes it".to_owned()
            } else {
                "in none of the packages".to_owned()
            }],
            next: Some(format!(
                "find the solution that `{name}` belongs to, and give its package with `--in`, too; if the name is \
                 misspelled, correct it where it is written"
            )),
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
    let mut facts = vec!["an id of the target, which packages do not have".to_owned()];
    if !names.is_empty() {
        let shown = listed(names.iter().take(MOST), |name| format!("`{name}`"));
        let more = names.len().saturating_sub(MOST);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        facts
            .push(format!("the packages keep {shown}{more}: it is another one, if they are the new version"));
    }
    Named { kind, name: id.to_owned(), flow: None, path: Vec::new(), place: None, facts, next: None }
}

fn of_flow<'a>(about: &About<'a>, search: &Search, index: FlowIx) -> Named<'a> {
    const POLICIES: [&str; 3] = ["DlpViolation", "ApiPolicyDataFlowViolation", "ApiPolicyApiGroupViolation"];
    let analysis = about.analysis;
    let flow = analysis.workspace.flow(index);
    let mut facts = vec![match flow.state {
        State::On => "recorded as on".to_owned(),
        State::Off => "recorded as off, so an import leaves it off".to_owned(),
        State::Suspended => "recorded as suspended by the platform".to_owned(),
        State::Unknown => "no record tells whether it is on".to_owned(),
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
    let order = format!("`flowvet order {packages}` prints the order of all flows");
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
    Named { kind: "flow", name: flow.name.clone(), flow: Some(index), path: Vec::new(), place, facts, next }
}

/// The connectors that a data policy looks at.
fn connectors_of(analysis: &Analysis, index: FlowIx) -> Option<String> {
    let content = analysis.workspace.flow(index).content.as_ref()?;
    let connectors: BTreeSet<String> = content
        .connections
        .iter()
        .filter_map(|connection| connection.connector.as_ref())
        .map(|name| match connector(name.as_str()) {
            Some(known) => known.name.clone(),
            None => format!("`{name}`"),
        })
        .collect();
    (!connectors.is_empty()).then(|| format!("its connectors: {}", listed(connectors.iter(), Clone::clone)))
}

fn callee(call: &CallSite) -> Option<FlowIx> {
    match &call.callee {
        Callee::Flow(flow) => Some(*flow),
        Callee::External(_) => None,
    }
}

/// A flow of no package: the calls of it are what can be shown.
fn of_unknown<'a>(analysis: &'a Analysis, id: &FlowId) -> Named<'a> {
    let workspace = &analysis.workspace;
    let calls = workspace.indexed().flat_map(|(index, _)| analysis.graph.calls_of(index));
    let calls: Vec<CallSite> = calls.filter(|call| call.callee == Callee::External(id.clone())).collect();
    let external = analysis.activation().external.into_iter().find(|one| one.id == *id);
    let mut facts = vec!["no flow of the packages has this id".to_owned()];
    if let Some(ExternalFlow { name: Some(name), .. }) = &external {
        facts.push(format!("the solution says that it is `{name}`"));
    }
    let callers: BTreeSet<FlowIx> = calls.iter().map(|call| call.caller).collect();
    let next = if callers.is_empty() {
        facts.push("no flow of the packages calls it: it may be an id that the environment gave".to_owned());
        "give the packages of the other solutions, too (`--in A.zip B.zip`), or look the id up in the environment"
            .to_owned()
    } else {
        facts.push(format!("called by {}", names(analysis, &callers)));
        let from = external.and_then(|one| one.solution).map(|solution| format!(" (`{solution}`)"));
        let from = from.unwrap_or_default();
        format!(
            "import the solution that contains it{from} and turn it on, then turn on {}",
            names(analysis, &callers)
        )
    };
    let place = calls.first().map(|call| call.place(workspace));
    Named {
        kind: "unknown flow",
        name: id.to_string(),
        flow: None,
        path: Vec::new(),
        place,
        facts,
        next: Some(next),
    }
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
    let way = if path.len() > 1 {
        format!(", expand `{}`", path[..path.len() - 1].join("` > `"))
    } else {
        String::new()
    };
    let name = path.last().copied().unwrap_or_default();
    let operation = content.and_then(|content| {
        content.connection_uses.iter().find(|one| one.site == site).and_then(|one| one.operation.as_deref())
    });
    let operation = operation.map(|operation| format!(", runs `{operation}`")).unwrap_or_default();
    Named {
        kind,
        name: name.to_owned(),
        flow: Some(index),
        facts: vec![format!("in the flow `{}`{operation}", flow.name)],
        next: Some(format!("open `{}` in the designer{way}, and look at `{name}`", flow.name)),
        path,
        place: route.and_then(|route| flow.place(route, Part::Key)),
    }
}

fn of_reference<'a>(analysis: &'a Analysis, name: &LogicalName) -> Named<'a> {
    let declared = analysis.workspace.solutions.iter().find_map(|one| one.references.as_ref()?.get(name));
    let used = users(analysis, EdgeKind::Uses, &GraphNode::ConnectionReference(name.clone()));
    let shown = declared.map(|one| one.display_name.as_str()).filter(|shown| !shown.is_empty());
    let shown = shown.unwrap_or(name.as_str());
    let mut facts = vec![match declared {
        Some(one) => {
            let connector = one.connector.as_ref().map(|connector| format!(" for `{connector}`"));
            format!("shown as `{shown}`{}", connector.unwrap_or_default())
        }
        None => "declared in none of the packages".to_owned(),
    }];
    let (flows, place) = used_by(analysis, &used, &mut facts);
    let then = then_turn_on(analysis, &flows);
    let next = if declared.is_some() {
        format!(
            "in the target, open the solution > Connection references > `{shown}`, choose a connection, save{then}"
        )
    } else {
        format!(
            "import the solution that contains `{name}` and choose its connection there; or, in the source environment, \
             add it to the solution and export again{then}"
        )
    };
    let place = declared.map(|one| one.place.clone()).or(place);
    Named {
        kind: "connection reference",
        name: name.to_string(),
        flow: None,
        path: Vec::new(),
        place,
        facts,
        next: Some(next),
    }
}

fn of_variable<'a>(analysis: &'a Analysis, search: &Search, name: &SchemaName) -> Named<'a> {
    let defined = analysis.workspace.solutions.iter().find_map(|one| one.variables.get(name));
    let used = users(analysis, EdgeKind::Reads, &GraphNode::EnvironmentVariable(name.clone()));
    let mut facts = vec![match defined {
        None => "defined in none of the packages".to_owned(),
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
            "in the target, open the solution > Environment variables > `{}`, give it a current value, save{then}",
            one.display_name
        ),
        None => format!("import the solution that contains `{name}`, and give it a value{then}"),
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
        let is_it = |connector: &ConnectorName| connector.is_same(name);
        for connection in content.connections.iter().filter(|one| one.connector.as_ref().is_some_and(is_it)) {
            references.extend(connection.logical_name.clone());
            flows.insert(analysis.workspace.representative(index));
            place = place.or_else(|| flow.place(connection.route(), Part::Key));
        }
    }
    let mut facts = vec!["a connector".to_owned()];
    if !references.is_empty() {
        let references = listed(references.iter(), |name| format!("`{name}`"));
        facts.push(format!("through the connection references {references}"));
    }
    facts.push(format!("used by {}", names(analysis, &flows)));
    let next = format!("check the connection of `{name}` in the target{}", then_turn_on(analysis, &flows));
    Named {
        kind: "connector",
        name: name.to_string(),
        flow: None,
        path: Vec::new(),
        place,
        facts,
        next: Some(next),
    }
}

/// The flows that use something, how often, and where first.
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

/// Says who uses it; the flows once each, and the first place.
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
    if flows.is_empty() { String::new() } else { format!(", then turn on {}", names(analysis, flows)) }
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
