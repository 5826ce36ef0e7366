//! Environment variables that need a value at import. If there are deployment settings, `settings-variable-missing`
//! reports the variables without a value instead.

use super::variables::users;
use crate::finding::Sink;
use crate::model::{EnvironmentVariable, Flow};
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;
use crate::wording::listed;

pub(super) const RULE: Rule =
    Rule { page: page!("connections/environment-variable-without-value"), check: Check::Workspace(check) };

/// How many of the definitions are shown.
const MOST_RELATED: usize = 8;

fn check(context: &Context<'_>, sink: &mut Sink) {
    // A settings file without this section does not say anything about variables.
    if context.settings.iter().any(|settings| settings.variables.is_some()) {
        return;
    }
    for solution in &context.workspace.solutions {
        let empty = solution.variables.values().filter(|one| !one.has_default && one.value.is_none());
        let open: Vec<Open<'_>> = empty.filter_map(|one| Open::of(context, one)).collect();
        let Some((first, others)) = open.split_first() else { continue };
        let names = listed(open.iter(), |one| format!("`{}`", one.variable.schema_name));
        let message = match open.len() {
            1 => format!("this environment variable needs a value at import: {names}"),
            more => format!("these {more} environment variables need values at import: {names}"),
        };
        let finding = sink.report(first.variable.place.clone(), "no value in the package", message);
        finding.key(open.iter().map(|one| one.variable.schema_name.as_str())).help(
            "enter the values when the import asks for them, or add them to the deployment settings of each environment \
             and check the settings with `--settings`: a flow cannot be turned on before its variables have values",
        );
        for one in others.iter().take(MOST_RELATED) {
            let label = format!("`{}` has no value either", one.variable.schema_name);
            finding.relate(one.variable.place.clone(), label);
        }
        let used = |one: &Open<'_>| match open.len() {
            1 => "it".to_owned(),
            _ => format!("`{}`", one.variable.schema_name),
        };
        let uses = open.iter().flat_map(|one| one.users.iter().map(move |user| (one, user)));
        for (one, (flow, place)) in uses.take(MOST_RELATED) {
            finding.relate(place.clone(), format!("`{}` uses {} here", flow.name, used(one)));
        }
    }
}

/// A variable without a value, and the flows that use it.
struct Open<'a> {
    variable: &'a EnvironmentVariable,
    users: Vec<(&'a Flow, Place)>,
}

impl<'a> Open<'a> {
    /// `None` if no flow uses it.
    fn of(context: &Context<'a>, variable: &'a EnvironmentVariable) -> Option<Self> {
        let users = users(context, &variable.schema_name);
        (!users.is_empty()).then_some(Open { variable, users })
    }
}
