//! A flow uses an environment variable that comes with another solution.

use super::variables::{relate_users, undeclared};
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, origin_in_words, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/environment-variable-external"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for one in undeclared(context) {
        let Some(missing) = one.missing else { continue };
        if context.is_in_target(missing.solution.as_deref()) {
            continue;
        }
        let help = match &missing.solution {
            Some(owner) => format!("install `{owner}` first, and set a value for `{}` there", one.name),
            None => format!(
                "add `{}` to this solution, or make sure that it is in the target environment and has a value",
                one.name
            ),
        };
        let Some(((_, place), others)) = one.users.split_first() else { continue };
        let message = format!(
            "{} the environment variable `{}`, which {}",
            one.users_in_words(),
            one.name,
            origin_in_words(missing)
        );
        let finding = sink.report(place.clone(), "defined elsewhere", message);
        finding.help(help).relate(missing.place.clone(), "listed as a missing dependency");
        relate_users(finding, others);
    }
}
