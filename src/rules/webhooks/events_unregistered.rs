//! The registrations of the run cannot register an event that is needed.

use std::collections::{BTreeMap, BTreeSet};

use super::registrations_for;
use crate::catalog::{Provider, providers};
use crate::finding::{Finding, Sink};
use crate::fix::{Edit, Fix, NewValue};
use crate::model::FlowIx;
use crate::parse;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;
use crate::webhooks::{NamedEvent, Receiver, Registration};
use crate::wording::quoted;

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/events-unregistered"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    // Without registrations, there is none to extend, and the facts about providers need not be read.
    if context.webhooks.registrations.is_empty() {
        return;
    }
    for provider in providers() {
        let registrations: Vec<&Registration> = context.webhooks.registrations_with(provider).collect();
        // A list that is not known may contain every event.
        if registrations.iter().any(|one| !one.events.is_complete || one.registers_all()) {
            continue;
        }
        let receivers: Vec<&Receiver> = context
            .webhooks
            .receivers_of(provider)
            .filter(|receiver| registrations_for(context, receiver).next().is_some())
            .collect();
        let mut missing = NeededEvents::of(provider, &registrations, &receivers);
        missing.events.retain(|event, _| !registrations.iter().any(|one| one.names(event)));
        if let Some(flow) = flow_to_fix(&registrations, &receivers) {
            let own: Vec<&Registration> = registrations.into_iter().filter(|one| one.flow == flow).collect();
            missing.report(context, &own, sink);
        }
    }
}

/// The needed events, each with the branch that handles it.
struct NeededEvents<'a> {
    events: BTreeMap<&'a str, Option<(&'a Receiver, &'a NamedEvent)>>,
    /// The sets that the events belong to: their names and sources.
    sets: BTreeMap<&'a str, &'a str>,
}

impl<'a> NeededEvents<'a> {
    fn of(provider: &'a Provider, registrations: &[&Registration], receivers: &[&'a Receiver]) -> Self {
        let mut needs = NeededEvents { events: BTreeMap::new(), sets: BTreeMap::new() };
        for receiver in receivers {
            for event in &receiver.handled {
                needs.events.entry(&event.name).or_insert(Some((receiver, event)));
            }
        }
        for set in &provider.event_sets {
            let is_wanted = set.when_any.iter().any(|event| {
                needs.events.contains_key(event.as_str()) || registrations.iter().any(|one| one.names(event))
            });
            if is_wanted {
                needs.sets.insert(set.label(), &set.source);
                set.events.iter().for_each(|event| {
                    needs.events.entry(event).or_insert(None);
                });
            }
        }
        needs
    }

    fn report(&self, context: &Context<'_>, registrations: &[&Registration], sink: &mut Sink) {
        let mut lists = BTreeMap::new();
        for one in registrations {
            let place = one.events.list.as_ref().unwrap_or(&one.place);
            lists.entry(place).or_insert_with(|| label(one));
        }
        let mut lists = lists.into_iter();
        let Some((place, first)) = lists.next().filter(|_| !self.events.is_empty()) else { return };
        let message = self.message(context, registrations[0]);
        let finding = sink.report(place.clone(), first, message);
        for (place, label) in lists {
            finding.also(place.clone(), label);
        }
        finding.help(format!(
            "add {} here, and run the registration again in every environment, with overwrite",
            quoted(self.events.keys().copied())
        ));
        finding.fix(self.added(context, registrations));
        self.relate_branches(context, finding);
    }

    /// Adds the events to every list of the registration, if each is an array of texts.
    fn added(&self, context: &Context<'_>, registrations: &[&Registration]) -> Option<Fix> {
        let lists: BTreeSet<&Place> =
            registrations.iter().map(|one| one.events.list.as_ref()).collect::<Option<_>>()?;
        let known = |text: &str| registrations.iter().any(|one| one.names(text));
        let mut edits = Vec::new();
        for list in lists {
            let document = parse::document(context.sources.get(list.file))?;
            let elements = document.value_at(list.route()?)?.as_array()?;
            if elements.is_empty() || !elements.iter().all(|element| element.as_str().is_some_and(known)) {
                return None;
            }
            let place = Place::value(list.file, list.route()?.clone());
            let events = self.events.keys();
            edits.extend(events.map(|event| Edit::element(place.clone(), NewValue::text(*event))));
        }
        Some(Fix::unsafe_(format!("add {}", quoted(self.events.keys().copied())), edits))
    }

    fn message(&self, context: &Context<'_>, registration: &Registration) -> String {
        let why = match self.events.values().flatten().next() {
            Some((receiver, _)) => format!("which {} handles", context.name(receiver.flow)),
            None => {
                let sets = self.sets.iter().map(|(name, source)| format!("`{name}` ({source})"));
                format!("which belong to {}", sets.collect::<Vec<_>>().join(", "))
            }
        };
        let names = quoted(self.events.keys().copied());
        format!("{} cannot register {names}, {why}", context.name(registration.flow))
    }

    fn relate_branches(&self, context: &Context<'_>, finding: &mut Finding) {
        for (name, (receiver, event)) in self.events.iter().filter_map(|(name, by)| by.map(|by| (name, by))) {
            finding.relate(event.place.clone(), format!("{} handles `{name}`", context.name(receiver.flow)));
        }
    }
}

fn label(registration: &Registration) -> String {
    let names: BTreeSet<&str> = registration.events.names.iter().map(|event| event.name.as_str()).collect();
    format!("only {}", quoted(names))
}

/// The flow whose list should contain the events: the flow that shares most events with the receivers.
fn flow_to_fix(registrations: &[&Registration], receivers: &[&Receiver]) -> Option<FlowIx> {
    let shared = |one: &Registration| {
        let handled = |event: &&NamedEvent| receivers.iter().any(|receiver| receiver.handles(&event.name));
        one.events.names.iter().filter(handled).count()
    };
    let best = registrations.iter().max_by_key(|one| (shared(one), std::cmp::Reverse(one.flow)));
    best.map(|one| one.flow)
}
