//! A flow uses an environment variable that has no value.

use super::variables::{relate_users, users};
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/environment-variable-without-value"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    // With settings, `settings-variable-missing` knows more.
    if !context.settings.is_empty() {
        return;
    }
    for solution in &context.workspace.solutions {
        for variable in solution.variables.values().filter(|one| !one.has_default && one.value.is_none()) {
            let users = users(context, &variable.schema_name);
            if users.is_empty() {
                continue;
            }
            let message = format!("`{}` has neither a default nor a current value", variable.schema_name);
            let finding = sink.report(variable.place.clone(), "no value", message);
            finding.help(
                "give the variable a default value, or its value at import or in the deployment settings: a flow that \
                 uses it cannot be turned on before",
            );
            relate_users(finding, &users);
        }
    }
}
