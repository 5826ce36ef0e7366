//! The steps of a flow that call an operation of a connector.

use crate::model::{Connection, ConnectionUse, FlowContent, Owner};
use crate::rules::FlowContext;
use crate::source::{Json, Object, Part, Place, Route, Value};

/// A trigger or action that calls an operation of a connector. Its other parts are read when they are needed, because rules
/// select calls by connector and operation.
pub(super) struct Call<'w> {
    pub(super) owner: Owner,
    /// The connector as the name of its API: `shared_sql`. Empty if neither the step nor its connection states it.
    pub(super) connector: &'w str,
    pub(super) operation: &'w str,
    used: &'w ConnectionUse,
    content: &'w FlowContent,
}

/// Every call of a flow.
pub(super) fn all<'w>(context: &FlowContext<'_, 'w>) -> impl Iterator<Item = Call<'w>> {
    of_content(context.content)
}

fn of_content(content: &FlowContent) -> impl Iterator<Item = Call<'_>> {
    content.connection_uses.iter().filter_map(|used| {
        let of_connection = || content.connection(&used.key)?.connector.as_ref();
        let connector = used.connector.as_ref().or_else(of_connection);
        let connector = connector.map_or("", |connector| connector.as_str());
        Some(Call { owner: used.site, connector, operation: used.operation.as_deref()?, used, content })
    })
}

/// The calls of these operations of a connector.
pub(super) fn of<'w>(
    context: &FlowContext<'_, 'w>,
    connector: &'static str,
    operations: &'static [&'static str],
) -> impl Iterator<Item = Call<'w>> {
    in_content(context.content, connector, operations)
}

/// The same, without the context of a rule about flows.
pub(super) fn in_content<'w>(
    content: &'w FlowContent,
    connector: &'static str,
    operations: &'static [&'static str],
) -> impl Iterator<Item = Call<'w>> {
    let is_listed =
        |call: &Call<'_>| operations.iter().any(|operation| operation.eq_ignore_ascii_case(call.operation));
    of_content(content).filter(is_listed).filter(|call| call.connector.eq_ignore_ascii_case(connector))
}

impl<'w> Call<'w> {
    /// The name of the step.
    pub(super) fn step(&self) -> &'w str {
        self.content.definition.name_of(self.owner)
    }

    /// The connection of the flow that the step uses.
    pub(super) fn connection(&self) -> Option<&'w Connection> {
        self.content.connection(&self.used.key)
    }

    fn body(&self) -> Object<'w> {
        self.content.definition.body_of(self.owner)
    }

    /// `inputs.parameters`; `None` if it is a single expression.
    pub(super) fn parameters(&self) -> Option<Object<'w>> {
        self.body().get("inputs")?.get("parameters")?.as_object()
    }

    /// Whether the step has no parameters at all, as opposed to parameters that an expression computes.
    pub(super) fn has_no_parameters(&self) -> bool {
        let inputs = self.body().get("inputs").and_then(Json::as_object);
        let parameters = inputs.map(|inputs| inputs.get("parameters"));
        matches!(parameters, Some(None))
            || matches!(parameters, Some(Some(value)) if matches!(value.value(), Value::Null))
    }

    /// A parameter that is text without expressions; `None` if it is empty.
    pub(super) fn literal(&self, name: &str) -> Option<&'w str> {
        let text = self.parameters()?.get(name)?.as_str()?.trim();
        (!text.is_empty() && !text.contains('@')).then_some(text)
    }

    /// The names and values below a parameter, which flows write as `item/name` or as an object, with the keys from
    /// the parameters to each of them.
    pub(super) fn members(&self, parameter: &str) -> Vec<(&'w str, Json<'w>, Vec<&'w str>)> {
        let mut found = Vec::new();
        for (key, value) in self.parameters().into_iter().flatten() {
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
        self.content.definition.route_of(self.owner)
    }

    /// A place below the parameters.
    pub(super) fn place(&self, context: &FlowContext<'_, '_>, keys: &[&str], part: Part) -> Option<Place> {
        context.flow.place(self.route().keys(&["inputs", "parameters"]).keys(keys), part)
    }

    /// The place of the parameters, or of the step if there are none.
    pub(super) fn parameters_place(&self, context: &FlowContext<'_, '_>) -> Option<Place> {
        if self.parameters().is_some() {
            return self.place(context, &[], Part::Key);
        }
        context.flow.place(self.route(), Part::Key)
    }

    /// The place of the operation's name.
    pub(super) fn operation_place(&self, context: &FlowContext<'_, '_>) -> Option<Place> {
        context.flow.place(self.route().keys(&["inputs", "host", "operationId"]), Part::Value)
    }
}
