//! Parts 7 to 9: registrations, checks, and what no package shows.

use std::collections::BTreeSet;

use super::super::Runbook;
use super::super::checks::{Check, Start};
use super::super::webhooks::{FlowInput, Part, Purpose, RegistrationRun, Waiting};
use super::page::{Page, verb};
use super::upgrade;
use crate::model::step_title;
use crate::wording::joined;

const OLD_URLS: &str = "https://learn.microsoft.com/troubleshoot/power-platform/power-automate/flow-run-issues/triggers-troubleshoot";
const RUNS: &str = "https://learn.microsoft.com/power-automate/fix-flow-failures";
const LAYERS: &str = "https://learn.microsoft.com/power-platform/guidance/coe/faq";

/// How many flows are named in a line.
const MOST_NAMED: usize = 3;

pub(super) fn registrations(page: &mut Page, runbook: &Runbook<'_>) {
    page.part("7. Registrations");
    let registrations = &runbook.registrations;
    let urls = runbook.upgrade.iter().flat_map(|upgrade| &upgrade.urls);
    for flow in urls.clone() {
        let name = page.markup.name(flow.name);
        page.step(&format!("Give the new URL of {name} to whoever calls it: its trigger is another one."));
    }
    if registrations.run.is_empty() && registrations.unregistered.is_empty() {
        if urls.count() > 0 {
            return upgrade::stays(page, runbook.kept_registrations());
        }
        let ordinary =
            "Nothing to do: no flow registers with, or receives from, a webhook provider that flowvet knows.";
        return upgrade::nothing(page, runbook, ordinary, runbook.kept_registrations());
    }
    for run in &registrations.run {
        registration(page, run);
    }
    for one in &registrations.unregistered {
        url(page, one);
        let events = codes(page, one.events.iter().copied());
        let provider = one.provider;
        page.marked_step(
            &format!("Register this URL with {provider} for {events}: no flow of the package does."),
            &one.findings,
        );
    }
    let has_receiver = !registrations.unregistered.is_empty()
        || registrations.run.iter().any(|run| !run.receivers.is_empty());
    if has_receiver {
        let source = page.cite(OLD_URLS);
        page.step(&format!(
            "If the provider already has a URL at {} for one of these flows, register again and overwrite it: such URLs \
             of flows stopped working on 2025-11-30.{source}",
            page.markup.code("logic.azure.com")
        ));
    }
    upgrade::stays(page, runbook.kept_registrations());
}

fn registration(page: &mut Page, run: &RegistrationRun<'_>) {
    for receiver in &run.receivers {
        url(page, receiver);
    }
    if run.receivers.is_empty() {
        page.step("Copy the HTTP URL of the receiving flow. The package does not show which one it is.");
    }
    let name = page.markup.name(run.flow.name);
    let text = match run.trigger {
        Some("Request") | None => format!("Run {name}. It registers with {}.", run.provider),
        Some(_) => format!("Check that {name} has run. It registers with {}.", run.provider),
    };
    page.marked_step(&text, &run.findings);
    for input in &run.inputs {
        let text = input_text(page, input);
        page.detail(&text);
    }
    if !run.inputs.iter().any(|input| input.purpose == Purpose::RegisteredEvents) {
        match &run.events {
            Some(events) => {
                let events = codes(page, events.iter().copied());
                page.detail(&format!("It registers {events}."));
            }
            None => page.detail("The package does not show which events it registers."),
        }
    }
    if !run.overwrites {
        page.detail(
            "It creates a registration and does not replace one. Remove an existing registration first.",
        );
    }
    if !run.inputs.iter().any(|input| input.purpose == Purpose::Url) {
        run.advice.iter().for_each(|line| page.detail(line));
    }
}

fn url(page: &mut Page, receiver: &Waiting<'_>) {
    let (flow, trigger) =
        (page.markup.name(receiver.flow.name), page.markup.text(&step_title(receiver.trigger)));
    page.marked_step(
        &format!("Open {flow} and copy the HTTP URL of its trigger ({trigger}). It has one once it is on."),
        &receiver.findings,
    );
}

fn input_text(page: &Page, input: &FlowInput<'_>) -> String {
    let title = page.markup.name(input.title);
    match input.purpose {
        Purpose::Url => format!("{title}: the URL that you copied"),
        Purpose::Overwrite => format!("{title}: Yes"),
        Purpose::RegisteredEvents => {
            let names: BTreeSet<&str> = input.choices.iter().copied().collect();
            let each = if input.single && names.len() > 1 { "; run the flow once for each" } else { "" };
            format!("{title}: {}{each}", codes(page, names.into_iter()))
        }
        Purpose::Other => format!("{title}: as the flow needs it"),
    }
}

fn codes<'a>(page: &Page, names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| page.markup.code(name)).collect();
    joined(&names, "and")
}

pub(super) fn checks(page: &mut Page, runbook: &Runbook<'_>) {
    page.part("8. Check that it works");
    if runbook.upgrade.is_some() && runbook.checks.is_empty() {
        return upgrade::nothing(page, runbook, "", runbook.unchanged_flows());
    }
    if runbook.upgrade.is_none() && runbook.turn_on.is_empty() && runbook.cycles.is_empty() {
        return page.line("Nothing to do: the package has no cloud flow.");
    }
    page.step(&format!(
        "Open the solution, then {}: every flow that the target needs is on.",
        page.markup.label("Cloud flows")
    ));
    for check in &runbook.checks {
        let text = check_text(page, check);
        page.step(&text);
    }
    let source = page.cite(RUNS);
    page.step(&format!(
        "On the page of each flow that ran, look at the {}. Open a failed run: the step with the red mark has the \
         error.{source}",
        page.markup.label("28-day run history")
    ));
    upgrade::stays(page, runbook.unchanged_flows());
    for one in &runbook.outside {
        if one.lines_of(Part::Check).next().is_some() {
            page.heading(one.provider);
        }
        for line in one.lines_of(Part::Check) {
            let source = page.cite(line.source);
            page.step(&format!("{}{source}", line.text));
        }
    }
}

fn check_text(page: &Page, check: &Check<'_>) -> String {
    let names = page.names(check.flows.iter().map(|flow| flow.name), MOST_NAMED, "flow");
    let number = check.flows.len();
    match check.start {
        Start::Instant => format!("Run {names}."),
        Start::App => format!("Use the app or page that starts {names}."),
        Start::Agent => format!("Ask the agent for what starts {names}."),
        Start::Request => format!("Send a request to the URL of {names}, or wait for an event."),
        Start::Scheduled => {
            format!("Run {names}, or wait for the next scheduled {}.", verb(number, "run", "runs"))
        }
        Start::Event => format!("Cause the event that starts {names}: a test row, message or file."),
    }
}

pub(super) fn outside(page: &mut Page, runbook: &Runbook<'_>) {
    page.part("9. What no package shows");
    let has_flows = runbook.upgrade.is_some() || !(runbook.turn_on.is_empty() && runbook.cycles.is_empty());
    if !has_flows && runbook.outside.is_empty() {
        return page.line("Nothing.");
    }
    if has_flows {
        let triggers = page.cite(OLD_URLS);
        page.point(&format!(
            "A flow with a polling trigger starts with the events that came while it was off. A flow with a webhook trigger \
             starts with the next event.{triggers}"
        ));
        let layers = page.cite(LAYERS);
        page.point(&format!(
            "A flow that somebody edited in the target keeps these edits, so the import does not change it. Remove its \
             unmanaged layer.{layers}"
        ));
    }
    for one in &runbook.outside {
        for line in one.lines_of(Part::Note) {
            let source = page.cite(line.source);
            page.point(&format!("{}: {}{source}", one.provider, line.text));
        }
        if !one.trouble_title.is_empty() && one.lines_of(Part::Trouble).next().is_some() {
            page.heading(&format!("{}: check that", one.trouble_title));
            for line in one.lines_of(Part::Trouble) {
                let source = page.cite(line.source);
                page.point(&format!("{}{source}", line.text));
            }
        }
    }
}
