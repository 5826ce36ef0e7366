//! A trigger or action that lacks a part which its type requires.

use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::Owner;
use crate::source::{Json, Object, Part, Value};
use crate::wording::joined;

pub(super) const RULE: Rule = Rule { page: page!("definition/step-incomplete"), check: Check::Flow(check) };

/// The parts that steps of some types require.
struct Needs {
    types: &'static [&'static str],
    /// The keys from the step to the object that has the parts.
    within: &'static [&'static str],
    parts: &'static [Need],
}

const fn needs(
    types: &'static [&'static str],
    within: &'static [&'static str],
    parts: &'static [Need],
) -> Needs {
    Needs { types, within, parts }
}

/// A part that a step requires.
struct Need {
    key: &'static str,
    /// What the maker has to fill in, for the help.
    what: &'static str,
    /// Whether an empty string counts as missing.
    not_empty: bool,
}

const fn need(key: &'static str, what: &'static str, not_empty: bool) -> Need {
    Need { key, what, not_empty }
}

const INPUTS: &str = "inputs";
const LIST: Need = need("from", "the list that it works on", true);
const VARIABLE: Need = need("name", "the variable", true);

/// What the reference calls required and every public flow has. An empty `apiId` occurs in flows that are on.
///
/// Source: azure-docs, articles/logic-apps/logic-apps-workflow-actions-triggers.md and
/// logic-apps-create-variables-store-values.md; for `host` microsoft/power-platform-skills#414.
const NEEDS: [Needs; 16] = [
    // The type of a third of all actions.
    needs(
        &["OpenApiConnection", "OpenApiConnectionWebhook", "OpenApiConnectionNotification"],
        &[INPUTS, "host"],
        &[
            need("connectionName", "the connection (a key of `connectionReferences`)", true),
            need("operationId", "the operation of the connector", true),
            need("apiId", "the connector", false),
        ],
    ),
    needs(&["Foreach"], &[], &[need("foreach", "the list of the loop", true)]),
    needs(&["If", "Until"], &[], &[need("expression", "the condition", true)]),
    needs(&["Switch"], &[], &[need("expression", "the value to compare with the cases", true)]),
    needs(&["Compose"], &[], &[need(INPUTS, "the inputs", false)]),
    needs(&["Query"], &[INPUTS], &[LIST, need("where", "the condition of the filter", true)]),
    needs(&["Select"], &[INPUTS], &[LIST, need("select", "the map", false)]),
    needs(&["Table"], &[INPUTS], &[LIST, need("format", "the format of the table", true)]),
    needs(&["Join"], &[INPUTS], &[LIST, need("joinWith", "the separator", false)]),
    needs(
        &["ParseJson"],
        &[INPUTS],
        &[need("content", "the content to parse", false), need("schema", "the schema", false)],
    ),
    needs(&["Http"], &[INPUTS], &[need("method", "the method", true), need("uri", "the URI", true)]),
    needs(&["Response"], &[INPUTS], &[need("statusCode", "the status code", true)]),
    needs(&["Terminate"], &[INPUTS], &[need("runStatus", "the status of the run", true)]),
    needs(
        &["InitializeVariable"],
        &[INPUTS],
        &[need("variables", "the name and the type of the variable", true)],
    ),
    needs(&["IncrementVariable", "DecrementVariable"], &[INPUTS], &[VARIABLE]),
    needs(
        &["SetVariable", "AppendToArrayVariable", "AppendToStringVariable"],
        &[INPUTS],
        &[VARIABLE, need("value", "the value", false)],
    ),
];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for owner in context.semantic.owners() {
        let body = context.semantic.body(owner);
        let type_name = context.semantic.type_name(owner);
        let has_type = |needs: &&Needs| needs.types.iter().any(|name| name.eq_ignore_ascii_case(type_name));
        if let Some(needs) = NEEDS.iter().find(has_type) {
            report_missing(context, sink, owner, needs);
        }
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

impl Needs {
    /// The parts that a step lacks. Empty if a value on the way to them is not an object: then they are unknown.
    fn missing(&self, step: Object<'_>) -> Vec<&Need> {
        let mut object = step;
        for key in self.within {
            let inner = object.get(key).filter(|inner| !is_nothing(*inner));
            match inner.map(Json::as_object) {
                None => return self.parts.iter().collect(),
                Some(None) => return Vec::new(),
                Some(Some(inner)) => object = inner,
            }
        }
        // A host in the old format has other members.
        let is_old = || object.get("connection").is_some_and(|value| value.as_object().is_some());
        if self.within.len() > 1 && is_old() {
            return Vec::new();
        }
        self.parts.iter().filter(|need| need.is_missing(object)).collect()
    }

    /// The keys from the step to a part.
    fn keys(&self, need: &Need) -> Vec<&'static str> {
        self.within.iter().copied().chain([need.key]).collect()
    }

    /// The keys for messages: `host.connectionName`.
    fn path(&self, need: &Need) -> String {
        let keys = self.keys(need);
        let below_inputs = keys.strip_prefix(&[INPUTS]).filter(|keys| !keys.is_empty());
        format!("`{}`", below_inputs.unwrap_or(&keys).join("."))
    }
}

impl Need {
    fn is_missing(&self, object: Object<'_>) -> bool {
        let is_missing = match object.get(self.key) {
            None => true,
            // A step may have `null` as its whole inputs.
            Some(_) if self.key == INPUTS => false,
            Some(value) => is_nothing(value) || self.not_empty && is_empty(self.key, value),
        };
        is_missing && !(self.key == "connectionName" && object.contains_key(REFERENCE))
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

fn report_missing(context: &FlowContext<'_, '_>, sink: &mut Sink, owner: Owner, needs: &Needs) {
    let missing = needs.missing(context.semantic.body(owner));
    let Some(first) = missing.first() else { return };
    let (route, keys) = (context.semantic.route(owner), needs.keys(first));
    // Points at an empty value, and at the step if there is none.
    let is_there = context.semantic.body(owner).json().at(&keys).is_some();
    let place = match is_there {
        true => context.flow.place(route.keys(&keys), Part::Value),
        false => context.flow.place(route, Part::Key),
    };
    let Some(place) = place else { return };
    let paths: Vec<String> = missing.iter().map(|need| needs.path(need)).collect();
    let what: Vec<&str> = missing.iter().map(|need| need.what).collect();
    let what = joined(&what, "and");
    let message = format!("{} has no {}", context.named(context.semantic.name(owner)), joined(&paths, "and"));
    let label = if is_there { "empty".to_owned() } else { format!("no {}", needs.path(first)) };
    let is_input = keys.first() == Some(&INPUTS);
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
