//! A trigger or action that lacks a part which its type cannot do without.

use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::Owner;
use crate::source::{Json, Object, Part, Value};

pub(super) const RULE: Rule = Rule { page: page!("definition/step-incomplete"), check: Check::Flow(check) };

/// A part that steps of some types require.
struct Need {
    types: &'static [&'static str],
    /// The keys that lead to it from the step.
    keys: &'static [&'static str],
    /// What the maker has to fill in.
    what: &'static str,
    /// Whether an empty text counts as missing.
    not_empty: bool,
}

const fn need(
    types: &'static [&'static str],
    keys: &'static [&'static str],
    what: &'static str,
    not_empty: bool,
) -> Need {
    Need { types, keys, what, not_empty }
}

const OPEN_API: &[&str] = &["OpenApiConnection", "OpenApiConnectionWebhook", "OpenApiConnectionNotification"];
const CHANGING: &[&str] = &[
    "SetVariable",
    "IncrementVariable",
    "DecrementVariable",
    "AppendToArrayVariable",
    "AppendToStringVariable",
];

/// What the reference calls required, as far as every public flow has it. An empty `apiId` occurs in flows that are on.
///
/// Source: azure-docs, articles/logic-apps/logic-apps-workflow-actions-triggers.md and
/// logic-apps-create-variables-store-values.md; for `host` microsoft/power-platform-skills#414.
const NEEDS: [Need; 21] = [
    need(&["Foreach"], &["foreach"], "the list that the loop goes through", true),
    need(&["If", "Until"], &["expression"], "the condition", true),
    need(&["Switch"], &["expression"], "the value to compare with the cases", true),
    need(&["Query", "Select", "Table", "Join"], &["inputs", "from"], "the list that it works on", true),
    need(&["Query"], &["inputs", "where"], "the condition of the filter", true),
    need(&["Select"], &["inputs", "select"], "the map", false),
    need(&["Table"], &["inputs", "format"], "the format of the table", true),
    need(&["Join"], &["inputs", "joinWith"], "the separator", false),
    need(&["ParseJson"], &["inputs", "content"], "the content to parse", false),
    need(&["ParseJson"], &["inputs", "schema"], "the schema", false),
    need(&["Compose"], &["inputs"], "the inputs", false),
    need(&["Http"], &["inputs", "method"], "the method", true),
    need(&["Http"], &["inputs", "uri"], "the URI", true),
    need(&["Response"], &["inputs", "statusCode"], "the status code", true),
    need(&["Terminate"], &["inputs", "runStatus"], "the status of the run", true),
    need(&["InitializeVariable"], &["inputs", "variables"], "the name and the type of the variable", false),
    need(CHANGING, &["inputs", "name"], "the variable", true),
    need(
        &["SetVariable", "AppendToArrayVariable", "AppendToStringVariable"],
        &["inputs", "value"],
        "the value",
        false,
    ),
    need(
        OPEN_API,
        &["inputs", "host", "connectionName"],
        "the connection (a key of `connectionReferences`)",
        true,
    ),
    need(OPEN_API, &["inputs", "host", "operationId"], "the operation of the connector", true),
    need(OPEN_API, &["inputs", "host", "apiId"], "the connector", false),
];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for owner in context.semantic.owners() {
        let body = context.semantic.body(owner);
        let type_name = body.text("type");
        let needs =
            NEEDS.iter().filter(|need| need.types.iter().any(|one| one.eq_ignore_ascii_case(type_name)));
        let missing: Vec<&Need> = needs.filter(|need| need.is_missing(body)).collect();
        report_missing(context, sink, owner, &missing);
        report_static_result(context, sink, owner, body);
    }
}

impl Need {
    /// Whether the part is missing. If something on the way to it is not an object, that is unknown, and the answer is no.
    fn is_missing(&self, body: Object<'_>) -> bool {
        let mut at = body.json();
        for (depth, key) in self.keys.iter().enumerate() {
            let Some(object) = at.as_object() else { return is_nothing(at) };
            // A host in the old form has other members.
            let is_old = object.get("connection").is_some_and(|value| value.as_object().is_some());
            if is_old || *key == "connectionName" && object.contains_key(REFERENCE) {
                return false;
            }
            match object.get(key) {
                None => return true,
                Some(value) if depth + 1 == self.keys.len() => {
                    return is_nothing(value) || self.not_empty && value.as_str().is_some_and(str::is_empty);
                }
                Some(value) => at = value,
            }
        }
        false
    }

    /// The keys as messages write them: `host.connectionName`.
    fn path(&self) -> String {
        let keys = self.keys.strip_prefix(&["inputs"]).filter(|keys| !keys.is_empty()).unwrap_or(self.keys);
        format!("`{}`", keys.join("."))
    }
}

/// Another spelling of `connectionName`, which the service names in its error.
const REFERENCE: &str = "connectionReferenceName";

fn is_nothing(value: Json<'_>) -> bool {
    matches!(value.value(), Value::Null)
}

fn report_missing(context: &FlowContext<'_, '_>, sink: &mut Sink, owner: Owner, missing: &[&Need]) {
    let Some(first) = missing.first() else { return };
    let route = context.semantic.route(owner);
    // Points at an empty value, and at the step if there is none.
    let is_there = context.semantic.body(owner).json().at(first.keys).is_some();
    let place = match is_there {
        true => context.flow.place(route.keys(first.keys), Part::Value),
        false => context.flow.place(route, Part::Key),
    };
    let Some(place) = place else { return };
    let paths = and(missing.iter().map(|need| need.path()));
    let what = and(missing.iter().map(|need| need.what.to_owned()));
    let message = format!("{} has no {paths}", context.named(context.semantic.name(owner)));
    let label = if is_there { "empty".to_owned() } else { format!("no {}", first.path()) };
    let is_input = first.keys.first() == Some(&"inputs");
    let finding = sink.report(place, label, message);
    finding
        .code(is_input.then_some("WorkflowRunActionInputsMissingProperty"))
        .help(format!("open the step in the designer and fill in {what}, then save and export again"));
}

/// `a`, `a and b`, `a, b and c`.
fn and(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    match parts.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => parts.concat(),
    }
}

/// A static result is found by its name; without one the flow cannot be saved, even where it is disabled.
fn report_static_result(context: &FlowContext<'_, '_>, sink: &mut Sink, owner: Owner, body: Object<'_>) {
    let Some(result) = body.json().at(&STATIC_RESULT).and_then(Json::as_object) else { return };
    let is_named = result.get("name").is_some_and(|name| !is_nothing(name) && name.as_str() != Some(""));
    let Some(place) = context.flow.place(context.semantic.route(owner).keys(&STATIC_RESULT), Part::Key)
    else {
        return;
    };
    if is_named {
        return;
    }
    let message =
        format!("{} has a static result without a name", context.named(context.semantic.name(owner)));
    let finding = sink.report(place, "no `name`", message);
    finding.code(Some("InvalidStaticResultName")).help(
        "remove `staticResult` from `runtimeConfiguration`: it stands for the result of the step in tests, and even a \
         disabled one needs its name",
    );
}

const STATIC_RESULT: [&str; 2] = ["runtimeConfiguration", "staticResult"];
