//! The components of a workspace that a pasted message mentions: flows by id or name, steps, connection references, variables
//! and connectors.
//!
//! Messages are in many languages, but names are not translated. So this searches for the names of the workspace, not for the
//! words around them. The name of a step counts only in quotes, because steps have names such as `value` or `Compose`.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::errors::plain;
use crate::finding::{Finding, Label};
use crate::graph::{Callee, Graph};
use crate::model::fold;
use crate::model::{ActionIx, ConnectorName, FlowId, FlowIx, LogicalName, Owner, SchemaName, Workspace};
use crate::parse::locate;
use crate::source::{FileId, Place, Sources, floor_char_boundary};

/// A component that a message mentions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Mention {
    /// A flow of the inputs.
    Flow(FlowIx),
    /// The id of a flow that is in no input.
    UnknownFlow(FlowId),
    /// The trigger or an action of a flow.
    Step(FlowIx, Owner),
    /// A connection reference, declared or only used.
    Reference(LogicalName),
    /// An environment variable, defined or only used.
    Variable(SchemaName),
    /// A connector that a flow has a connection to.
    Connector(ConnectorName),
    /// The id that a connection reference or a variable has in the target.
    Component(&'static str, String),
    /// What the message calls a connection reference, a variable or an action, and is in no input.
    Unknown(&'static str, String),
}

/// Words that precede a name in messages, and the kind of component.
const LEADS: [(&str, &str); 9] = [
    ("type: connectionreference, objectname:", "connection reference"),
    ("type: environmentvariabledefinition, objectname:", "environment variable"),
    ("connection reference logical name", "connection reference"),
    ("connection references with logical name(s)", "connection reference"),
    ("environment variable", "environment variable"),
    ("workflow run action", "action"),
    ("workflow operation", "action"),
    ("inside action", "action"),
    ("for action", "action"),
];

/// Words before an id in brackets: the component of the target that an upgrade wants to delete.
const COMPONENTS: [(&str, &str); 2] = [
    ("connectionreference(", "connection reference"),
    ("environmentvariabledefinition(", "environment variable"),
];

/// The longest part of a text that is searched. Logs repeat names.
const LONGEST: usize = 4 << 20;
/// The most components of each kind.
const MOST: usize = 8;
/// The most ids that are looked up.
const MOST_IDS: usize = 256;

/// Everything that a text names: flows first, then what is in them.
pub(crate) fn of(text: &str, workspace: &Workspace, sources: &Sources) -> Vec<Mention> {
    let text = plain(&text[..floor_char_boundary(text, LONGEST)]);
    let words = Words::of(&text);
    let mut mentions = flows(&text, &words, workspace);
    let named: BTreeSet<FlowIx> = mentions.iter().filter_map(Mention::flow).collect();
    mentions.extend(references(&words, workspace).take(MOST));
    let by_value = variables_with_value(&words, workspace, sources);
    mentions.extend(once(variables(&words, workspace).chain(by_value)).take(MOST));
    let mut steps = steps(&words, workspace, &named);
    if steps.is_empty() {
        steps = operations(&words, workspace, &named);
    }
    let names_step = !steps.is_empty();
    mentions.extend(steps.into_iter().take(MOST));
    let has_names = mentions.iter().any(|one| matches!(one, Mention::Reference(_) | Mention::Variable(_)));
    let known: HashSet<String> = mentions.iter().filter_map(Mention::name).collect();
    let unknown = unknown(&text).filter(|one| match one {
        Mention::Unknown("action", _) => !names_step,
        Mention::Unknown(_, name) => !known.contains(&name.to_lowercase()),
        _ => true,
    });
    let unknown: Vec<Mention> = once(unknown).take(MOST).collect();
    if !has_names && unknown.is_empty() {
        mentions.extend(connectors(&words, workspace).take(MOST));
    }
    mentions.extend(unknown);
    mentions
}

impl Mention {
    /// The name of a reference or a variable, in lower case.
    fn name(&self) -> Option<String> {
        match self {
            Mention::Reference(name) => Some(name.as_str().to_lowercase()),
            Mention::Variable(name) => Some(name.as_str().to_lowercase()),
            _ => None,
        }
    }

    /// The flow that is named, or that the step is in.
    pub(crate) fn flow(&self) -> Option<FlowIx> {
        match self {
            Mention::Flow(flow) | Mention::Step(flow, _) => Some(*flow),
            Mention::UnknownFlow(_)
            | Mention::Reference(_)
            | Mention::Variable(_)
            | Mention::Connector(_)
            | Mention::Component(..)
            | Mention::Unknown(..) => None,
        }
    }
}

/// The parts of a workspace that a message is about: the components that it mentions, and related flows.
pub(crate) struct Surroundings {
    flows: BTreeSet<FlowIx>,
    /// The files of these flows.
    files: HashSet<FileId>,
    /// In lower case, between backticks, as findings write them.
    names: Vec<String>,
}

impl Surroundings {
    pub(crate) fn of(workspace: &Workspace, graph: &Graph, mentions: &[Mention]) -> Self {
        let mut flows: BTreeSet<FlowIx> = mentions.iter().filter_map(Mention::flow).collect();
        // A problem of a child flow may be reported at its callers, and vice versa.
        for flow in flows.clone() {
            let called = graph.calls_of(flow).into_iter().filter_map(|call| match call.callee {
                Callee::Flow(flow) => Some(flow),
                Callee::External(_) => None,
            });
            flows.extend(called.chain(graph.calls_to(flow).into_iter().map(|call| call.caller)));
        }
        flows.extend(mentions.iter().flat_map(|mention| behind_connector(workspace, mention)));
        let flows: BTreeSet<FlowIx> = flows.into_iter().map(|flow| workspace.representative(flow)).collect();
        let files =
            workspace.indexed().filter(|(index, _)| flows.contains(&workspace.representative(*index)));
        let files = files.filter_map(|(_, flow)| flow.file).collect();
        let name = |mention: &Mention| match mention {
            Mention::Reference(name) => Some(name.to_string()),
            Mention::Variable(name) => Some(name.to_string()),
            Mention::UnknownFlow(id) => Some(id.to_string()),
            Mention::Connector(name) => Some(name.to_string()),
            Mention::Unknown(_, name) => Some(name.clone()),
            Mention::Flow(_) | Mention::Step(..) | Mention::Component(..) => None,
        };
        let names = mentions.iter().filter_map(name).map(|name| name.to_lowercase()).collect();
        Surroundings { flows, files, names }
    }

    /// Whether a finding is about these parts. If a message mentions nothing, every finding is.
    pub(crate) fn hold(&self, workspace: &Workspace, finding: &Finding) -> bool {
        let is_one = |flow: &FlowIx| self.flows.contains(&workspace.representative(*flow));
        // A finding about many flows has one place, and a note for each of the others.
        let has_note = |label: &Label| self.files.contains(&label.place.file);
        let is_in = finding.flow.iter().chain(&finding.also_blocked).any(is_one)
            || finding.labels.iter().chain(&finding.related).any(has_note);
        let names_it = || {
            let labels = finding.labels.iter().map(|label| &label.message);
            let mut texts = std::iter::once(&finding.message).chain(labels).chain(&finding.keys);
            texts.any(|text| {
                let text = text.to_lowercase();
                self.names.iter().any(|name| text.contains(name.as_str()))
            })
        };
        self.flows.is_empty() && self.names.is_empty() || is_in || names_it()
    }
}

/// The flows that use the connector that a message mentions.
fn behind_connector<'a>(workspace: &'a Workspace, mention: &'a Mention) -> impl Iterator<Item = FlowIx> + 'a {
    let uses_it = move |connector: &ConnectorName| match mention {
        Mention::Connector(name) => connector.is_same(name),
        _ => false,
    };
    let flows = workspace.contents().filter(move |(_, _, content)| {
        content.connections.iter().any(|one| one.connector.as_ref().is_some_and(uses_it))
    });
    flows.map(|(index, _, _)| index)
}

/// The words of a text, and what stands between its quotes.
struct Words<'a> {
    /// Names of Dataverse and of connectors: letters, digits, `_`, `-` and `.`.
    words: Vec<&'a str>,
    quoted: Vec<&'a str>,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        /// Longer than any name of a flow or step.
        const LONGEST_NAME: usize = 256;
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let words = text.split(|c: char| !is_word(c)).map(|word| word.trim_matches(['.', '-']));
        let quoted =
            text.split('\'').map(str::trim).filter(|name| !name.is_empty() && name.len() <= LONGEST_NAME);
        Words { words: words.filter(|word| !word.is_empty()).collect(), quoted: quoted.collect() }
    }
}

/// Removes duplicates, and keeps the order of the text.
fn once<T: Clone + Eq + std::hash::Hash>(all: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
    let mut seen = HashSet::new();
    all.into_iter().filter(move |one| seen.insert(one.clone()))
}

/// Flows by id and by name, and ids of flows that are in no input.
fn flows(text: &str, words: &Words<'_>, workspace: &Workspace) -> Vec<Mention> {
    let ids = once(words.words.iter().filter_map(|word| Some((FlowId::parse(word)?, *word)))).take(MOST_IDS);
    let by_id = ids.filter_map(|(id, word)| match workspace.flows_named(id.as_str()).first() {
        Some(flow) => Some(Mention::Flow(*flow)),
        // Messages also contain ids of callers, requests and environments.
        None => is_of_workflow(text.split_once(word)?.0).then_some(Mention::UnknownFlow(id)),
    });
    let quoted = words.quoted.iter().flat_map(|name| workspace.flows_named(name)).map(Mention::Flow);
    let spoken = spoken(text, workspace).into_iter().map(Mention::Flow);
    let mut found: Vec<Mention> = Vec::new();
    for one in by_id.chain(quoted).chain(spoken) {
        if found.len() < MOST && !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

/// Whether the text before an id shows that it is the id of a flow: `workflow with id '`, `Workflow (Id=`, `workflow {`.
fn is_of_workflow(before: &str) -> bool {
    const NEAR: usize = 24;
    let near = &before[floor_char_boundary(before, before.len().saturating_sub(NEAR))..];
    near.to_ascii_lowercase().contains("workflow")
}

/// Flows whose names are in the text without quotes. Short names and single words are left out, because they may occur by
/// chance.
fn spoken(text: &str, workspace: &Workspace) -> Vec<FlowIx> {
    const SHORTEST: usize = 8;
    const LONGEST: usize = 64 << 10;
    let text = text[..floor_char_boundary(text, LONGEST)].to_lowercase();
    let is_there = |name: &str| {
        let name = name.trim().to_lowercase();
        let is_telling = name.len() >= SHORTEST && name.contains(' ');
        let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        is_telling
            && text.match_indices(&name).take(MOST).any(|(at, _)| {
                is_edge(text[..at].chars().next_back()) && is_edge(text[at + name.len()..].chars().next())
            })
    };
    let flows = workspace.indexed().filter(|(index, _)| workspace.representative(*index) == *index);
    flows.filter(|(_, flow)| is_there(&flow.name)).map(|(index, _)| index).take(MOST).collect()
}

fn references<'a>(words: &'a Words<'_>, workspace: &Workspace) -> impl Iterator<Item = Mention> + 'a {
    let declared =
        workspace.solutions.iter().flat_map(|solution| solution.references.iter().flat_map(|all| all.keys()));
    let used = workspace.contents().flat_map(|(_, _, content)| &content.connections);
    let used = used.filter_map(|connection| connection.logical_name.as_ref());
    let known: HashMap<String, LogicalName> =
        declared.chain(used).map(|name| (name.as_str().to_ascii_lowercase(), name.clone())).collect();
    let named = words.words.iter().filter_map(move |word| known.get(&word.to_ascii_lowercase()).cloned());
    once(named).map(Mention::Reference)
}

fn variables<'a>(words: &'a Words<'_>, workspace: &Workspace) -> impl Iterator<Item = Mention> + 'a {
    let defined = workspace.solutions.iter().flat_map(|solution| solution.variables.keys());
    let used = workspace.contents().flat_map(|(_, _, content)| &content.variable_uses);
    let known: HashMap<String, SchemaName> = defined
        .chain(used.map(|one| &one.schema_name))
        .map(|name| (name.as_str().to_ascii_lowercase(), name.clone()))
        .collect();
    let named = words.words.iter().filter_map(move |word| known.get(&word.to_ascii_lowercase()).cloned());
    once(named).map(Mention::Variable)
}

/// Variables whose value the message has between quotes: the path of a secret in Key Vault.
fn variables_with_value(words: &Words<'_>, workspace: &Workspace, sources: &Sources) -> Vec<Mention> {
    let paths: Vec<&str> = words
        .quoted
        .iter()
        .copied()
        .filter(|text| text.starts_with('/') && text.matches('/').count() > 2)
        .collect();
    if paths.is_empty() {
        return Vec::new();
    }
    let is_named = |place: &Place| {
        let span = locate(sources, place);
        let value = sources.get(place.file).text().get(span.start..span.end);
        value.is_some_and(|value| paths.iter().any(|path| path.eq_ignore_ascii_case(value.trim())))
    };
    let variables = workspace.solutions.iter().flat_map(|solution| solution.variables.iter());
    let named = variables.filter(|(_, one)| one.default.iter().chain(&one.value).any(is_named));
    named.map(|(name, _)| Mention::Variable(name.clone())).collect()
}

/// Steps that run an operation whose id the message has between quotes.
fn operations(words: &Words<'_>, workspace: &Workspace, named: &BTreeSet<FlowIx>) -> Vec<Mention> {
    let quoted: HashSet<String> = words.quoted.iter().map(|name| name.to_lowercase()).collect();
    let mut all = Vec::new();
    for (index, _, content) in workspace.contents() {
        let is_looked_at = named.is_empty() || named.contains(&index);
        if workspace.representative(index) != index || !is_looked_at {
            continue;
        }
        let runs_it = content.connection_uses.iter().filter(|one| {
            one.operation.as_ref().is_some_and(|operation| quoted.contains(&operation.to_lowercase()))
        });
        all.extend(runs_it.map(|one| Mention::Step(index, one.site)));
    }
    all
}

/// Connectors by their full names anywhere, or without `shared_` in quotes.
fn connectors<'a>(words: &'a Words<'_>, workspace: &Workspace) -> impl Iterator<Item = Mention> + 'a {
    const PREFIX: &str = "shared_";
    let connections = workspace.contents().flat_map(|(_, _, content)| &content.connections);
    let known: Vec<ConnectorName> =
        once(connections.filter_map(|connection| connection.connector.clone())).collect();
    let full =
        words.words.iter().filter(|word| word.starts_with(PREFIX)).map(|word| ConnectorName::new(*word));
    let short = words.quoted.iter().filter(|name| !name.contains(' '));
    let short = short.map(|name| ConnectorName::new(format!("{PREFIX}{name}")));
    let named =
        full.chain(short).filter_map(move |name| known.iter().find(|one| one.is_same(&name)).cloned());
    once(named).map(Mention::Connector)
}

/// Steps in quotes: of the mentioned flows, or of every flow if the text mentions none.
fn steps(words: &Words<'_>, workspace: &Workspace, named: &BTreeSet<FlowIx>) -> Vec<Mention> {
    let quoted: HashSet<String> =
        words.quoted.iter().map(|name| fold(name)).filter(|name| !is_grammar(name)).collect();
    let mut all = Vec::new();
    for (index, _, content) in workspace.contents() {
        if workspace.representative(index) != index {
            continue;
        }
        let definition = &content.definition;
        let triggers = definition.triggers().enumerate();
        let triggers = triggers.map(|(number, trigger)| (Owner::Trigger(number), trigger.name));
        let actions =
            definition.indexed().map(|(at, action): (ActionIx, _)| (Owner::Action(at), action.name));
        let found = triggers.chain(actions).filter(|(_, name)| quoted.contains(&fold(name)));
        all.extend(found.map(|(site, _)| Mention::Step(index, site)));
    }
    let is_in_named = |one: &Mention| one.flow().is_some_and(|flow| named.contains(&flow));
    if all.iter().any(is_in_named) {
        all.retain(is_in_named);
    }
    all
}

/// Names whose kind the message states.
fn unknown(text: &str) -> impl Iterator<Item = Mention> + '_ {
    const LONGEST_NAME: usize = 128;
    let lower = text.to_ascii_lowercase();
    let components = COMPONENTS.iter().flat_map({
        let lower = lower.clone();
        move |(lead, kind)| {
            let ends: Vec<usize> =
                lower.match_indices(lead).map(|(at, _)| at + lead.len()).take(MOST).collect();
            ends.into_iter().filter_map(|end| {
                let (id, _) = text[end..].split_once(')')?;
                is_id(id).then(|| Mention::Component(kind, id.to_owned()))
            })
        }
    });
    let names = LEADS.iter().flat_map(move |(lead, kind)| {
        let ends: Vec<usize> = lower.match_indices(lead).map(|(at, _)| at + lead.len()).take(MOST).collect();
        ends.into_iter().filter_map(|end| {
            let rest = text[end..].trim_start();
            let name = match rest.strip_prefix('\'') {
                Some(quoted) => quoted.split_once('\'')?.0.trim(),
                // `ObjectName: hlb_office, Id: …`
                None if lead.ends_with(':') => rest.split([',', ' ', '\n']).next()?,
                None => return None,
            };
            // Privacy filters replace names by a word of their own.
            let is_name = !name.is_empty() && name.len() <= LONGEST_NAME && !name.starts_with('-');
            is_name.then(|| Mention::Unknown(kind, name.to_owned()))
        })
    });
    names.chain(components)
}

/// Whether a text is the id of a row in the target: a GUID, or a number.
fn is_id(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Words that platform messages often quote, without being names.
fn is_grammar(name: &str) -> bool {
    const GRAMMAR: [&str; 26] = [
        "manual",
        "error",
        "code",
        "message",
        "details",
        "type",
        "inputs",
        "item",
        "value",
        "body",
        "name",
        "id",
        "disabled",
        "suspended",
        "badrequest",
        "forbidden",
        "notfound",
        "unauthorized",
        "openapiconnection",
        "apiconnection",
        "request",
        "response",
        "workflow",
        "recurrence",
        "expression",
        "compose",
    ];
    GRAMMAR.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_quotes_are_told_apart() {
        let text = plain(
            r#"the "List rows" of \"hlb_x.y\" in (Id=5A1E0000-0000-4000-8000-000000000001), apis/shared_hlb-5fx."#,
        );
        let words = Words::of(&text);
        assert!(words.quoted.contains(&"List rows") && words.quoted.contains(&"hlb_x.y"));
        for word in ["hlb_x.y", "5A1E0000-0000-4000-8000-000000000001", "shared_hlb-5fx"] {
            assert!(words.words.contains(&word), "{word}: {:?}", words.words);
        }
        assert!(
            is_of_workflow("The workflow with id '")
                && is_of_workflow("Workflow (Id=")
                && !is_of_workflow("object id is '")
        );
    }
}
