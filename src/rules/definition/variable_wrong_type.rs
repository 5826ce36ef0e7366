//! A variable that is treated as one of another type, or has a type that does not exist.

use super::variables::{Declaration, Declared, changed};
use crate::finding::{Severity, Sink};
use crate::model::{Action, ActionIx};
use crate::rules::{Check, FlowContext, Rule, article, page};
use crate::semantic::MOST_ALIKE;
use crate::source::{Json, Value};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/variable-wrong-type"), check: Check::Flow(check) };

/// The types of variables.
///
/// Source: azure-docs, articles/logic-apps/logic-apps-create-variables-store-values.md.
const TYPES: [&str; 6] = ["array", "boolean", "float", "integer", "object", "string"];

/// Actions that work with variables of some types only, and what they do. Source: as above.
const WORKS_WITH: [(&str, &str, &[&str]); 4] = [
    ("IncrementVariable", "increments", &["integer", "float"]),
    ("DecrementVariable", "decrements", &["integer", "float"]),
    ("AppendToArrayVariable", "appends an item to", &["array"]),
    ("AppendToStringVariable", "appends a text to", &["string"]),
];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let declared = Declared::of(context);
    for declaration in declared.by_name.values().flatten() {
        check_declaration(context, sink, declaration);
    }
    for (index, action) in context.semantic.indexed() {
        let Some(name) = changed(action) else { continue };
        let [declaration, others @ ..] = declared.get(name) else { continue };
        if others.len() > MOST_ALIKE {
            continue;
        }
        // Of a variable that is initialised twice, as two types, nobody knows the type.
        let own = kind(declaration).filter(|own| others.iter().all(|other| kind(other) == Some(own)));
        let Some(own) = own else { continue };
        check_change(context, sink, index, action, declaration, own);
    }
}

/// The type of a variable, where it is one of those that exist.
fn kind(declaration: &Declaration<'_>) -> Option<&'static str> {
    let written = declaration.entry.get("type")?.as_str()?;
    TYPES.into_iter().find(|one| one.eq_ignore_ascii_case(written))
}

fn check_declaration(context: &FlowContext<'_, '_>, sink: &mut Sink, declaration: &Declaration<'_>) {
    let written = declaration.entry.get("type").and_then(Json::as_str);
    let named = context.named(context.action(declaration.action));
    let name = declaration.name;
    match (kind(declaration), written) {
        (None, Some(written)) if !written.contains('@') => {
            let Some(place) = declaration.place(context, "type") else { return };
            let message =
                format!("{named} gives the variable `{name}` the type `{written}`, which does not exist");
            let finding = sink.report(place, "unknown type", message);
            finding.help(match context.nearest(written, TYPES) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("use one of {}", TYPES.join(", ")),
            });
        }
        (Some(own), _) => {
            let value = declaration.entry.get("value").and_then(|value| other_type(own, value));
            let (Some(other), Some(place)) = (value, declaration.place(context, "value")) else { return };
            let message =
                format!("{named} initialises the {own} variable `{name}` with {} {other}", article(other));
            let finding = sink.report(place, other, message).severity(Severity::Warning);
            finding.help(format!("give it {} {own}, or change the type of the variable", article(own)));
        }
        (None, _) => {}
    }
}

fn check_change(
    context: &FlowContext<'_, '_>,
    sink: &mut Sink,
    index: ActionIx,
    action: Action<'_>,
    declaration: &Declaration<'_>,
    own: &'static str,
) {
    let (named, name) = (context.named(action.name), declaration.name);
    let place = |key| context.semantic.value_place(context.flow, index, &["inputs", key]);
    let works = WORKS_WITH.iter().find(|(type_name, ..)| action.is(type_name));
    let finding = match works {
        Some((_, _, takes)) if takes.contains(&own) => return,
        Some((_, does, takes)) => {
            let Some(place) = place("name") else { return };
            let message = format!("{named} {does} `{name}`, which is {} {own} variable", article(own));
            let takes = takes.join(" or ");
            sink.report(place, format!("{} {own}", article(own)), message).help(format!(
                "this action needs a variable of type {takes}: change the type of `{name}`, or use \"Set variable\""
            ))
        }
        None => {
            let value = action.body.json().at(&["inputs", "value"]).and_then(|value| other_type(own, value));
            let (Some(other), Some(place)) = (value, place("value")) else { return };
            let message = format!("{named} sets the {own} variable `{name}` to {} {other}", article(other));
            sink.report(place, other, message)
                .severity(Severity::Warning)
                .help(format!("set it to {} {own}, or change the type of `{name}`", article(own)))
        }
    };
    if let Some(place) = declaration.place(context, "type") {
        finding.also(place, "its type");
    }
}

/// The type of a value, where it is written out and no variable of type `own` takes it. A text with an expression may
/// be anything, nothing fits every type, and an empty text stands for nothing in the designer.
fn other_type(own: &str, value: Json<'_>) -> Option<&'static str> {
    let other = match value.value() {
        Value::Null => return None,
        Value::String(text) if text.is_empty() || text.contains('@') => return None,
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_float() => "float",
        Value::Number(_) => "integer",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = own == other || own == "float" && other == "integer";
    (!fits).then_some(other)
}
