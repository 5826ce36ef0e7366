//! Steps that read and write rows of Dataverse: the tables and columns that they use.

use std::collections::BTreeSet;

use super::calls::{self, Call};
use crate::model::{FlowContent, Shipped, Table, Workspace};
use crate::rules::FlowContext;

/// The API name of the connector.
pub(super) const DATAVERSE: &str = "shared_commondataserviceforapps";

/// Operations with the entity set name of a table, in `entityName`.
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

/// The trigger with the logical name of a table.
const OF_ROW: [&str; 1] = ["SubscribeWebhookTrigger"];

/// The same for the operations with *a selected environment*. Only their names end differently.
const OF_SET_ELSEWHERE: [&str; 11] = [
    "AssociateEntitiesWithOrganization",
    "CreateRecordWithOrganization",
    "DeleteRecordWithOrganization",
    "DisassociateEntitiesWithOrganization",
    "GetEntityFileImageFieldContentWithOrganization",
    "GetItemWithOrganization",
    "ListRecordsWithOrganization",
    "PerformBoundActionWithOrganization",
    "UpdateEntityFileImageFieldContentWithOrganization",
    "UpdateOnlyRecordWithOrganization",
    "UpdateRecordWithOrganization",
];
const OF_ROW_ELSEWHERE: [&str; 1] = ["SubscribeWebhookTriggerWithOrganization"];

/// The parameters with the name of a table.
pub(super) const SET: &str = "entityName";
pub(super) const LOGICAL: &str = "subscriptionRequest/entityname";

/// Calls of operations with the entity set name of a table.
pub(super) fn of_sets<'w>(context: &FlowContext<'_, 'w>) -> impl Iterator<Item = Call<'w>> {
    calls::of(context, DATAVERSE, &OF_SET)
}

/// Triggers with the logical name of a table.
pub(super) fn of_rows<'w>(context: &FlowContext<'_, 'w>) -> impl Iterator<Item = Call<'w>> {
    calls::of(context, DATAVERSE, &OF_ROW)
}

/// Calls of operations with the entity set name of a table in a selected environment.
pub(super) fn of_sets_elsewhere<'w>(context: &FlowContext<'_, 'w>) -> impl Iterator<Item = Call<'w>> {
    calls::of(context, DATAVERSE, &OF_SET_ELSEWHERE)
}

/// Triggers with the logical name of a table in a selected environment.
pub(super) fn of_rows_elsewhere<'w>(context: &FlowContext<'_, 'w>) -> impl Iterator<Item = Call<'w>> {
    calls::of(context, DATAVERSE, &OF_ROW_ELSEWHERE)
}

/// The logical names of the tables whose rows a flow reads, writes or waits for, in the environment of the flow. Names
/// that expressions compute are not known, nor are the entity sets of tables in no package.
pub(in crate::rules) fn tables_of(content: &FlowContent, shipped: &Shipped) -> BTreeSet<String> {
    let sets = calls::in_content(content, DATAVERSE, &OF_SET).filter_map(|call| call.literal(SET));
    let of_sets = sets.filter_map(|set| shipped.table_of_set(set)).map(|table| table.logical_name.clone());
    let rows = calls::in_content(content, DATAVERSE, &OF_ROW).filter_map(|call| call.literal(LOGICAL));
    of_sets.chain(rows.map(str::to_lowercase)).collect()
}

/// Whether a call is about a selected environment.
pub(super) fn is_elsewhere(call: &Call<'_>) -> bool {
    OF_SET_ELSEWHERE.iter().chain(&OF_ROW_ELSEWHERE).any(|name| name.eq_ignore_ascii_case(call.operation))
}

/// The table of a call, if an input contains it with all its columns.
pub(super) fn whole_table<'w>(workspace: &'w Workspace, call: &Call<'_>) -> Option<&'w Table> {
    let shipped = &workspace.shipped;
    let table = match call.literal(SET) {
        Some(set) => shipped.table_of_set(set),
        None => shipped.tables.get(&call.literal(LOGICAL)?.to_lowercase()),
    }?;
    // System tables and activity tables have columns that packages do not list.
    let is_own = table.logical_name.contains('_') && !table.columns.contains_key("activityid");
    Some(table).filter(|table| table.is_whole && is_own)
}

/// Names of this length or more are not split into parts, because a hostile name could have too many. Real names are
/// shorter.
pub(super) const LONGEST_NAME: usize = 256;

/// Columns that Dataverse adds to every table. Packages do not always list them.
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

/// Whether a name can refer to a column of the table. Requests use other names for lookups, and some names are derived
/// from a column: `_hlb_shop_value`, `hlb_shop_account@odata.bind`, `hlb_cover_url`, `hlb_statusname`.
pub(super) fn has_column(table: &Table, name: &str) -> bool {
    let lower = name.to_lowercase();
    let name = lower.split('@').next().unwrap_or_default();
    let name = name.strip_prefix('_').and_then(|inner| inner.strip_suffix("_value")).unwrap_or(name);
    let is_known = |name: &str| {
        table.columns.contains_key(name)
            || OF_EVERY_TABLE.contains(&name)
            || name.strip_suffix("id") == Some(&table.logical_name)
    };
    let starts = name.rmatch_indices('_').map(|(at, _)| &name[..at]);
    is_known(name)
        || name.strip_suffix("name").is_some_and(is_known)
        || name.len() < LONGEST_NAME
            && starts.into_iter().any(|start| start.contains('_') && table.columns.contains_key(start))
}
