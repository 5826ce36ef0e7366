//! The steps of a flow that call an operation of a connector.

use crate::model::{Connection, ConnectionUse, FlowContent, Owner};
use crate::rules::FlowContext;
use crate::source::{Json, Object, Part, Place, Route, Value};

/// A trigger or action that calls an operation of a connector.
pub(super) struct Call<'w> {
    pub(super) owner: Owner,
    /// The name of the step.
    pub(super) step: &'w str,
    /// The connector, as the name of an API: `shared_sql`; empty where the step and its connection do not say.
    pub(super) connector: &'w str,
    pub(super) operation: &'w str,
    pub(super) connection: Option<&'w Connection>,
    /// `inputs.parameters`; `None` where it is computed as a whole.
    pub(super) parameters: Option<Object<'w>>,
    content: &'w FlowContent,
}

/// Every such step of a flow.
pub(super) fn all<'w>(context: &FlowContext<'_, 'w>) -> impl Iterator<Item = Call<'w>> {
    let content = context.flow.content.as_ref();
    content
        .into_iter()
        .flat_map(|content| content.connection_uses.iter().filter_map(|one| Call::of(content, one)))
}

/// The steps that call one of these operations of a connector. Of the others, which are most, nothing more is read.
pub(super) fn of<'w>(
    context: &FlowContext<'_, 'w>,
    connector: &'static str,
    operations: &'static [&'static str],
) -> impl Iterator<Item = Call<'w>> {
    let is_wanted = |one: &&ConnectionUse| {
        one.operation
            .as_deref()
            .is_some_and(|name| operations.iter().any(|one| one.eq_ignore_ascii_case(name)))
    };
    let content = context.flow.content.as_ref();
    let calls = content.into_iter().flat_map(move |content| {
        content.connection_uses.iter().filter(is_wanted).filter_map(|one| Call::of(content, one))
    });
    calls.filter(|call| call.connector.eq_ignore_ascii_case(connector))
}

impl<'w> Call<'w> {
    fn of(content: &'w FlowContent, one: &'w ConnectionUse) -> Option<Self> {
        let (step, body) = match one.site {
            Owner::Trigger(index) => {
                let trigger = content.definition.trigger(index)?;
                (trigger.name, trigger.body)
            }
            Owner::Action(index) => {
                let action = content.definition.action(index);
                (action.name, action.body)
            }
        };
        let connection = content.connection(&one.key);
        let stated = one.connector.as_ref().or_else(|| connection?.connector.as_ref());
        let parameters = body.get("inputs").and_then(|inputs| inputs.get("parameters")?.as_object());
        Some(Call {
            owner: one.site,
            step,
            connector: stated.map_or("", |connector| connector.as_str()),
            operation: one.operation.as_deref()?,
            connection,
            parameters,
            content,
        })
    }

    /// A parameter that is a text without any expression.
    pub(super) fn literal(&self, name: &str) -> Option<&'w str> {
        let text = self.parameters?.get(name)?.as_str()?.trim();
        (!text.is_empty() && !text.contains('@')).then_some(text)
    }

    /// The names and values below a parameter, which flows write as `item/name` or as an object: each with the way to
    /// it from the parameters.
    pub(super) fn members(&self, parameter: &str) -> Vec<(&'w str, Json<'w>, Vec<&'w str>)> {
        let mut found = Vec::new();
        for (key, value) in self.parameters.into_iter().flatten() {
            if let Some(name) = key.strip_prefix(parameter).and_then(|rest| rest.strip_prefix('/')) {
                found.push((name, value, vec![key]));
            } else if let (true, Value::Object(map)) = (key == parameter, value.value()) {
                found.extend(map.iter().map(|(name, value)| (name, value, vec![key, name])));
            }
        }
        found
    }

    /// The way to the step.
    fn route(&self) -> Route {
        let definition = &self.content.definition;
        match self.owner {
            Owner::Trigger(index) => {
                let trigger = definition.trigger(index);
                trigger.map(|trigger| definition.trigger_route(trigger)).unwrap_or_default()
            }
            Owner::Action(index) => definition.action_route(index),
        }
    }

    /// A place below the parameters.
    pub(super) fn place(&self, context: &FlowContext<'_, '_>, keys: &[&str], part: Part) -> Option<Place> {
        context.flow.place(self.route().keys(&["inputs", "parameters"]).keys(keys), part)
    }

    /// The parameters, else the step.
    pub(super) fn parameters_place(&self, context: &FlowContext<'_, '_>) -> Option<Place> {
        if self.parameters.is_some() {
            return self.place(context, &[], Part::Key);
        }
        context.flow.place(self.route(), Part::Key)
    }

    /// The name of the operation.
    pub(super) fn operation_place(&self, context: &FlowContext<'_, '_>) -> Option<Place> {
        context.flow.place(self.route().keys(&["inputs", "host", "operationId"]), Part::Value)
    }
}
