//! A trigger that limits its runs in a flow that responds while the caller waits.

use super::report_at;
use crate::finding::Sink;
use crate::model::Action;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::Owner;
use crate::source::Part;
use crate::wording::plural;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/concurrency-with-response"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let semantic = context.semantic;
    let limiting = semantic.owners().find(|owner| {
        matches!(owner, Owner::Trigger(_))
            && semantic.body(*owner).json().at(&CONCURRENCY).is_some_and(|value| value.get("runs").is_some())
    });
    let Some(trigger) = limiting else { return };
    let responses =
        semantic.indexed().filter(|(_, action)| action.is("Response") && !is_asynchronous(*action));
    let places: Vec<_> =
        responses.filter_map(|(index, _)| semantic.action_place(context.flow, index)).collect();
    let message = format!(
        "the trigger of `{}` limits how many runs go at once, and {} {} while the caller waits",
        context.flow.name,
        plural_of(places.len()),
        if places.len() == 1 { "responds" } else { "respond" },
    );
    let Some(finding) = report_at(sink, places, "responds synchronously", message) else { return };
    if let Some(place) = context.flow.place(semantic.route(trigger).keys(&CONCURRENCY), Part::Key) {
        finding.also(place, "limits the runs");
    }
    finding.help(
        "turn on \"Asynchronous response\" in the settings of every such step (`\"operationOptions\": \
         \"Asynchronous\"`); or remove the concurrency control: a flow that was saved with it needs a new trigger for that",
    );
}

const CONCURRENCY: [&str; 2] = ["runtimeConfiguration", "concurrency"];

/// `operationOptions` is a list with commas.
fn is_asynchronous(action: Action<'_>) -> bool {
    let options = action.body.text("operationOptions");
    options.split(',').any(|option| option.trim().eq_ignore_ascii_case("asynchronous"))
}

fn plural_of(count: usize) -> String {
    format!("{count} {}", plural(count, "step"))
}
