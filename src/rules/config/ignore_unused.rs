//! An ignore, or a `flowvet: allow` in a flow, that has no effect.

use super::delete_ignore;
use super::unknown_rule::is_rule;
use crate::config::{Suppression, SuppressionKind};
use crate::finding::{Finding, Sink};
use crate::fix::Fix;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("config/ignore-unused"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let all = context.suppressions.iter().filter(|one| one.uses == 0 && is_rule(one.rule));
    for one in all.filter(|one| has_input(context, one.rule)) {
        match one.kind {
            SuppressionKind::Ignore(ignore) => {
                // It may match something that could not be read.
                if !context.workspace.has_faults() {
                    let flow = ignore.flow.as_ref().map(|flow| flow.text.as_str()).unwrap_or_default();
                    let delete = delete_ignore(context, ignore);
                    let fix = delete.map(|edit| Fix::unsafe_("delete the ignore", [edit]));
                    unused(sink, one, flow).fix(fix);
                }
            }
            SuppressionKind::Allow(_) => {
                unused(sink, one, "");
            }
            SuppressionKind::WithoutReason => without_reason(sink, one),
            // `ignore-expired` reports it.
            SuppressionKind::Expired(..) => {}
        }
    }
}

fn unused<'s>(sink: &'s mut Sink, one: &Suppression<'_>, flow: &str) -> &'s mut Finding {
    let message = format!("this does not ignore any finding of `{}`", one.rule);
    let finding = sink.report(one.place.clone(), "no effect", message);
    finding
        .key([one.rule, flow])
        .help("remove it if the problem is gone, or correct it if the problem is still reported")
}

fn without_reason(sink: &mut Sink, one: &Suppression<'_>) {
    let message = format!("`flowvet: allow {}` has no effect without a reason", one.rule);
    let finding = sink.report(one.place.clone(), "without a reason", message);
    finding
        .key([one.rule])
        .help(format!("add a reason: `flowvet: allow {} - the reason in your own words`", one.rule));
}

/// Whether the rule ran and had something to check: a profile may leave it out, rules about activation orders and
/// deployment settings need these, and `check` does not run rules about two versions.
fn has_input(context: &Context<'_>, rule: &str) -> bool {
    let id = rule.rsplit_once('/').map_or(rule, |(_, id)| id);
    let profile = context.config.profile.unwrap_or_default();
    if crate::rules::find(id).is_some_and(|rule| !rule.page.is_in(profile) || rule.compares()) {
        return false;
    }
    let without_order = id.starts_with("order-") && context.given_order.is_none();
    let without_settings = id.starts_with("settings-") && context.settings.is_empty();
    !without_order && !without_settings
}
