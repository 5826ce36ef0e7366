//! An ignore, or an allowance in a flow, that lets nothing pass.

use super::unknown_rule::is_rule;
use crate::config::{Suppression, SuppressionKind};
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("config/ignore-unused"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let idle = context.suppressions.iter().filter(|one| one.uses == 0 && is_rule(one.rule));
    for one in idle.filter(|one| has_input(context, one.rule)) {
        match one.kind {
            SuppressionKind::Ignore(ignore) => {
                // What could not be read may be what it means.
                if context.workspace.faults.is_empty() {
                    let flow = ignore.flow.as_ref().map(|flow| flow.text.as_str()).unwrap_or_default();
                    unused(sink, one, flow);
                }
            }
            SuppressionKind::Allow(_) => unused(sink, one, ""),
            SuppressionKind::WithoutReason => without_reason(sink, one),
            // `ignore-expired` speaks of it.
            SuppressionKind::Expired(..) => {}
        }
    }
}

fn unused(sink: &mut Sink, one: &Suppression<'_>, flow: &str) {
    let message = format!("nothing of `{}` is found that this ignores", one.rule);
    let finding = sink.report(one.place.clone(), "ignores nothing", message);
    finding.key([one.rule, flow]).help("the fault is gone, or was never here: take the ignore out");
}

fn without_reason(sink: &mut Sink, one: &Suppression<'_>) {
    let message = format!("`{}` is allowed without a reason, which allows nothing", one.rule);
    let finding = sink.report(one.place.clone(), "gives no reason", message);
    finding
        .key([one.rule])
        .help(format!("say why: `flowvet: allow {} - the reason in your own words`", one.rule));
}

/// Whether the rule ran and had something to look at: a profile may leave it out, rules about given orders and
/// settings are silent in a run without, and `check` does not run rules about two versions.
fn has_input(context: &Context<'_>, rule: &str) -> bool {
    let id = rule.rsplit_once('/').map_or(rule, |(_, id)| id);
    let profile = context.config.profile.unwrap_or_default();
    if crate::rules::find(id).is_some_and(|entry| !entry.meta.is_in(profile) || entry.compares()) {
        return false;
    }
    let without_order = id.starts_with("order-") && context.given_order.is_none();
    let without_settings = id.starts_with("settings-") && context.settings.is_empty();
    !without_order && !without_settings
}
