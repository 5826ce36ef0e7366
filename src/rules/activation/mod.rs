//! Will the flows turn on? Faults of calls and of the flows that are called.

mod call_cycle;
mod child_flow_external;
mod child_flow_missing;
mod child_flow_off;
mod child_flow_trigger;
mod child_flow_without_response;
mod child_trigger_renamed;

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    call_cycle::RULE,
    child_flow_external::RULE,
    child_flow_missing::RULE,
    child_flow_off::RULE,
    child_flow_trigger::RULE,
    child_flow_without_response::RULE,
    child_trigger_renamed::RULE,
];
