//! A step that reads a secret and shows it in the run history.

use super::dataverse::operation;
use crate::finding::Sink;
use crate::fix::{Edit, Fix, NewValue};
use crate::model::{Action, ActionIx};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Json, Object, Part};

pub(super) const RULE: Rule = Rule { page: page!("definition/input-not-secured"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for (index, action) in context.semantic.indexed() {
        let Some(keys) = reads_secret(action).filter(|_| !has_secure_outputs(action)) else { continue };
        let Some(place) = context.semantic.value_place(context.flow, index, keys) else { continue };
        let message = format!("{} reads a secret, and the run history shows it", context.named(action.name));
        sink.report(place, "its output is a secret", message).help(
            "turn on \"Secure outputs\" in the settings of the step, and \"Secure inputs\" in the steps that use the value",
        )
        .fix(secured(context, index, action));
    }
}

/// The keys of the member that shows that a step reads a secret; `None` if it reads none.
fn reads_secret(action: Action<'_>) -> Option<&'static [&'static str]> {
    let inputs = action.body.get("inputs")?;
    let api = inputs.get("host").and_then(|host| host.get("apiId")?.as_str()).unwrap_or_default();
    if api.ends_with("/shared_keyvault") && operation(inputs).eq_ignore_ascii_case("GetSecret") {
        return Some(&["inputs", "host", "operationId"]);
    }
    let called = inputs.get("parameters").and_then(|parameters| parameters.get("actionName")?.as_str());
    called
        .is_some_and(|name| name.eq_ignore_ascii_case("RetrieveEnvironmentVariableSecretValue"))
        .then_some(&["inputs", "parameters", "actionName"])
}

/// Whether a step has secure outputs. Names and values are compared as the platform does, ignoring case.
fn has_secure_outputs(action: Action<'_>) -> bool {
    let settings = member(action.body, "runtimeConfiguration").and_then(Json::as_object);
    let secured = settings.and_then(|settings| member(settings, "secureData")?.as_object());
    let list = secured.and_then(|secured| member(secured, "properties")?.as_array());
    let is_outputs =
        |entry: Json<'_>| entry.as_str().is_some_and(|text| text.eq_ignore_ascii_case("outputs"));
    list.is_some_and(|list| list.iter().any(is_outputs))
}

/// Turns on secure outputs. Later steps still show the value, and the run history shows less to those who look for faults.
fn secured(context: &FlowContext<'_, '_>, index: ActionIx, action: Action<'_>) -> Option<Fix> {
    let route = context.semantic.definition.action_route(index);
    let outputs = NewValue::text("outputs");
    let list = NewValue::Array(vec![outputs.clone()]);
    let secure_data = NewValue::Object(vec![("properties", list.clone())]);
    let place = |route| context.flow.place(route, Part::Value);
    let edit = match member(action.body, "runtimeConfiguration") {
        None => {
            let settings = NewValue::Object(vec![("secureData", secure_data)]);
            Edit::member(place(route)?, "runtimeConfiguration", settings)
        }
        Some(settings) => {
            let route = route.key(settings.key());
            match member(settings.as_object()?, "secureData") {
                None => Edit::member(place(route)?, "secureData", secure_data),
                Some(secured) => {
                    let route = route.key(secured.key());
                    match member(secured.as_object()?, "properties") {
                        None => Edit::member(place(route)?, "properties", list),
                        Some(properties) => Edit::element(place(route.key(properties.key()))?, outputs),
                    }
                }
            }
        }
    };
    Some(Fix::unsafe_(format!("turn on secure outputs of `{}`", action.name), [edit]))
}

/// The value of a key, ignoring case.
fn member<'a>(object: Object<'a>, name: &str) -> Option<Json<'a>> {
    object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}
