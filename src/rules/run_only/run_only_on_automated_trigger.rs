//! A flow that uses connections of its run-only user although no user runs it.

use super::{report, run_only};
use crate::finding::Sink;
use crate::model::step_title;
use crate::rules::{Check, FlowContext, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("run-only/run-only-on-automated-trigger"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let (flow, content) = (context.flow, context.content);
    let Some(trigger) = content.definition.only_trigger() else { return };
    let is_unknown = trigger.type_name().is_empty() || trigger.type_name().starts_with('@');
    if trigger.is("Request") || is_unknown {
        return;
    }
    let before = format!("`{}`", flow.name);
    let after = format!(
        ", but its trigger `{}` ({}) has no run-only user",
        step_title(trigger.name),
        trigger.type_name()
    );
    if let Some(finding) = report(sink, &run_only(flow, content), &before, &after) {
        finding.help(
            "in the designer, choose a connection reference in each step that uses these connections, then save and \
             export again",
        );
    }
}
