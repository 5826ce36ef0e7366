//! The inputs that calls pass and child flows expect. Shared by the rules about the inputs of calls.

use crate::graph::Callee;
use crate::model::{ActionIx, Definition, Flow, Trigger};
use crate::rules::FlowContext;
use crate::source::{Json, Object, Part, Place, Route, Value};

/// A call whose inputs are known.
pub(super) struct CallWithBody<'a> {
    pub(super) caller: &'a Flow,
    pub(super) child: &'a Flow,
    pub(super) action: &'a str,
    /// `None` if the call has no body.
    pub(super) body: Option<Object<'a>>,
    definition: &'a Definition,
    index: ActionIx,
}

impl CallWithBody<'_> {
    /// The body, or else the name of the action.
    pub(super) fn place(&self) -> Option<Place> {
        let route = self.definition.action_route(self.index);
        match self.body {
            Some(_) => self.caller.place(route.keys(&BODY), Part::Key),
            None => self.caller.place(route, Part::Key),
        }
    }

    /// The place of an input in the body.
    pub(super) fn input_place(&self, name: &str, part: Part) -> Option<Place> {
        let body = self.definition.action_route(self.index).keys(&BODY);
        self.caller.place(body.key(name), part)
    }
}

/// The keys from an action to the inputs that it passes.
const BODY: [&str; 2] = ["inputs", "body"];

/// The calls of flows among the inputs. Calls whose body is an expression are omitted, because it is unknown.
pub(super) fn calls_with_body<'a>(context: &FlowContext<'_, 'a>) -> Vec<CallWithBody<'a>> {
    let (workspace, definition) = (context.run.workspace, &context.content.definition);
    let calls = context.run.graph.calls_of(context.index).into_iter();
    let with_body = calls.filter_map(|call| {
        let Callee::Flow(child) = call.callee else { return None };
        let action = definition.action(call.action);
        let inputs = action.body.get("inputs").and_then(Json::as_object);
        let body = match inputs.and_then(|inputs| inputs.get("body")).map(Json::value) {
            None | Some(Value::Null) => None,
            Some(Value::Object(body)) => Some(body),
            Some(_) => return None,
        };
        let (caller, child) = (context.flow, workspace.flow(child));
        Some(CallWithBody { caller, child, action: action.name, body, definition, index: call.action })
    });
    with_body.collect()
}

/// The inputs of a child flow: the schema of its only trigger, of type `Request`.
pub(in crate::rules) struct ChildInputs<'a> {
    pub(in crate::rules) required: Vec<&'a str>,
    pub(in crate::rules) properties: Option<Object<'a>>,
    /// Whether the schema allows properties that it does not list.
    pub(in crate::rules) is_open: bool,
    definition: &'a Definition,
    trigger: Trigger<'a>,
}

impl<'a> ChildInputs<'a> {
    pub(in crate::rules) fn of(child: &'a Flow) -> Option<Self> {
        let definition = &child.content.as_ref()?.definition;
        let trigger = definition.only_trigger()?;
        if !trigger.is("Request") {
            return None;
        }
        let schema = trigger.body.get("inputs")?.get("schema")?.as_object()?;
        let required = schema.get("required").and_then(Json::as_array);
        Some(ChildInputs {
            required: required.into_iter().flatten().filter_map(Json::as_str).collect(),
            properties: schema.get("properties").and_then(Json::as_object),
            is_open: schema.get("additionalProperties").is_some_and(|open| open.as_bool() != Some(false)),
            definition,
            trigger,
        })
    }

    /// The route to a member of the schema.
    pub(in crate::rules) fn schema_route(&self, member: &str) -> Route {
        self.definition.trigger_route(self.trigger).keys(&["inputs", "schema", member])
    }

    /// An input with the label that makers see: `text` ("Order number").
    pub(in crate::rules) fn in_words(&self, name: &str) -> String {
        let title = self.properties.and_then(|all| all.get(name)?.get("title")?.as_str());
        match title.filter(|title| *title != name && !title.is_empty()) {
            Some(title) => format!("`{name}` (\"{title}\")"),
            None => format!("`{name}`"),
        }
    }
}
