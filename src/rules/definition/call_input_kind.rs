//! A call that gives an input of another kind than the child declares.

use crate::expression::{self, TemplateForm};
use crate::finding::Sink;
use crate::graph::Callee;
use crate::model::{ActionIx, FlowIx};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Json, Part, Value};
use crate::wording::article;

pub(super) const RULE: Rule = Rule { page: page!("definition/call-input-kind"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for call in context.run.graph.calls_of(context.index) {
        let Callee::Flow(child) = call.callee else { continue };
        check_call(context, call.action, child, sink);
    }
}

fn check_call(context: &FlowContext<'_, '_>, action: ActionIx, child: FlowIx, sink: &mut Sink) {
    let child = context.run.workspace.flow(child);
    let Some(trigger) = child.content.as_ref().and_then(|content| content.definition.only_trigger()) else {
        return;
    };
    let schema =
        trigger.body.get("inputs").and_then(|inputs| inputs.get("schema")?.get("properties")?.as_object());
    let body = context.semantic.action(action).body.get("inputs");
    let body = body.and_then(|inputs| inputs.get("body")?.as_object());
    let (Some(schema), Some(body)) = (schema, body) else { return };
    for (key, value) in body {
        let declared = schema.get(key).and_then(|input| input.get("type")?.as_str());
        let (Some(declared), Some(given)) = (declared, kind(value)) else { continue };
        if given == declared || (declared == "number" && given == "integer") || !KINDS.contains(&declared) {
            continue;
        }
        let route = context.semantic.definition.action_route(action).keys(&["inputs", "body", key]);
        let Some(place) = context.flow.place(route, Part::Value) else { continue };
        let child = &child.name;
        let message = format!(
            "{} gives `{child}` {} {given} as `{key}`, which is declared as {declared}",
            context.named(context.action(action)),
            article(given)
        );
        let finding = sink.report(place, format!("always {} {given}", article(given)), message);
        finding.help(match declared {
            "string" => "put the value in quotes".to_owned(),
            "number" | "integer" | "boolean" => {
                format!("write the {declared} without quotes, or as one expression: `@...` without braces")
            }
            _ => format!("give {} {declared}, or one expression that makes one", article(declared)),
        });
    }
}

/// Kinds that a schema can declare.
const KINDS: [&str; 6] = ["string", "number", "integer", "boolean", "array", "object"];

/// The kind that a value surely has when the flow runs.
fn kind(value: Json<'_>) -> Option<&'static str> {
    match value.value() {
        Value::String(text) => match expression::parse(text).ok()?.form {
            // The designer writes an input that was left blank as an empty text.
            TemplateForm::Literal if text.is_empty() => None,
            TemplateForm::Literal | TemplateForm::Interpolation => Some("string"),
            TemplateForm::Expression => None,
        },
        Value::Number(number) if number.is_float() => Some("number"),
        Value::Number(_) => Some("integer"),
        Value::Bool(_) => Some("boolean"),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
