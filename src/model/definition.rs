//! The definition inside a flow file: its trigger and its actions, kept as a flat list in which each action knows its
//! parent. Routes are made on demand, only for what is reported.

use serde_json::{Map, Value};

use super::connection::Site;
use super::ids::FlowId;
use crate::source::Route;

/// An action's place in [`Definition::actions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionIx(usize);

impl ActionIx {
    pub(crate) fn get(self) -> usize {
        self.0
    }
}

/// What a flow does.
#[derive(Debug, Default)]
pub struct Definition {
    /// Always one in public cloud flows; the format allows more.
    pub triggers: Vec<Trigger>,
    /// Every action at any depth; a container stands before what it contains.
    pub actions: Vec<Action>,
    /// `definition.parameters`.
    pub parameters: Map<String, Value>,
}

/// What starts a flow.
#[derive(Debug)]
pub struct Trigger {
    /// Its key in `triggers`; `manual` for instant flows.
    pub name: String,
    /// Everything but the name, as it stands in the file.
    pub body: Map<String, Value>,
}

/// One step of a flow.
#[derive(Debug)]
pub struct Action {
    /// Its key in the container's `actions`.
    pub name: String,
    /// The container, and which of its lists this action stands in.
    pub parent: Option<(ActionIx, Branch)>,
    /// Everything but the name and the contained actions, as it stands in the file.
    pub body: Map<String, Value>,
}

/// The list of a container that an action stands in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Branch {
    /// `actions` of a scope, a loop, or an `If` that is true.
    Actions,
    /// `else.actions` of an `If`.
    Else,
    /// `cases.<name>.actions` of a `Switch`.
    Case(String),
    /// `default.actions` of a `Switch`.
    Default,
}

/// A call of a child flow.
#[derive(Debug, Clone)]
pub struct Call {
    /// The calling action.
    pub action: ActionIx,
    /// The called flow.
    pub child: FlowId,
}

/// Names of a definition's parts in the file.
const PROPERTIES: &str = "properties";
const DEFINITION: &str = "definition";

impl Definition {
    /// Takes a definition apart. Members of a wrong type count as absent.
    pub(crate) fn from_json(mut definition: Map<String, Value>) -> Self {
        let triggers = take_object(&mut definition, "triggers");
        let triggers = triggers
            .into_iter()
            .filter_map(|(name, body)| object(body).map(|body| Trigger { name, body }))
            .collect();
        let parameters = take_object(&mut definition, "parameters");
        Definition { triggers, actions: flatten(take_object(&mut definition, "actions")), parameters }
    }

    /// The action at an index.
    pub fn action(&self, index: ActionIx) -> &Action {
        &self.actions[index.0]
    }

    /// Every action with its index.
    pub fn indexed(&self) -> impl Iterator<Item = (ActionIx, &Action)> {
        self.actions.iter().enumerate().map(|(index, action)| (ActionIx(index), action))
    }

    /// The containers of an action, the nearest first.
    pub fn ancestors(&self, index: ActionIx) -> impl Iterator<Item = &Action> {
        let parent_of = |action: &Action| action.parent.as_ref().map(|(parent, _)| self.action(*parent));
        std::iter::successors(parent_of(self.action(index)), move |action| parent_of(action))
    }

    /// The way to an action: `/properties/definition/actions/Scope/actions/Call`.
    pub fn action_route(&self, index: ActionIx) -> Route {
        let mut keys: Vec<&str> = Vec::new();
        let mut at = Some(index);
        while let Some(index) = at {
            let action = self.action(index);
            keys.extend([action.name.as_str(), "actions"]);
            at = action.parent.as_ref().map(|(parent, branch)| {
                match branch {
                    Branch::Actions => {}
                    Branch::Else => keys.push("else"),
                    Branch::Case(name) => keys.extend([name.as_str(), "cases"]),
                    Branch::Default => keys.push("default"),
                }
                *parent
            });
        }
        keys.extend([DEFINITION, PROPERTIES]);
        Route::of(keys.into_iter().rev())
    }

    /// The names of an action's containers and its own, the outermost first: the path that a maker expands to see it.
    pub fn action_path(&self, index: ActionIx) -> Vec<&str> {
        let mut names: Vec<&str> = self.ancestors(index).map(|action| action.name.as_str()).collect();
        names.reverse();
        names.push(&self.action(index).name);
        names
    }

    /// The path of the trigger or an action: see [`Definition::action_path`].
    pub fn site_path(&self, site: Site) -> Vec<&str> {
        match site {
            Site::Trigger(number) => {
                self.triggers.get(number).map(|trigger| trigger.name.as_str()).into_iter().collect()
            }
            Site::Action(action) => self.action_path(action),
        }
    }

    /// The way to a trigger.
    pub fn trigger_route(&self, trigger: &Trigger) -> Route {
        Route::of([PROPERTIES, DEFINITION, "triggers", &trigger.name])
    }

    /// The way to `definition` itself.
    pub fn route() -> Route {
        Route::of([PROPERTIES, DEFINITION])
    }

    /// Calls of child flows. A reference that is no GUID (an expression) is no call that could be followed.
    pub fn calls(&self) -> impl Iterator<Item = Call> {
        self.indexed().filter_map(|(action, body)| {
            let child = body.called_flow().and_then(FlowId::parse)?;
            Some(Call { action, child })
        })
    }
}

impl Trigger {
    /// The type: `Request`, `Recurrence`, `OpenApiConnectionWebhook`, ...
    pub fn type_name(&self) -> &str {
        text(&self.body, "type")
    }

    /// The kind of a `Request` trigger: `Button`, `PowerAppV2`, `Http`, ...; empty where absent.
    pub fn kind(&self) -> &str {
        text(&self.body, "kind")
    }

    /// Whether the type is this one, in any case.
    pub fn is(&self, type_name: &str) -> bool {
        self.type_name().eq_ignore_ascii_case(type_name)
    }
}

impl Action {
    /// The type: `Workflow`, `Response`, `OpenApiConnection`, ...
    pub fn type_name(&self) -> &str {
        text(&self.body, "type")
    }

    /// Whether the type is this one, in any case.
    pub fn is(&self, type_name: &str) -> bool {
        self.type_name().eq_ignore_ascii_case(type_name)
    }

    /// The reference to the child flow, as written, of an action that calls one.
    pub fn called_flow(&self) -> Option<&str> {
        if !self.is("Workflow") {
            return None;
        }
        self.body.get("inputs")?.pointer(CALLED_FLOW)?.as_str()
    }
}

/// Where a call names its child, below `inputs`.
const CALLED_FLOW: &str = "/host/workflowReferenceName";

/// The steps to the name of the child, below the action.
pub(crate) const CALLED_FLOW_KEYS: [&str; 3] = ["inputs", "host", "workflowReferenceName"];

/// Makes the tree of actions flat, without recursion.
fn flatten(top: Map<String, Value>) -> Vec<Action> {
    let mut actions = Vec::new();
    // Lists are taken last in, first out; reversing keeps the order of the file's keys, sorted.
    let mut lists = vec![(None, top)];
    while let Some((parent, list)) = lists.pop() {
        let mut inner = Vec::new();
        for (name, body) in list {
            let Some(mut body) = object(body) else { continue };
            let index = ActionIx(actions.len());
            inner.extend(branches(&mut body).into_iter().map(|(branch, list)| (Some((index, branch)), list)));
            actions.push(Action { name, parent: parent.clone(), body });
        }
        lists.extend(inner.into_iter().rev());
    }
    actions
}

/// Takes the lists of contained actions out of an action.
fn branches(body: &mut Map<String, Value>) -> Vec<(Branch, Map<String, Value>)> {
    let mut found = vec![(Branch::Actions, take_object(body, "actions"))];
    let mut take_from = |key: &str, branch: Branch| {
        if let Some(Value::Object(holder)) = body.get_mut(key) {
            found.push((branch, take_object(holder, "actions")));
        }
    };
    take_from("else", Branch::Else);
    take_from("default", Branch::Default);
    if let Some(Value::Object(cases)) = body.get_mut("cases") {
        for (name, case) in cases.iter_mut() {
            if let Value::Object(case) = case {
                found.push((Branch::Case(name.clone()), take_object(case, "actions")));
            }
        }
    }
    found.retain(|(_, list)| !list.is_empty());
    found
}

fn take_object(from: &mut Map<String, Value>, key: &str) -> Map<String, Value> {
    match from.get_mut(key) {
        Some(Value::Object(object)) => std::mem::take(object),
        _ => Map::new(),
    }
}

fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// A member that is a string; empty where it is not.
pub(crate) fn text<'a>(object: &'a Map<String, Value>, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::json;

    fn definition(text: &str) -> Definition {
        let value = json::parse(text).expect("json");
        Definition::from_json(object(value).expect("an object"))
    }

    #[test]
    fn every_branch_is_read_and_its_route_leads_back() {
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
        let names: Vec<&str> = definition.ancestors(deep).map(|action| action.name.as_str()).collect();
        assert_eq!(names, ["W"]);
    }

    #[test]
    fn only_a_guid_is_a_call() {
        let definition = definition(
            r#"{"actions": {
            "a": {"type": "Workflow", "inputs": {"host": {"workflowReferenceName": "AAAAAAAA-0000-0000-0000-000000000001"}}},
            "b": {"type": "Workflow", "inputs": {"host": {"workflowReferenceName": "@variables('x')"}}},
            "c": {"type": "Workflow", "inputs": "x"},
            "d": {"type": "Http", "inputs": {"host": {"workflowReferenceName": "AAAAAAAA-0000-0000-0000-000000000001"}}}
        }}"#,
        );
        let calls: Vec<_> = definition.calls().map(|call| call.child.to_string()).collect();
        assert_eq!(calls, ["aaaaaaaa-0000-0000-0000-000000000001"]);
    }
}
