//! A trigger whose concurrency limit is removed.

use super::trigger_of;
use crate::finding::Sink;
use crate::model::Trigger;
use crate::rules::compared::{Compared, trigger_place};
use crate::rules::{Check, Rule, page};
use crate::source::Json;

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/trigger-concurrency-removed"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for kept in compared.kept() {
        let (Some(old), Some(new)) = (trigger_of(kept.old), trigger_of(kept.new)) else { continue };
        // A trigger of another type or name is a new one.
        if !old.is(new.type_name()) || old.name != new.name || limit(new).is_some() {
            continue;
        }
        let (Some(limit), Some(place)) = (limit(old), trigger_place(kept.new, &[])) else { continue };
        let message = format!(
            "`{}` no longer limits how many of its runs are concurrent, which it did before",
            kept.new.name
        );
        let finding = sink.report(place, "has no concurrency limit", message);
        finding.help(format!(
            "turn \"Concurrency control\" on again in the settings of the trigger (it was {}; at most 100), or make the \
             flow anew with \"Save as\"",
            limit.raw()
        ));
        if let Some(place) = trigger_place(kept.old, &CONCURRENCY) {
            finding.relate(place, "the limit in the old version");
        }
    }
}

const CONCURRENCY: [&str; 2] = ["runtimeConfiguration", "concurrency"];

fn limit(trigger: Trigger<'_>) -> Option<Json<'_>> {
    trigger.body.json().at(&CONCURRENCY)?.get("runs")
}
