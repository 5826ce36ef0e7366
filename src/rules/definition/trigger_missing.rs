//! A flow without a trigger.

use crate::finding::Sink;
use crate::model::Definition;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Json, Part, Value};

pub(super) const RULE: Rule = Rule { page: page!("definition/trigger-missing"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let definition = context.semantic.definition;
    if definition.triggers().len() > 0 {
        return;
    }
    let root = definition.document().root();
    let section = |key: &str| root.at(&["properties", "definition", key]);
    let triggers = section("triggers");
    // A section of another type makes the file unreadable, which `unreadable-file` reports.
    let is_readable = |list: Json<'_>| matches!(list.value(), Value::Object(_) | Value::Null);
    if !["triggers", "actions"].into_iter().filter_map(section).all(is_readable) {
        return;
    }
    let route = Definition::route();
    let route = if triggers.is_some() { route.key("triggers") } else { route };
    let Some(place) = context.flow.place(route, Part::Key) else { return };
    let message = format!("`{}` has no trigger", context.flow.name);
    sink.report(place, "nothing starts the flow", message)
        .help("open the flow in the designer and choose a trigger, then save and export again");
}
