//! A flow that an app runs asks its user for other connections than the app knows.

use std::collections::BTreeSet;

use crate::finding::Sink;
use crate::model::{CanvasApp, Flow, FlowId, RuntimeSource, Workspace};
use crate::rules::compared::Compared;
use crate::rules::{Check, Rule, page};
use crate::source::{Part, Route};
use crate::wording::quoted;

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/app-flow-connections-changed"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for kept in compared.kept() {
        if kept.old.content.is_none() || kept.new.content.is_none() {
            continue;
        }
        let (old, new) = (asked_for(kept.old), asked_for(kept.new));
        if old == new {
            continue;
        }
        let apps = unchanged_apps(compared, &kept.new.id);
        let place = kept.new.place(Route::of(["properties", "connectionReferences"]), Part::Key);
        let Some(place) = place.filter(|_| !apps.is_empty()) else { continue };
        let apps = quoted(apps.iter().map(|app| app.name.as_str()));
        let added = quoted(new.difference(&old).map(|(key, _)| key.as_str()));
        let what = match (new.is_empty(), added.is_empty()) {
            (true, _) => "no longer asks its user for connections".to_owned(),
            (false, true) => "asks its user for fewer connections than before".to_owned(),
            (false, false) => format!("now asks its user for the connection {added}"),
        };
        let message =
            format!("`{}` {what}, and the app {apps}, which runs it, was not published again", kept.new.name);
        sink.report(place, "not what the app knows", message).help(
            "open the app for editing, refresh the flow or remove it and add it again, publish the app, and export both",
        );
    }
}

/// The connections that a flow takes from whoever runs it: keys and connectors.
fn asked_for(flow: &Flow) -> BTreeSet<(String, String)> {
    let connections = flow.content.iter().flat_map(|content| &content.connections);
    let asked_for = connections.filter(|one| one.source == RuntimeSource::Invoker);
    let connector = |name: Option<&str>| name.unwrap_or_default().to_ascii_lowercase();
    asked_for
        .map(|one| (one.key.clone(), connector(one.connector.as_ref().map(|name| name.as_str()))))
        .collect()
}

/// The apps that run the flow in both versions and were not published in between, and those of other solutions.
fn unchanged_apps<'a>(compared: &Compared<'a>, flow: &FlowId) -> Vec<&'a CanvasApp> {
    let runs = |app: &CanvasApp| app.flows.iter().any(|used| used.id == *flow);
    let before: Vec<&CanvasApp> = apps(compared.old.workspace).filter(|app| runs(app)).collect();
    let is_unchanged = |app: &CanvasApp| {
        app.version.is_some() && before.iter().any(|old| old.name == app.name && old.version == app.version)
    };
    let own = apps(compared.new.workspace).filter(|app| runs(app) && is_unchanged(app));
    own.chain(apps(compared.others.workspace).filter(|app| runs(app))).collect()
}

fn apps(workspace: &Workspace) -> impl Iterator<Item = &CanvasApp> {
    workspace.solutions.iter().flat_map(|solution| &solution.apps)
}
