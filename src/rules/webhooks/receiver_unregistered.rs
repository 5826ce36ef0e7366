//! A flow that handles a provider's events, although no flow of the run registers it.

use super::registrations_for;
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};
use crate::wording::quoted;

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/receiver-unregistered"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    // A flow that could not be read may be the registration.
    if !context.workspace.is_all_read() {
        return;
    }
    for receiver in &context.webhooks.receivers {
        if registrations_for(context, receiver).next().is_some() {
            continue;
        }
        let provider = &receiver.provider.name;
        let names = quoted(receiver.handled_names());
        let flow = context.name(receiver.flow);
        let others: Vec<_> = context.webhooks.registrations_with(receiver.provider).collect();
        let message = if others.is_empty() {
            format!(
                "{flow} handles {names} of {provider}, but no flow of the run registers with this provider"
            )
        } else {
            format!(
                "{flow} handles {names} of {provider}, but no registration of the run can register any of them"
            )
        };
        let finding = sink.report(receiver.place.clone(), "reads the event", message);
        finding.help(
            "add a flow that registers, or pass the solution that contains it to flowvet too; if the URL is registered \
             in another way, describe this step in the release notes",
        );
        for other in others {
            finding
                .relate(other.place.clone(), format!("{} registers other events", context.name(other.flow)));
        }
    }
}
