//! Whether the flows can be turned on: problems of calls, of called flows and of activation orders.

mod call_cycle;
mod call_input_missing;
mod call_input_unknown;
mod child_flow_agent_trigger;
mod child_flow_external;
mod child_flow_legacy_connection;
mod child_flow_missing;
mod child_flow_off;
mod child_flow_trigger;
mod child_flow_without_response;
mod child_trigger_renamed;
mod given;
mod given_fix;
mod inputs;
mod order_child_off;
mod order_incomplete;
mod order_unknown_flow;
mod order_violated;
mod response_in_loop;

use super::Rule;
pub(super) use inputs::ChildInputs;

pub(super) const RULES: &[Rule] = &[
    call_cycle::RULE,
    call_input_missing::RULE,
    call_input_unknown::RULE,
    child_flow_agent_trigger::RULE,
    child_flow_external::RULE,
    child_flow_legacy_connection::RULE,
    child_flow_missing::RULE,
    child_flow_off::RULE,
    child_flow_trigger::RULE,
    child_flow_without_response::RULE,
    child_trigger_renamed::RULE,
    order_child_off::RULE,
    order_incomplete::RULE,
    order_unknown_flow::RULE,
    order_violated::RULE,
    response_in_loop::RULE,
];
