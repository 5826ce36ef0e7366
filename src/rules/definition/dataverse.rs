//! Dataverse triggers and actions, for rules about a single flow.

use crate::model::{Action, RowTrigger};
use crate::rules::FlowContext;
use crate::source::{Json, Object};

/// The Dataverse row trigger of a flow, if it is the only trigger and about rows of the flow's environment.
pub(super) fn row_trigger<'w>(context: &FlowContext<'_, 'w>) -> Option<RowTrigger<'w>> {
    context.semantic.definition.only_trigger()?;
    context.content.row_triggers().find(|trigger| !trigger.is_elsewhere)
}

/// The operation of a step; empty if it has none.
pub(super) fn operation(inputs: Json<'_>) -> &str {
    inputs.at(&["host", "operationId"]).and_then(Json::as_str).unwrap_or_default()
}

/// The parameters of a step with one of these operations.
pub(super) fn parameters<'a>(action: Action<'a>, operations: &[&str]) -> Option<Object<'a>> {
    let inputs = action.body.get("inputs")?;
    let operation = operation(inputs);
    let is_listed = operations.iter().any(|listed| listed.eq_ignore_ascii_case(operation));
    inputs.get("parameters").filter(|_| is_listed)?.as_object()
}

/// Whether the name of an entity set, as actions use it, is a plural of a table's name: `accounts` of `account`,
/// `opportunities` of `opportunity`. Makers can choose any name for a set, so `false` proves nothing.
pub(super) fn is_set_of(set: &str, table: &str) -> bool {
    let (set, table) = (set.to_lowercase(), table.to_lowercase());
    let ending = |stem: &str, ending: &str| set.strip_prefix(stem) == Some(ending);
    ending(&table, "s")
        || ending(&table, "es")
        || table.strip_suffix('y').is_some_and(|stem| ending(stem, "ies"))
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
