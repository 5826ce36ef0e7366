//! Deployment settings without a connection for a reference that is needed.

use std::collections::BTreeMap;

use super::named;
use crate::finding::Sink;
use crate::model::{Flow, LogicalName, SettingValue, State};
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;

pub(super) const RULE: Rule =
    Rule { page: page!("connections/settings-connection-missing"), check: Check::Workspace(check) };

/// How many users of a reference are shown.
const MOST_RELATED: usize = 4;

fn check(context: &Context<'_>, sink: &mut Sink) {
    let needed = needed(context);
    for settings in context.settings {
        // A file without the section does not speak of connections.
        let Some(entries) = &settings.references else { continue };
        for (name, users) in &needed {
            let entry = entries.iter().find(|entry| entry.logical_name == *name);
            let (place, label, what) = match entry.map(|entry| &entry.connection) {
                Some(SettingValue::Given | SettingValue::Token(..)) => continue,
                Some(SettingValue::Empty(place)) => (place.clone(), "empty", "an empty connection"),
                None => (Place::file(settings.file), "not in here", "no entry"),
            };
            let message = format!("the settings have {what} for `{name}`, which {} uses", in_words(users));
            let finding = sink.report(place, label, message);
            finding.key([name.as_str()]).help(format!(
                "create or choose a connection in the target environment and give its id as the `ConnectionId` of `{name}`"
            ));
            for (flow, place) in users.iter().take(MOST_RELATED) {
                finding.relate(place.clone(), format!("`{}` uses it here", flow.name));
            }
        }
    }
}

/// The connection references that flows recorded as on use, with those flows. Only what an input declares: what
/// another solution brings is bound there.
fn needed<'a>(context: &'a Context<'_>) -> BTreeMap<LogicalName, Vec<(&'a Flow, Place)>> {
    let mut needed: BTreeMap<LogicalName, Vec<(&Flow, Place)>> = BTreeMap::new();
    for (_, flow, content) in context.workspace.contents().filter(|(_, flow, _)| flow.state == State::On) {
        for (name, places) in named(flow, content) {
            if context.workspace.connection_reference(&name, flow.solution).is_some() {
                needed.entry(name).or_default().extend(places.into_iter().take(1).map(|place| (flow, place)));
            }
        }
    }
    needed
}

fn in_words(users: &[(&Flow, Place)]) -> String {
    match users {
        [] => "nothing".to_owned(),
        [(flow, _)] => format!("`{}`", flow.name),
        [(flow, _), others @ ..] => {
            format!("`{}` (and {} more)", flow.name, others.len())
        }
    }
}
