//! An event that can be registered although its receiver ignores it.

use std::collections::BTreeMap;

use crate::catalog::{Provider, providers};
use crate::finding::Sink;
use crate::model::ActionIx;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;
use crate::webhooks::{NamedEvent, Receiver, Registration, may_receive};
use crate::wording::quoted;

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/event-unhandled"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    if context.webhooks.receivers.is_empty() || !context.workspace.is_all_read() {
        return;
    }
    for provider in providers() {
        let receivers: Vec<&Receiver> = context.webhooks.receivers_of(provider).collect();
        if receivers.is_empty() || has_other_receiver(context, provider, &receivers) {
            continue;
        }
        let mut dropped: BTreeMap<&str, (&Registration, &NamedEvent)> = BTreeMap::new();
        // A registration that shares no event with any receiver of the run is meant for another flow.
        let is_meant = |one: &&Registration| {
            receivers.iter().any(|receiver| receiver.handled.iter().any(|event| one.names(&event.name)))
        };
        for registration in context.webhooks.registrations_with(provider).filter(is_meant) {
            for event in registration.events.names.iter().filter(|event| provider.knows(&event.name)) {
                if receivers.iter().all(|receiver| receiver.drops(&event.name)) {
                    dropped.entry(&event.name).or_insert((registration, event));
                }
            }
        }
        if let Some(receiver) = nearest(&receivers, &dropped) {
            report(context, receiver, &dropped, sink);
        }
    }
}

/// Whether another flow may handle the events, because it mentions the event's name.
fn has_other_receiver(context: &Context<'_>, provider: &Provider, receivers: &[&Receiver]) -> bool {
    context.workspace.contents().any(|(flow, _, content)| {
        receivers.iter().all(|receiver| receiver.flow != flow) && may_receive(content, provider)
    })
}

/// The receiver that shares most events with the registration of the first dropped event.
fn nearest<'a>(
    receivers: &[&'a Receiver],
    dropped: &BTreeMap<&str, (&Registration, &NamedEvent)>,
) -> Option<&'a Receiver> {
    let (registration, _) = dropped.values().next()?;
    let shared =
        |receiver: &Receiver| receiver.handled.iter().filter(|event| registration.names(&event.name)).count();
    receivers.iter().max_by_key(|one| (shared(one), std::cmp::Reverse(one.flow))).copied()
}

fn report(
    context: &Context<'_>,
    receiver: &Receiver,
    dropped: &BTreeMap<&str, (&Registration, &NamedEvent)>,
    sink: &mut Sink,
) {
    let Some(place) = receiver.switches.first().and_then(|switch| cases(context, receiver, *switch)) else {
        return;
    };
    let names = quoted(dropped.keys().copied());
    let message = format!("{} ignores {names}, which can be registered for it", context.name(receiver.flow),);
    let finding = sink.report(place, format!("no case for {names}, and no default"), message);
    finding.help(
        "add a case to the switch, or actions under Default; if you do not need the event, remove it from the \
         registration",
    );
    for (name, (registration, event)) in dropped {
        finding
            .relate(event.place.clone(), format!("{} registers `{name}`", context.name(registration.flow)));
    }
}

fn cases(context: &Context<'_>, receiver: &Receiver, switch: ActionIx) -> Option<Place> {
    let flow = context.workspace.flow(receiver.flow);
    let definition = &flow.content.as_ref()?.definition;
    let key = if definition.action(switch).body.contains_key("cases") { "cases" } else { "expression" };
    Some(Place::key(flow.file?, definition.action_route(switch).key(key)))
}
