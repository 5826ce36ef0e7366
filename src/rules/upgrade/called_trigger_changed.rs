//! A flow that is called gets another trigger.

use super::trigger_of;
use crate::finding::Sink;
use crate::rules::compared::{Caller, Compared, apps_that, flows_that, trigger_place};
use crate::rules::{Check, MOST_RELATED, Rule, page};
use crate::wording::joined;

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/called-trigger-changed"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for kept in compared.kept() {
        let (Some(old), Some(new)) = (trigger_of(kept.old), trigger_of(kept.new)) else { continue };
        let is_replaced = !old.is(new.type_name()) || !old.name.eq_ignore_ascii_case(new.name);
        // Flows can call any kind of `Request`; apps know the kind with which the flow was added.
        let is_other_kind = !old.kind().eq_ignore_ascii_case(new.kind());
        if !is_replaced && !is_other_kind {
            continue;
        }
        let callers = if is_replaced { compared.callers(&kept.new.id) } else { &[] };
        let apps = compared.apps(&kept.new.id);
        let mut users = Vec::new();
        if !callers.is_empty() {
            users.push(flows_that(callers.iter().map(Caller::flow), "calls the flow"));
        }
        if !apps.is_empty() {
            users.push(apps_that(apps, "runs it"));
        }
        let Some(place) = trigger_place(kept.new, &[]).filter(|_| !users.is_empty()) else { continue };
        let words = |trigger: crate::model::Trigger<'_>| {
            let parts = [trigger.type_name(), trigger.kind()].into_iter().filter(|part| !part.is_empty());
            format!("`{}` ({})", trigger.name, parts.collect::<Vec<_>>().join(", "))
        };
        let message = format!(
            "the trigger of `{}` was {} and is {}: {}",
            kept.new.name,
            words(old),
            words(new),
            joined(&users, "and")
        );
        let finding = sink.report(place, "not the trigger that callers know", message);
        finding.help(
            "keep the old trigger, or change the callers too: choose the flow again in each step that calls it, and \
             remove and add it in each app",
        );
        for caller in callers.iter().take(MOST_RELATED) {
            finding.relate(caller.place(), format!("`{}` calls it here", caller.flow().name));
        }
    }
}
