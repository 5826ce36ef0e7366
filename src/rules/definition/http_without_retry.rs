//! A request that is safe to repeat but is not retried.

use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Json;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/http-without-retry"), check: Check::Flow(check) };

/// Methods that may be sent twice without harm (RFC 9110, section 9.2.2).
const REPEATABLE: [&str; 5] = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let actions = context.semantic.indexed();
    for (index, action) in actions.filter(|(_, action)| action.is("Http")) {
        let text = |keys: &[&str]| {
            action.body.get("inputs").and_then(|inputs| inputs.at(keys)).and_then(Json::as_str)
        };
        let is_off = text(&["retryPolicy", "type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("none"));
        let method = text(&["method"]).unwrap_or_default();
        if !is_off || !REPEATABLE.iter().any(|repeatable| repeatable.eq_ignore_ascii_case(method)) {
            continue;
        }
        let keys = ["inputs", "retryPolicy", "type"];
        let Some(place) = context.semantic.value_place(context.flow, index, &keys) else { continue };
        let message =
            format!("{} does not retry its `{method}` request after a failure", context.named(action.name));
        sink.report(place, "no retry", message)
            .help("choose \"Exponential interval\" as the retry policy in the settings of the step")
            .fix(context.semantic.value_place(context.flow, index, &["inputs", "retryPolicy"]).map(
                |policy| {
                    Fix::unsafe_(
                        "delete the retry policy, so that the default one applies",
                        [Edit::remove(policy)],
                    )
                },
            ));
    }
}
