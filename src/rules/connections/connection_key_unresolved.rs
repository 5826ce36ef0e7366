//! A step names a connection that its flow does not have.

use std::collections::BTreeMap;

use crate::finding::Sink;
use crate::model::{ConnectionUse, HostFormat};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;
use crate::wording::{plural, quoted};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/connection-key-unresolved"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let (flow, content) = (context.flow, context.content);
    let mut unresolved: BTreeMap<&str, Vec<&ConnectionUse>> = BTreeMap::new();
    for one in &content.connection_uses {
        // With this format, the caller sends the connection with the request.
        let is_sent = one.form == HostFormat::CallerToken;
        if !is_sent && content.connection(&one.key).is_none() {
            unresolved.entry(&one.key).or_default().push(one);
        }
    }
    for (key, uses) in unresolved {
        let mut places =
            uses.iter().filter_map(|one| flow.place(one.route(&content.definition), Part::Value));
        let Some(first) = places.next() else { continue };
        let message = format!(
            "{} {} of `{}` {} the connection `{key}`, which the flow does not have",
            uses.len(),
            plural(uses.len(), "step"),
            flow.name,
            if uses.len() == 1 { "uses" } else { "use" },
        );
        let finding = sink.report(first, "not in `connectionReferences`", message);
        for place in places {
            finding.also(place, "and here");
        }
        finding.help(known_keys(content.connections.iter().map(|one| one.key.as_str())));
    }
}

/// What to do, with the keys that the flow has.
fn known_keys<'a>(keys: impl Iterator<Item = &'a str>) -> String {
    let keys = quoted(keys);
    let known = match keys.as_str() {
        "" => "the flow does not have any connections".to_owned(),
        keys => format!("the connections of the flow are {keys}"),
    };
    format!("choose a connection for the step in the designer, then save and export again; {known}")
}
