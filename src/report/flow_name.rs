//! The name of a flow in machine-readable formats.

use serde::Serialize;

use crate::analysis::Analysis;
use crate::model::FlowIx;

/// The name of a flow in machine-readable formats.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct FlowName<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
}

impl<'a> FlowName<'a> {
    pub(crate) fn of(analysis: &'a Analysis, flow: FlowIx) -> Self {
        let flow = analysis.workspace.flow(flow);
        FlowName { id: flow.id.as_str(), name: flow.name.as_str() }
    }
}
