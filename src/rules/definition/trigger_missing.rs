//! A flow that nothing can start.

use crate::finding::Sink;
use crate::model::Definition;
use crate::rules::{Check, Inside, Rule, page};
use crate::source::{Part, Value};

pub(super) const RULE: Rule = Rule { page: page!("definition/trigger-missing"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    let definition = inside.anatomy.definition;
    if definition.triggers().len() > 0 {
        return;
    }
    let root = definition.document().root();
    let triggers = root.at(&["properties", "definition", "triggers"]);
    // A value of another kind is a file that cannot be read, which another rule says.
    let is_empty = triggers.is_none_or(|value| match value.value() {
        Value::Object(object) => object.is_empty(),
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => false,
    });
    let route = Definition::route();
    let route = if triggers.is_some() { route.key("triggers") } else { route };
    let Some(place) = inside.flow.place(route, Part::Key).filter(|_| is_empty) else { return };
    let message = format!("`{}` has no trigger", inside.flow.name);
    sink.report(place, "nothing starts the flow", message)
        .help("open the flow in the designer and choose what starts it, then save and export again");
}
