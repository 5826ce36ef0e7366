//! Deployment settings without a value for an environment variable in use.

use super::variables::{relate_users, users};
use crate::finding::Sink;
use crate::fix::{Edit, Fix, NewValue};
use crate::model::SettingValue;
use crate::rules::{Check, Context, Rule, page};
use crate::source::{Place, Route};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/settings-variable-missing"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for settings in context.settings {
        let Some(entries) = &settings.variables else { continue };
        let variables = context.workspace.solutions.iter().flat_map(|solution| solution.variables.values());
        for variable in variables.filter(|one| !one.has_default && one.value.is_none()) {
            let users = users(context, &variable.schema_name);
            let entry = entries.iter().find(|entry| entry.schema_name == variable.schema_name);
            let (place, label, what) = match entry.map(|entry| &entry.value) {
                _ if users.is_empty() => continue,
                Some(SettingValue::Given | SettingValue::Token(..)) => continue,
                Some(SettingValue::Empty(place)) => (place.clone(), "empty", "an empty value"),
                None => (Place::file(settings.file), "no entry", "no entry"),
            };
            let name = &variable.schema_name;
            let message = format!(
                "the settings have {what} for the environment variable `{name}`, which has no value in the package either"
            );
            let finding = sink.report(place, label, message);
            finding
                .key([name.as_str()])
                .help(format!("enter the value for this environment as the `Value` of `{name}`"))
                .relate(variable.place.clone(), "defined without a value");
            if entry.is_none() {
                let list = Place::value(settings.file, Route::of(["EnvironmentVariables"]));
                let members = [("SchemaName", name.as_str()), ("Value", "")];
                let members = members.map(|(key, value)| (key, NewValue::text(value)));
                let edit = Edit::element(list, NewValue::Object(members.to_vec()));
                finding.fix(Fix::display(format!("add an entry for `{name}`"), [edit]));
            }
            relate_users(finding, &users);
        }
    }
}
