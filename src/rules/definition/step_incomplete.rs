//! A trigger or action that lacks a part which its type requires.

use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::Owner;
use crate::source::{Json, Object, Part, Value};
use crate::wording::joined;

pub(super) const RULE: Rule = Rule { page: page!("definition/step-incomplete"), check: Check::Flow(check) };

/// A part that steps of some types require.
struct Need {
    types: &'static [&'static str],
    /// The keys from the step to the part.
    keys: &'static [&'static str],
    /// What the maker has to fill in, for the help.
    what: &'static str,
    /// Whether an empty string counts as missing.
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

/// What the reference calls required and every public flow has. An empty `apiId` occurs in flows that are on.
///
/// Source: azure-docs, articles/logic-apps/logic-apps-workflow-actions-triggers.md and
/// logic-apps-create-variables-store-values.md; for `host` microsoft/power-platform-skills#414.
const NEEDS: [Need; 21] = [
    need(&["Foreach"], &["foreach"], "the list of the loop", true),
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
    need(&["InitializeVariable"], &["inputs", "variables"], "the name and the type of the variable", true),
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
            NEEDS.iter().filter(|need| need.types.iter().any(|name| name.eq_ignore_ascii_case(type_name)));
        let missing: Vec<&Need> = needs.filter(|need| need.is_missing(body)).collect();
        report_missing(context, sink, owner, &missing);
        report_static_result(context, sink, owner, body);
        if type_name.eq_ignore_ascii_case("Wait") {
            report_wait(context, sink, owner, body);
        } else if type_name.eq_ignore_ascii_case("Switch") {
            report_cases(context, sink, owner, body);
        }
    }
}

/// Reports a delay that states neither how long nor until when.
fn report_wait(context: &FlowContext<'_, '_>, sink: &mut Sink, owner: Owner, body: Object<'_>) {
    let inputs = match body.get("inputs").map(Json::value) {
        None | Some(Value::Null) => None,
        Some(Value::Object(inputs)) => Some(inputs),
        Some(_) => return,
    };
    let is_set =
        |key: &str| inputs.and_then(|inputs| inputs.get(key)).is_some_and(|value| !is_nothing(value));
    if is_set("interval") || is_set("until") {
        return;
    }
    let Some(place) = context.flow.place(context.semantic.route(owner), Part::Key) else { return };
    let message =
        format!("{} has neither `interval` nor `until`", context.named(context.semantic.name(owner)));
    sink.report(place, "no duration", message)
        .code(Some("WorkflowRunActionInputsMissingProperty"))
        .help("open the step in the designer and fill in how long or until when it waits, then save and export again");
}

/// Reports cases of a switch that do not state their value.
fn report_cases(context: &FlowContext<'_, '_>, sink: &mut Sink, owner: Owner, body: Object<'_>) {
    for (name, case) in body.get("cases").and_then(Json::as_object).into_iter().flatten() {
        let value = case.as_object().map(|case| case.get("case"));
        if value.is_none_or(|value| value.is_some_and(|value| !is_nothing(value))) {
            continue;
        }
        let Some(place) = context.flow.place(context.semantic.route(owner).keys(&["cases", name]), Part::Key)
        else {
            continue;
        };
        let message =
            format!("the case `{name}` of {} has no `case`", context.named(context.semantic.name(owner)));
        sink.report(place, "no `case`", message).code(None).key([name]).help(
            "open the step in the designer and fill in the value of this case, then save and export again",
        );
    }
}

impl Need {
    /// Whether the part is missing. `false` if a value on the way to it is not an object: then it is unknown.
    fn is_missing(&self, body: Object<'_>) -> bool {
        let mut at = body.json();
        for (depth, key) in self.keys.iter().enumerate() {
            let Some(object) = at.as_object() else { return is_nothing(at) };
            // A host in the old format has other members.
            let is_old =
                depth > 1 && object.get("connection").is_some_and(|value| value.as_object().is_some());
            if is_old || *key == "connectionName" && object.contains_key(REFERENCE) {
                return false;
            }
            match object.get(key) {
                None => return true,
                // A step may have `null` as its whole inputs.
                Some(_) if depth + 1 == self.keys.len() && *key == "inputs" => return false,
                Some(value) if depth + 1 == self.keys.len() => {
                    return is_nothing(value) || self.not_empty && is_empty(key, value);
                }
                Some(value) => at = value,
            }
        }
        false
    }

    /// The keys for messages: `host.connectionName`.
    fn path(&self) -> String {
        let keys = self.keys.strip_prefix(&["inputs"]).filter(|keys| !keys.is_empty()).unwrap_or(self.keys);
        format!("`{}`", keys.join("."))
    }
}

/// Another key for the connection, which the service uses in its error.
const REFERENCE: &str = "connectionReferenceName";

fn is_nothing(value: Json<'_>) -> bool {
    matches!(value.value(), Value::Null)
}

/// Whether a value is empty. Other lists than that of the variables may be empty on purpose.
fn is_empty(key: &str, value: Json<'_>) -> bool {
    match value.value() {
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty() && key == "variables",
        _ => false,
    }
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
    let paths: Vec<String> = missing.iter().map(|need| need.path()).collect();
    let what: Vec<&str> = missing.iter().map(|need| need.what).collect();
    let what = joined(&what, "and");
    let message = format!("{} has no {}", context.named(context.semantic.name(owner)), joined(&paths, "and"));
    let label = if is_there { "empty".to_owned() } else { format!("no {}", first.path()) };
    let is_input = first.keys.first() == Some(&"inputs");
    let finding = sink.report(place, label, message);
    finding
        .code(is_input.then_some("WorkflowRunActionInputsMissingProperty"))
        .help(format!("open the step in the designer and fill in {what}, then save and export again"));
}

/// Reports a static result without a name. The flow cannot be saved with it, even if it is disabled.
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
        "remove `staticResult` from `runtimeConfiguration`: it is a fixed result for tests, and needs a name even if it \
         is disabled",
    );
}

const STATIC_RESULT: [&str; 2] = ["runtimeConfiguration", "staticResult"];
