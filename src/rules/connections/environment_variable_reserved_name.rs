//! An environment variable with a name that flows keep for themselves.

use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/environment-variable-reserved-name"), check: Check::Workspace(check) };

const RESERVED: [&str; 2] = ["$authentication", "$connection"];

fn check(context: &Context<'_>, sink: &mut Sink) {
    for variable in context.workspace.solutions.iter().flat_map(|solution| solution.variables.values()) {
        let names = [variable.schema_name.as_str(), variable.display_name.as_str()];
        let Some(name) = names.into_iter().find(|name| RESERVED.contains(name)) else { continue };
        let message =
            format!("the environment variable `{}` has the reserved name `{name}`", variable.schema_name);
        sink.report(variable.place.clone(), "reserved", message)
            .help("give the variable another name: a flow with a parameter of this name cannot be saved");
    }
}
