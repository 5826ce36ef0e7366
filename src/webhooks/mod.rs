//! Webhooks: which flows register a URL with a provider, which flows receive its events, and which events these are.
//! Providers are data (`catalog`). Rules stay silent about anything that a flow does not reveal.

mod events;
mod origin;
mod pattern;
mod receiver;
mod registration;
mod term;
mod text_sites;

use std::collections::BTreeSet;

use crate::catalog::Provider;
use crate::model::{ActionIx, FlowIx, Workspace};
use crate::source::Place;

pub(crate) use receiver::{admission, may_receive};
pub(crate) use text_sites::{TextSite, strings};

/// The registrations and receivers of a workspace, in the order of its flows.
#[derive(Debug, Default)]
pub(crate) struct Webhooks {
    pub(crate) registrations: Vec<Registration>,
    pub(crate) receivers: Vec<Receiver>,
}

/// An action that registers a URL with a provider.
#[derive(Debug)]
pub(crate) struct Registration {
    pub(crate) flow: FlowIx,
    pub(crate) action: ActionIx,
    pub(crate) provider: &'static Provider,
    /// The operation or method, as written.
    pub(crate) operation: String,
    /// Whether it is an HTTP call, not a connector's operation.
    pub(crate) is_call: bool,
    /// Whether it replaces an existing registration.
    pub(crate) overwrites: bool,
    /// Which events it can register.
    pub(crate) events: RegisteredEvents,
    /// The trigger input that the URL comes from.
    pub(crate) url_input: Option<String>,
    /// The trigger inputs that decide whether this action runs.
    pub(crate) deciding_inputs: Vec<String>,
    /// The place of the operation or method.
    pub(crate) place: Place,
}

/// Which events a registration can register.
#[derive(Debug)]
pub(crate) struct RegisteredEvents {
    /// The known events, in their order in the flow.
    pub(crate) names: Vec<NamedEvent>,
    /// Whether `names` contains all events.
    pub(crate) is_complete: bool,
    /// The list that contains them, if there is a list.
    pub(crate) list: Option<Place>,
    /// The trigger input whose choices they are.
    pub(crate) input: Option<String>,
}

/// The name of an event in a flow.
#[derive(Debug, Clone)]
pub(crate) struct NamedEvent {
    pub(crate) name: String,
    pub(crate) place: Place,
}

/// A flow that distinguishes events of a provider.
#[derive(Debug)]
pub(crate) struct Receiver {
    pub(crate) flow: FlowIx,
    pub(crate) provider: &'static Provider,
    /// The events in branches, conditions or the trigger's schema, in the provider's spelling.
    pub(crate) handled: Vec<NamedEvent>,
    /// Switches on the event's name.
    pub(crate) switches: Vec<ActionIx>,
    /// Whether other events may be handled too: by a default branch, or by conditions.
    pub(crate) may_handle_others: bool,
    /// The first place that reads the event's name.
    pub(crate) place: Place,
}

impl Webhooks {
    /// Finds the registrations and receivers in all flows that were read.
    pub(crate) fn of(workspace: &Workspace) -> Self {
        let flows =
            workspace.contents().filter_map(|(index, flow, content)| Some((index, content, flow.file?)));
        let found = crate::parallel::map(flows.collect(), |(index, content, file)| {
            let resolver = origin::OriginResolver::of(&content.definition);
            let registrations = registration::of(index, content, file, &resolver);
            (registrations, receiver::of(index, content, file, &resolver))
        });
        let mut webhooks = Webhooks::default();
        for (registrations, receivers) in found {
            webhooks.registrations.extend(registrations);
            webhooks.receivers.extend(receivers);
        }
        webhooks
    }

    /// The registrations with a provider.
    pub(crate) fn registrations_with(&self, provider: &Provider) -> impl Iterator<Item = &Registration> {
        self.registrations.iter().filter(|one| std::ptr::eq(one.provider, provider))
    }

    /// The receivers of a provider's events.
    pub(crate) fn receivers_of(&self, provider: &Provider) -> impl Iterator<Item = &Receiver> {
        self.receivers.iter().filter(|one| std::ptr::eq(one.provider, provider))
    }
}

impl Registration {
    /// Whether it can register this event, or whether this is unknown.
    pub(crate) fn may_register(&self, event: &str) -> bool {
        !self.events.is_complete || self.registers_all() || self.names(event)
    }

    /// Whether this event is among its known events.
    pub(crate) fn names(&self, event: &str) -> bool {
        self.events.names.iter().any(|one| one.name.eq_ignore_ascii_case(event))
    }

    /// Whether it may register an event that this receiver handles.
    pub(crate) fn may_reach(&self, receiver: &Receiver) -> bool {
        std::ptr::eq(self.provider, receiver.provider)
            && receiver.handled.iter().any(|event| self.may_register(&event.name))
    }

    /// Whether it registers all events, by the provider's wildcard.
    pub(crate) fn registers_all(&self) -> bool {
        let wildcard = self.provider.events.wildcard.as_deref();
        wildcard.is_some_and(|wildcard| self.events.names.iter().any(|one| one.name == wildcard))
    }
}

impl Receiver {
    /// Whether there is a branch for this event.
    pub(crate) fn handles(&self, event: &str) -> bool {
        self.handled.iter().any(|one| one.name.eq_ignore_ascii_case(event))
    }

    /// Whether no branch handles this event.
    pub(crate) fn drops(&self, event: &str) -> bool {
        !self.switches.is_empty() && !self.may_handle_others && !self.handles(event)
    }

    /// The names of the handled events, each once, sorted.
    pub(crate) fn handled_names(&self) -> BTreeSet<&str> {
        self.handled.iter().map(|event| event.name.as_str()).collect()
    }
}
