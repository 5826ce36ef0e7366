//! Whose connections are used: those in the flow, or those of the user who runs it.

mod child_flow_run_only_connection;
mod child_flow_run_only_identity;
mod run_only_mixed;
mod run_only_not_allowed;
mod run_only_on_automated_trigger;

use super::Rule;
use crate::model::{Flow, FlowContent, RuntimeSource};
use crate::source::{Part, Place};

pub(super) const RULES: &[Rule] = &[
    child_flow_run_only_connection::RULE,
    child_flow_run_only_identity::RULE,
    run_only_mixed::RULE,
    run_only_not_allowed::RULE,
    run_only_on_automated_trigger::RULE,
];

/// The label at each connection that is "Provided by run-only user".
const PROVIDED: &str = "provided by the run-only user";

/// The connections of a flow that its run-only user provides: their keys in backticks, and where it says so.
fn run_only_places<'a>(flow: &Flow, content: &'a FlowContent) -> (Vec<&'a str>, Vec<Place>) {
    let run_only = content.connections.iter().filter(|one| one.source == RuntimeSource::Invoker);
    run_only
        .filter_map(|one| {
            let place = flow.place(one.route().key("runtimeSource"), Part::Value)?;
            Some((one.key.as_str(), place))
        })
        .unzip()
}
