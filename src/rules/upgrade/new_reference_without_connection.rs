//! A new connection reference without an entry in the deployment settings.

use crate::catalog;
use crate::compare::Change;
use crate::finding::Sink;
use crate::model::{LogicalName, SettingValue, Settings};
use crate::rules::compared::Compared;
use crate::rules::{Check, Rule, page};
use crate::wording::quoted;

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/new-reference-without-connection"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    let settings: Vec<&Settings> = compared.settings.iter().filter(|one| one.references.is_some()).collect();
    for change in &compared.comparison.references {
        let Change::Added((solution, name)) = change else { continue };
        let references = compared.new.workspace.solution(*solution).references.as_ref();
        let Some(reference) = references.and_then(|references| references.get(name)) else { continue };
        let declares = |solution: &crate::model::Solution| {
            solution.references.as_ref().is_some_and(|references| references.contains_key(name))
        };
        let lacking: Vec<&&Settings> = settings.iter().filter(|one| !gives(one, name)).collect();
        if lacking.is_empty() || compared.others.workspace.solutions.iter().any(declares) {
            continue;
        }
        let known = reference.connector.as_ref().and_then(|name| catalog::connector(name.as_str()));
        let connector = known.map_or_else(String::new, |known| format!(" for {}", known.name));
        let message = format!(
            "the connection reference `{name}`{connector} is new, and the settings have no connection for it"
        );
        let files = quoted(lacking.iter().map(|one| compared.sources.get(one.file).name().as_str()));
        let finding = sink.report(reference.place.clone(), "new", message);
        finding.key([name.as_str()]).help(format!("add its `ConnectionId` to {files}"));
    }
}

fn gives(settings: &Settings, name: &LogicalName) -> bool {
    let mut entries = settings.references.iter().flatten().filter(|entry| entry.logical_name == *name);
    entries.any(|entry| !matches!(entry.connection, SettingValue::Empty(_)))
}
