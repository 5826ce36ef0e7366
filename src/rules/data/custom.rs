//! Calls of custom connectors whose definition is in an input.

use super::calls::{self, Call};
use crate::model::CustomConnector;
use crate::rules::FlowContext;

/// Every call of such a connector, with the connector.
pub(super) fn calls<'w>(
    context: &FlowContext<'_, 'w>,
) -> impl Iterator<Item = (Call<'w>, &'w CustomConnector)> {
    let shipped = &context.run.workspace.shipped;
    let calls = || {
        calls::all(context).filter_map(move |call| {
            let stated = call.connection().and_then(|connection| connection.custom_connector.as_deref());
            let connector = match stated {
                Some(name) => shipped.connector(name),
                None => shipped.connector_of_api(call.connector),
            };
            connector.map(|connector| (call, connector))
        })
    };
    let has_any = !shipped.connectors.is_empty();
    has_any.then(calls).into_iter().flatten()
}
