//! An expression beyond the platform's limit.

use crate::expression::LONGEST_EXPRESSION;
use crate::finding::Sink;
use crate::rules::{Check, Inside, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/expression-too-long"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    for long in &inside.anatomy.long {
        let Some(place) = inside.place(&long.site) else { continue };
        let message = format!(
            "{} holds an expression of {} characters, and the limit is {LONGEST_EXPRESSION}",
            inside.named(inside.owner(&long.site)),
            long.length
        );
        let finding = sink.report(place, format!("{} characters", long.length), message);
        finding.help("move parts of it into \"Compose\" actions, or long texts into an environment variable");
    }
}
