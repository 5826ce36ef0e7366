//! Every place that mentions a symbol.

use std::ops::Range;

use super::symbol::Symbol;
use crate::analysis::Analysis;
use crate::graph::{EdgeKind, GraphNode};
use crate::model::{Flow, FlowContent, FlowIx, LogicalName, Owner, SchemaName, compare, fold_case};
use crate::semantic::{ReferenceKind, SemanticModel, links};
use crate::source::{Json, NodeId, Part, Place, Span, Target};

/// A mention of a name in a flow file.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    /// The string, or the member whose key it is.
    node: NodeId,
    pub(super) part: Part,
    /// The range of the decoded string, if the name is a literal in an expression; it includes the quotes. Otherwise, the
    /// whole string is the name.
    pub(super) literal: Option<Range<usize>>,
    /// Whether the name is defined here.
    pub(super) is_definition: bool,
}

impl Mention {
    fn whole(json: Json<'_>, part: Part, is_definition: bool) -> Self {
        Mention { node: json.id(), part, literal: None, is_definition }
    }

    /// The place of the mention, without the quotes of a literal.
    pub(super) fn place(&self, flow: &Flow) -> Option<Place> {
        let document = flow.content.as_ref()?.definition.document();
        let route = document.route_to(self.node);
        let target = match &self.literal {
            Some(literal) => {
                let inside =
                    Span::new(literal.start + 1, literal.end.saturating_sub(1).max(literal.start + 1));
                Target::Within(route, self.part, inside)
            }
            None => Target::Json(route, self.part),
        };
        Some(Place { file: flow.file?, target })
    }
}

/// The mentions of a step, a variable, a parameter or a connection in its flow, in the order of the model.
pub(super) fn in_flow(content: &FlowContent, symbol: &Symbol) -> Vec<Mention> {
    let semantic = SemanticModel::of(&content.definition);
    match symbol {
        Symbol::Step(_, owner) => step(&semantic, *owner),
        Symbol::Variable(_, name) => variable(&semantic, name),
        Symbol::Parameter(_, name) => parameter(&semantic, name),
        Symbol::Connection(_, key) => connection(content, key),
        Symbol::Flow(_)
        | Symbol::UnknownFlow(_)
        | Symbol::Function(..)
        | Symbol::Reference(_)
        | Symbol::EnvironmentVariable(..) => Vec::new(),
    }
}

/// The places that mention a symbol in any file.
pub(super) fn all(analysis: &Analysis, symbol: &Symbol, with_definition: bool) -> Vec<Place> {
    let mut places = match symbol {
        Symbol::Step(flow, _)
        | Symbol::Variable(flow, _)
        | Symbol::Parameter(flow, _)
        | Symbol::Connection(flow, _) => {
            let flow = analysis.workspace.flow(*flow);
            let mentions = flow.content.as_ref().map(|content| in_flow(content, symbol)).unwrap_or_default();
            let mentions = mentions.iter().filter(|mention| with_definition || !mention.is_definition);
            mentions.filter_map(|mention| mention.place(flow)).collect()
        }
        Symbol::Flow(flow) => callers(analysis, *flow),
        Symbol::UnknownFlow(id) => edges_to(analysis, &GraphNode::External(id.clone())),
        Symbol::Reference(name) => reference(analysis, name),
        Symbol::EnvironmentVariable(name, _) => environment_variable(analysis, name),
        Symbol::Function(..) => Vec::new(),
    };
    let is_local = matches!(
        symbol,
        Symbol::Step(..) | Symbol::Variable(..) | Symbol::Parameter(..) | Symbol::Connection(..)
    );
    if with_definition && !is_local {
        places.extend(definitions(analysis, symbol));
    }
    places
}

/// Where a symbol is defined.
pub(super) fn definitions(analysis: &Analysis, symbol: &Symbol) -> Vec<Place> {
    let workspace = &analysis.workspace;
    match symbol {
        Symbol::Flow(flow) => {
            let flow = workspace.flow(*flow);
            let file = flow.file.map(Place::file);
            file.or_else(|| flow.record.as_ref().map(|record| record.name.clone())).into_iter().collect()
        }
        Symbol::Step(flow, _)
        | Symbol::Variable(flow, _)
        | Symbol::Parameter(flow, _)
        | Symbol::Connection(flow, _) => {
            let flow = workspace.flow(*flow);
            let mentions = flow.content.as_ref().map(|content| in_flow(content, symbol)).unwrap_or_default();
            let mentions = mentions.iter().filter(|mention| mention.is_definition);
            mentions.filter_map(|mention| mention.place(flow)).collect()
        }
        Symbol::Function(flow, name) => trigger_of(analysis, *flow, name).into_iter().collect(),
        Symbol::Reference(name) => {
            let declared =
                workspace.solutions.iter().filter_map(|solution| solution.references.as_ref()?.get(name));
            declared.map(|declared| declared.place.clone()).collect()
        }
        Symbol::EnvironmentVariable(name, parameter) => {
            let defined = workspace.solutions.iter().filter_map(|solution| solution.variables.get(name));
            let defined: Vec<Place> = defined.map(|defined| defined.place.clone()).collect();
            match parameter {
                Some((flow, name)) if defined.is_empty() => {
                    definitions(analysis, &Symbol::Parameter(*flow, name.clone()))
                }
                _ => defined,
            }
        }
        Symbol::UnknownFlow(_) => Vec::new(),
    }
}

/// The trigger, if the function reads its outputs.
fn trigger_of(analysis: &Analysis, flow: FlowIx, function: &str) -> Option<Place> {
    const READING: [&str; 3] = ["triggerBody", "triggerOutputs", "trigger"];
    READING.iter().find(|name| name.eq_ignore_ascii_case(function))?;
    let flow = analysis.workspace.flow(flow);
    let definition = &flow.content.as_ref()?.definition;
    flow.place(definition.trigger_route(definition.only_trigger()?), Part::Key)
}

fn step(semantic: &SemanticModel<'_>, owner: Owner) -> Vec<Mention> {
    let name = semantic.name(owner);
    let mut mentions = vec![Mention::whole(semantic.body(owner).json(), Part::Key, true)];
    if let Owner::Trigger(_) = owner {
        return mentions;
    }
    let waits = semantic.actions().flat_map(links).filter(|(waited, _)| compare(waited, name).is_eq());
    mentions.extend(waits.map(|(_, statuses)| Mention::whole(statuses, Part::Key, false)));
    let kinds = [ReferenceKind::Action, ReferenceKind::Loop];
    mentions.extend(literals(semantic, &kinds, |written| compare(written, name).is_eq()));
    mentions
}

fn variable(semantic: &SemanticModel<'_>, name: &str) -> Vec<Mention> {
    let name = fold_case(name);
    let is_named = |json: &Json<'_>| json.as_str().is_some_and(|text| fold_case(text) == name);
    let mut mentions = Vec::new();
    for action in semantic.actions() {
        let declared = action.initialised_variables().into_iter().flatten();
        let declared = declared.filter_map(|entry| entry.get("name")).filter(is_named);
        mentions.extend(declared.map(|json| Mention::whole(json, Part::Value, true)));
        let changed = action.changed_variable().filter(is_named);
        mentions.extend(changed.map(|json| Mention::whole(json, Part::Value, false)));
    }
    mentions.extend(literals(semantic, &[ReferenceKind::Variable], |written| fold_case(written) == name));
    mentions
}

fn parameter(semantic: &SemanticModel<'_>, name: &str) -> Vec<Mention> {
    let name = fold_case(name);
    let parameters = semantic.definition.parameters().into_iter().flatten();
    let declared = parameters.filter(|(key, _)| fold_case(key) == name);
    let mut mentions: Vec<Mention> =
        declared.map(|(_, json)| Mention::whole(json, Part::Key, true)).collect();
    mentions.extend(literals(semantic, &[ReferenceKind::Parameter], |written| fold_case(written) == name));
    mentions
}

fn connection(content: &FlowContent, key: &str) -> Vec<Mention> {
    let definition = &content.definition;
    let root = definition.document().root();
    let entry = root.at(&["properties", "connectionReferences", key]);
    let mut mentions: Vec<Mention> =
        entry.map(|json| Mention::whole(json, Part::Key, true)).into_iter().collect();
    for used in content.connection_uses.iter().filter(|used| used.key.eq_ignore_ascii_case(key)) {
        let body = match used.site {
            Owner::Trigger(index) => definition.trigger(index).map(|trigger| trigger.body),
            Owner::Action(index) => Some(definition.action(index).body),
        };
        let host = body.and_then(|body| body.json().at(&["inputs", "host"]));
        let value =
            host.and_then(|host| host.get("connectionName").or_else(|| host.at(&["connection", "name"])));
        mentions.extend(value.map(|json| Mention::whole(json, Part::Value, false)));
    }
    mentions
}

/// The names of these kinds in expressions.
fn literals(
    semantic: &SemanticModel<'_>,
    kinds: &[ReferenceKind],
    is_named: impl Fn(&str) -> bool,
) -> Vec<Mention> {
    let references = semantic.references.iter();
    let named = references.filter(|reference| kinds.contains(&reference.kind) && is_named(&reference.name));
    let mention = |reference: &crate::semantic::Reference<'_>| Mention {
        node: reference.site.node,
        part: reference.site.part,
        literal: Some(reference.name_range.clone()),
        is_definition: false,
    };
    named.map(mention).collect()
}

/// The places that call a flow, and the apps that run it.
fn callers(analysis: &Analysis, flow: FlowIx) -> Vec<Place> {
    let workspace = &analysis.workspace;
    let id = &workspace.flow(flow).id;
    let alike = workspace.indexed().filter(|(_, other)| other.id == *id);
    let calls = alike.flat_map(|(index, _)| analysis.graph.calls_to(index));
    let mut places: Vec<Place> = calls.map(|call| call.place(workspace)).collect();
    let apps = workspace.solutions.iter().flat_map(|solution| &solution.apps).flat_map(|app| &app.flows);
    places.extend(apps.filter(|run| run.id == *id).map(|run| run.place.clone()));
    let records = workspace.indexed().filter(|(_, other)| other.id == *id);
    places.extend(records.filter_map(|(_, flow)| flow.record.as_ref()).map(|record| record.id.clone()));
    places
}

fn edges_to(analysis: &Analysis, node: &GraphNode) -> Vec<Place> {
    let edges =
        analysis.graph.edges().filter(|(_, to, edge)| *to == node && edge.kind != EdgeKind::DeliversTo);
    let place = |(from, _, edge): (&GraphNode, &GraphNode, &crate::graph::Edge)| match from {
        GraphNode::Flow(flow) => edge.place(&analysis.workspace, *flow),
        _ => None,
    };
    edges.filter_map(place).collect()
}

fn reference(analysis: &Analysis, name: &LogicalName) -> Vec<Place> {
    const TO_NAME: [&str; 2] = ["connection", "connectionReferenceLogicalName"];
    let mut places = Vec::new();
    for (_, flow, content) in analysis.workspace.contents() {
        let bound = content.connections.iter().filter(|one| one.logical_name.as_ref() == Some(name));
        places.extend(bound.filter_map(|one| flow.place(one.route().keys(&TO_NAME), Part::Value)));
    }
    places.extend(edges_to(analysis, &GraphNode::ConnectionReference(name.clone())));
    let entries = analysis.settings.iter().filter_map(|settings| settings.references.as_ref()).flatten();
    places.extend(entries.filter(|entry| entry.logical_name == *name).map(|entry| entry.place.clone()));
    places
}

fn environment_variable(analysis: &Analysis, name: &SchemaName) -> Vec<Place> {
    let mut places = Vec::new();
    for (_, flow, content) in analysis.workspace.contents() {
        for used in content.variable_uses.iter().filter(|used| used.schema_name == *name) {
            places.extend(flow.place(used.route.clone(), Part::Value));
            let mentions = parameter(&SemanticModel::of(&content.definition), &used.parameter);
            let mentions = mentions.iter().filter(|mention| !mention.is_definition);
            places.extend(mentions.filter_map(|mention| mention.place(flow)));
        }
    }
    let entries = analysis.settings.iter().filter_map(|settings| settings.variables.as_ref()).flatten();
    places.extend(entries.filter(|entry| entry.schema_name == *name).map(|entry| entry.place.clone()));
    places
}
