//! A receiver that the configuration demands an event of, which it drops or nobody registers.

use std::collections::BTreeSet;

use super::is_all_read;
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
            hold(context, sink, receiver, expectation);
        }
    }
}

/// Holds one receiver against one expectation.
fn hold(context: &Context<'_>, sink: &mut Sink, receiver: &Receiver, expected: &WebhookExpectation) {
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
        ([], unregistered) => format!("{name} will not get {}, which is not registered", words(unregistered)),
        (dropped, unregistered) => format!(
            "{name} has no case for {}, and will not get {}, which is not registered",
            words(dropped),
            words(unregistered)
        ),
    };
    let finding = sink.report(receiver.place.clone(), "here the events are told apart", message);
    let all: BTreeSet<&str> = dropped.iter().chain(&unregistered).map(|event| event.text.as_str()).collect();
    finding.key(all);
    finding.help(
        "add the case to the receiver, and the name to the list of the flow that registers, which then has to run \
         again; or take the event out of the configuration",
    );
    let first = dropped.iter().chain(&unregistered).next();
    if let Some(place) = first.and_then(|event| context.config.place(event.span)) {
        finding.relate(place, "demanded by the configuration");
    }
}

/// Whether the registrations of the run are known, and none can register the event.
fn is_unregistered(context: &Context<'_>, receiver: &Receiver, event: &str) -> bool {
    let mut registrations = context.webhooks.registrations_with(receiver.provider).peekable();
    is_all_read(context)
        && registrations.peek().is_some()
        && !registrations.any(|one| one.may_register(event))
}
