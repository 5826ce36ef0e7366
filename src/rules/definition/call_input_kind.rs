//! A call that passes a value of the wrong type to its child flow.

use super::value_types::with_article;
use crate::expression::{self, TemplateForm};
use crate::finding::Sink;
use crate::graph::Callee;
use crate::model::{ActionIx, FlowIx};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Json, Part, Value};

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
        let (Some(declared), Some(given)) = (declared, type_of(value)) else { continue };
        if given == declared || (declared == "number" && given == "integer") || !TYPES.contains(&declared) {
            continue;
        }
        let route = context.semantic.definition.action_route(action).keys(&["inputs", "body", key]);
        let Some(place) = context.flow.place(route, Part::Value) else { continue };
        let child = &child.name;
        let (given, expected) = (with_article(given), with_article(declared));
        let message = format!(
            "{} passes {given} to the input `{key}` of `{child}`, which expects {expected}",
            context.named(context.action(action)),
        );
        let finding = sink.report(place, format!("always {given}"), message);
        finding.help(match declared {
            "string" => "enter the value as text; in the file, put it in quotes".to_owned(),
            "number" | "integer" | "boolean" => {
                format!(
                    "write the {declared} without quotes, or as a single expression: `@...` without braces"
                )
            }
            _ => format!("pass {expected}, or a single expression that returns one"),
        });
    }
}

/// Types that a schema can declare.
const TYPES: [&str; 6] = ["string", "number", "integer", "boolean", "array", "object"];

/// The type that a value certainly has when the flow runs; `None` if unknown.
fn type_of(value: Json<'_>) -> Option<&'static str> {
    match value.value() {
        Value::String(text) => match expression::parse(text).ok()?.form {
            // The designer writes an input that was left blank as an empty string.
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
