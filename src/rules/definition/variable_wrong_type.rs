//! A variable that is treated as one of another type, or has a type that does not exist.

use super::variables::{Declaration, Declared, changed};
use crate::expression::functions::{self, Kinds, ValueKind};
use crate::expression::{self, Expr, ExprKind, TemplateForm, TemplatePart};
use crate::finding::{Severity, Sink};
use crate::model::MOST_ALIKE;
use crate::model::{Action, ActionIx};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Json, Value};
use crate::wording::article;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/variable-wrong-type"), check: Check::Flow(check) };

/// The types of variables.
///
/// Source: azure-docs, articles/logic-apps/logic-apps-create-variables-store-values.md.
const TYPES: [(&str, ValueKind); 6] = [
    ("array", ValueKind::Array),
    ("boolean", ValueKind::Boolean),
    ("float", ValueKind::Float),
    ("integer", ValueKind::Integer),
    ("object", ValueKind::Object),
    ("string", ValueKind::String),
];

/// What an action does to a variable. Source: as above.
struct Change {
    type_name: &'static str,
    /// What goes before and behind the variable in a message: "increments `x` by"; the latter is empty where a message
    /// of its own says it.
    does: (&'static str, &'static str),
    /// The types of variables that it works with; empty for all.
    works_with: &'static [ValueKind],
}

const NUMBERS: &[ValueKind] = &[ValueKind::Integer, ValueKind::Float];

const CHANGES: [Change; 5] = [
    Change { type_name: "SetVariable", does: ("sets", "to"), works_with: &[] },
    Change { type_name: "IncrementVariable", does: ("increments", "by"), works_with: NUMBERS },
    Change { type_name: "DecrementVariable", does: ("decrements", "by"), works_with: NUMBERS },
    Change { type_name: "AppendToArrayVariable", does: ("appends to", ""), works_with: &[ValueKind::Array] },
    Change {
        type_name: "AppendToStringVariable",
        does: ("appends text to", ""),
        works_with: &[ValueKind::String],
    },
];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let declared = Declared::of(context);
    for declaration in declared.by_name.values().flatten() {
        match kind(declaration) {
            Some(own) => check_initial_value(context, sink, declaration, own),
            None => check_type(context, sink, declaration),
        }
    }
    for (index, action) in context.semantic.indexed() {
        let Some(name) = changed(action) else { continue };
        let [declaration, others @ ..] = declared.get(name) else { continue };
        if others.len() > MOST_ALIKE {
            continue;
        }
        // The type of a variable that is initialised twice, as two types, is unknown.
        let own = kind(declaration).filter(|own| others.iter().all(|other| kind(other) == Some(*own)));
        let change = CHANGES.iter().find(|change| action.is(change.type_name));
        let (Some(own), Some(change)) = (own, change) else { continue };
        if change.works_with.is_empty() || change.works_with.contains(&own) {
            check_value(context, sink, (index, action), change, declaration, own);
        } else {
            check_operation(context, sink, (index, action), change, declaration, own);
        }
    }
}

/// The type of a variable, where it is one of those that exist.
fn kind(declaration: &Declaration<'_>) -> Option<ValueKind> {
    let written = declaration.entry.get("type")?.as_str()?;
    TYPES.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(written)).map(|(_, kind)| kind)
}

fn check_type(context: &FlowContext<'_, '_>, sink: &mut Sink, declaration: &Declaration<'_>) {
    let written = declaration.entry.get("type").and_then(Json::as_str);
    let Some(written) = written.filter(|written| !written.contains('@')) else { return };
    let Some(place) = declaration.place(context, "type") else { return };
    let named = context.named(context.action(declaration.action));
    let name = declaration.name;
    let message = format!("{named} gives the variable `{name}` the type `{written}`, which does not exist");
    let names = TYPES.map(|(name, _)| name);
    let finding = sink.report(place, "unknown type", message);
    finding.help(match context.nearest(written, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use one of {}", names.join(", ")),
    });
}

fn check_initial_value(
    context: &FlowContext<'_, '_>,
    sink: &mut Sink,
    declaration: &Declaration<'_>,
    own: ValueKind,
) {
    let given = declaration.entry.get("value").and_then(|value| misfit(own, value));
    let (Some(given), Some(place)) = (given, declaration.place(context, "value")) else { return };
    let named = context.named(context.action(declaration.action));
    let name = declaration.name;
    let message = format!("{named} initialises the {own} variable `{name}` with {}", with_article(&given));
    let finding = sink.report(place, given, message).severity(Severity::Warning);
    finding.help(format!("use {} value, or change the type of the variable", with_article(&own.to_string())));
}

/// The action does not work with variables of this type.
fn check_operation(
    context: &FlowContext<'_, '_>,
    sink: &mut Sink,
    (index, action): (ActionIx, Action<'_>),
    change: &Change,
    declaration: &Declaration<'_>,
    own: ValueKind,
) {
    let Some(place) = context.semantic.value_place(context.flow, index, &["inputs", "name"]) else { return };
    let (named, name, does) = (context.named(action.name), declaration.name, change.does.0);
    let own = with_article(&own.to_string());
    let message = format!("{named} {does} `{name}`, which is {own} variable");
    let takes: Vec<String> = change.works_with.iter().map(ToString::to_string).collect();
    let finding = sink.report(place, own, message);
    finding.help(format!(
        "this action needs a variable of type {}: change the type of `{name}`, or use \"Set variable\"",
        takes.join(" or ")
    ));
    if let Some(place) = declaration.place(context, "type") {
        finding.also(place, "its type");
    }
}

/// The action works with the variable, and not with the value.
fn check_value(
    context: &FlowContext<'_, '_>,
    sink: &mut Sink,
    (index, action): (ActionIx, Action<'_>),
    change: &Change,
    declaration: &Declaration<'_>,
    own: ValueKind,
) {
    let Some(value) = action.body.json().at(&["inputs", "value"]) else { return };
    let (given, help) = match change.type_name {
        "SetVariable" => {
            let help = format!("set it to {} value", with_article(&own.to_string()));
            (misfit(own, value), format!("{help}, or change the type of `{}`", declaration.name))
        }
        "AppendToArrayVariable" => {
            let is_array = kinds(value).is_some_and(|kinds| kinds.is_only(ValueKind::Array));
            let help = "append its items one by one in a loop, or set the variable to `union(...)` of both";
            (is_array.then(|| ValueKind::Array.to_string()), help.to_owned())
        }
        "AppendToStringVariable" => return,
        _ => (misfit(ValueKind::Float, value), "use a number".to_owned()),
    };
    let place = context.semantic.value_place(context.flow, index, &["inputs", "value"]);
    let (Some(given), Some(place)) = (given, place) else { return };
    let (named, name, (does, with)) = (context.named(action.name), declaration.name, change.does);
    let message = match change.type_name {
        "AppendToArrayVariable" => {
            format!("{named} appends {} to `{name}` as one item", with_article(&given))
        }
        _ => format!("{named} {does} the {own} variable `{name}` {with} {}", with_article(&given)),
    };
    let finding = sink.report(place, given, message).severity(Severity::Warning).help(help);
    if let Some(place) = declaration.place(context, "type") {
        finding.also(place, "its type");
    }
}

fn with_article(word: &str) -> String {
    format!("{} {word}", article(word))
}

/// What a value is, in words, where no variable of type `own` takes it. The platform reads numbers and truth values in
/// texts, and an empty text or null stands for nothing.
fn misfit(own: ValueKind, value: Json<'_>) -> Option<String> {
    let given = kinds(value)?;
    let is_read = matches!(own, ValueKind::Integer | ValueKind::Float | ValueKind::Boolean);
    let fits = given.contains(own)
        || given.contains(ValueKind::Null)
        || own == ValueKind::Float && given.contains(ValueKind::Integer)
        || is_read && given.contains(ValueKind::String) && value.as_str().is_none_or(may_be_read);
    (!fits).then(|| given.to_string())
}

/// The kinds that a value may have when the flow runs; `None` where it may have any.
fn kinds(value: Json<'_>) -> Option<Kinds> {
    let kind = match value.value() {
        Value::Null => ValueKind::Null,
        Value::Bool(_) => ValueKind::Boolean,
        Value::Number(number) if number.is_float() => ValueKind::Float,
        Value::Number(_) => ValueKind::Integer,
        Value::Array(_) => ValueKind::Array,
        Value::Object(_) => ValueKind::Object,
        Value::String(text) => {
            let template = expression::parse(text).ok()?;
            return match (template.form, template.parts.first()) {
                // What looks like a list or an object may be read as one.
                (TemplateForm::Literal, _)
                    if text.is_empty() || text.trim_start().starts_with(['[', '{']) =>
                {
                    None
                }
                (TemplateForm::Literal, _) => Some(ValueKind::String.into()),
                (TemplateForm::Expression, Some(TemplatePart::Expression(expr))) => result(expr),
                (TemplateForm::Expression | TemplateForm::Interpolation, _) => None,
            };
        }
    };
    Some(kind.into())
}

/// The kinds that an expression may give.
fn result(expr: &Expr<'_>) -> Option<Kinds> {
    match &expr.kind {
        ExprKind::Call { name, .. } => functions::lookup(name)?.result,
        _ => ValueKind::of_literal(expr).map(Kinds::from),
    }
}

/// Whether a number or a truth value may be in a text: it is one, or an expression gives it.
fn may_be_read(text: &str) -> bool {
    let text = text.trim();
    text.contains('@')
        || text.parse::<f64>().is_ok()
        || ["true", "false"].iter().any(|one| one.eq_ignore_ascii_case(text))
}
