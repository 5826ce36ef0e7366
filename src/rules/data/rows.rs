//! Steps that read and write rows of Dataverse: which table they name, and which columns.

use super::calls::{self, Call};
use crate::model::{Table, Workspace};
use crate::rules::FlowContext;

/// The connector.
pub(super) const DATAVERSE: &str = "shared_commondataserviceforapps";

/// Operations that name a table by its set, in `entityName`.
const OF_SET: [&str; 11] = [
    "AssociateEntities",
    "CreateRecord",
    "DeleteRecord",
    "DisassociateEntities",
    "GetEntityFileImageFieldContent",
    "GetItem",
    "ListRecords",
    "PerformBoundAction",
    "UpdateEntityFileImageFieldContent",
    "UpdateOnlyRecord",
    "UpdateRecord",
];

/// The trigger that names a table by its logical name.
const OF_ROW: [&str; 1] = ["SubscribeWebhookTrigger"];

/// The parameters that name a table.
pub(super) const SET: &str = "entityName";
pub(super) const LOGICAL: &str = "subscriptionRequest/entityname";

/// Calls of operations that name a table by its set.
pub(super) fn of_sets<'w>(context: &FlowContext<'_, 'w>) -> impl Iterator<Item = Call<'w>> {
    calls::of(context, DATAVERSE, &OF_SET)
}

/// Triggers that name a table by its logical name.
pub(super) fn of_rows<'w>(context: &FlowContext<'_, 'w>) -> impl Iterator<Item = Call<'w>> {
    calls::of(context, DATAVERSE, &OF_ROW)
}

/// The table of a call, where an input ships it with all its columns.
pub(super) fn whole_table<'w>(workspace: &'w Workspace, call: &Call<'_>) -> Option<&'w Table> {
    let shipped = &workspace.shipped;
    let table = match call.literal(SET) {
        Some(set) => shipped.table_of_set(set),
        None => shipped.tables.get(&call.literal(LOGICAL)?.to_lowercase()),
    }?;
    // A table of the system has columns that packages do not list, and so has one of activities.
    let is_own = table.logical_name.contains('_') && !table.columns.contains_key("activityid");
    Some(table).filter(|table| table.is_whole && is_own)
}

/// Columns that Dataverse adds to tables. Packages do not always list them.
const OF_EVERY_TABLE: [&str; 20] = [
    "createdby",
    "createdon",
    "createdonbehalfby",
    "exchangerate",
    "importsequencenumber",
    "modifiedby",
    "modifiedon",
    "modifiedonbehalfby",
    "organizationid",
    "overriddencreatedon",
    "ownerid",
    "owningbusinessunit",
    "owningteam",
    "owninguser",
    "statecode",
    "statuscode",
    "timezoneruleversionnumber",
    "transactioncurrencyid",
    "utcconversiontimezonecode",
    "versionnumber",
];

/// Whether a name can mean a column of the table. Lookups have other names in requests, and columns bring others with
/// them: `_hlb_shop_value`, `hlb_shop_account@odata.bind`, `hlb_cover_url`, `hlb_statusname`.
pub(super) fn has_column(table: &Table, name: &str) -> bool {
    let lower = name.to_lowercase();
    let name = lower.split('@').next().unwrap_or_default();
    let name = name.strip_prefix('_').and_then(|inner| inner.strip_suffix("_value")).unwrap_or(name);
    let is_known = |name: &str| {
        table.columns.contains_key(name)
            || OF_EVERY_TABLE.contains(&name)
            || name.strip_suffix("id") == Some(&table.logical_name)
    };
    let longer = name.rmatch_indices('_').map(|(at, _)| &name[..at]);
    is_known(name)
        || name.strip_suffix("name").is_some_and(is_known)
        // Longer than any real name: a hostile name could end in many places.
        || name.len() < 256 && longer.into_iter().any(|start| start.contains('_') && table.columns.contains_key(start))
}
