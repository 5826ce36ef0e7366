//! A registration contains an event that its provider does not have.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Provider;
use crate::finding::{Severity, Sink};
use crate::fix::{Edit, Fix};
use crate::model::FlowIx;
use crate::rules::edits::written;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;
use crate::suggest::Suggestions;
use crate::wording::quoted;

pub(super) const RULE: Rule = Rule { page: page!("webhooks/event-unknown"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    // A wrong name is one finding per flow, however often it occurs.
    let mut wrong: BTreeMap<(FlowIx, &str, &str), (Event<'_>, BTreeSet<&Place>)> = BTreeMap::new();
    let suggestions = Suggestions::new();
    let mut events: BTreeMap<(&str, &str), Option<Event<'_>>> = BTreeMap::new();
    for registration in &context.webhooks.registrations {
        let provider = registration.provider;
        for event in &registration.events.names {
            let (id, name) = (provider.id.as_str(), event.name.as_str());
            let judged =
                *events.entry((id, name)).or_insert_with(|| wrong_event(provider, name, &suggestions));
            if let Some(judged) = judged {
                let key = (registration.flow, id, name);
                wrong.entry(key).or_insert_with(|| (judged, BTreeSet::new())).1.insert(&event.place);
            }
        }
    }
    for ((flow, _, name), (Event { provider, near }, places)) in wrong {
        let edits = near.map(|near| {
            let is_name = |place: &&&Place| written(context.sources, place) == name;
            let edits = places.iter().filter(is_name).map(|place| Edit::text((*place).clone(), near));
            (near, edits.collect::<Vec<_>>())
        });
        let edits = edits.filter(|(_, edits)| edits.len() == places.len());
        let mut places = places.into_iter();
        let Some(first) = places.next() else { continue };
        let message = format!(
            "{} registers the event `{name}`, which {} does not have",
            context.name(flow),
            provider.name
        );
        let finding = sink.report(first.clone(), "unknown event", message);
        for place in places {
            finding.also(place.clone(), "and here");
        }
        // Whether providers ignore case is not documented.
        if near.is_some_and(|near| near.eq_ignore_ascii_case(name)) {
            finding.severity(Severity::Warning);
        }
        finding.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the events are {}", quoted(known(provider))),
        });
        finding.fix(edits.map(|(near, edits)| Fix::unsafe_(format!("write `{near}`"), edits)));
    }
}

/// An event that its provider does not have.
#[derive(Clone, Copy)]
struct Event<'a> {
    provider: &'a Provider,
    /// The known name that it misspells.
    near: Option<&'a str>,
}

/// The event with this name, if it is wrong. If the list of the provider may grow, only misspellings of known names are.
fn wrong_event<'a>(provider: &'a Provider, name: &str, suggestions: &Suggestions) -> Option<Event<'a>> {
    if provider.knows(name) || provider.events.wildcard.as_deref() == Some(name) {
        return None;
    }
    let near = suggestions.misspelled(name, known(provider));
    (provider.events.closed || near.is_some()).then_some(Event { provider, near })
}

fn known(provider: &Provider) -> impl Iterator<Item = &str> {
    provider.events.known.iter().map(String::as_str)
}
