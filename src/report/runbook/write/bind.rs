//! Parts 3 to 5: connections, values and run-only users.

use std::collections::BTreeMap;

use super::super::Runbook;
use super::super::connections::RunOnly;
use super::super::references::Reference;
use super::super::settings::{Given, InSettings, is_filled, is_for_pipeline};
use super::page::{Page, verb};
use super::upgrade;
use crate::catalog;
use crate::wording::{count, joined};

const RUN_ONLY: &str = "https://learn.microsoft.com/power-automate/create-child-flows";

/// How many flows are named in a line.
const MOST_NAMED: usize = 3;

/// How many names that need nothing are listed.
const MOST_DONE: usize = 6;

/// How many flows with connections of run-only users are listed.
const MOST_FLOWS: usize = 10;

pub(super) fn references<'a>(page: &mut Page, runbook: &'a Runbook<'a>) {
    page.part("3. Connections");
    let direct: Vec<_> = runbook
        .connections
        .iter()
        .flat_map(|one| one.connections.iter().map(move |bound| (one.flow, bound)))
        .filter(|(_, bound)| bound.reference.is_none())
        .collect();
    if runbook.references.is_empty() && direct.is_empty() {
        let ordinary = "Nothing to do: no flow uses a connection.";
        return upgrade::nothing(page, runbook, ordinary, runbook.kept_references());
    }
    let (done, open): (Vec<_>, Vec<_>) = runbook.references.iter().partition(|one| is_filled(&one.settings));
    let (tokens, open): (Vec<_>, Vec<_>) = open.into_iter().partition(|one| is_for_pipeline(&one.settings));
    let (open, unused): (Vec<_>, Vec<_>) = open.into_iter().partition(|one| !one.flows.is_empty());
    if !open.is_empty() {
        page.intro(&format!(
            "The import binds a connection to each connection reference whose {} is in the settings file. Bind the others \
             afterwards: open the solution, then {}. One connection can serve several references of its connector. The \
             appendix lists the steps.",
            page.markup.code("ConnectionId"),
            page.markup.label("Connection references"),
        ));
    }
    for one in open {
        reference(page, one);
    }
    if !unused.is_empty() {
        let names = unused.iter().map(|one| one.display_name.unwrap_or(one.name));
        let names = page.names(names, MOST_DONE, "connection reference");
        let them =
            verb(unused.len(), "it if an app or an agent uses it", "those that an app or an agent uses");
        page.step(&format!("No flow uses {names}. Bind {them}."));
    }
    let name = |one: &&Reference<'a>| one.display_name.unwrap_or(one.name);
    in_files(page, &tokens.iter().map(name).collect::<Vec<_>>(), "connections", "reference", true);
    in_files(page, &done.iter().map(name).collect::<Vec<_>>(), "connections", "reference", false);
    for (flow, bound) in direct {
        let connector = bound.connector.map_or_else(|| page.markup.code(bound.key), |id| connector(page, id));
        let flow = page.markup.name(flow.name);
        page.marked_step(
            &format!(
                "Edit {flow} and choose a connection of {connector}: it has no connection reference for it."
            ),
            &bound.findings,
        );
    }
    upgrade::stays(page, runbook.kept_references());
}

fn reference(page: &mut Page, one: &Reference<'_>) {
    let connector = one.connector.map(|id| format!("{} for ", connector(page, id))).unwrap_or_default();
    let name = page.markup.code(one.name);
    let named = match one.display_name {
        Some(display) => format!("{} ({name})", page.markup.name(display)),
        None => name,
    };
    let flows = one.flows.iter().map(|flow| flow.name);
    let used = format!("used by {}", page.names(flows, MOST_NAMED, "flow"));
    let elsewhere = if one.declared { "" } else { " (not declared in this package)" };
    let lack = lack(&one.settings);
    page.marked_step(&format!("{connector}{named}, {used}{elsewhere}{lack}"), &one.findings);
    in_settings(page, &one.settings);
}

/// The display name of a connector, or its id.
fn connector(page: &Page, id: &str) -> String {
    catalog::connector(id).map_or_else(|| page.markup.code(id), |known| page.markup.text(&known.name))
}

/// What the only settings file lacks.
fn lack(settings: &[InSettings<'_>]) -> &'static str {
    match settings {
        [InSettings { value: Given::Absent, .. }] => " (no entry in the settings file)",
        [InSettings { value: Given::Empty, .. }] => " (empty in the settings file)",
        _ => "",
    }
}

/// What each of several settings files lacks.
fn in_settings(page: &mut Page, settings: &[InSettings<'_>]) {
    if settings.len() < 2 {
        return;
    }
    for one in settings.iter().filter(|one| one.value != Given::Filled) {
        let file = page.markup.code(one.file);
        page.detail(&format!("{file} {}", one.value.in_words()));
    }
}

/// What every settings file has, or has tokens for.
fn in_files(page: &mut Page, names: &[&str], parts: &str, whole: &str, are_tokens: bool) {
    if names.is_empty() {
        return;
    }
    let shown = page.names(names.iter().copied(), MOST_DONE, whole);
    if are_tokens {
        page.step(&format!(
            "The settings file has tokens for the {parts} of {shown}. Check that the pipeline replaces them."
        ));
    } else {
        page.point(&format!("The settings file has the {parts} of {shown}."));
    }
}

pub(super) fn values(page: &mut Page, runbook: &Runbook<'_>) {
    page.part("4. Environment variables");
    let needs = &runbook.needs;
    let defined = || needs.variables.iter().filter(|variable| variable.display_name.is_some());
    let (done, open): (Vec<_>, Vec<_>) = defined().partition(|one| is_filled(&one.settings));
    let (tokens, open): (Vec<_>, Vec<_>) = open.into_iter().partition(|one| is_for_pipeline(&one.settings));
    let (replaced, provided): (Vec<_>, Vec<_>) =
        needs.provided.iter().partition(|one| is_filled(&one.settings));
    if needs.provided.is_empty() && defined().next().is_none() {
        let ordinary = "Nothing to do: the package has no environment variable.";
        return upgrade::nothing(page, runbook, ordinary, runbook.kept_variables());
    }
    if !open.is_empty() {
        page.intro(
            "The package has no value for these. Enter each in the settings file, or in the solution after the import.",
        );
    }
    for variable in &open {
        let display = variable.display_name.unwrap_or_default();
        let secret = if variable.secret { ", the resource ID of a secret in a key vault" } else { "" };
        let name = page.markup.code(variable.name);
        let (display, lack) = (page.markup.name(display), lack(&variable.settings));
        page.marked_step(&format!("{display} ({name}){secret}{lack}"), &variable.findings);
        in_settings(page, &variable.settings);
    }
    if !provided.is_empty() {
        let names = page.names(provided.iter().map(|one| one.display_name), MOST_DONE, "variable");
        let are = verb(provided.len(), "this value", "these values");
        page.step(&format!("The package has a value. Check that the target can use {are}: {names}."));
    }
    let tokens: Vec<&str> = tokens.iter().filter_map(|one| one.display_name).collect();
    in_files(page, &tokens, "values", "variable", true);
    let done = done.iter().filter_map(|one| one.display_name);
    let done: Vec<&str> = done.chain(replaced.iter().map(|one| one.display_name)).collect();
    in_files(page, &done, "values", "variable", false);
    upgrade::stays(page, runbook.kept_variables());
}

pub(super) fn run_only(page: &mut Page, runbook: &Runbook<'_>) {
    page.part("5. Run-only users");
    if runbook.run_only.is_empty() {
        let ordinary = "Nothing to do: no flow uses the connection of a run-only user.";
        return upgrade::nothing(page, runbook, ordinary, runbook.kept_run_only());
    }
    asked(page, runbook);
    upgrade::stays(page, runbook.kept_run_only());
}

fn asked(page: &mut Page, runbook: &Runbook<'_>) {
    let mut by_flow: BTreeMap<(&str, &str), Vec<&RunOnly<'_>>> = BTreeMap::new();
    for one in &runbook.run_only {
        by_flow.entry((one.flow.name, one.flow.id)).or_default().push(one);
    }
    let (children, others): (Vec<_>, Vec<_>) = by_flow.into_iter().partition(|(_, all)| all[0].child);
    let source = page.cite(RUN_ONLY);
    for ((flow, _), connections) in &children {
        let (flow, names) = (page.markup.name(flow), connectors(page, connections));
        let findings = connections.iter().flat_map(|one| &one.findings);
        page.marked_step(
            &format!(
                "{flow}: under {}, set {names} to {}, because another flow calls this one.{source}",
                page.markup.label("Run only users > Edit"),
                page.markup.label("Use this connection"),
            ),
            findings,
        );
    }
    if let [((flow, _), connections)] = others.as_slice() {
        let (flow, names) = (page.markup.name(flow), connectors(page, connections));
        let choice = choice(page);
        page.step(&format!(
            "{flow} uses the run-only user's connection for {names}. Share the flow with its users, or {choice}."
        ));
    } else if !others.is_empty() {
        let number = count(others.len(), "flow");
        let choice = choice(page);
        page.step(&format!(
            "{number} use the run-only user's connections. Share each with its users, or {choice}:"
        ));
        for ((flow, _), connections) in others.iter().take(MOST_FLOWS) {
            page.detail(&format!("{}: {}", page.markup.name(flow), connectors(page, connections)));
        }
        if others.len() > MOST_FLOWS {
            let more = count(others.len() - MOST_FLOWS, "more flow");
            page.detail(&format!("{more}, marked in the appendix"));
        }
    }
}

fn choice(page: &Page) -> String {
    let (use_this, edit) = ("Use this connection", "Run only users > Edit");
    format!("choose {} under {}", page.markup.label(use_this), page.markup.label(edit))
}

fn connectors(page: &Page, connections: &[&RunOnly<'_>]) -> String {
    let name = |one: &&RunOnly<'_>| {
        one.connector
            .map_or_else(|| page.markup.code(one.reference.unwrap_or(one.key)), |id| connector(page, id))
    };
    let mut names: Vec<String> = connections.iter().map(name).collect();
    names.sort();
    names.dedup();
    joined(&names, "and")
}
