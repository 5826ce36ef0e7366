//! A flow that nobody runs by hand asks its run-only user for a connection.

use super::{PROVIDED, run_only_places};
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};
use crate::wording::quoted;

pub(super) const RULE: Rule =
    Rule { page: page!("run-only/run-only-on-automated-trigger"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (_, flow, content) in context.workspace.contents() {
        let Some(trigger) = content.definition.only_trigger() else { continue };
        let is_unknown = trigger.type_name().is_empty() || trigger.type_name().starts_with('@');
        if trigger.is("Request") || is_unknown {
            continue;
        }
        let (keys, mut places) = run_only_places(flow, content);
        if places.is_empty() {
            continue;
        }
        let message = format!(
            "`{}` takes {} from its run-only user, but its trigger `{}` ({}) has no user who runs it",
            flow.name,
            quoted(keys),
            trigger.name,
            trigger.type_name()
        );
        let finding = sink.report(places.remove(0), PROVIDED, message);
        for place in places {
            finding.also(place, PROVIDED);
        }
        finding.help(
            "open the flow, choose a connection of its own in each of these steps, save and export again",
        );
    }
}
