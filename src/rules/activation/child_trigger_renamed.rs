//! A called flow whose trigger does not have the name that the platform looks for.

use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::model::Trigger;
use crate::rules::edits::rename;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Reference, ReferenceKind};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-trigger-renamed"), check: Check::Flow(check) };

/// The designer's name for each trigger that a child flow can have.
const EXPECTED: &str = "manual";

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let FlowContext { flow, content, .. } = *context;
    let Some(calls) = context.calls_to_it() else { return };
    let Some(trigger) = content.definition.only_trigger() else { return };
    if !trigger.is("Request") || trigger.name.eq_ignore_ascii_case(EXPECTED) {
        return;
    }
    let Some(place) = flow.place(content.definition.trigger_route(trigger), Part::Key) else { return };
    let message = format!(
        "`{}` is called by another flow, but its trigger is named `{}`, not `{EXPECTED}`",
        flow.name, trigger.name
    );
    let finding = sink.report(place, format!("expected `{EXPECTED}`"), message);
    finding
        .help(format!("delete the trigger in the designer and add \"Manually trigger a flow\" with the same inputs, or rename it to `{EXPECTED}` in the file"));
    finding.fix(renamed(context, trigger));
    context.run.relate_callers(finding, &calls);
}

/// Renames the trigger, and the references to it. That a renamed trigger causes the error is inferred, so this is for a
/// person to decide.
fn renamed(context: &FlowContext<'_, '_>, trigger: Trigger<'_>) -> Option<Fix> {
    let FlowContext { flow, semantic, .. } = *context;
    let key = flow.place(semantic.definition.trigger_route(trigger), Part::Key)?;
    let is_to_trigger = |one: &&Reference<'_>| {
        one.kind == ReferenceKind::Action && one.name.eq_ignore_ascii_case(trigger.name)
    };
    let mentions = semantic.references.iter().filter(is_to_trigger);
    let mut edits: Vec<Edit> =
        mentions.map(|one| rename(semantic, flow, one, EXPECTED)).collect::<Option<_>>()?;
    edits.push(Edit::text(key, EXPECTED));
    Some(Fix::unsafe_(format!("rename the trigger `{}` to `{EXPECTED}`", trigger.name), edits))
}
