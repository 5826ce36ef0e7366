//! A flow uses a connection reference that comes with another solution.

use super::undeclared;
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, origin_in_words, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/connection-reference-external"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for one in undeclared(context) {
        let Some(missing) = one.solution.missing(&one.requirement()) else { continue };
        if context.is_in_target(missing.solution.as_deref()) {
            continue;
        }
        let Some((first, others)) = one.places.split_first() else { continue };
        let help = match &missing.solution {
            Some(owner) => {
                format!("install `{owner}` first, and choose a connection for `{}` there", one.name)
            }
            None => format!(
                "add `{}` to this solution, or make sure that it is in the target environment and has a connection",
                one.name
            ),
        };
        let message = format!(
            "`{}` uses the connection reference `{}`, which {}",
            one.flow.name,
            one.name,
            origin_in_words(missing)
        );
        let finding = sink.report(first.clone(), "declared elsewhere", message);
        for place in others {
            finding.also(place.clone(), "and here");
        }
        finding.help(help).relate(missing.place.clone(), "listed as a missing dependency");
    }
}
