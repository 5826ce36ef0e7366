//! The steps of a flow that call an operation of a connector.

use crate::model::{Connection, ConnectionUse, FlowContent, Owner};
use crate::rules::FlowContext;
use crate::source::{Json, Object, Part, Place, Route, Value};

/// A trigger or action that calls an operation of a connector.
pub(super) struct Call<'w> {
    pub(super) owner: Owner,
    /// The name of the step.
    pub(super) step: &'w str,
    /// The connector as the name of its API: `shared_sql`. Empty if neither the step nor its connection states it.
    pub(super) connector: &'w str,
    pub(super) operation: &'w str,
    /// `inputs.parameters`; `None` if it is a single expression.
    pub(super) parameters: Option<Object<'w>>,
    content: &'w FlowContent,
}

/// Every call of a flow.
pub(super) fn all<'w>(context: &FlowContext<'_, 'w>) -> impl Iterator<Item = Call<'w>> {
    of_connector(context, |_| true)
}

/// The calls of the connectors whose names are wanted.
pub(super) fn of_connector<'w>(
    context: &FlowContext<'_, 'w>,
    is_wanted: impl Fn(&str) -> bool,
) -> impl Iterator<Item = Call<'w>> {
    with_connector(context, move |_, name| is_wanted(name).then_some(())).map(|(call, ())| call)
}

/// The calls of connectors that `find` accepts by their name, with what it finds. The other parts of a call are read for
/// these only.
pub(super) fn with_connector<'w, T>(
    context: &FlowContext<'_, 'w>,
    find: impl Fn(&dyn Fn() -> Option<&'w Connection>, &'w str) -> Option<T>,
) -> impl Iterator<Item = (Call<'w>, T)> {
    let content = context.flow.content.as_ref();
    let uses =
        content.into_iter().flat_map(|content| content.connection_uses.iter().map(move |one| (content, one)));
    uses.filter_map(move |(content, used)| {
        let connection = || content.connection(&used.key);
        let found = find(&connection, connector(content, used))?;
        Some((Call::of(content, used)?, found))
    })
}

/// The connector that a step states, or else its connection.
fn connector<'w>(content: &'w FlowContent, used: &'w ConnectionUse) -> &'w str {
    let of_connection = || content.connection(&used.key)?.connector.as_ref();
    used.connector.as_ref().or_else(of_connection).map_or("", |connector| connector.as_str())
}

/// The calls of these operations of a connector. Filters by operation first, because most calls are of others.
pub(super) fn of<'w>(
    context: &FlowContext<'_, 'w>,
    connector: &'static str,
    operations: &'static [&'static str],
) -> impl Iterator<Item = Call<'w>> {
    let content = context.flow.content.as_ref();
    content.into_iter().flat_map(move |content| in_content(content, connector, operations))
}

/// The same, without the context of a rule about flows.
pub(super) fn in_content<'w>(
    content: &'w FlowContent,
    connector: &'static str,
    operations: &'static [&'static str],
) -> impl Iterator<Item = Call<'w>> {
    let is_listed = |site: &&ConnectionUse| {
        site.operation
            .as_deref()
            .is_some_and(|name| operations.iter().any(|operation| operation.eq_ignore_ascii_case(name)))
    };
    let calls = content.connection_uses.iter().filter(is_listed);
    let calls = calls.filter_map(|site| Call::of(content, site));
    calls.filter(|call| call.connector.eq_ignore_ascii_case(connector))
}

impl<'w> Call<'w> {
    fn of(content: &'w FlowContent, used: &'w ConnectionUse) -> Option<Self> {
        let (step, body) = match used.site {
            Owner::Trigger(index) => {
                let trigger = content.definition.trigger(index)?;
                (trigger.name, trigger.body)
            }
            Owner::Action(index) => {
                let action = content.definition.action(index);
                (action.name, action.body)
            }
        };
        let parameters = body.get("inputs").and_then(|inputs| inputs.get("parameters")?.as_object());
        Some(Call {
            owner: used.site,
            step,
            connector: connector(content, used),
            operation: used.operation.as_deref()?,
            parameters,
            content,
        })
    }

    /// Whether the step has no parameters at all, as opposed to parameters that an expression computes.
    pub(super) fn has_no_parameters(&self) -> bool {
        let body = match self.owner {
            Owner::Trigger(index) => self.content.definition.trigger(index).map(|trigger| trigger.body),
            Owner::Action(index) => Some(self.content.definition.action(index).body),
        };
        let parameters =
            body.and_then(|body| body.get("inputs")?.as_object()).map(|inputs| inputs.get("parameters"));
        matches!(parameters, Some(None))
            || matches!(parameters, Some(Some(value)) if matches!(value.value(), Value::Null))
    }

    /// A parameter that is text without expressions; `None` if it is empty.
    pub(super) fn literal(&self, name: &str) -> Option<&'w str> {
        let text = self.parameters?.get(name)?.as_str()?.trim();
        (!text.is_empty() && !text.contains('@')).then_some(text)
    }

    /// The names and values below a parameter, which flows write as `item/name` or as an object, with the keys from
    /// the parameters to each of them.
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

    /// The route to the step.
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

    /// The place of the parameters, or of the step if there are none.
    pub(super) fn parameters_place(&self, context: &FlowContext<'_, '_>) -> Option<Place> {
        if self.parameters.is_some() {
            return self.place(context, &[], Part::Key);
        }
        context.flow.place(self.route(), Part::Key)
    }

    /// The place of the operation's name.
    pub(super) fn operation_place(&self, context: &FlowContext<'_, '_>) -> Option<Place> {
        context.flow.place(self.route().keys(&["inputs", "host", "operationId"]), Part::Value)
    }
}
