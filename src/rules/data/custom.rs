//! Calls of custom connectors whose definition is in an input.

use super::calls::{self, Call};
use crate::model::CustomConnector;
use crate::rules::FlowContext;

/// Every call of such a connector, with the connector.
pub(super) fn calls<'w>(
    context: &FlowContext<'_, 'w>,
) -> impl Iterator<Item = (Call<'w>, &'w CustomConnector)> {
    let shipped = &context.run.workspace.shipped;
    let has_any = !shipped.connectors.is_empty();
    let calls = has_any.then(|| calls::all(context)).into_iter().flatten();
    calls.filter_map(|call| {
        let stated = call.connection.and_then(|connection| connection.custom_connector.as_deref());
        let connector = match stated {
            Some(name) => shipped.connector(name),
            None => shipped.connector_of_api(call.connector),
        };
        connector.map(|connector| (call, connector))
    })
}
