//! An HTTP Webhook step that does not pass its callback URL, or never unsubscribes.

use crate::finding::{Severity, Sink};
use crate::model::Flow;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Json, Object, Part, Route, Value};

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/http-webhook-incomplete"), check: Check::Flow(check) };

const TYPE: &str = "HttpWebhook";

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let (flow, definition) = (context.flow, &context.content.definition);
    for (_, trigger) in definition.triggers_of_types([TYPE]) {
        check_step(flow, trigger.name, trigger.body, definition.trigger_route(trigger), sink);
    }
    for (index, action) in definition.of_type(TYPE) {
        check_step(flow, action.name, action.body, definition.action_route(index), sink);
    }
}

fn check_step(flow: &Flow, name: &str, body: Object<'_>, route: Route, sink: &mut Sink) {
    let Some(inputs) = body.get("inputs").and_then(Json::as_object) else { return };
    let (key, keys): (_, &[&str]) = match inputs.get("subscribe") {
        Some(subscribe) => (Some(subscribe), &["inputs", "subscribe"]),
        None => (None, &["inputs"]),
    };
    // The value of an expression is not known.
    if key.is_some_and(|call| call.as_str().is_some()) {
        return;
    }
    let Some(place) = flow.place(route.keys(keys), Part::Key) else { return };
    if !key.is_some_and(passes_callback_url) {
        let message =
            format!("the step `{name}` of `{}` subscribes without passing its callback URL", flow.name);
        sink.report(place.clone(), "without `listCallbackUrl()`", message).help(
            "put the expression `listCallbackUrl()` where the service expects the address to call; without it, the \
             service cannot call the flow",
        );
    }
    if !inputs.contains_key("unsubscribe") {
        let message = format!("the step `{name}` of `{}` subscribes but never unsubscribes", flow.name);
        let finding = sink.report(place, "without `unsubscribe`", message);
        // One page of the documentation calls the call required, another optional.
        finding.severity(Severity::Warning).help(
            "fill in the unsubscribe call as the service documents it; otherwise each time the flow is turned on adds \
             another subscription",
        );
    }
}

/// Whether the callback URL is anywhere in the address, query, headers or body of a call.
fn passes_callback_url(call: Json<'_>) -> bool {
    match call.value() {
        Value::String(text) => text.to_ascii_lowercase().contains("listcallbackurl("),
        Value::Array(list) => list.iter().any(passes_callback_url),
        Value::Object(members) => members.values().any(passes_callback_url),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
