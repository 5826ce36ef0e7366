//! Rules about the definition of a flow: whether it can be saved, and whether it does what it is meant to do.

mod condition;
mod dataverse;
mod limits;
mod value_types;

mod action_reference_casing;
mod call_input_kind;
mod child_output_unknown;
mod concurrency_with_response;
mod condition_never_changes;
mod constant_expression_fails;
mod dataverse_trigger_unfiltered;
mod deprecated_action;
mod duplicate_action_name;
mod duplicate_variable;
mod expression_syntax;
mod expression_too_long;
mod expression_without_at;
mod hardcoded_environment_url;
mod http_without_retry;
mod input_not_secured;
mod invalid_recurrence;
mod limit_exceeded;
mod limit_near;
mod list_rows_unbounded;
mod nested_foreach;
mod no_failure_path;
mod pagination_over_5000;
mod parallel_variable_write;
mod reference_not_upstream;
mod repeated_key;
mod run_after_cycle;
mod run_after_unknown;
mod secret_in_definition;
mod self_reference;
mod several_triggers;
mod step_incomplete;
mod terminate_in_loop;
mod trigger_input_unknown;
mod trigger_missing;
mod trigger_self_loop;
mod trigger_value_fixed;
mod unknown_action;
mod unknown_function;
mod unknown_loop;
mod unknown_parameter;
mod unknown_step_type;
mod unknown_variable;
mod unreachable_action;
mod until_never_changes;
mod until_unbounded;
mod variable_not_top_level;
mod variable_used_before_set;
mod variable_wrong_type;
mod wrong_argument_count;
mod wrong_argument_kind;

use super::Rule;
use crate::finding::{Finding, Sink};
use crate::source::Place;
pub(super) use child_output_unknown::output_of;

pub(super) const RULES: &[Rule] = &[
    action_reference_casing::RULE,
    call_input_kind::RULE,
    child_output_unknown::RULE,
    concurrency_with_response::RULE,
    condition_never_changes::RULE,
    constant_expression_fails::RULE,
    dataverse_trigger_unfiltered::RULE,
    deprecated_action::RULE,
    duplicate_action_name::RULE,
    duplicate_variable::RULE,
    expression_syntax::RULE,
    expression_too_long::RULE,
    expression_without_at::RULE,
    hardcoded_environment_url::RULE,
    http_without_retry::RULE,
    input_not_secured::RULE,
    invalid_recurrence::RULE,
    limit_exceeded::RULE,
    limit_near::RULE,
    list_rows_unbounded::RULE,
    nested_foreach::RULE,
    no_failure_path::RULE,
    pagination_over_5000::RULE,
    parallel_variable_write::RULE,
    reference_not_upstream::RULE,
    repeated_key::RULE,
    run_after_cycle::RULE,
    run_after_unknown::RULE,
    secret_in_definition::RULE,
    self_reference::RULE,
    step_incomplete::RULE,
    terminate_in_loop::RULE,
    trigger_missing::RULE,
    several_triggers::RULE,
    trigger_input_unknown::RULE,
    trigger_self_loop::RULE,
    trigger_value_fixed::RULE,
    unknown_action::RULE,
    unknown_function::RULE,
    unknown_loop::RULE,
    unknown_parameter::RULE,
    unknown_step_type::RULE,
    unknown_variable::RULE,
    unreachable_action::RULE,
    until_never_changes::RULE,
    until_unbounded::RULE,
    variable_not_top_level::RULE,
    variable_used_before_set::RULE,
    variable_wrong_type::RULE,
    wrong_argument_count::RULE,
    wrong_argument_kind::RULE,
];

/// The maximum number of places that a finding points at.
const MOST_LABELS: usize = 6;

/// Reports a problem that consists of several places together, such as two actions with the same name. All places have
/// the same label.
fn report_all<'s>(
    sink: &'s mut Sink,
    places: impl IntoIterator<Item = Place>,
    label: &str,
    message: String,
) -> Option<&'s mut Finding> {
    report_places(sink, places, [label, label], message)
}

/// Reports a problem that occurs at several places.
fn report_at<'s>(
    sink: &'s mut Sink,
    places: impl IntoIterator<Item = Place>,
    label: &str,
    message: String,
) -> Option<&'s mut Finding> {
    report_places(sink, places, [label, "and here"], message)
}

/// Reports a problem with a label at the first place and another label at the other places. Without any place, nothing
/// is reported.
fn report_places<'s>(
    sink: &'s mut Sink,
    places: impl IntoIterator<Item = Place>,
    [first, other]: [&str; 2],
    message: String,
) -> Option<&'s mut Finding> {
    let mut places = places.into_iter();
    let finding = sink.report(places.next()?, first, message);
    for place in places.take(MOST_LABELS - 1) {
        finding.also(place, other);
    }
    Some(finding)
}
