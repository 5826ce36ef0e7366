//! A registration flow is on, but the flow that receives the events is off.

use std::collections::BTreeSet;

use super::{recorded, registrations_for};
use crate::finding::Sink;
use crate::model::State;
use crate::rules::edits::turn_on;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("webhooks/receiver-off"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let mut seen = BTreeSet::new();
    for receiver in &context.webhooks.receivers {
        let Some(place) = recorded(context, receiver.flow, State::Off) else { continue };
        let mut registrations = registrations_for(context, receiver);
        let is_on = |flow| context.workspace.flow(flow).state == State::On;
        let Some(registration) = registrations.find(|one| is_on(one.flow)) else { continue };
        if !seen.insert(receiver.flow) {
            continue;
        }
        let message = format!(
            "{} is off, but {} is on and registers its events",
            context.name(receiver.flow),
            context.name(registration.flow)
        );
        let finding = sink.report(place, "recorded as off", message);
        finding.about(receiver.flow).help(format!(
            "turn on {} and export again: its URL is created when it is first turned on",
            context.name(receiver.flow)
        ));
        finding.fix(turn_on(context.sources, context.workspace.flow(receiver.flow)));
        finding.relate(
            registration.place.clone(),
            format!("{} registers here", context.name(registration.flow)),
        );
    }
}
