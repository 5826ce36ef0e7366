//! A flow uses an environment variable that is defined nowhere.

use super::variables::{relate_users, undeclared};
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/environment-variable-undeclared"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    if !context.workspace.is_complete() {
        return;
    }
    for one in undeclared(context).into_iter().filter(|one| one.missing.is_none()) {
        let Some(((_, place), others)) = one.users.split_first() else { continue };
        let message = format!(
            "{} the environment variable `{}`, which is not among the inputs or the missing dependencies of `{}`",
            one.users_in_words(),
            one.name,
            one.manifest.unique_name
        );
        let finding = sink.report(place.clone(), "not defined", message);
        finding.help(
            "add the environment variable to the solution (Add existing > More > Environment variable) and export again",
        );
        finding.also_blocks(others.iter().filter_map(|(_, place)| context.workspace.flow_in(place.file)));
        relate_users(finding, others);
    }
}
