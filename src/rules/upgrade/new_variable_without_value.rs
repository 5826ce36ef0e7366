//! A new environment variable without a value.

use crate::compare::Change;
use crate::finding::Sink;
use crate::model::{SchemaName, SettingValue, Settings};
use crate::rules::compared::Compared;
use crate::rules::{Check, Rule, page};
use crate::wording::quoted;

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/new-variable-without-value"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    let settings: Vec<&Settings> = compared.settings.iter().filter(|one| one.variables.is_some()).collect();
    for change in &compared.comparison.variables {
        let Change::Added((solution, name)) = change else { continue };
        let variable = compared.new.workspace.solution(*solution).variables.get(name);
        let Some(variable) = variable.filter(|one| !one.has_default && one.value.is_none()) else { continue };
        let lacking: Vec<&&Settings> = settings.iter().filter(|one| !gives(one, name)).collect();
        let others = &compared.others.workspace.solutions;
        if lacking.is_empty() || others.iter().any(|solution| solution.variables.contains_key(name)) {
            continue;
        }
        let message =
            format!("the environment variable `{name}` is new and has no value, not even in the settings");
        let files = quoted(lacking.iter().map(|one| compared.sources.get(one.file).name().as_str()));
        let finding = sink.report(variable.place.clone(), "new", message);
        finding.key([name.as_str()]).help(format!("add its `Value` to {files}"));
    }
}

fn gives(settings: &Settings, name: &SchemaName) -> bool {
    let mut entries = settings.variables.iter().flatten().filter(|entry| entry.schema_name == *name);
    entries.any(|entry| !matches!(entry.value, SettingValue::Empty(_)))
}
