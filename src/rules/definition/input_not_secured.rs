//! A step that reads a secret and shows it in the run history.

use super::dataverse::operation;
use crate::finding::Sink;
use crate::model::Action;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Json, Object};

pub(super) const RULE: Rule = Rule { page: page!("definition/input-not-secured"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for (index, action) in context.semantic.indexed() {
        let Some(keys) = reads_secret(action).filter(|_| !has_secure_outputs(action)) else { continue };
        let Some(place) = context.semantic.value_place(context.flow, index, keys) else { continue };
        let message = format!("{} reads a secret, and the run history shows it", context.named(action.name));
        sink.report(place, "its output is a secret", message).help(
            "turn on \"Secure outputs\" in the settings of the step, and \"Secure inputs\" in the steps that use the value",
        );
    }
}

/// The keys of the member that shows that a step reads a secret; `None` if it reads none.
fn reads_secret(action: Action<'_>) -> Option<&'static [&'static str]> {
    let inputs = action.body.get("inputs")?;
    let api = inputs.at(&["host", "apiId"]).and_then(|api| api.as_str()).unwrap_or_default();
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

/// The value of a key, ignoring case.
fn member<'a>(object: Object<'a>, name: &str) -> Option<Json<'a>> {
    object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}
