//! A flow no longer handles or registers a webhook event.

use std::collections::BTreeSet;

use crate::finding::Sink;
use crate::model::FlowIx;
use crate::rules::compared::Compared;
use crate::rules::{Check, Rule, page};
use crate::webhooks::{Receiver, Webhooks};
use crate::wording::{plural, quoted};

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/webhook-event-dropped"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for (old, new) in &compared.comparison.kept {
        let flow = compared.new.workspace.flow(*new);
        if let Some((receiver, dropped)) = no_longer_handled(compared, *old, *new) {
            let message = format!(
                "`{}` no longer handles the {} {} of {}",
                flow.name,
                plural(dropped.len(), "event"),
                quoted(dropped.iter().map(String::as_str)),
                receiver.provider.name
            );
            sink.report(receiver.place.clone(), "handles fewer events", message)
                .key(dropped.iter().map(String::as_str))
                .help("the provider keeps sending it until the webhook is registered without it. Handle the event again, or register anew");
        }
        let before = registered(compared.old.webhooks, *old);
        let after = registered(compared.new.webhooks, *new);
        let (Some(before), Some(after)) = (before, after) else { continue };
        let dropped: Vec<&str> = before.difference(&after).map(String::as_str).collect();
        let place = compared.new.webhooks.registrations.iter().find(|one| one.flow == *new);
        let Some(place) = place.filter(|_| !dropped.is_empty()).map(|one| one.place.clone()) else {
            continue;
        };
        let message = format!(
            "`{}` no longer registers the {} {}",
            flow.name,
            plural(dropped.len(), "event"),
            quoted(dropped.iter().copied())
        );
        sink.report(place, "registers fewer events", message).key(dropped.iter().copied()).help(
            "an existing registration keeps the event until the flow runs and replaces it. Add the event again if it is \
             still needed",
        );
    }
}

/// The receiver of the new version and the events that only the old one handles. Nothing where either may handle events
/// that are not known.
fn no_longer_handled<'a>(
    compared: &Compared<'a>,
    old: FlowIx,
    new: FlowIx,
) -> Option<(&'a Receiver, Vec<String>)> {
    let find = |webhooks: &'a Webhooks, flow| webhooks.receivers.iter().find(|one| one.flow == flow);
    let before = find(compared.old.webhooks, old)?;
    let after = find(compared.new.webhooks, new)?;
    if after.may_handle_others || !std::ptr::eq(before.provider, after.provider) {
        return None;
    }
    let dropped = before.handled_names().into_iter().filter(|event| !after.handles(event));
    let dropped: Vec<String> = dropped.map(str::to_owned).collect();
    (!dropped.is_empty()).then_some((after, dropped))
}

/// The events that a flow registers, if all of them are known and there are any.
fn registered(webhooks: &Webhooks, flow: FlowIx) -> Option<BTreeSet<String>> {
    let own: Vec<_> = webhooks.registrations.iter().filter(|one| one.flow == flow).collect();
    let are_known = own.iter().all(|one| one.events.is_complete && !one.registers_all());
    let names = own.iter().flat_map(|one| &one.events.names).map(|event| event.name.clone());
    (are_known && !own.is_empty()).then(|| names.collect())
}
