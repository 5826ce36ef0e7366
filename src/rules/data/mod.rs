//! Rules about what flows use in connectors and Dataverse: tables, columns, operations and parameters.

mod calls;
mod custom;
pub(super) mod rows;

mod column_missing;
mod column_unknown;
mod connector_operation_unknown;
mod connector_parameter_missing;
mod connector_parameter_unknown;
mod custom_action_missing;
mod filter_operator_unknown;
mod required_parameter_empty;
mod sharepoint_site_hardcoded;
mod sharepoint_title_missing;
mod table_name_wrong;

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    column_missing::RULE,
    column_unknown::RULE,
    connector_operation_unknown::RULE,
    connector_parameter_missing::RULE,
    connector_parameter_unknown::RULE,
    custom_action_missing::RULE,
    filter_operator_unknown::RULE,
    required_parameter_empty::RULE,
    sharepoint_site_hardcoded::RULE,
    sharepoint_title_missing::RULE,
    table_name_wrong::RULE,
];
