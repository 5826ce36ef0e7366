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
        calls::with_connector(context, move |connection, name| {
            let stated = connection().and_then(|connection| connection.custom_connector.as_deref());
            match stated {
                Some(name) => shipped.connector(name),
                None => shipped.connector_of_api(name),
            }
        })
    };
    let has_any = !shipped.connectors.is_empty();
    has_any.then(calls).into_iter().flatten()
}
