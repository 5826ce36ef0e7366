//! Deployment settings without a connection for a connection reference in use.

use std::collections::BTreeMap;

use super::named;
use crate::finding::Sink;
use crate::fix::{Edit, Fix, NewValue};
use crate::model::{Flow, LogicalName, SettingValue, State};
use crate::rules::{Check, Context, Rule, page};
use crate::source::{Place, Route};
use crate::wording::count;

pub(super) const RULE: Rule =
    Rule { page: page!("connections/settings-connection-missing"), check: Check::Workspace(check) };

/// How many flows that use a reference are shown.
const MOST_RELATED: usize = 4;

fn check(context: &Context<'_>, sink: &mut Sink) {
    let needed = needed(context);
    for settings in context.settings {
        // A file without this section does not say anything about connections.
        let Some(entries) = &settings.references else { continue };
        for (name, users) in &needed {
            let entry = entries.iter().find(|entry| entry.logical_name == *name);
            let (place, label, what) = match entry.map(|entry| &entry.connection) {
                Some(SettingValue::Given | SettingValue::Token(..)) => continue,
                Some(SettingValue::Empty(place)) => (place.clone(), "empty", "an empty `ConnectionId`"),
                None => (Place::file(settings.file), "no entry", "no entry"),
            };
            let message = format!(
                "the settings have {what} for the connection reference `{name}`, which {}",
                in_words(users)
            );
            let finding = sink.report(place, label, message);
            finding.key([name.as_str()]).help(format!(
                "create or choose a connection in the target environment, and enter its id as the `ConnectionId` of `{name}`"
            ));
            if entry.is_none() {
                let list = Place::value(settings.file, Route::of(["ConnectionReferences"]));
                let connector = context
                    .workspace
                    .solutions
                    .iter()
                    .find_map(|solution| solution.references.as_ref()?.get(name)?.connector.as_ref());
                let connector = connector.map(|one| format!("/providers/Microsoft.PowerApps/apis/{one}"));
                let members = [
                    ("LogicalName", name.as_str().to_owned()),
                    ("ConnectionId", String::new()),
                    ("ConnectorId", connector.unwrap_or_default()),
                ];
                let members = members.into_iter().map(|(key, value)| (key, NewValue::Text(value)));
                let edit = Edit::element(list, NewValue::Object(members.collect()));
                finding.fix(Fix::display(format!("add an entry for `{name}`"), [edit]));
            }
            for (flow, place) in users.iter().take(MOST_RELATED) {
                finding.relate(place.clone(), format!("`{}` uses it here", flow.name));
            }
        }
    }
}

/// The connection references that flows recorded as on use, with those flows. Only references that an input declares:
/// the others get their connections with their own solutions.
fn needed<'a>(context: &'a Context<'_>) -> BTreeMap<LogicalName, Vec<(&'a Flow, Place)>> {
    let mut needed: BTreeMap<LogicalName, Vec<(&Flow, Place)>> = BTreeMap::new();
    for (_, flow, content) in context.workspace.contents().filter(|(_, flow, _)| flow.state == State::On) {
        let is_declared =
            |name: &LogicalName| context.workspace.connection_reference(name, flow.solution).is_some();
        for (name, places) in named(flow, content, is_declared) {
            needed.entry(name).or_default().extend(places.into_iter().take(1).map(|place| (flow, place)));
        }
    }
    needed
}

/// The flows that use a reference, to follow "which".
fn in_words(users: &[(&Flow, Place)]) -> String {
    match users {
        [] => "nothing uses".to_owned(),
        [(flow, _)] => format!("`{}` uses", flow.name),
        [(flow, _), others @ ..] => {
            format!("`{}` and {} use", flow.name, count(others.len(), "more flow"))
        }
    }
}
