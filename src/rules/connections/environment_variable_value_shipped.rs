//! A solution carries the current value of an environment variable.

use crate::finding::Sink;
use crate::rules::{Context, Rule, page};
use crate::source::{Part, Target};

pub(super) const RULE: Rule = Rule { page: page!("connections/environment-variable-value-shipped"), check };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for variable in context.workspace.solutions.iter().flat_map(|solution| solution.variables.values()) {
        let Some(value) = &variable.value else { continue };
        // The key, not the value: what travels may be confidential.
        let mut place = value.clone();
        if let Target::Json(_, part) = &mut place.target {
            *part = Part::Key;
        }
        let message = format!(
            "the solution carries the current value of `{}` from the environment of the export",
            variable.schema_name
        );
        sink.report(place, "travels with the solution", message).help(
            "if each environment should have a value of its own, remove the value from the solution before the export \
             (open the variable in the solution: Remove from this solution) and give it at import",
        );
    }
}
