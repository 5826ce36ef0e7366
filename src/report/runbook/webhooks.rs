//! Part 7: registrations to run, and what is known of their providers.

use std::collections::BTreeSet;

use crate::source::Json;
use serde::Serialize;

use super::step_findings::{StepFinding, StepFindings};
use crate::analysis::Analysis;
use crate::catalog::{Advice, Provider, providers};
use crate::model::{FlowIx, Trigger};
use crate::report::flow_name::FlowName;
use crate::webhooks::{Receiver, Registration};

/// What to register.
#[derive(Serialize)]
pub(super) struct Registrations<'a> {
    pub(super) run: Vec<RegistrationRun<'a>>,
    /// Receivers that no flow of the package registers.
    pub(super) unregistered: Vec<Waiting<'a>>,
}

/// A flow that registers with a provider.
#[derive(Serialize)]
pub(super) struct RegistrationRun<'a> {
    pub(super) flow: FlowName<'a>,
    pub(super) provider: &'a str,
    /// The type of the trigger; `Request` for flows that are run by hand.
    pub(super) trigger: Option<&'a str>,
    /// What it asks for when it is run by hand.
    pub(super) inputs: Vec<FlowInput<'a>>,
    /// The flows whose URL it may register.
    pub(super) receivers: Vec<Waiting<'a>>,
    /// The events that it can register; `null` where they are not known.
    pub(super) events: Option<BTreeSet<&'a str>>,
    /// Whether it can replace a registration that exists.
    pub(super) overwrites: bool,
    /// What to enter, from the catalog.
    pub(super) advice: Vec<&'a str>,
    pub(super) findings: Vec<StepFinding>,
}

/// One input of a flow that is run by hand.
#[derive(Serialize)]
pub(super) struct FlowInput<'a> {
    pub(super) title: &'a str,
    pub(super) purpose: Purpose,
    pub(super) choices: Vec<&'a str>,
    /// Whether only one of the choices can be taken at a time.
    pub(super) single: bool,
}

/// What becomes of an input.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub(super) enum Purpose {
    Url,
    RegisteredEvents,
    Overwrite,
    Other,
}

/// A flow that waits for events.
#[derive(Serialize)]
pub(super) struct Waiting<'a> {
    pub(super) flow: FlowName<'a>,
    pub(super) provider: &'a str,
    /// The trigger that shows the URL.
    pub(super) trigger: &'a str,
    pub(super) events: BTreeSet<&'a str>,
    pub(super) findings: Vec<StepFinding>,
}

/// What is known of a provider that no package shows.
#[derive(Serialize)]
pub(super) struct Outside {
    pub(super) provider: &'static str,
    /// The texts of the lines of the part `before`.
    pub(super) prerequisites: Vec<&'static str>,
    /// The texts of the lines of the part `note`.
    pub(super) notes: Vec<&'static str>,
    /// Everything, with sources.
    pub(super) lines: Vec<Line>,
    /// The title of the lines of the part `trouble`.
    pub(super) trouble_title: &'static str,
    pub(super) sources: Vec<Link>,
}

/// A sentence and the page that states it.
#[derive(Serialize)]
pub(super) struct Line {
    pub(super) part: Part,
    pub(super) text: &'static str,
    pub(super) source: &'static str,
}

/// When a sentence is of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Part {
    /// Before the import.
    Before,
    /// When registering.
    Register,
    /// When checking that everything works.
    Check,
    /// If something does not work.
    Trouble,
    /// Later.
    Note,
}

impl Outside {
    /// The lines of a part.
    pub(super) fn lines_of(&self, part: Part) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.part == part)
    }
}

#[derive(Serialize)]
pub(super) struct Link {
    pub(super) title: &'static str,
    pub(super) url: &'static str,
}

/// What a package uses of what sentences are about: connectors and event sets.
pub(super) struct InUse<'a>(BTreeSet<&'a str>);

impl<'a> InUse<'a> {
    pub(super) fn of(analysis: &'a Analysis) -> Self {
        let connections = analysis.workspace.contents().flat_map(|(.., content)| &content.connections);
        let connectors = connections.filter_map(|one| Some(one.connector.as_ref()?.as_str()));
        let mut in_use: BTreeSet<&str> = connectors.collect();
        for set in providers().iter().flat_map(|provider| &provider.event_sets) {
            let webhooks = &analysis.webhooks;
            let is_used = |event: &String| {
                webhooks.registrations.iter().any(|one| one.names(event))
                    || webhooks.receivers.iter().any(|one| one.handles(event))
            };
            if set.events.iter().any(is_used) {
                in_use.insert(&set.id);
            }
        }
        InUse(in_use)
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|used| used.eq_ignore_ascii_case(name))
    }

    fn applies(&self, advice: &Advice) -> bool {
        advice.when.is_empty() || advice.when.iter().any(|name| self.has(name))
    }
}

impl<'a> Registrations<'a> {
    pub(super) fn of(
        analysis: &'a Analysis,
        flows: &[FlowIx],
        marks: &StepFindings<'_>,
        in_use: &InUse<'_>,
    ) -> Self {
        let webhooks = &analysis.webhooks;
        let mut run = Vec::new();
        for (flow, provider) in flows.iter().flat_map(|flow| providers().iter().map(move |one| (*flow, one)))
        {
            let own: Vec<&Registration> =
                webhooks.registrations_with(provider).filter(|one| one.flow == flow).collect();
            if !own.is_empty() {
                let advice = provider.after_activation.inputs.iter();
                let advice =
                    advice.filter(|advice| in_use.applies(advice)).map(|advice| advice.text.as_str());
                run.push(RegistrationRun::of(analysis, flow, &own, marks, advice.collect()));
            }
        }
        let is_lonely = |receiver: &&Receiver| {
            flows.contains(&receiver.flow)
                && !webhooks.registrations.iter().any(|one| one.may_reach(receiver))
        };
        let lonely = webhooks.receivers.iter().filter(is_lonely);
        Registrations { run, unregistered: lonely.map(|one| waiting(analysis, one, marks)).collect() }
    }
}

impl<'a> RegistrationRun<'a> {
    fn of(
        analysis: &'a Analysis,
        flow: FlowIx,
        own: &[&'a Registration],
        marks: &StepFindings<'_>,
        advice: Vec<&'a str>,
    ) -> Self {
        let provider = own[0].provider;
        let receivers = analysis.webhooks.receivers_of(provider);
        let receivers = receivers
            .filter(|one| analysis.workspace.representative(one.flow) == one.flow)
            .filter(|receiver| own.iter().any(|one| one.may_reach(receiver)));
        let trigger = trigger(analysis, flow);
        let events = own.iter().flat_map(|one| &one.events.names).map(|event| event.name.as_str());
        RegistrationRun {
            flow: FlowName::of(analysis, flow),
            provider: &provider.name,
            trigger: trigger.map(Trigger::type_name),
            inputs: trigger.map(|trigger| inputs(trigger, own)).unwrap_or_default(),
            receivers: receivers.map(|one| waiting(analysis, one, marks)).collect(),
            events: own.iter().all(|one| one.events.is_complete).then(|| events.collect()),
            overwrites: own.iter().any(|one| one.overwrites),
            advice,
            findings: marks.of_webhooks(flow),
        }
    }
}

fn trigger(analysis: &Analysis, flow: FlowIx) -> Option<Trigger<'_>> {
    analysis.workspace.flow(flow).content.as_ref()?.definition.trigger(0)
}

fn waiting<'a>(analysis: &'a Analysis, receiver: &'a Receiver, marks: &StepFindings<'_>) -> Waiting<'a> {
    Waiting {
        flow: FlowName::of(analysis, receiver.flow),
        provider: &receiver.provider.name,
        trigger: trigger(analysis, receiver.flow).map(|trigger| trigger.name).unwrap_or_default(),
        events: receiver.handled_names(),
        findings: marks.of_webhooks(receiver.flow),
    }
}

/// The inputs of a manual trigger, the address first, and what the registrations make of them.
fn inputs<'a>(trigger: Trigger<'a>, own: &[&Registration]) -> Vec<FlowInput<'a>> {
    let schema = trigger.body.get("inputs").and_then(|inputs| inputs.get("schema"));
    let properties = schema.and_then(|schema| schema.get("properties")).and_then(Json::as_object);
    let input = |(key, property): (&'a str, Json<'a>)| {
        let is_url = own.iter().any(|one| one.url_input.as_deref() == Some(key));
        let is_events = own.iter().any(|one| one.events.input.as_deref() == Some(key));
        let overwriting = own.iter().filter(|one| one.overwrites);
        let is_overwrite =
            overwriting.into_iter().any(|one| one.deciding_inputs.iter().any(|input| input == key));
        let choices = property.get("enum").or_else(|| property.get("items")?.get("enum"));
        let choices = choices.and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
        FlowInput {
            title: property.get("title").and_then(Json::as_str).unwrap_or(key),
            purpose: match (is_url, is_events, is_overwrite) {
                (true, ..) => Purpose::Url,
                (_, true, _) => Purpose::RegisteredEvents,
                (.., true) => Purpose::Overwrite,
                _ => Purpose::Other,
            },
            choices: choices.collect(),
            single: property.get("type").and_then(Json::as_str) != Some("array"),
        }
    };
    let mut inputs: Vec<FlowInput<'_>> = properties.into_iter().flatten().map(input).collect();
    inputs.sort_by_key(|input| input.purpose);
    inputs
}

/// The providers that flows register with, receive from, or use the connectors of.
pub(super) fn outside(analysis: &Analysis, in_use: &InUse<'_>) -> Vec<Outside> {
    let webhooks = &analysis.webhooks;
    let concerned = providers().iter().filter(|provider| {
        webhooks.registrations_with(provider).next().is_some()
            || webhooks.receivers_of(provider).next().is_some()
            || provider.after_activation.connectors.iter().any(|name| in_use.has(name))
    });
    concerned.map(|provider| of_provider(provider, in_use)).collect()
}

fn of_provider(provider: &'static Provider, in_use: &InUse<'_>) -> Outside {
    let after = &provider.after_activation;
    let lists = [
        (Part::Before, &after.prerequisites),
        (Part::Register, &after.inputs),
        (Part::Check, &after.checks),
        (Part::Trouble, &after.trouble),
        (Part::Note, &after.notes),
    ];
    let line = |part, advice: &'static Advice| Line { part, text: &advice.text, source: &advice.source };
    let lines: Vec<Line> = lists
        .into_iter()
        .flat_map(|(part, list)| list.iter().map(move |advice| (part, advice)))
        .filter(|(_, advice)| in_use.applies(advice))
        .map(|(part, advice)| line(part, advice))
        .collect();
    let texts = |part| lines.iter().filter(|line| line.part == part).map(|line| line.text).collect();
    Outside {
        provider: &provider.name,
        prerequisites: texts(Part::Before),
        notes: texts(Part::Note),
        trouble_title: &after.trouble_title,
        sources: provider.sources.iter().map(|one| Link { title: &one.title, url: &one.url }).collect(),
        lines,
    }
}
