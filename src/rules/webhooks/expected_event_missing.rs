//! A receiver that ignores an event that the configuration requires, or that cannot get it.

use std::collections::BTreeSet;

use crate::config::{SpannedText, WebhookExpectation};
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};
use crate::webhooks::Receiver;
use crate::wording::quoted;

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/expected-event-missing"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for receiver in &context.webhooks.receivers {
        let flow = context.workspace.flow(receiver.flow);
        let expectations = context.config.webhooks.iter().filter(|one| one.receiver.fits_flow(flow));
        for expectation in expectations {
            check_receiver(context, sink, receiver, expectation);
        }
    }
}

/// Checks one receiver against one expectation.
fn check_receiver(
    context: &Context<'_>,
    sink: &mut Sink,
    receiver: &Receiver,
    expected: &WebhookExpectation,
) {
    let among = |is_missing: &dyn Fn(&str) -> bool| -> Vec<&SpannedText> {
        expected.events.iter().filter(|event| is_missing(&event.text)).collect()
    };
    let dropped = among(&|event| receiver.drops(event));
    let unregistered = among(&|event| is_unregistered(context, receiver, event));
    let name = context.name(receiver.flow);
    let words = |events: &[&SpannedText]| quoted(events.iter().map(|event| event.text.as_str()));
    let message = match (dropped.as_slice(), unregistered.as_slice()) {
        ([], []) => return,
        (dropped, []) => format!("{name} has no case for {}", words(dropped)),
        ([], unregistered) => format!("{name} does not get {}: no flow registers it", words(unregistered)),
        (dropped, unregistered) => format!(
            "{name} has no case for {}, and does not get {}: no flow registers it",
            words(dropped),
            words(unregistered)
        ),
    };
    let finding = sink.report(receiver.place.clone(), "distinguishes the events", message);
    let all: BTreeSet<&str> = dropped.iter().chain(&unregistered).map(|event| event.text.as_str()).collect();
    finding.key(all);
    finding.help(
        "add a case to the receiver, and the event to the list of the registration flow, and run that flow again; or \
         remove the event from the configuration",
    );
    let first = dropped.iter().chain(&unregistered).next();
    if let Some(place) = first.and_then(|event| context.config.place(event.span)) {
        finding.relate(place, "required by the configuration");
    }
}

/// Whether the registrations of the run are known, and none can register the event.
fn is_unregistered(context: &Context<'_>, receiver: &Receiver, event: &str) -> bool {
    let mut registrations = context.webhooks.registrations_with(receiver.provider).peekable();
    context.workspace.is_all_read()
        && registrations.peek().is_some()
        && !registrations.any(|one| one.may_register(event))
}
