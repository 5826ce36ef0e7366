//! A receiver is on, but the flow that registers it is off.

use std::collections::BTreeSet;

use super::{recorded, registrations_for};
use crate::finding::Sink;
use crate::model::State;
use crate::rules::edits::turn_on;
use crate::rules::{Check, Context, Rule, page};
use crate::webhooks::Receiver;

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/registration-off"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let mut seen = BTreeSet::new();
    for registration in &context.webhooks.registrations {
        let Some(place) = recorded(context, registration.flow, State::Off) else { continue };
        let waiting: Vec<&Receiver> =
            context.webhooks.receivers.iter().filter(|one| registration.may_reach(one)).collect();
        let waiting = waiting.into_iter().find(|one| is_on(context, one) && !has_other(context, one));
        let Some(receiver) = waiting.filter(|_| seen.insert(registration.flow)) else { continue };
        let message = format!(
            "{} is off, but {} is on and waits for the events that it registers",
            context.name(registration.flow),
            context.name(receiver.flow)
        );
        let finding = sink.report(place, "recorded as off", message);
        finding.about(registration.flow).help(format!(
            "turn on {} and export again, or say in the release notes that it must be turned on and run",
            context.name(registration.flow)
        ));
        finding.fix(turn_on(context.sources, context.workspace.flow(registration.flow)));
        finding.relate(receiver.place.clone(), format!("{} waits here", context.name(receiver.flow)));
    }
}

fn is_on(context: &Context<'_>, receiver: &Receiver) -> bool {
    context.workspace.flow(receiver.flow).state == State::On
}

/// Whether another registration that is not off can register the receiver.
fn has_other(context: &Context<'_>, receiver: &Receiver) -> bool {
    registrations_for(context, receiver).any(|one| context.workspace.flow(one.flow).state != State::Off)
}
