//! A solution carries the current value of an environment variable.

use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/environment-variable-value-shipped"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for variable in context.workspace.solutions.iter().flat_map(|solution| solution.variables.values()) {
        if variable.value.is_none() {
            continue;
        }
        let message = format!(
            "the solution carries the current value of `{}` from the environment of the export",
            variable.schema_name
        );
        let name = variable.schema_name.as_str();
        // The definition, not the value: what travels may be confidential.
        sink.report(variable.place.clone(), "its current value travels with the solution", message).key([name]).help(
            "if each environment should have a value of its own, remove the value from the solution before the export \
             (open the variable in the solution: Remove from this solution) and give it at import",
        );
    }
}
