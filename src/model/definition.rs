//! The definition in a flow file: triggers and actions. Actions are a flat list in which each action has its parent.
//! Values are read from the file's document on demand, and routes are computed only for findings.

use std::sync::{Arc, OnceLock};

use super::entries::{ActionEntry, ActionIx, List, TriggerEntry, flatten, type_digest};
use super::ids::FlowId;
use crate::parse::json;
use crate::source::{Array, Document, Json, NodeId, Object, Route, StoredText};

/// The definition of a flow.
#[derive(Debug)]
pub struct Definition {
    /// Empty if it was released. Then it is read again on first use.
    document: OnceLock<Arc<Document>>,
    /// Reads the text again, if the document was released.
    stored: Option<Arc<StoredText>>,
    triggers: Vec<TriggerEntry>,
    /// Every action at any depth. A container comes before the actions in it.
    actions: Vec<ActionEntry>,
    parameters: Option<NodeId>,
}

/// A trigger of a flow.
#[derive(Debug, Clone, Copy)]
pub struct Trigger<'a> {
    /// The key in `triggers`. It is `manual` for instant flows.
    pub name: &'a str,
    /// The members, as written.
    pub body: Object<'a>,
}

/// An action of a flow.
#[derive(Debug, Clone, Copy)]
pub struct Action<'a> {
    /// The key in the container's `actions`.
    pub name: &'a str,
    /// The container, and the branch of it that contains this action.
    pub parent: Option<(ActionIx, Branch<'a>)>,
    /// The members, as written, without nested actions.
    pub body: Object<'a>,
    type_name: &'a str,
}

/// The list of a container that contains an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Branch<'a> {
    /// `actions` of a scope, of a loop, or of an `If` for the case that its condition is true.
    Actions,
    /// `else.actions` of an `If`.
    Else,
    /// `cases.<name>.actions` of a `Switch`.
    Case(&'a str),
    /// `default.actions` of a `Switch`.
    Default,
}

/// The trigger or an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The trigger at this index.
    Trigger(usize),
    /// An action.
    Action(ActionIx),
}

/// A call of a child flow.
#[derive(Debug, Clone)]
pub struct Call {
    /// The calling action.
    pub action: ActionIx,
    /// The called flow.
    pub child: FlowId,
}

/// The keys to the definition in a flow file.
const PROPERTIES: &str = "properties";
const DEFINITION: &str = "definition";

impl Definition {
    /// Reads a definition, given its node in the document. Members of a wrong type count as absent.
    pub(crate) fn read(mut document: Document, definition: NodeId) -> Self {
        let section = |key: &str| document.json(definition).get(key).and_then(Json::as_object);
        let triggers = section("triggers").into_iter().flat_map(Object::values);
        let triggers = triggers.filter_map(Json::as_object).map(TriggerEntry::of).collect();
        let parameters = section("parameters").map(|parameters| parameters.json().id());
        let (actions, contained) = flatten(section("actions"));
        for list in contained {
            document.detach(list);
        }
        let document = Arc::new(document).into();
        Definition { document, stored: None, triggers, actions, parameters }
    }

    /// The document of the flow file. If it was released, it is read again, which cannot fail: it was read before.
    pub(crate) fn document(&self) -> &Arc<Document> {
        self.document.get_or_init(|| self.read_again().unwrap_or_default())
    }

    /// The document, if it is in memory.
    pub(crate) fn kept_document(&self) -> Option<&Arc<Document>> {
        self.document.get()
    }

    /// Reads the document from a stored text from now on, and releases it.
    pub(super) fn store(&mut self, stored: Arc<StoredText>) {
        self.stored = Some(stored);
        self.release();
    }

    /// Frees the memory of the document, if it can be read again.
    pub(super) fn release(&mut self) {
        if self.stored.is_some() {
            self.document = OnceLock::new();
        }
    }

    /// Parses the text again. Each node has the id that it had before.
    fn read_again(&self) -> Option<Arc<Document>> {
        let stored = self.stored.as_ref()?;
        let document = json::parse(stored.text()).ok()?;
        let definition = document.root().at(&[PROPERTIES, DEFINITION])?.id();
        let document = Definition::read(document, definition).document.into_inner()?;
        stored.lend(&document);
        Some(document)
    }

    /// The triggers. Cloud flows in public packages always have one, but the format allows more.
    pub fn triggers(&self) -> impl ExactSizeIterator<Item = Trigger<'_>> {
        self.triggers.iter().map(|entry| self.trigger_at(*entry))
    }

    /// The trigger at an index.
    pub fn trigger(&self, index: usize) -> Option<Trigger<'_>> {
        self.triggers.get(index).map(|entry| self.trigger_at(*entry))
    }

    /// The trigger at an index that is known to exist.
    pub(crate) fn known_trigger(&self, index: usize) -> Trigger<'_> {
        self.trigger_at(self.triggers[index])
    }

    /// The trigger, if the flow has exactly one.
    pub fn only_trigger(&self) -> Option<Trigger<'_>> {
        let [entry] = self.triggers.as_slice() else { return None };
        Some(self.trigger_at(*entry))
    }

    /// The members of a trigger or action that exists, without nested actions.
    pub(crate) fn body_of(&self, owner: Owner) -> Object<'_> {
        Object::of(self.node_of(owner))
    }

    /// The members of every trigger and action, without nested actions.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = (Owner, Object<'_>)> {
        let triggers = (0..self.triggers.len()).map(Owner::Trigger);
        let actions = (0..self.actions.len()).map(|index| Owner::Action(ActionIx::of(index)));
        triggers.chain(actions).map(|owner| (owner, self.body_of(owner)))
    }

    /// The name of a trigger or action that exists.
    pub(crate) fn name_of(&self, owner: Owner) -> &str {
        self.node_of(owner).key()
    }

    /// A trigger or action that exists, as it is written.
    fn node_of(&self, owner: Owner) -> Json<'_> {
        self.document().json(match owner {
            Owner::Trigger(index) => self.triggers[index].body,
            Owner::Action(index) => self.actions[index.get()].body,
        })
    }

    /// The route to a trigger or action that exists.
    pub(crate) fn route_of(&self, owner: Owner) -> Route {
        match owner {
            Owner::Trigger(index) => self.trigger_route(self.known_trigger(index)),
            Owner::Action(index) => self.action_route(index),
        }
    }

    /// Every action. See [`Definition::indexed`].
    pub fn actions(&self) -> impl ExactSizeIterator<Item = Action<'_>> {
        self.indexed().map(|(_, action)| action)
    }

    /// `definition.parameters`, if present.
    pub fn parameters(&self) -> Option<Object<'_>> {
        self.document().json(self.parameters?).as_object()
    }

    /// The triggers of type `Request` and this kind, each with its index. Ignores case. Uses digests as
    /// [`Definition::of_type`] does.
    pub(crate) fn request_triggers(&self, kind: &str) -> impl Iterator<Item = (usize, Trigger<'_>)> {
        const REQUEST: &str = "Request";
        let digests = (type_digest(REQUEST), type_digest(kind));
        let is_it = move |entry: &TriggerEntry| (entry.type_digest, entry.kind_digest) == digests;
        self.triggers_where(is_it)
            .filter(move |(_, trigger)| trigger.is(REQUEST) && trigger.kind().eq_ignore_ascii_case(kind))
    }

    /// The triggers of any of these types, each with its index. See [`Definition::of_type`].
    pub(crate) fn triggers_of_types<const N: usize>(
        &self,
        types: [&str; N],
    ) -> impl Iterator<Item = (usize, Trigger<'_>)> {
        let digests = types.map(type_digest);
        let found = self.triggers_where(move |entry| digests.contains(&entry.type_digest));
        found.filter(move |(_, trigger)| types.iter().any(|type_name| trigger.is(type_name)))
    }

    fn triggers_where(
        &self,
        is_wanted: impl Fn(&TriggerEntry) -> bool,
    ) -> impl Iterator<Item = (usize, Trigger<'_>)> {
        let entries = self.triggers.iter().enumerate().filter(move |(_, entry)| is_wanted(entry));
        entries.map(|(index, entry)| (index, self.trigger_at(*entry)))
    }

    fn trigger_at(&self, entry: TriggerEntry) -> Trigger<'_> {
        let body = self.document().json(entry.body);
        Trigger { name: body.key(), body: Object::of(body) }
    }

    /// The action at an index.
    pub fn action(&self, index: ActionIx) -> Action<'_> {
        let ActionEntry { body, type_name, parent, .. } = self.actions[index.get()];
        let body = self.document().json(body);
        let parent = parent.map(|(parent, list)| {
            let branch = match list {
                List::Actions => Branch::Actions,
                List::Else => Branch::Else,
                List::Case(case) => Branch::Case(self.document().json(case).key()),
                List::Default => Branch::Default,
            };
            (parent, branch)
        });
        let type_name = type_name.and_then(|id| self.document().json(id).as_str()).unwrap_or_default();
        Action { name: body.key(), parent, body: Object::of(body), type_name }
    }

    /// Every action with its index. A container comes before the actions in it.
    pub fn indexed(&self) -> impl ExactSizeIterator<Item = (ActionIx, Action<'_>)> {
        (0..self.actions.len()).map(|index| (ActionIx::of(index), self.action(ActionIx::of(index))))
    }

    /// The actions of a type, ignoring case. Uses digests to skip other actions, so that a search through every flow reads
    /// little memory.
    pub fn of_type(&self, type_name: &str) -> impl Iterator<Item = (ActionIx, Action<'_>)> {
        self.of_types([type_name])
    }

    /// The actions of any of these types. See [`Definition::of_type`].
    pub(crate) fn of_types<const N: usize>(
        &self,
        types: [&str; N],
    ) -> impl Iterator<Item = (ActionIx, Action<'_>)> {
        let digests = types.map(type_digest);
        let candidates =
            self.actions.iter().enumerate().filter(move |(_, listed)| digests.contains(&listed.type_digest));
        let actions = candidates.map(|(index, _)| (ActionIx::of(index), self.action(ActionIx::of(index))));
        actions.filter(move |(_, action)| types.iter().any(|type_name| action.is(type_name)))
    }

    /// The containers around an action, innermost first.
    pub fn ancestors(&self, index: ActionIx) -> impl Iterator<Item = Action<'_>> {
        let parent_of = |action: Action<'_>| action.parent.map(|(parent, _)| self.action(parent));
        std::iter::successors(parent_of(self.action(index)), move |action| parent_of(*action))
    }

    /// The route to an action, such as `/properties/definition/actions/Scope/actions/Call`.
    pub fn action_route(&self, index: ActionIx) -> Route {
        let mut keys: Vec<&str> = Vec::new();
        let mut at = Some(index);
        while let Some(index) = at {
            let action = self.action(index);
            keys.extend([action.name, "actions"]);
            at = action.parent.map(|(parent, branch)| {
                match branch {
                    Branch::Actions => {}
                    Branch::Else => keys.push("else"),
                    Branch::Case(name) => keys.extend([name, "cases"]),
                    Branch::Default => keys.push("default"),
                }
                parent
            });
        }
        keys.extend([DEFINITION, PROPERTIES]);
        Route::of(keys.into_iter().rev())
    }

    /// The names of an action's containers, outermost first, and its own. Makers expand these in the designer to find
    /// the action.
    pub fn action_path(&self, index: ActionIx) -> Vec<&str> {
        let mut names: Vec<&str> = self.ancestors(index).map(|action| action.name).collect();
        names.reverse();
        names.push(self.action(index).name);
        names
    }

    /// The path of a trigger or action. See [`Definition::action_path`].
    pub fn site_path(&self, site: Owner) -> Vec<&str> {
        match site {
            Owner::Trigger(number) => self.trigger(number).map(|trigger| trigger.name).into_iter().collect(),
            Owner::Action(action) => self.action_path(action),
        }
    }

    /// The route to a trigger.
    pub fn trigger_route(&self, trigger: Trigger<'_>) -> Route {
        Route::of([PROPERTIES, DEFINITION, "triggers", trigger.name])
    }

    /// The route to `definition`.
    pub fn route() -> Route {
        Route::of([PROPERTIES, DEFINITION])
    }

    /// The actions with pagination, each with the number of rows that it asks for.
    pub(super) fn requested_rows(&self) -> Vec<(ActionIx, u64)> {
        let rows = |index| self.body_of(Owner::Action(index)).json().at(&PAGINATION_KEYS)?.as_u64();
        let indices = (0..self.actions.len()).map(ActionIx::of);
        indices.filter_map(|index| Some((index, rows(index)?))).collect()
    }

    /// The calls of child flows. A reference that is not a GUID, such as an expression, cannot be resolved and is left
    /// out.
    pub(super) fn calls(&self) -> Vec<Call> {
        let calls = self.of_type(CALL).filter_map(|(action, body)| {
            let child = body.called_flow().and_then(FlowId::parse)?;
            Some(Call { action, child })
        });
        calls.collect()
    }
}

impl<'a> Trigger<'a> {
    /// The type: `Request`, `Recurrence`, `OpenApiConnectionWebhook`, ...
    pub fn type_name(self) -> &'a str {
        self.body.text("type")
    }

    /// The kind of a `Request` trigger: `Button`, `PowerAppV2`, `Http`, …; empty if absent.
    pub fn kind(self) -> &'a str {
        self.body.text("kind")
    }

    /// Whether the trigger has this type, ignoring case.
    pub fn is(self, type_name: &str) -> bool {
        self.type_name().eq_ignore_ascii_case(type_name)
    }

    /// Whether a person or an app is asked for the inputs that the trigger lists.
    pub fn asks_for_inputs(self) -> bool {
        const KINDS: [&str; 3] = ["Button", "PowerApp", "PowerAppV2"];
        self.is("Request") && KINDS.iter().any(|kind| self.kind().eq_ignore_ascii_case(kind))
    }
}

impl<'a> Action<'a> {
    /// The type: `Workflow`, `Response`, `OpenApiConnection`, ...
    pub fn type_name(self) -> &'a str {
        self.type_name
    }

    /// Whether the action has this type, ignoring case.
    pub fn is(self, type_name: &str) -> bool {
        self.type_name.eq_ignore_ascii_case(type_name)
    }

    /// The reference to the child flow as written, if the action calls one.
    pub fn called_flow(self) -> Option<&'a str> {
        if !self.is(CALL) {
            return None;
        }
        self.body.json().at(&CALLED_FLOW_KEYS)?.as_str()
    }
}

impl<'a> Action<'a> {
    /// Whether the action changes a variable.
    pub(crate) fn changes_variable(self) -> bool {
        CHANGING.iter().any(|type_name| self.is(type_name))
    }

    /// The name of the variable that the action changes, if it changes one and the name is not an expression.
    pub(crate) fn changed_variable(self) -> Option<Json<'a>> {
        if !self.changes_variable() {
            return None;
        }
        let name = self.body.get("inputs")?.get("name")?;
        name.as_str().filter(|name| !name.contains('@')).map(|_| name)
    }

    /// The name of that variable.
    pub(crate) fn changed_variable_name(self) -> Option<&'a str> {
        self.changed_variable()?.as_str()
    }

    /// The entries of an `InitializeVariable`: name, type and value of each variable. `None` for other actions, and if the
    /// list is missing.
    pub(crate) fn initialised_variables(self) -> Option<Array<'a>> {
        self.body.get("inputs").filter(|_| self.is("InitializeVariable"))?.get("variables")?.as_array()
    }
}

/// Action types that change the variable whose name is in `inputs.name`.
const CHANGING: [&str; 5] = [
    "SetVariable",
    "IncrementVariable",
    "DecrementVariable",
    "AppendToArrayVariable",
    "AppendToStringVariable",
];

/// The type of an action that calls a child flow.
const CALL: &str = "Workflow";

/// The keys from an action to the number of rows that it asks for with pagination.
pub(crate) const PAGINATION_KEYS: [&str; 3] =
    ["runtimeConfiguration", "paginationPolicy", "minimumItemCount"];

/// The keys from an action to the name of the child flow.
pub(crate) const CALLED_FLOW_KEYS: [&str; 3] = ["inputs", "host", "workflowReferenceName"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::definition;

    #[test]
    fn actions_of_every_branch_are_read_and_have_routes() {
        let text = r#"{"actions": {
            "S": {"type": "Scope", "actions": {"A": {"type": "Compose"}, "B": 1}},
            "I": {"type": "If", "actions": {"A": {}}, "else": {"actions": {"C/D": {}}}},
            "W": {"type": "Switch", "cases": {"one": {"actions": {"E": {}}}}, "default": {"actions": {"F": {}}}}
        }}"#;
        let definition = definition(text);
        let routes: Vec<String> =
            definition.indexed().map(|(index, _)| definition.action_route(index).to_string()).collect();
        insta::assert_snapshot!(routes.join("\n"), @r"
        /properties/definition/actions/I
        /properties/definition/actions/S
        /properties/definition/actions/W
        /properties/definition/actions/I/actions/A
        /properties/definition/actions/I/else/actions/C~1D
        /properties/definition/actions/S/actions/A
        /properties/definition/actions/W/default/actions/F
        /properties/definition/actions/W/cases/one/actions/E
        ");
        let (deep, _) = definition.indexed().nth(7).expect("an action");
        let names: Vec<&str> = definition.ancestors(deep).map(|action| action.name).collect();
        assert_eq!(names, ["W"]);
    }

    #[test]
    fn a_released_definition_is_read_again() {
        const TEXT: &str = r#"{"properties": {"definition": {
            "triggers": {"manual": {"type": "Request", "kind": "Button"}},
            "actions": {"If": {"type": "If", "actions": {"A": {}}, "else": {"actions": {"B": {"description": "\u00e4"}}}}}
        }}}"#;
        let document = json::parse(TEXT.into()).expect("JSON");
        let node = document.root().at(&[PROPERTIES, DEFINITION]).expect("a definition").id();
        let mut definition = Definition::read(document, node);
        let described = |definition: &Definition| {
            let bodies = definition.bodies().map(|(owner, body)| {
                (definition.route_of(owner).to_string(), format!("{:?}", body.keys().collect::<Vec<_>>()))
            });
            bodies.collect::<Vec<_>>()
        };
        let before = described(&definition);
        definition.store(Arc::new(StoredText::new(|| TEXT.into())));
        assert!(definition.kept_document().is_none());
        // The digests of the trigger are enough to rule it out.
        assert_eq!(definition.request_triggers("Http").count(), 0);
        assert!(definition.kept_document().is_none());
        assert_eq!(definition.request_triggers("BUTTON").map(|(index, _)| index).collect::<Vec<_>>(), [0]);
        assert!(definition.kept_document().is_some());
        assert_eq!(described(&definition), before);
    }

    #[test]
    fn calls_need_a_guid() {
        let definition = definition(
            r#"{"actions": {
            "a": {"type": "Workflow", "inputs": {"host": {"workflowReferenceName": "AAAAAAAA-0000-0000-0000-000000000001"}}},
            "b": {"type": "Workflow", "inputs": {"host": {"workflowReferenceName": "@variables('x')"}}},
            "c": {"type": "Workflow", "inputs": "x"},
            "d": {"type": "Http", "inputs": {"host": {"workflowReferenceName": "AAAAAAAA-0000-0000-0000-000000000001"}}}
        }}"#,
        );
        let calls: Vec<_> = definition.calls().iter().map(|call| call.child.to_string()).collect();
        assert_eq!(calls, ["aaaaaaaa-0000-0000-0000-000000000001"]);
    }
}
