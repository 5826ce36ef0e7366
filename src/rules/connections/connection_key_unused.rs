//! A flow has a connection that none of its steps uses.

use std::collections::HashSet;

use super::in_words;
use crate::finding::Sink;
use crate::fix::{Edit, Fix, Reveals};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("connections/connection-key-unused"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let (flow, content) = (context.flow, context.content);
    if content.has_computed_connections {
        return;
    }
    let mut keys: Vec<&str> = content.connection_uses.iter().map(|one| &*one.key).collect();
    // Steps that follow each other mostly use the same connection.
    keys.dedup();
    let keys: HashSet<String> = keys.into_iter().map(str::to_ascii_lowercase).collect();
    let used = |key: &str| keys.contains(&key.to_ascii_lowercase());
    for connection in content.connections.iter().filter(|one| !used(&one.key)) {
        let Some(place) = flow.place(connection.route(), Part::Key) else { continue };
        let message = format!("no step of `{}` uses its connection {}", flow.name, in_words(connection));
        let delete = Edit::remove(place.clone());
        sink.report(place, "not used", message)
            .help(
                "edit and save the flow in the designer, or delete the entry from the file: the import asks for a \
                 connection that nothing needs",
            )
            .fix(
                // The reference was used only by a connection that nothing uses.
                Fix::unsafe_(format!("delete the connection `{}`", connection.key), [delete])
                    .revealing(Reveals::Rule("connection-reference-unused")),
            );
    }
}
