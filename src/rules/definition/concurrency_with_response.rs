//! A trigger with concurrency control in a flow that responds while the caller waits.

use super::report_at;
use crate::finding::Sink;
use crate::model::Action;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::Owner;
use crate::source::Part;
use crate::wording::count;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/concurrency-with-response"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let semantic = context.semantic;
    let trigger = semantic.owners().find(|owner| {
        matches!(owner, Owner::Trigger(_))
            && semantic.body(*owner).json().at(&CONCURRENCY).is_some_and(|value| value.get("runs").is_some())
    });
    let Some(trigger) = trigger else { return };
    let responses =
        semantic.indexed().filter(|(_, action)| action.is("Response") && !is_asynchronous(*action));
    let places: Vec<_> =
        responses.filter_map(|(index, _)| semantic.action_place(context.flow, index)).collect();
    let message = format!(
        "the trigger of `{}` has concurrency control, but {} {} while the caller waits",
        context.flow.name,
        count(places.len(), "step"),
        if places.len() == 1 { "responds" } else { "respond" },
    );
    let Some(finding) = report_at(sink, places, "responds synchronously", message) else { return };
    if let Some(place) = context.flow.place(semantic.route(trigger).keys(&CONCURRENCY), Part::Key) {
        finding.also(place, "concurrency control");
    }
    finding.help(
        "turn on \"Asynchronous response\" in the settings of each of these steps (`\"operationOptions\": \
         \"Asynchronous\"`), or remove the concurrency control. To remove it from a flow that was saved with it, delete \
         the trigger and add it again",
    );
}

const CONCURRENCY: [&str; 2] = ["runtimeConfiguration", "concurrency"];

/// Whether an action responds asynchronously. `operationOptions` is a comma-separated list.
fn is_asynchronous(action: Action<'_>) -> bool {
    let options = action.body.text("operationOptions");
    options.split(',').any(|option| option.trim().eq_ignore_ascii_case("asynchronous"))
}
