//! The runbook as Markdown, with boxes to tick, or as plain text.

use std::collections::BTreeSet;

use super::connections::Bound;
use super::markup::{Markup, clean};
use super::needs::{NeededLicence, NeededSolution};
use super::settings::InSettings;
use super::step_findings::StepFinding;
use super::webhooks::{FlowInput, Purpose, RegistrationRun, Waiting};
use super::{Runbook, TurnOn};
use crate::wording::first;

/// Collects lines.
struct Writer {
    markup: Markup,
    out: String,
}

impl Writer {
    fn section(&mut self, number: usize, title: &str) {
        match self.markup {
            Markup::Markdown => self.out.push_str(&format!("\n## {number}. {title}\n\n")),
            Markup::Plain => self.out.push_str(&format!("\n{number}. {title}\n\n")),
        }
    }

    fn heading(&mut self, title: &str) {
        let blank = if self.out.ends_with("\n\n") { "" } else { "\n" };
        match self.markup {
            Markup::Markdown => self.out.push_str(&format!("{blank}### {title}\n\n")),
            Markup::Plain => self.out.push_str(&format!("{blank}{title}\n\n")),
        }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Something to do, with a box to tick.
    fn step(&mut self, text: &str, findings: &[StepFinding]) {
        let text = format!("- [ ] {text}{}", self.marks(findings));
        self.line(&text);
    }

    /// Something to know about the step above.
    fn detail(&mut self, text: &str) {
        self.line(&format!("  - {text}"));
    }

    fn marks(&self, findings: &[StepFinding]) -> String {
        if findings.is_empty() {
            return String::new();
        }
        let one = |mark: &StepFinding| format!("{} {}", mark.severity, self.markup.code(mark.rule));
        let marks: Vec<String> = findings.iter().map(one).collect();
        format!(" (**{}**)", marks.join(", ")).replace("**", self.strong())
    }

    fn strong(&self) -> &'static str {
        match self.markup {
            Markup::Markdown => "**",
            Markup::Plain => "",
        }
    }
}

/// The whole runbook.
pub(super) fn text(runbook: &Runbook<'_>, markup: Markup) -> String {
    let mut writer = Writer { markup, out: String::new() };
    head(&mut writer, runbook);
    needs(&mut writer, runbook);
    connections(&mut writer, runbook);
    run_only(&mut writer, runbook);
    turn_on(&mut writer, runbook);
    registrations(&mut writer, runbook);
    outside(&mut writer, runbook);
    writer.out
}

fn head(writer: &mut Writer, runbook: &Runbook<'_>) {
    let names = runbook.solutions.iter().map(|solution| {
        let version = solution.version.filter(|version| !version.is_empty());
        let version = version.map(|version| format!(" {}", clean(version))).unwrap_or_default();
        format!("{}{version}", writer.markup.code(solution.name))
    });
    let names: Vec<String> = names.collect();
    let sign = if writer.markup == Markup::Markdown { "# " } else { "" };
    writer.line(&format!("{sign}Import of {}\n", names.join(", ")));
    writer.line(
        "Derived from the package. A step that names a rule may fail or be of no use until that is mended: `flowvet \
         check` shows where, `flowvet explain RULE` says how.",
    );
}

fn needs(writer: &mut Writer, runbook: &Runbook<'_>) {
    writer.section(1, "What must be there first");
    let (markup, needs) = (writer.markup, &runbook.needs);
    let start = writer.out.len();
    for solution in &needs.solutions {
        let text = solution_text(markup, solution);
        writer.step(&text, &solution.findings);
    }
    for flow in &needs.flows {
        let name = markup.name(flow.name.as_deref().unwrap_or(&flow.id));
        writer.step(&format!("see that the flow {name} is there and on: flows of this package call it"), &[]);
    }
    for connector in &needs.connectors {
        let name = markup.code(connector.name);
        let text = match (connector.custom, connector.in_package) {
            (true, true) => format!(
                "the custom connector {name} comes with this import, and connections of it can only be made afterwards: \
                 import, create a connection, bind it (see 2), and only then turn on the flows that use it"
            ),
            (true, false) => format!("install the custom connector {name}"),
            (false, _) => format!("see that data policies admit the connector {name}"),
        };
        writer.step(&text, &[]);
    }
    licences(writer, &needs.licences);
    for variable in &needs.variables {
        let name = markup.code(variable.name);
        let text = match variable.display_name {
            Some(display) => {
                format!("have a value ready for the environment variable {} ({name})", markup.name(display))
            }
            None => format!(
                "see that the environment variable {name} is there: flows read it, and the package does not define it"
            ),
        };
        writer.step(&text, &variable.findings);
        in_settings(writer, &variable.settings);
    }
    if !needs.secrets.is_empty() {
        let names = markup.codes(needs.secrets.iter().copied());
        writer.step(
            &format!("let the importing account read the secrets of {names}: the role \"Key Vault Secrets User\" on the vault"),
            &[],
        );
        writer.detail("the subscription of the vault needs the resource provider `Microsoft.PowerPlatform`");
    }
    if writer.out.len() == start {
        writer.line("Nothing: the package needs no other solution, connector or value.");
    }
}

/// What of the flows takes a premium licence.
fn licences(writer: &mut Writer, licences: &[NeededLicence<'_>]) {
    if licences.is_empty() {
        return;
    }
    let code = writer.markup.code("MissingAdequateQuotaPolicy");
    writer.step(
        &format!(
            "see that the owner of each of these flows has a Power Automate Premium licence, or the flow a Process \
             licence ({code} where it has not)"
        ),
        &[],
    );
    for NeededLicence { flow, premium } in licences {
        let premium: Vec<String> = premium.iter().map(|name| clean(name)).collect();
        writer.detail(&format!("{}: {}", writer.markup.name(flow.name), premium.join(", ")));
    }
}

/// How many components of another solution are named.
const MOST_NAMED: usize = 5;

fn solution_text(markup: Markup, solution: &NeededSolution<'_>) -> String {
    let named = first(MOST_NAMED, solution.components.iter().map(|name| markup.name(name)));
    let of_it = if named.is_empty() { String::new() } else { format!(", for {named}") };
    match solution.name {
        Some(name) => format!("see that the solution {} is installed{of_it}", markup.code(name)),
        None => format!("see that these customisations are in the environment: {named}"),
    }
}

fn connections(writer: &mut Writer, runbook: &Runbook<'_>) {
    writer.section(2, "Connections to bind, flow by flow");
    if runbook.connections.is_empty() {
        return writer.line("None: no step of any flow uses a connection.");
    }
    for (number, flow) in runbook.connections.iter().enumerate() {
        let name = writer.markup.name(flow.flow.name);
        writer.heading(&format!("2.{} {name}", number + 1));
        for bound in &flow.connections {
            connection(writer, bound);
        }
    }
}

fn connection(writer: &mut Writer, bound: &Bound<'_>) {
    let markup = writer.markup;
    let connector = bound.connector.map(|name| format!(" of {}", markup.code(name))).unwrap_or_default();
    let what = match (bound.reference, bound.display_name) {
        (Some(name), Some(display)) => format!("{} ({})", markup.name(display), markup.code(name)),
        (Some(name), None) => markup.code(name),
        (None, _) => format!("{}, which has no connection reference", markup.code(bound.key)),
    };
    let whose = if bound.run_only { "; provided by the run-only user, see 3" } else { "" };
    writer.step(&format!("bind a connection{connector} to {what}{whose}"), &bound.findings);
    in_settings(writer, &bound.settings);
    for step in &bound.steps {
        let path: Vec<String> = step.iter().map(|name| markup.code(name)).collect();
        writer.detail(&format!("used by {}", path.join(" > ")));
    }
}

/// One line for each settings file that was given.
fn in_settings(writer: &mut Writer, settings: &[InSettings<'_>]) {
    for one in settings {
        let file = writer.markup.code(one.file);
        writer.detail(&format!("{file} {}", one.value.in_words()));
    }
}

fn run_only(writer: &mut Writer, runbook: &Runbook<'_>) {
    writer.section(3, "Run-only settings to change");
    if runbook.run_only.is_empty() {
        return writer.line("None: every flow uses the connections of its owner (\"Use this connection\").");
    }
    for one in &runbook.run_only {
        let markup = writer.markup;
        let (flow, reference) = (markup.name(one.flow.name), markup.code(one.reference.unwrap_or(one.key)));
        let text = if one.child {
            format!(
                "{flow}: under Run only users, set {reference} to \"Use this connection\": another flow calls this one"
            )
        } else {
            format!(
                "{flow}: {reference} is provided by the run-only user; decide whether it is to be \"Use this connection\""
            )
        };
        writer.step(&text, &one.findings);
    }
}

fn turn_on(writer: &mut Writer, runbook: &Runbook<'_>) {
    writer.section(4, "Turning on, wave by wave");
    if runbook.turn_on.is_empty() && runbook.cycles.is_empty() {
        return writer.line("Nothing: the package has no flow.");
    }
    for (number, wave) in runbook.turn_on.iter().enumerate() {
        writer.heading(&format!("Wave {}", number + 1));
        for one in wave {
            turn_on_one(writer, one);
        }
    }
    for cycle in &runbook.cycles {
        let names: Vec<String> = cycle.flows.iter().map(|flow| writer.markup.name(flow.name)).collect();
        let marks = writer.marks(&cycle.findings);
        writer.line(&match names.as_slice() {
            [one] => format!("\nNo order: {one} calls itself{marks}"),
            _ => format!("\nNo order, for they call each other in a circle: {}{marks}", names.join(", ")),
        });
    }
}

fn turn_on_one(writer: &mut Writer, one: &TurnOn<'_>) {
    let markup = writer.markup;
    let recorded = match one.state {
        "on" | "off" => format!(" (recorded as {})", one.state),
        "suspended" => " (recorded as suspended: a data policy stopped it where it was exported)".to_owned(),
        _ => String::new(),
    };
    writer.step(&format!("turn on {}{recorded}", markup.name(one.flow.name)), &one.findings);
    for after in &one.after {
        writer.detail(&after.sentence(|name| markup.name(name), |name| markup.code(name)));
    }
    if let Some(reason) = &one.reason {
        writer.detail(&reason.sentence(|name| markup.name(name), |rule| markup.code(rule)));
    }
}

fn registrations(writer: &mut Writer, runbook: &Runbook<'_>) {
    writer.section(5, "Registrations to run");
    let registrations = &runbook.registrations;
    if registrations.run.is_empty() && registrations.unregistered.is_empty() {
        return writer
            .line("None: no flow registers with or waits for a provider of events that flowvet knows.");
    }
    for run in &registrations.run {
        registration(writer, run);
    }
    for one in &registrations.unregistered {
        let markup = writer.markup;
        let (flow, trigger) = (markup.name(one.flow.name), markup.code(one.trigger));
        let events = markup.codes(one.events.iter().copied());
        let provider = one.provider;
        writer.step(
            &format!(
                "register the URL of {flow} (trigger {trigger}) with {provider} for {events}: no flow of the package does"
            ),
            &one.findings,
        );
    }
}

fn registration(writer: &mut Writer, run: &RegistrationRun<'_>) {
    let markup = writer.markup;
    for receiver in &run.receivers {
        url(writer, receiver);
    }
    if run.receivers.is_empty() {
        writer
            .step("copy the URL of the receiving flow: which one it is cannot be told from the package", &[]);
    }
    let by = match run.trigger {
        Some("Request") | None => "run",
        Some(_) => "see that it runs:",
    };
    let name = markup.name(run.flow.name);
    writer.step(&format!("{by} {name}, which registers with {}", run.provider), &run.findings);
    for input in &run.inputs {
        let text = input_text(markup, input);
        writer.detail(&text);
    }
    if !run.inputs.iter().any(|input| input.purpose == Purpose::RegisteredEvents) {
        match &run.events {
            Some(events) => writer.detail(&format!("it registers {}", markup.codes(events.iter().copied()))),
            None => writer.detail("which events it registers cannot be told from the package"),
        }
    }
    if !run.overwrites {
        writer.detail("it creates a registration and replaces none: take an existing one back first");
    }
    for line in run.advice {
        writer.detail(&format!("{}: {line}", run.provider));
    }
}

fn url(writer: &mut Writer, receiver: &Waiting<'_>) {
    let (flow, trigger) = (writer.markup.name(receiver.flow.name), writer.markup.code(receiver.trigger));
    writer.step(
        &format!(
            "copy the HTTP URL from the trigger {trigger} of {flow}, which shows it once the flow is on"
        ),
        &receiver.findings,
    );
}

fn input_text(markup: Markup, input: &FlowInput<'_>) -> String {
    let title = markup.name(input.title);
    match input.purpose {
        Purpose::Url => format!("{title}: the URL that was copied"),
        Purpose::Overwrite => format!("{title}: yes"),
        Purpose::RegisteredEvents => {
            let names: BTreeSet<&str> = input.choices.iter().copied().collect();
            let one_by_one = if input.single && names.len() > 1 { "; it takes one at a time" } else { "" };
            format!("{title}: {}{one_by_one}", markup.codes(names))
        }
        Purpose::Other => format!("{title}: as it is meant"),
    }
}

fn outside(writer: &mut Writer, runbook: &Runbook<'_>) {
    writer.section(6, "What no package shows");
    if runbook.outside.is_empty() {
        return writer
            .line("Nothing that flowvet knows: the package has to do with no provider of its catalog.");
    }
    for one in &runbook.outside {
        writer.heading(one.provider);
        for line in one.prerequisites {
            writer.step(line, &[]);
        }
        for line in one.notes {
            writer.line(&format!("- {line}"));
        }
        for link in &one.sources {
            let text = match writer.markup {
                Markup::Markdown => format!("- [{}]({})", link.title, link.url),
                Markup::Plain => format!("- {}: {}", link.title, link.url),
            };
            writer.line(&text);
        }
    }
}
