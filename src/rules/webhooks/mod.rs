//! Whether events arrive: problems of registrations, of receivers, and of triggers that subscribe.

mod dataverse_filter_ignored;
mod dataverse_trigger_invalid;
mod dataverse_trigger_wrong_type;
mod event_unhandled;
mod event_unknown;
mod events_unregistered;
mod expected_event_missing;
mod http_webhook_incomplete;
mod receiver_closed;
mod receiver_off;
mod receiver_open;
mod receiver_unregistered;
mod registration_off;
mod registration_without_overwrite;
mod webhook_url_hardcoded;

use super::{Context, Rule};
use crate::model::{FlowIx, State};
use crate::source::Place;
use crate::webhooks::{Receiver, Registration};

pub(super) const RULES: &[Rule] = &[
    receiver_unregistered::RULE,
    events_unregistered::RULE,
    event_unknown::RULE,
    event_unhandled::RULE,
    expected_event_missing::RULE,
    registration_without_overwrite::RULE,
    registration_off::RULE,
    receiver_off::RULE,
    receiver_closed::RULE,
    receiver_open::RULE,
    webhook_url_hardcoded::RULE,
    http_webhook_incomplete::RULE,
    dataverse_trigger_invalid::RULE,
    dataverse_trigger_wrong_type::RULE,
    dataverse_filter_ignored::RULE,
];

/// The registrations that may register the URL of a receiver.
fn registrations_for<'a>(
    context: &'a Context<'_>,
    receiver: &'a Receiver,
) -> impl Iterator<Item = &'a Registration> {
    context.webhooks.registrations_with(receiver.provider).filter(move |one| one.may_reach(receiver))
}

/// The place of a flow's state, if the flow is in this state.
fn recorded(context: &Context<'_>, flow: FlowIx, state: State) -> Option<Place> {
    let flow = context.workspace.flow(flow);
    (flow.state == state).then(|| flow.record.as_ref().map(|record| record.state.clone())).flatten()
}
