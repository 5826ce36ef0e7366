//! A flow uses an environment variable that another solution has to bring.

use super::variables::{relate_users, undeclared};
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/environment-variable-external"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for one in undeclared(context) {
        let Some(missing) = one.missing else { continue };
        if context.is_in_target(missing.solution.as_deref()) {
            continue;
        }
        let (owner, help) = match &missing.solution {
            Some(owner) => (
                format!("the solution `{owner}`"),
                format!("install `{owner}` first, and give `{}` a value there", one.name),
            ),
            None => (
                "the target environment (an unmanaged customisation)".to_owned(),
                format!("make sure that `{}` is in the target and has a value", one.name),
            ),
        };
        let Some(((_, place), others)) = one.users.split_first() else { continue };
        let message = format!(
            "{} the environment variable `{}`, which has to come from {owner}",
            one.users_in_words(),
            one.name
        );
        let finding = sink.report(place.clone(), "defined elsewhere", message);
        finding.help(help).relate(missing.place.clone(), "listed as a missing dependency");
        relate_users(finding, others);
    }
}
