//! A solution contains the current values of environment variables.

use crate::finding::Sink;
use crate::model::EnvironmentVariable;
use crate::rules::{Check, Context, Rule, page};
use crate::wording::listed;

pub(super) const RULE: Rule =
    Rule { page: page!("connections/environment-variable-value-shipped"), check: Check::Workspace(check) };

/// How many of the definitions are shown.
const MOST_RELATED: usize = 8;

fn check(context: &Context<'_>, sink: &mut Sink) {
    for solution in &context.workspace.solutions {
        let shipped: Vec<&EnvironmentVariable> =
            solution.variables.values().filter(|variable| variable.value.is_some()).collect();
        let Some((first, others)) = shipped.split_first() else { continue };
        let names = listed(shipped.iter(), |variable| format!("`{}`", variable.schema_name));
        let message = format!(
            "the solution contains the current {} of {names} from the environment of the export",
            if others.is_empty() { "value" } else { "values" }
        );
        // The place is the definition, because the value may be confidential.
        let finding = sink.report(first.place.clone(), "its current value is in the solution", message);
        finding.key(shipped.iter().map(|variable| variable.schema_name.as_str())).help(
            "if each environment needs its own value, open the variable in the solution, choose Remove from this \
             solution at its current value, and export again; then enter the value at import or in the deployment \
             settings",
        );
        for variable in others.iter().take(MOST_RELATED) {
            finding.relate(variable.place.clone(), "so is the value of this variable");
        }
    }
}
