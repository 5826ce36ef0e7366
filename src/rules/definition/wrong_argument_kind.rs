//! A literal argument of a kind that the function does not take.

use crate::anatomy::CallFault;
use crate::expression::functions::Kind;
use crate::finding::Sink;
use crate::rules::{Check, Inside, Rule, page};
use crate::wording::article;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/wrong-argument-kind"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    for call in &inside.anatomy.calls {
        let CallFault::Kind { function, index, given } = call.fault else { continue };
        let Some(place) = inside.place(&call.site) else { continue };
        let takes = function.argument(index);
        let message = format!(
            "{} gives `{}` {} {given} as argument {}, where it takes {takes}",
            inside.named(inside.owner(&call.site)),
            function.name,
            article(&given.to_string()),
            index + 1,
        );
        let finding = sink.report(place, format!("{} {given}", article(&given.to_string())), message);
        finding.help(match given {
            Kind::Null => "null is not accepted here: use `coalesce()` or `''`",
            Kind::String | Kind::Integer | Kind::Float | Kind::Boolean | Kind::Array | Kind::Object => {
                "numbers stand without quotes, texts in single quotes"
            }
        });
    }
}
