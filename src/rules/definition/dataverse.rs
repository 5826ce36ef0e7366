//! Dataverse triggers and actions, as far as rules about one flow need them.

use crate::model::{Action, Trigger};
use crate::rules::FlowContext;
use crate::source::{Json, Object, Route};

/// A trigger on changes of rows.
pub(super) struct RowTrigger<'w> {
    pub(super) trigger: Trigger<'w>,
    /// The table, in the singular.
    pub(super) table: &'w str,
    /// Whether new rows fire it.
    pub(super) on_create: bool,
    /// Whether changed rows fire it.
    pub(super) on_update: bool,
    /// Whether columns, rows or conditions narrow it down.
    pub(super) is_filtered: bool,
}

impl<'w> RowTrigger<'w> {
    /// The row trigger of a flow, where it has one.
    pub(super) fn of(context: &FlowContext<'_, 'w>) -> Option<Self> {
        let trigger = context.semantic.definition.only_trigger()?;
        let inputs = trigger.body.get("inputs")?;
        if !operation(inputs).eq_ignore_ascii_case("SubscribeWebhookTrigger") {
            return None;
        }
        let parameters = inputs.get("parameters")?.as_object()?;
        let get = |name: &str| parameters.get(&format!("subscriptionRequest/{name}"));
        let message = get("message")?.as_i64()?;
        let is_set = |name: &str| get(name).is_some_and(|value| value.as_str() != Some(""));
        let has_conditions =
            trigger.body.get("conditions").is_some_and(|list| list.as_array().is_none_or(|l| !l.is_empty()));
        Some(RowTrigger {
            trigger,
            table: get("entityname")?.as_str()?,
            // 1 create, 2 delete, 3 update, 4 create or update, 5 create or delete, 6 update or delete, 7 all.
            on_create: matches!(message, 1 | 4 | 5 | 7),
            on_update: matches!(message, 3 | 4 | 6 | 7),
            is_filtered: is_set("filteringattributes") || is_set("filterexpression") || has_conditions,
        })
    }

    /// The way to the table.
    pub(super) fn table_route(&self, context: &FlowContext<'_, '_>) -> Route {
        let route = context.semantic.definition.trigger_route(self.trigger);
        route.keys(&["inputs", "parameters", "subscriptionRequest/entityname"])
    }
}

/// The operation of a step; empty where it has none.
pub(super) fn operation(inputs: Json<'_>) -> &str {
    inputs.at(&["host", "operationId"]).and_then(Json::as_str).unwrap_or_default()
}

/// The parameters of a step that does one of these operations.
pub(super) fn parameters<'a>(action: Action<'a>, operations: &[&str]) -> Option<Object<'a>> {
    let inputs = action.body.get("inputs")?;
    let does = operations.iter().any(|one| operation(inputs).eq_ignore_ascii_case(one));
    inputs.get("parameters").filter(|_| does)?.as_object()
}

/// Whether a set of rows, as actions name it, belongs to a table: `accounts` to `account`, `opportunities` to
/// `opportunity`. The names of sets can be chosen freely, so a `false` proves nothing.
pub(super) fn is_set_of(set: &str, table: &str) -> bool {
    let (set, table) = (set.to_lowercase(), table.to_lowercase());
    let with_y = table.strip_suffix('y').map(|stem| format!("{stem}ies"));
    set == format!("{table}s") || set == format!("{table}es") || with_y.is_some_and(|plural| plural == set)
}

#[cfg(test)]
mod tests {
    use super::is_set_of;

    #[test]
    fn sets_are_plurals() {
        assert!(is_set_of("Accounts", "account") && is_set_of("opportunities", "opportunity"));
        assert!(is_set_of("hlb_branches", "hlb_branch") && !is_set_of("accounts", "contact"));
    }
}
