//! An expression that is longer than the platform allows.

use crate::expression::LONGEST_EXPRESSION;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/expression-too-long"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for long in &context.semantic.long {
        let Some(place) = context.place(&long.site) else { continue };
        let message = format!(
            "{} has an expression of {} characters, but the limit is {LONGEST_EXPRESSION}",
            context.named(context.owner(&long.site)),
            long.length
        );
        let finding = sink.report(place, format!("{} characters", long.length), message);
        finding.help("move parts of it to \"Compose\" actions, or long text to an environment variable");
    }
}
