//! The inputs that calls pass and child flows expect. Shared by the rules about the inputs of calls.

use crate::graph::Callee;
use crate::model::{Flow, FlowIx};
use crate::rules::Context;
use crate::source::{Json, Object, Part, Place, Route, Value};

/// A call whose inputs are known.
pub(super) struct CallWithBody<'a> {
    pub(super) caller: FlowIx,
    pub(super) child: FlowIx,
    pub(super) action: &'a str,
    /// `None` if the call has no body.
    pub(super) body: Option<Object<'a>>,
    pub(super) body_route: Route,
    /// The body, or else the name of the action.
    pub(super) place: Place,
}

/// The calls of flows among the inputs. Calls whose body is an expression are omitted, because it is unknown.
pub(super) fn calls_with_body<'a>(context: &Context<'a>) -> Vec<CallWithBody<'a>> {
    let mut found = Vec::new();
    for (caller, flow, content) in context.workspace.contents() {
        for call in context.graph.calls_of(caller) {
            let Callee::Flow(child) = call.callee else { continue };
            let action = content.definition.action(call.action);
            let inputs = action.body.get("inputs").and_then(Json::as_object);
            let body = match inputs.and_then(|inputs| inputs.get("body")).map(Json::value) {
                None | Some(Value::Null) => None,
                Some(Value::Object(body)) => Some(body),
                Some(_) => continue,
            };
            let route = content.definition.action_route(call.action);
            let body_route = route.keys(&["inputs", "body"]);
            let place = match body {
                Some(_) => flow.place(body_route.clone(), Part::Key),
                None => flow.place(route, Part::Key),
            };
            let Some(place) = place else { continue };
            found.push(CallWithBody { caller, child, action: action.name, body, body_route, place });
        }
    }
    found
}

/// The inputs of a child flow: the schema of its only trigger, of type `Request`.
pub(in crate::rules) struct ChildInputs<'a> {
    pub(in crate::rules) required: Vec<&'a str>,
    pub(in crate::rules) properties: Option<Object<'a>>,
    /// Whether the schema allows properties that it does not list.
    pub(in crate::rules) is_open: bool,
    pub(in crate::rules) schema_route: Route,
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
            schema_route: definition.trigger_route(trigger).keys(&["inputs", "schema"]),
        })
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
