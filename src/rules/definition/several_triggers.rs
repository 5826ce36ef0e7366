//! A flow with more than one trigger.

use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;
use crate::wording::count;

pub(super) const RULE: Rule = Rule { page: page!("definition/several-triggers"), check: Check::Flow(check) };

/// The maximum number of triggers that a finding points at.
const MOST_LABELS: usize = 5;

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let definition = context.semantic.definition;
    let number = definition.triggers().len();
    if number < 2 {
        return;
    }
    let place = |trigger| context.flow.place(definition.trigger_route(trigger), Part::Key);
    let mut places = definition.triggers().take(MOST_LABELS).filter_map(place);
    let Some(first) = places.next() else { return };
    let message =
        format!("`{}` has {}, but a flow has exactly one", context.flow.name, count(number, "trigger"));
    let finding = sink.report(first, "a trigger", message);
    for place in places {
        finding.also(place, "another trigger");
    }
    finding.help(
        "delete all triggers but one; for several occasions, create a flow for each that calls the steps as a child flow",
    );
}
