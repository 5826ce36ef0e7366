//! Triggers that make their registration by themselves, and the parameters that say what for.

use crate::catalog::{TriggerFacts, providers};
use crate::model::{Flow, FlowContent, FlowIx, Owner, Trigger};
use crate::rules::Context;
use crate::source::{Json, Object, Part, Place, Route, Value};
use crate::webhooks::parameter;

/// One such trigger.
pub(super) struct RowTrigger<'a> {
    pub(super) index: FlowIx,
    pub(super) flow: &'a Flow,
    pub(super) trigger: Trigger<'a>,
    pub(super) facts: &'static TriggerFacts,
    route: Route,
}

/// A parameter of such a trigger.
pub(super) enum Setting<'a> {
    /// Not there, or nothing in it.
    Absent,
    /// An expression.
    Computed,
    Literal(Json<'a>, Route),
}

/// Every such trigger of the run.
pub(super) fn all<'a>(context: &'a Context<'_>) -> Vec<RowTrigger<'a>> {
    let mut found = Vec::new();
    for (index, flow, content) in context.workspace.contents() {
        for facts in providers().iter().filter_map(|provider| provider.trigger.as_ref()) {
            for number in numbers(content, facts) {
                let Some(trigger) = content.definition.trigger(number) else { continue };
                let route = content.definition.trigger_route(trigger);
                found.push(RowTrigger { index, flow, trigger, facts, route });
            }
        }
    }
    found
}

/// The numbers of the triggers that use the operation.
fn numbers<'a>(content: &'a FlowContent, facts: &'a TriggerFacts) -> impl Iterator<Item = usize> + 'a {
    content.connection_uses.iter().filter_map(|one| {
        let Owner::Trigger(number) = one.site else { return None };
        let connection = content.connection(&one.key);
        let connector = one.connector.as_ref().or_else(|| connection?.connector.as_ref())?;
        let operation = one.operation.as_deref()?;
        (connector.as_str().eq_ignore_ascii_case(&facts.connector)
            && operation.eq_ignore_ascii_case(&facts.operation))
        .then_some(number)
    })
}

impl<'a> RowTrigger<'a> {
    /// The parameters; `None` where they are computed as a whole, or not there.
    pub(super) fn parameters(&self) -> Option<Object<'a>> {
        self.trigger.body.get("inputs")?.get("parameters")?.as_object()
    }

    pub(super) fn setting(&self, name: &str) -> Setting<'a> {
        let Some(parameters) = self.parameters() else { return Setting::Computed };
        let route = self.route.keys(&["inputs", "parameters"]);
        match parameter(parameters, name, &route).map(|(value, route)| (value, value.value(), route)) {
            None | Some((_, Value::Null, _)) => Setting::Absent,
            Some((_, Value::String(text), _)) if text.trim().is_empty() => Setting::Absent,
            Some((_, Value::String(text), _)) if text.trim_start().starts_with('@') => Setting::Computed,
            Some((value, _, route)) => Setting::Literal(value, route),
        }
    }

    /// A literal setting that is a number, also one that is written as a text.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        match self.setting(name) {
            Setting::Literal(value, _) => number(value),
            Setting::Absent | Setting::Computed => None,
        }
    }

    pub(super) fn place(&self, route: Route, part: Part) -> Option<Place> {
        self.flow.place(route, part)
    }

    pub(super) fn type_place(&self) -> Option<Place> {
        self.flow.place(self.route.key("type"), Part::Value)
    }

    pub(super) fn parameters_place(&self) -> Option<Place> {
        self.flow.place(self.route.keys(&["inputs", "parameters"]), Part::Key)
    }
}

/// A number, also one that is written as a text.
pub(super) fn number(value: Json<'_>) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}
