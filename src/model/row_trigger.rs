//! Triggers on changes of rows, which register themselves. The catalog describes them and the values of their parameters
//! (`rules/catalog/webhooks`).

use super::{ConnectionUse, FlowContent, Owner, Trigger};
use crate::catalog::{Choice, TriggerFacts, providers};
use crate::source::{Json, Object, Route, Value};

/// A trigger on changes of rows.
pub(crate) struct RowTrigger<'a> {
    pub(crate) trigger: Trigger<'a>,
    pub(crate) facts: &'static TriggerFacts,
    /// The route to the trigger.
    pub(crate) route: Route,
    /// Whether it is about rows of a selected environment, not of the flow's own.
    pub(crate) is_elsewhere: bool,
}

/// The end of operations about a selected environment.
const ELSEWHERE: &str = "WithOrganization";

/// A parameter of such a trigger.
pub(crate) enum Setting<'a> {
    /// Missing or empty.
    Absent,
    /// An expression.
    Computed,
    /// A value and its route.
    Literal(Json<'a>, Route),
}

impl FlowContent {
    /// Every trigger on changes of rows.
    pub(crate) fn row_triggers(&self) -> impl Iterator<Item = RowTrigger<'_>> {
        // Without a connection at a trigger, the facts need not be read.
        let has_connection = self.connection_uses.iter().any(|one| matches!(one.site, Owner::Trigger(_)));
        let providers = if has_connection { providers() } else { &[] };
        let facts = providers.iter().filter_map(|provider| provider.trigger.as_ref());
        facts.flat_map(move |facts| {
            let numbers = self.connection_uses.iter().filter_map(move |one| self.trigger_of(one, facts));
            numbers.filter_map(move |(number, is_elsewhere)| {
                let trigger = self.definition.trigger(number)?;
                let route = self.definition.trigger_route(trigger);
                Some(RowTrigger { trigger, facts, route, is_elsewhere })
            })
        })
    }

    /// Every step that uses the operation of such a trigger.
    pub(crate) fn row_subscriptions(&self) -> impl Iterator<Item = (Owner, &'static TriggerFacts)> {
        let facts = providers().iter().filter_map(|provider| provider.trigger.as_ref());
        facts.flat_map(move |facts| {
            let uses = self.connection_uses.iter().filter(|one| self.use_of(one, facts).is_some());
            uses.map(move |one| (one.site, facts))
        })
    }

    /// The number of the trigger that uses the operation, and whether it is about a selected environment.
    fn trigger_of(&self, one: &ConnectionUse, facts: &TriggerFacts) -> Option<(usize, bool)> {
        let Owner::Trigger(number) = one.site else { return None };
        Some((number, self.use_of(one, facts)?))
    }

    /// Whether a step uses the operation: `Some(true)` for that about a selected environment.
    fn use_of(&self, one: &ConnectionUse, facts: &TriggerFacts) -> Option<bool> {
        let connection = self.connection(&one.key);
        let connector = one.connector.as_ref().or_else(|| connection?.connector.as_ref())?;
        let operation = one.operation.as_deref()?;
        let is_elsewhere = operation.len() > facts.operation.len();
        let end = operation.get(facts.operation.len()..)?;
        let is_operation = operation[..facts.operation.len()].eq_ignore_ascii_case(&facts.operation)
            && (end.is_empty() || end.eq_ignore_ascii_case(ELSEWHERE));
        (connector.as_str().eq_ignore_ascii_case(&facts.connector) && is_operation).then_some(is_elsewhere)
    }
}

impl<'a> RowTrigger<'a> {
    /// The parameters; `None` if they are missing or a single expression.
    fn parameters(&self) -> Option<Object<'a>> {
        self.trigger.body.get("inputs")?.get("parameters")?.as_object()
    }

    /// The route to the parameters.
    pub(crate) fn parameters_route(&self) -> Route {
        self.route.keys(&["inputs", "parameters"])
    }

    /// A parameter, as written, and its route.
    fn written(&self, name: &str) -> Option<(Json<'a>, Route)> {
        parameter(self.parameters()?, name, &self.parameters_route())
    }

    /// The value of a parameter.
    pub(crate) fn setting(&self, name: &str) -> Setting<'a> {
        if self.parameters().is_none() {
            return Setting::Computed;
        }
        match self.written(name).map(|(value, route)| (value, value.value(), route)) {
            None | Some((_, Value::Null, _)) => Setting::Absent,
            Some((_, Value::String(text), _)) if text.trim().is_empty() => Setting::Absent,
            Some((_, Value::String(text), _)) if text.trim_start().starts_with('@') => Setting::Computed,
            Some((value, _, route)) => Setting::Literal(value, route),
        }
    }

    /// The table, as written (its singular name), and its route.
    pub(crate) fn table(&self) -> Option<(&'a str, Route)> {
        let (value, route) = self.written(&self.facts.entity_parameter)?;
        Some((value.as_str()?, route))
    }

    /// Which changes fire it; `None` if that is an expression or not in the catalog.
    pub(crate) fn change(&self) -> Option<&'static Choice> {
        let Setting::Literal(value, _) = self.setting(&self.facts.message_parameter) else { return None };
        let number = number(value)?;
        self.facts.messages.iter().find(|message| message.value == number)
    }

    /// Whether filter columns, a filter expression or trigger conditions restrict it.
    pub(crate) fn is_filtered(&self) -> bool {
        let is_set = |name: &str| !matches!(self.setting(name), Setting::Absent);
        let conditions = self.trigger.body.get("conditions");
        is_set(&self.facts.filter_columns_parameter)
            || is_set(&self.facts.filter_expression_parameter)
            || conditions.is_some_and(|list| list.as_array().is_none_or(|list| !list.is_empty()))
    }
}

/// A number, or a text that is a number.
pub(crate) fn number(value: Json<'_>) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A parameter of an operation and its route. Designers write it flat (`body/WebhookUrl`); it may also be nested.
pub(crate) fn parameter<'a>(parameters: Object<'a>, name: &str, route: &Route) -> Option<(Json<'a>, Route)> {
    if let Some(value) = parameters.get(name) {
        return Some((value, route.key(name)));
    }
    let keys: Vec<&str> = name.split('/').collect();
    let (first, rest) = keys.split_first()?;
    let value = rest.iter().try_fold(parameters.get(first)?, |value, key| value.get(key))?;
    Some((value, route.keys(&keys)))
}
