//! Inside one flow: will it be saved, and will it do what it says?

mod dataverse;
mod limits;
mod variables;

mod action_reference_casing;
mod call_input_kind;
mod child_output_unknown;
mod dataverse_trigger_unfiltered;
mod deprecated_action;
mod expression_syntax;
mod expression_too_long;
mod hardcoded_environment_url;
mod http_without_retry;
mod input_not_secured;
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
mod terminate_in_loop;
mod trigger_self_loop;
mod unknown_action;
mod unknown_function;
mod unknown_loop;
mod unknown_parameter;
mod unknown_variable;
mod unreachable_action;
mod until_unbounded;
mod variable_not_top_level;
mod variable_used_before_set;
mod wrong_argument_count;
mod wrong_argument_kind;

use super::Rule;
use crate::finding::{Finding, Sink};
use crate::source::Place;

pub(super) const RULES: &[Rule] = &[
    action_reference_casing::RULE,
    call_input_kind::RULE,
    child_output_unknown::RULE,
    dataverse_trigger_unfiltered::RULE,
    deprecated_action::RULE,
    expression_syntax::RULE,
    expression_too_long::RULE,
    hardcoded_environment_url::RULE,
    http_without_retry::RULE,
    input_not_secured::RULE,
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
    terminate_in_loop::RULE,
    trigger_self_loop::RULE,
    unknown_action::RULE,
    unknown_function::RULE,
    unknown_loop::RULE,
    unknown_parameter::RULE,
    unknown_variable::RULE,
    unreachable_action::RULE,
    until_unbounded::RULE,
    variable_not_top_level::RULE,
    variable_used_before_set::RULE,
    wrong_argument_count::RULE,
    wrong_argument_kind::RULE,
];

/// How many places of one file a finding points at.
const MOST_LABELS: usize = 6;

/// Reports one fault that stands at several places of one file.
fn report_at<'s>(
    sink: &'s mut Sink,
    places: impl IntoIterator<Item = Place>,
    label: &str,
    message: String,
) -> Option<&'s mut Finding> {
    let mut places = places.into_iter();
    let finding = sink.report(places.next()?, label, message);
    for place in places.take(MOST_LABELS - 1) {
        finding.also(place, "and here");
    }
    Some(finding)
}
