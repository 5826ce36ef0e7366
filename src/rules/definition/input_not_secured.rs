//! A step that reads a secret and shows it in the run history.

use super::dataverse::operation;
use crate::finding::Sink;
use crate::model::Action;
use crate::rules::{Check, Inside, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("definition/input-not-secured"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    for (index, action) in inside.anatomy.indexed() {
        let Some(keys) = reads_secret(action).filter(|_| !has_secure_outputs(action)) else { continue };
        let Some(place) = inside.anatomy.value_place(inside.flow, index, keys) else { continue };
        let message = format!("{} reads a secret, and the run history shows it", inside.named(action.name));
        sink.report(place, "its output is a secret", message).help(
            "turn on \"Secure outputs\" in the settings of the step, and \"Secure inputs\" in those that use the value",
        );
    }
}

/// The member that tells that a step reads a secret.
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

fn has_secure_outputs(action: Action<'_>) -> bool {
    let settings = action.body.get("runtimeConfiguration");
    let secured = settings.and_then(|settings| settings.get("secureData")?.get("properties")?.as_array());
    secured.is_some_and(|list| list.iter().any(|one| one.as_str() == Some("outputs")))
}
