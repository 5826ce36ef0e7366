//! A test whose result is the same in every run.

use std::collections::BTreeSet;

use super::condition::{self, Operand, Test};
use super::trigger_value_fixed::OF_THE_MOMENT;
use crate::expression::functions::{self, Kinds, ValueKind};
use crate::expression::{Expr, ExprKind};
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{ContentFlags, Json, Value};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/condition-never-changes"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for owner in context.semantic.owners() {
        for condition in condition::of(context, owner) {
            let mut seen = BTreeSet::new();
            // The same test twice in a condition is one fault.
            for test in condition.tests().into_iter().filter(|test| seen.insert((test.function, test.text())))
            {
                let Some(Fixed { outcome, reason, help }) = fixed(test) else { continue };
                let Some(place) = test.place(context) else { continue };
                let message = format!("{} {reason}", context.named(context.semantic.name(owner)));
                sink.report(place, outcome, message).help(help).key([test.function, test.text()]);
            }
        }
    }
}

const ALWAYS_TRUE: &str = "always true";
const ALWAYS_FALSE: &str = "always false";

const OF_CONSTANTS: &str = "compare with a value that can change; to switch a part of a flow off for a time, delete it or move it to a copy";

/// A test that never changes.
struct Fixed {
    /// What it gives.
    outcome: &'static str,
    /// Why, to be read after the name of the step.
    reason: String,
    help: &'static str,
}

/// What a test always gives, where it does.
fn fixed(test: &Test<'_>) -> Option<Fixed> {
    let function = test.function.to_ascii_lowercase();
    let outcome = |holds: bool| if holds { ALWAYS_TRUE } else { ALWAYS_FALSE };
    let (left, right) = match test.operands.as_slice() {
        [alone] if function.is_empty() => {
            return match literal(alone)? {
                Literal::Bool(value) => {
                    let reason = format!("tests the constant `{value}`");
                    Some(Fixed { outcome: outcome(value), reason, help: OF_CONSTANTS })
                }
                Literal::Text(_) | Literal::Number(_) | Literal::Null => None,
            };
        }
        [left, right] => (left, right),
        _ => return None,
    };
    if let (Some(left), Some(right)) = (literal(left), literal(right)) {
        let outcome = compare(&function, &left, &right).map_or("always the same", outcome);
        let reason = "compares two constants".to_owned();
        return is_comparing(&function).then_some(Fixed { outcome, reason, help: OF_CONSTANTS });
    }
    if function == "equals" && is_same(left, right) {
        let reason = "compares a value with itself".to_owned();
        return Some(Fixed {
            outcome: ALWAYS_TRUE,
            reason,
            help: "compare with the other value that was meant",
        });
    }
    if let Some((outcome, reason)) = mismatch(&function, left, right) {
        let help = "compare with a value of the same kind: a length with a number, or use `empty`; `true` and `null` \
                    stand without quotes";
        return Some(Fixed { outcome, reason, help });
    }
    let holds = length_against(&function, left, right)?;
    let reason = "compares a length with a number that no length is less than".to_owned();
    Some(Fixed { outcome: outcome(holds), reason, help: "a list without elements has the length 0" })
}

/// A constant.
#[derive(Debug, PartialEq)]
enum Literal<'a> {
    Text(&'a str),
    Number(f64),
    Bool(bool),
    Null,
}

fn literal<'t>(operand: &'t Operand<'_>) -> Option<Literal<'t>> {
    match operand {
        // A call without its `@`, which `expression-without-at` reports, is meant to change.
        Operand::Value(value) if value.may_hold(ContentFlags::CALL) => None,
        Operand::Value(value) => match value.value() {
            Value::String(text) => Some(Literal::Text(text)),
            Value::Number(number) => number.text().parse().ok().map(Literal::Number),
            Value::Bool(value) => Some(Literal::Bool(value)),
            Value::Null => Some(Literal::Null),
            Value::Array(_) | Value::Object(_) => None,
        },
        Operand::Expression(expr) => match &expr.kind {
            ExprKind::String(text) => Some(Literal::Text(text)),
            ExprKind::Number(number) => number.text().parse().ok().map(Literal::Number),
            ExprKind::Bool(value) => Some(Literal::Bool(*value)),
            ExprKind::Null => Some(Literal::Null),
            ExprKind::Call { .. } | ExprKind::Member { .. } | ExprKind::Index { .. } => None,
        },
        Operand::Text(_) => None,
    }
}

fn is_comparing(function: &str) -> bool {
    matches!(
        function,
        "equals"
            | "greater"
            | "greaterorequals"
            | "less"
            | "lessorequals"
            | "contains"
            | "startswith"
            | "endswith"
    )
}

/// What a comparison of two constants gives, where that is sure.
fn compare(function: &str, left: &Literal<'_>, right: &Literal<'_>) -> Option<bool> {
    match (function, left, right) {
        ("equals", left, right) if std::mem::discriminant(left) == std::mem::discriminant(right) => {
            Some(left == right)
        }
        ("contains", Literal::Text(left), Literal::Text(right)) => Some(left.contains(right)),
        // Without regard to case, as the reference says.
        ("startswith", Literal::Text(left), Literal::Text(right)) => {
            Some(left.to_lowercase().starts_with(&right.to_lowercase()))
        }
        ("endswith", Literal::Text(left), Literal::Text(right)) => {
            Some(left.to_lowercase().ends_with(&right.to_lowercase()))
        }
        (_, Literal::Number(left), Literal::Number(right)) => match function {
            "greater" => Some(left > right),
            "greaterorequals" => Some(left >= right),
            "less" => Some(left < right),
            "lessorequals" => Some(left <= right),
            _ => None,
        },
        _ => None,
    }
}

/// Whether both are the same expression, and it gives the same value each time.
fn is_same(left: &Operand<'_>, right: &Operand<'_>) -> bool {
    let (Operand::Expression(left), Operand::Expression(right)) = (left, right) else { return false };
    let is_moving = |expr: &Expr<'_>| OF_THE_MOMENT.iter().any(|name| expr.call_of(name).is_some());
    left.to_string() == right.to_string() && !left.walk().any(is_moving)
}

/// What a comparison of two values of different sorts gives. Numbers and booleans can be equal (the reference has
/// `equals(true, 1)` as an example), and a text may be read as either, if it looks like one.
fn mismatch(function: &str, left: &Operand<'_>, right: &Operand<'_>) -> Option<(&'static str, String)> {
    let (of_left, of_right) = (Sort::of(kinds(left))?, Sort::of(kinds(right))?);
    if of_left == of_right {
        return None;
    }
    let compares = format!("compares {} with {}", of_left.in_words(), of_right.in_words());
    let sorts = [of_left, of_right];
    let reads_as_other = |operand: &Operand<'_>| match literal(operand) {
        Some(Literal::Text(text)) => {
            let text = text.trim();
            text.parse::<f64>().is_ok()
                || text.eq_ignore_ascii_case("true")
                || text.eq_ignore_ascii_case("false")
        }
        // Only when the flow runs.
        None => true,
        Some(Literal::Number(_) | Literal::Bool(_) | Literal::Null) => false,
    };
    let text = if of_left == Sort::Text { left } else { right };
    match function {
        "equals" if sorts.contains(&Sort::Null) || sorts.contains(&Sort::Compound) => {
            Some((ALWAYS_FALSE, compares))
        }
        "equals" if sorts.contains(&Sort::Text) => {
            (!reads_as_other(text)).then_some((ALWAYS_FALSE, compares))
        }
        "equals" => Some(("different kinds", format!("{compares}, which are hardly ever equal"))),
        "greater" | "greaterorequals" | "less" | "lessorequals"
            if sorts != [Sort::Text, Sort::Number] && sorts != [Sort::Number, Sort::Text] =>
        {
            Some(("cannot be compared", compares))
        }
        _ => None,
    }
}

/// Values that are compared with each other.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sort {
    Text,
    Number,
    Bool,
    Null,
    Compound,
}

impl Sort {
    /// The sort of all these kinds, if it is one.
    fn of(kinds: Kinds) -> Option<Self> {
        const SORTS: [(Sort, &[ValueKind]); 5] = [
            (Sort::Text, &[ValueKind::String]),
            (Sort::Number, &[ValueKind::Integer, ValueKind::Float]),
            (Sort::Bool, &[ValueKind::Boolean]),
            (Sort::Null, &[ValueKind::Null]),
            (Sort::Compound, &[ValueKind::Array, ValueKind::Object]),
        ];
        let mut found = SORTS.iter().filter(|(_, all)| all.iter().any(|kind| kinds.contains(*kind)));
        let (sort, _) = found.next()?;
        found.next().is_none().then_some(*sort)
    }

    fn in_words(self) -> &'static str {
        match self {
            Sort::Text => "a text",
            Sort::Number => "a number",
            Sort::Bool => "a boolean",
            Sort::Null => "null",
            Sort::Compound => "an array or object",
        }
    }
}

/// The kinds that a value may have.
fn kinds(operand: &Operand<'_>) -> Kinds {
    match operand {
        Operand::Value(value) => kind_of_json(*value).map_or(Kinds::ANY, Kinds::from),
        Operand::Text(_) => Kinds::from(ValueKind::String),
        Operand::Expression(expr) => match &expr.kind {
            ExprKind::Call { name, .. } => {
                functions::lookup(name).and_then(|one| one.result).unwrap_or(Kinds::ANY)
            }
            _ => ValueKind::of_literal(expr).map_or(Kinds::ANY, Kinds::from),
        },
    }
}

fn kind_of_json(value: Json<'_>) -> Option<ValueKind> {
    Some(match value.value() {
        Value::Null => ValueKind::Null,
        Value::Bool(_) => ValueKind::Boolean,
        Value::Number(number) if number.is_float() => ValueKind::Float,
        Value::Number(_) => ValueKind::Integer,
        Value::String(_) => ValueKind::String,
        // The expressions in them are not looked at.
        Value::Array(_) | Value::Object(_) => return None,
    })
}

/// What a comparison of a length with a number at or below zero gives, where it always gives the same.
fn length_against(function: &str, left: &Operand<'_>, right: &Operand<'_>) -> Option<bool> {
    let is_length = |operand: &Operand<'_>| matches!(operand, Operand::Expression(expr) if expr.call_of("length").is_some());
    let number = |operand: &Operand<'_>| match literal(operand)? {
        Literal::Number(number) => Some(number),
        Literal::Text(_) | Literal::Bool(_) | Literal::Null => None,
    };
    let (function, number) = match function {
        _ if is_length(left) => (function, number(right)?),
        "less" if is_length(right) => ("greater", number(left)?),
        "lessorequals" if is_length(right) => ("greaterorequals", number(left)?),
        "greater" if is_length(right) => ("less", number(left)?),
        "greaterorequals" if is_length(right) => ("lessorequals", number(left)?),
        "equals" if is_length(right) => ("equals", number(left)?),
        _ => return None,
    };
    match function {
        "less" if number <= 0.0 => Some(false),
        "greaterorequals" if number <= 0.0 => Some(true),
        "lessorequals" | "equals" if number < 0.0 => Some(false),
        "greater" if number < 0.0 => Some(true),
        _ => None,
    }
}
