//! A flow uses a connection reference that another solution has to bring.

use super::undeclared;
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/connection-reference-external"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for one in undeclared(context) {
        let Some(missing) = one.solution.missing(&one.requirement()) else { continue };
        if context.is_in_target(missing.solution.as_deref()) {
            continue;
        }
        let Some((first, others)) = one.places.split_first() else { continue };
        let (owner, help) = match &missing.solution {
            Some(owner) => (
                format!("the solution `{owner}`"),
                format!("install `{owner}` first, and bind `{}` to a connection there", one.name),
            ),
            None => (
                "the target environment (an unmanaged customisation)".to_owned(),
                format!("make sure that `{}` is in the target and bound to a connection", one.name),
            ),
        };
        let message = format!(
            "`{}` uses the connection reference `{}`, which has to come from {owner}",
            one.flow.name, one.name
        );
        let finding = sink.report(first.clone(), "declared elsewhere", message);
        for place in others {
            finding.also(place.clone(), "and here");
        }
        finding.help(help).relate(missing.place.clone(), "listed as a missing dependency");
    }
}
