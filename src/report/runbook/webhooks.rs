//! Sections 5 and 6: registrations to run, and what providers ask for that no package shows.

use std::collections::BTreeSet;

use crate::source::Json;
use serde::Serialize;

use super::step_findings::{StepFinding, StepFindings};
use crate::analysis::Analysis;
use crate::catalog::{Provider, providers};
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
    /// What the provider asks for, from the catalog.
    pub(super) advice: &'a [String],
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

/// What a provider asks for that no package shows.
#[derive(Serialize)]
pub(super) struct Outside<'a> {
    pub(super) provider: &'a str,
    pub(super) prerequisites: &'a [String],
    pub(super) notes: &'a [String],
    pub(super) sources: Vec<Link<'a>>,
}

#[derive(Serialize)]
pub(super) struct Link<'a> {
    pub(super) title: &'a str,
    pub(super) url: &'a str,
}

impl<'a> Registrations<'a> {
    pub(super) fn of(analysis: &'a Analysis, flows: &[FlowIx], marks: &StepFindings<'_>) -> Self {
        let webhooks = &analysis.webhooks;
        let mut run = Vec::new();
        for (flow, provider) in flows.iter().flat_map(|flow| providers().iter().map(move |one| (*flow, one)))
        {
            let own: Vec<&Registration> =
                webhooks.registrations_with(provider).filter(|one| one.flow == flow).collect();
            run.extend((!own.is_empty()).then(|| RegistrationRun::of(analysis, flow, provider, &own, marks)));
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
        provider: &'static Provider,
        own: &[&'a Registration],
        marks: &StepFindings<'_>,
    ) -> Self {
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
            advice: &provider.after_activation.inputs,
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

/// The providers that flows register with or receive from.
pub(super) fn outside(analysis: &Analysis) -> Vec<Outside<'_>> {
    let webhooks = &analysis.webhooks;
    let concerned = providers().iter().filter(|provider| {
        webhooks.registrations_with(provider).next().is_some()
            || webhooks.receivers_of(provider).next().is_some()
    });
    let of = |provider: &'static Provider| Outside {
        provider: &provider.name,
        prerequisites: &provider.after_activation.prerequisites,
        notes: &provider.after_activation.notes,
        sources: provider.sources.iter().map(|one| Link { title: &one.title, url: &one.url }).collect(),
    };
    concerned.map(of).collect()
}
