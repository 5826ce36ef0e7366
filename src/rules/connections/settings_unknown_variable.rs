//! Deployment settings that name an environment variable no solution has.

use crate::finding::Sink;
use crate::model::{Requirement, SchemaName};
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/settings-unknown-variable"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let solutions = &context.workspace.solutions;
    if !context.workspace.is_complete() || solutions.iter().any(|solution| solution.has_unread_variables) {
        return;
    }
    let defined: Vec<&SchemaName> = solutions.iter().flat_map(|solution| solution.variables.keys()).collect();
    for entry in context.settings.iter().flat_map(|settings| settings.variables.iter().flatten()) {
        let name = &entry.schema_name;
        let wanted = Requirement::EnvironmentVariable(name.clone());
        if defined.contains(&name) || solutions.iter().any(|solution| solution.missing(&wanted).is_some()) {
            continue;
        }
        let message = format!("the settings name the environment variable `{name}`, which no input has");
        let near = crate::suggest::nearest(name.as_str(), defined.iter().map(|name| name.as_str()));
        sink.report(entry.place.clone(), "no such variable", message).help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "take the entry out, or give the solution that has the variable as another input".to_owned()
            }
        });
    }
}
