//! A receiver that requires a sign-in, although its provider cannot sign in.

use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;
use crate::webhooks::{Receiver, admission};

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/receiver-closed"), check: Check::Workspace(check) };

/// The settings that require a token, and who can call the flow then.
const CLOSED: [(&str, &str); 2] =
    [("Tenant", "users in the tenant"), ("User", "specific users in the tenant")];

fn check(context: &Context<'_>, sink: &mut Sink) {
    for receiver in context.webhooks.receivers.iter().filter(|one| !one.provider.sender_can_sign_in) {
        let Some((place, who)) = closed(context, receiver) else { continue };
        let provider = &receiver.provider.name;
        let message = format!(
            "{} accepts only calls by {who}, but {provider} cannot sign in: its events are rejected",
            context.name(receiver.flow)
        );
        let finding = sink.report(place, format!("only {who}"), message);
        finding.help(
            "set \"Who can trigger the flow?\" to \"Anyone\" in the trigger, and check the signature of each event in \
             the flow",
        );
        finding.relate(receiver.place.clone(), format!("handles events of {provider} here"));
    }
}

fn closed(context: &Context<'_>, receiver: &Receiver) -> Option<(Place, &'static str)> {
    let flow = context.workspace.flow(receiver.flow);
    let (setting, route) = admission(&flow.content.as_ref()?.definition)?;
    let (_, who) = CLOSED.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(setting))?;
    Some((Place::value(flow.file?, route), who))
}
