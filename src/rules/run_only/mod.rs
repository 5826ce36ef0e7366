//! Whose connections are used: those in the flow, or those of the user who runs it.

mod child_flow_run_only_connection;
mod run_only_not_allowed;

use super::Rule;

pub(super) const RULES: &[Rule] = &[child_flow_run_only_connection::RULE, run_only_not_allowed::RULE];
