//! What changed in a flow.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::changed;
use super::schedule::{schedule, trigger};
use crate::model::{
    ActionIx, Branch, Connection, ConnectorName, Definition, Flow, FlowContent, LogicalName, RuntimeSource,
    SchemaName, State,
};
use crate::source::Json;

/// What changed in a flow. Names of steps are keys, in the order of their paths.
#[derive(Debug, Clone, Default)]
pub(crate) struct FlowDiff {
    /// The names, if they are not the same.
    pub(crate) name: Option<(String, String)>,
    /// The states, if both are known and not the same.
    pub(crate) state: Option<(State, State)>,
    /// The triggers in words, if name, type, kind or operation is not the same.
    pub(crate) trigger: Option<(String, String)>,
    /// The schedules in words.
    pub(crate) schedule: Option<(Option<String>, Option<String>)>,
    /// The members of the trigger that changed.
    pub(crate) trigger_members: Vec<String>,
    pub(crate) connections: Vec<ConnectionDiff>,
    /// Environment variables that only the new version reads.
    pub(crate) variables_added: Vec<SchemaName>,
    /// Environment variables that only the old version reads.
    pub(crate) variables_removed: Vec<SchemaName>,
    pub(crate) steps_added: Vec<String>,
    pub(crate) steps_removed: Vec<String>,
    /// Steps that are in another container or branch.
    pub(crate) steps_moved: Vec<String>,
    /// Steps that run after other steps than before.
    pub(crate) steps_reordered: Vec<String>,
    pub(crate) steps_changed: Vec<StepDiff>,
    /// Members of the file outside of trigger, steps and connections that changed.
    pub(crate) others: Vec<String>,
}

/// What changed in a step.
#[derive(Debug, Clone)]
pub(crate) struct StepDiff {
    /// The key of the step.
    pub(crate) name: String,
    /// The members that changed, such as `inputs/parameters/to`.
    pub(crate) members: Vec<String>,
}

/// An entry of `connectionReferences` that changed.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionDiff {
    /// The key of the entry.
    pub(crate) key: String,
    /// `None` if it was added.
    pub(crate) old: Option<ConnectionState>,
    /// `None` if it was removed.
    pub(crate) new: Option<ConnectionState>,
}

/// What an entry of `connectionReferences` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConnectionState {
    pub(crate) logical_name: Option<LogicalName>,
    pub(crate) connector: Option<ConnectorName>,
    pub(crate) source: RuntimeSource,
    pub(crate) is_impersonated: bool,
}

impl ConnectionState {
    fn of(connection: &Connection) -> Self {
        ConnectionState {
            logical_name: connection.logical_name.clone(),
            connector: connection.connector.clone(),
            source: connection.source,
            is_impersonated: connection.is_impersonated,
        }
    }
}

/// Members of steps and triggers that the designer writes and nothing reads.
const METADATA: &str = "metadata";

const RECURRENCE: &str = "recurrence";

impl FlowDiff {
    /// Compares two versions of a flow. Content that could not be read is not compared.
    pub(super) fn of(old: &Flow, new: &Flow) -> Self {
        let known = old.state != State::Unknown && new.state != State::Unknown;
        let mut diff = FlowDiff {
            name: (old.name != new.name).then(|| (old.name.clone(), new.name.clone())),
            state: (known && old.state != new.state).then_some((old.state, new.state)),
            ..FlowDiff::default()
        };
        if let (Some(old), Some(new)) = (&old.content, &new.content) {
            diff.compare_triggers(&old.definition, &new.definition);
            diff.connections = connections(old, new);
            let (before, after) = (variables(old), variables(new));
            diff.variables_added = after.difference(&before).map(|name| (*name).clone()).collect();
            diff.variables_removed = before.difference(&after).map(|name| (*name).clone()).collect();
            diff.compare_steps(&old.definition, &new.definition);
            diff.others = others(&old.definition, &new.definition);
            let uses = old.variable_uses.iter().chain(&new.variable_uses);
            let parameters: BTreeSet<&str> = uses.map(|use_| use_.parameter.as_str()).collect();
            diff.others.retain(|path| !is_of_variable(path, &parameters));
        }
        diff
    }

    /// Whether nothing changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.name.is_none()
            && self.state.is_none()
            && self.trigger.is_none()
            && self.schedule.is_none()
            && self.connections.is_empty()
            && [&self.variables_added, &self.variables_removed].iter().all(|list| list.is_empty())
            && [&self.trigger_members, &self.steps_added, &self.steps_removed, &self.steps_moved]
                .iter()
                .all(|list| list.is_empty())
            && self.steps_reordered.is_empty()
            && self.steps_changed.is_empty()
            && self.others.is_empty()
    }

    fn compare_triggers(&mut self, old: &Definition, new: &Definition) {
        let (Some(old), Some(new)) = (old.only_trigger(), new.only_trigger()) else {
            let words =
                |definition: &Definition| definition.triggers().map(trigger).collect::<Vec<_>>().join("; ");
            let (old, new) = (words(old), words(new));
            self.trigger = (old != new).then_some((old, new));
            return;
        };
        let words = (trigger(old), trigger(new));
        self.trigger = (words.0 != words.1).then_some(words);
        let schedules = (schedule(old), schedule(new));
        let is_same = match (old.body.get(RECURRENCE), new.body.get(RECURRENCE)) {
            (Some(old), Some(new)) => changed(old, new, &[]).is_empty(),
            (old, new) => old.is_none() && new.is_none(),
        };
        self.schedule = (!is_same && schedules.0 != schedules.1).then_some(schedules);
        let skipped: &[&str] = match (&self.trigger, &self.schedule) {
            (_, Some(_)) => &[METADATA, "type", "kind", RECURRENCE],
            _ => &[METADATA, "type", "kind"],
        };
        self.trigger_members = changed(old.body.json(), new.body.json(), skipped);
    }

    fn compare_steps(&mut self, old: &Definition, new: &Definition) {
        let (before, after) = (steps(old), steps(new));
        let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
        for name in names {
            let none = Vec::new();
            let of = |steps: &BTreeMap<&str, Vec<ActionIx>>| steps.get(name).unwrap_or(&none).clone();
            let (olds, news) = (of(&before), of(&after));
            for pair in 0..olds.len().max(news.len()) {
                match (olds.get(pair), news.get(pair)) {
                    (Some(before), Some(after)) => self.compare_step((old, *before), (new, *after)),
                    (None, _) => self.steps_added.push(name.to_owned()),
                    (_, None) => self.steps_removed.push(name.to_owned()),
                }
            }
        }
    }

    fn compare_step(
        &mut self,
        (old, before): (&Definition, ActionIx),
        (new, after): (&Definition, ActionIx),
    ) {
        let (step, successor) = (old.action(before), new.action(after));
        let name = || successor.name.to_owned();
        if containers(old, before) != containers(new, after) {
            self.steps_moved.push(name());
        }
        let (step, successor) = (step.body.json(), successor.body.json());
        const RUN_AFTER: &str = "runAfter";
        let order = |step: Json<'_>| {
            step.get(RUN_AFTER).is_some_and(|order| order.as_object().is_some_and(|o| !o.is_empty()))
        };
        let is_reordered = match (step.get(RUN_AFTER), successor.get(RUN_AFTER)) {
            (Some(old), Some(new)) => !changed(old, new, &[]).is_empty(),
            _ => order(step) != order(successor),
        };
        if is_reordered {
            self.steps_reordered.push(name());
        }
        let members = changed(step, successor, &[METADATA, RUN_AFTER]);
        if !members.is_empty() {
            self.steps_changed.push(StepDiff { name: name(), members });
        }
    }
}

/// The steps by name. Names are unique in a flow; a damaged file may repeat one.
fn steps(definition: &Definition) -> BTreeMap<&str, Vec<ActionIx>> {
    let mut steps: BTreeMap<&str, Vec<ActionIx>> = BTreeMap::new();
    for (index, action) in definition.indexed() {
        steps.entry(action.name).or_default().push(index);
    }
    steps
}

/// The containers around a step with the branches that contain it, innermost first.
fn containers(definition: &Definition, step: ActionIx) -> Vec<(&str, Branch<'_>)> {
    let mut found = Vec::new();
    let mut at = definition.action(step).parent;
    while let Some((parent, branch)) = at {
        let parent = definition.action(parent);
        found.push((parent.name, branch));
        at = parent.parent;
    }
    found
}

fn connections(old: &FlowContent, new: &FlowContent) -> Vec<ConnectionDiff> {
    let states = |content: &FlowContent| -> BTreeMap<String, ConnectionState> {
        content.connections.iter().map(|one| (one.key.clone(), ConnectionState::of(one))).collect()
    };
    let (old, new) = (states(old), states(new));
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differing = keys.into_iter().filter(|key| old.get(*key) != new.get(*key));
    let diff = |key: &String| ConnectionDiff {
        key: key.clone(),
        old: old.get(key).cloned(),
        new: new.get(key).cloned(),
    };
    differing.map(diff).collect()
}

fn variables(content: &FlowContent) -> BTreeSet<&SchemaName> {
    content.variable_uses.iter().map(|use_| &use_.schema_name).collect()
}

/// Whether a path is in the parameter of an environment variable, which is compared by its schema name. The designer
/// copies the default value and the description of the variable there.
fn is_of_variable(path: &str, parameters: &BTreeSet<&str>) -> bool {
    let Some(rest) = path.strip_prefix("parameters/") else { return false };
    parameters
        .iter()
        .any(|name| rest.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// Members of the file that belong neither to the trigger, nor to steps, nor to connections.
fn others(old: &Definition, new: &Definition) -> Vec<String> {
    let definition = |side: &Definition| side.document().root().at(&["properties", "definition"]).is_some();
    if !definition(old) || !definition(new) {
        return Vec::new();
    }
    let paths = |keys: &[&str], skipped: &[&str]| -> Vec<String> {
        let at = |side: &Definition| side.document().root().at(keys).map(|json| json.id());
        let (Some(before), Some(after)) = (at(old), at(new)) else { return Vec::new() };
        let (old, new) = (old.document(), new.document());
        changed(old.json(before), new.json(after), skipped)
    };
    let mut found = paths(&["properties"], &["definition", "connectionReferences"]);
    found.extend(paths(&["properties", "definition"], &["triggers", "actions", METADATA]));
    found
}

/// What the responses of a flow return, by name in lower case: the name and the type that the schema states. `None` if
/// a response is computed, or if there is none.
pub(crate) fn response_outputs(definition: &Definition) -> Option<BTreeMap<String, (String, String)>> {
    let mut outputs = BTreeMap::new();
    let mut responses = definition.of_type("Response").peekable();
    responses.peek()?;
    for (_, response) in responses {
        let inputs = response.body.get("inputs")?;
        if let Some(body) = inputs.get("body") {
            let keys = body.as_object()?.keys();
            for key in keys {
                if key.contains('@') {
                    return None;
                }
                outputs.entry(key.to_lowercase()).or_insert((key.to_owned(), String::new()));
            }
        }
        let properties = inputs.at(&["schema", "properties"]).and_then(Json::as_object);
        for (key, property) in properties.into_iter().flatten() {
            let kind = property.get("type").and_then(Json::as_str).unwrap_or_default();
            outputs.insert(key.to_lowercase(), (key.to_owned(), kind.to_owned()));
        }
    }
    Some(outputs)
}
