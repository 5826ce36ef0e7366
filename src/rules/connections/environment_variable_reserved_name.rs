//! An environment variable with a name that flows reserve for their own parameters.

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
        let what_to_do = if name == variable.schema_name.as_str() {
            "create a variable with another name, and use it in the flows instead"
        } else {
            "change the display name of the variable, then open and save each flow that uses it"
        };
        sink.report(variable.place.clone(), "reserved", message)
            .help(format!("{what_to_do}: a flow cannot be saved with a variable of this name"));
    }
}
