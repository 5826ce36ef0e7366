//! A literal argument of a type that the function does not accept.

use super::value_types::with_article;
use crate::expression::functions::ValueKind;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::CallFault;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/wrong-argument-kind"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for call in &context.semantic.calls {
        let CallFault::ArgumentKind { function, index, given } = call.fault else { continue };
        let Some(place) = context.place(&call.site) else { continue };
        let value = with_article(&given.to_string());
        let message = format!(
            "{} passes {value} as argument {} of `{}`, which expects {}",
            context.named(context.owner(&call.site)),
            index + 1,
            function.name,
            with_article(&function.argument(index).to_string()),
        );
        let finding = sink.report(place, value, message);
        finding.help(match given {
            ValueKind::Null => {
                "use a value that is not null, such as `''`, or `coalesce()` for a value that may be null"
            }
            ValueKind::String
            | ValueKind::Integer
            | ValueKind::Float
            | ValueKind::Boolean
            | ValueKind::Array
            | ValueKind::Object => "write numbers without quotes, and text in single quotes",
        });
    }
}
