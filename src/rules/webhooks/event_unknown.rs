//! A registration contains an event that its provider does not have.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Provider;
use crate::finding::{Severity, Sink};
use crate::model::FlowIx;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;
use crate::suggest::misspelled;
use crate::wording::quoted;

pub(super) const RULE: Rule = Rule { page: page!("webhooks/event-unknown"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    // A wrong name is one finding per flow, however often it occurs.
    let mut wrong: BTreeMap<(FlowIx, &str, &str), (&Provider, BTreeSet<&Place>)> = BTreeMap::new();
    for registration in &context.webhooks.registrations {
        let provider = registration.provider;
        for event in registration.events.names.iter().filter(|event| is_wrong(provider, &event.name)) {
            let key = (registration.flow, provider.id.as_str(), event.name.as_str());
            wrong.entry(key).or_insert_with(|| (provider, BTreeSet::new())).1.insert(&event.place);
        }
    }
    for ((flow, _, name), (provider, places)) in wrong {
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
        let near = misspelled(name, known(provider));
        // Whether providers ignore case is not documented.
        if near.is_some_and(|near| near.eq_ignore_ascii_case(name)) {
            finding.severity(Severity::Warning);
        }
        finding.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the events are {}", quoted(known(provider))),
        });
    }
}

/// If the provider's list may grow, only misspellings of known names are wrong.
fn is_wrong(provider: &Provider, name: &str) -> bool {
    let is_known = provider.knows(name) || provider.events.wildcard.as_deref() == Some(name);
    !is_known && (provider.events.closed || misspelled(name, known(provider)).is_some())
}

fn known(provider: &Provider) -> impl Iterator<Item = &str> {
    provider.events.known.iter().map(String::as_str)
}
