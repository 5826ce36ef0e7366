//! A variable that is used as if it had a different type, or whose type does not exist.

use super::value_types::{self, with_article};
use crate::expression::functions::{Kinds, ValueKind};
use crate::expression::{self, TemplateForm, TemplatePart, may_hold_expression};
use crate::finding::{Severity, Sink};
use crate::model::{Action, ActionIx, MOST_ALIKE};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::Declaration;
use crate::source::Json;

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
    /// The words before and after the variable in a message: "increments `x` by". The second one is empty for actions
    /// with other messages.
    does: (&'static str, &'static str),
    /// The types of variables that the action works with; empty for all types.
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

/// An action that changes a variable of a known type.
struct Use<'c, 'w> {
    action: Action<'w>,
    change: &'static Change,
    declaration: &'c Declaration<'w>,
    /// The type of the variable.
    own: ValueKind,
}

/// What is wrong with the use of a variable.
struct Fault {
    /// The input of the action that is wrong: `name` or `value`.
    input: &'static str,
    label: String,
    /// The message after the name of the action.
    message: String,
    help: String,
    severity: Severity,
}

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let variables = context.semantic.variables();
    for declaration in variables.declared.values().flatten() {
        match type_of(declaration) {
            Some(own) => check_initial_value(context, sink, declaration, own),
            None => check_type(context, sink, declaration),
        }
    }
    for (index, name) in &variables.changes {
        let [declaration, others @ ..] = variables.get(name) else { continue };
        if others.len() > MOST_ALIKE {
            continue;
        }
        // If a variable is initialised twice with two types, its type is unknown.
        let own = type_of(declaration).filter(|own| others.iter().all(|other| type_of(other) == Some(*own)));
        let action = context.semantic.action(*index);
        let change = CHANGES.iter().find(|change| action.is(change.type_name));
        let (Some(own), Some(change)) = (own, change) else { continue };
        let user = Use { action, change, declaration, own };
        let works = change.works_with.is_empty() || change.works_with.contains(&own);
        let fault = if works { wrong_value(&user) } else { Some(wrong_action(&user)) };
        if let Some(fault) = fault {
            report(context, sink, *index, declaration, fault);
        }
    }
}

/// The type of a variable, if it exists.
fn type_of(declaration: &Declaration<'_>) -> Option<ValueKind> {
    let written = declaration.entry.get("type")?.as_str()?;
    TYPES.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(written)).map(|(_, kind)| kind)
}

fn check_type(context: &FlowContext<'_, '_>, sink: &mut Sink, declaration: &Declaration<'_>) {
    let written = declaration.entry.get("type").and_then(Json::as_str);
    let Some(written) = written.filter(|written| !written.contains('@')) else { return };
    let Some(place) = declaration.place(context.semantic, context.flow, "type") else { return };
    let named = context.named(context.action(declaration.action));
    let name = declaration.name;
    let message =
        format!("{named} initialises the variable `{name}` with the type `{written}`, which does not exist");
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
    let Some(given) = declaration.entry.get("value").and_then(|value| misfit(own, value)) else { return };
    let Some(place) = declaration.place(context.semantic, context.flow, "value") else { return };
    let named = context.named(context.action(declaration.action));
    let name = declaration.name;
    let message = format!("{named} initialises the {own} variable `{name}` with {}", with_article(&given));
    let finding = sink.report(place, given, message).severity(Severity::Warning);
    finding.help(format!("use {} value, or change the type of `{name}`", with_article(&own.to_string())));
}

fn report(
    context: &FlowContext<'_, '_>,
    sink: &mut Sink,
    index: ActionIx,
    declaration: &Declaration<'_>,
    fault: Fault,
) {
    let place = context.semantic.value_place(context.flow, index, &["inputs", fault.input]);
    let Some(place) = place else { return };
    let message = format!("{} {}", context.named(context.action(index)), fault.message);
    let finding = sink.report(place, fault.label, message);
    finding.severity(fault.severity).help(fault.help);
    if let Some(place) = declaration.place(context.semantic, context.flow, "type") {
        finding.also(place, "its type");
    }
}

/// The action does not work with variables of this type.
fn wrong_action(user: &Use<'_, '_>) -> Fault {
    let (name, own) = (user.declaration.name, with_article(&user.own.to_string()));
    let types: Vec<String> = user.change.works_with.iter().map(ToString::to_string).collect();
    Fault {
        input: "name",
        message: format!("{} `{name}`, which is {own} variable", user.change.does.0),
        label: own,
        help: format!(
            "change the type of `{name}` to {}, or use \"Set variable\": this action works with no other type",
            types.join(" or ")
        ),
        severity: Severity::Error,
    }
}

/// The action works with the variable, but not with the value.
fn wrong_value(user: &Use<'_, '_>) -> Option<Fault> {
    let value = user.action.body.json().at(&["inputs", "value"])?;
    let (name, own, (does, with)) = (user.declaration.name, user.own, user.change.does);
    let (given, help) = match user.change.type_name {
        "SetVariable" => {
            let own = with_article(&own.to_string());
            (misfit(user.own, value)?, format!("use {own} value, or change the type of `{name}`"))
        }
        "AppendToArrayVariable" => {
            kinds(value).filter(|kinds| kinds.is_only(ValueKind::Array))?;
            let help =
                "append its items one by one in a loop, or set the variable to `union(...)` of both arrays";
            (ValueKind::Array.to_string(), help.to_owned())
        }
        "AppendToStringVariable" => return None,
        _ => (misfit(ValueKind::Float, value)?, "use a number".to_owned()),
    };
    let value = with_article(&given);
    let message = match user.change.type_name {
        "AppendToArrayVariable" => format!("appends {value} to `{name}` as a single item"),
        _ => format!("{does} the {own} variable `{name}` {with} {value}"),
    };
    Some(Fault { input: "value", label: given, message, help, severity: Severity::Warning })
}

/// The type of a value, in words, if it does not fit a variable of type `own`. The platform converts numbers and booleans
/// that are written as text, and accepts empty text and null for any type.
fn misfit(own: ValueKind, value: Json<'_>) -> Option<String> {
    let given = kinds(value)?;
    let is_converted = matches!(own, ValueKind::Integer | ValueKind::Float | ValueKind::Boolean);
    let fits = given.contains(own)
        || given.contains(ValueKind::Null)
        || own == ValueKind::Float && given.contains(ValueKind::Integer)
        || is_converted && given.contains(ValueKind::String) && value.as_str().is_none_or(may_be_converted);
    (!fits).then(|| given.to_string())
}

/// The types that a value may have when the flow runs; `None` if it may have any.
fn kinds(value: Json<'_>) -> Option<Kinds> {
    let Some(text) = value.as_str() else { return Some(value_types::of_json(value).into()) };
    // Text that looks like an array or an object may be converted to one.
    let is_string = !text.is_empty() && !text.trim_start().starts_with(['[', '{']);
    let literal = is_string.then(|| ValueKind::String.into());
    // Most texts contain no expression, and parsing is slower than a search.
    if !may_hold_expression(text) {
        return literal;
    }
    let template = expression::parse(text).ok()?;
    match (template.form, template.parts.first()) {
        (TemplateForm::Literal, _) => literal,
        (TemplateForm::Expression, Some(TemplatePart::Expression(expr))) => value_types::of_expression(expr),
        (TemplateForm::Expression | TemplateForm::Interpolation, _) => None,
    }
}

/// Whether text may be converted to a number or a boolean: it is one, or contains an expression.
fn may_be_converted(text: &str) -> bool {
    let text = text.trim();
    text.contains('@')
        || text.parse::<f64>().is_ok()
        || ["true", "false"].iter().any(|word| word.eq_ignore_ascii_case(text))
}
