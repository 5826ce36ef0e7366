//! A literal argument of a kind that the function does not take.

use crate::expression::functions::ValueKind;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::CallFault;
use crate::wording::article;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/wrong-argument-kind"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for call in &context.semantic.calls {
        let CallFault::ArgumentKind { function, index, given } = call.fault else { continue };
        let Some(place) = context.place(&call.site) else { continue };
        let takes = function.argument(index);
        let message = format!(
            "{} gives `{}` {} {given} as argument {}, where it takes {takes}",
            context.named(context.owner(&call.site)),
            function.name,
            article(&given.to_string()),
            index + 1,
        );
        let finding = sink.report(place, format!("{} {given}", article(&given.to_string())), message);
        finding.help(match given {
            ValueKind::Null => "null is not accepted here: use `coalesce()` or `''`",
            ValueKind::String
            | ValueKind::Integer
            | ValueKind::Float
            | ValueKind::Boolean
            | ValueKind::Array
            | ValueKind::Object => "numbers stand without quotes, texts in single quotes",
        });
    }
}
