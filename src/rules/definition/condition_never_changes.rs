//! A test whose result is the same in every run.

use std::collections::BTreeSet;

use super::condition::{self, Operand, Test};
use super::trigger_value_fixed::CHANGING_FUNCTIONS;
use super::value_types;
use crate::expression::functions::{Kinds, ValueKind};
use crate::expression::{Expr, ExprKind};
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{ContentFlags, Value};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/condition-never-changes"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for owner in context.semantic.owners() {
        for condition in condition::of(context, owner) {
            let mut seen = BTreeSet::new();
            for test in condition.tests() {
                let Some(Fixed { outcome, reason, help }) = fixed(test) else { continue };
                // The same test twice in a condition is reported once.
                if !seen.insert((test.function, test.text())) {
                    continue;
                }
                let Some(place) = test.place(context) else { continue };
                let message = format!("{} {reason}", context.named(context.semantic.name(owner)));
                sink.report(place, outcome, message).help(help).key([test.function, test.text()]);
            }
        }
    }
}

const ALWAYS_TRUE: &str = "always true";
const ALWAYS_FALSE: &str = "always false";

const CONSTANTS_HELP: &str = "compare with a value that can change; to disable a part of the flow for a while, move it to \
                              a copy of the flow";

/// A test whose result never changes.
struct Fixed {
    /// The result, as a label.
    outcome: &'static str,
    /// The reason, which follows the name of the step in the message.
    reason: String,
    help: &'static str,
}

/// Why a test always has the same result; `None` if it may change.
fn fixed(test: &Test<'_>) -> Option<Fixed> {
    let function = test.function.to_ascii_lowercase();
    let outcome = |holds: bool| if holds { ALWAYS_TRUE } else { ALWAYS_FALSE };
    let (left, right) = match test.operands.as_slice() {
        [alone] if function.is_empty() => {
            return match literal(alone)? {
                Literal::Bool(value) => {
                    let reason = format!("tests the constant `{value}`");
                    Some(Fixed { outcome: outcome(value), reason, help: CONSTANTS_HELP })
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
        return is_comparison(&function).then_some(Fixed { outcome, reason, help: CONSTANTS_HELP });
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
        let help = "compare values of the same type, such as a length with a number; write `true` and `null` without \
                    quotes";
        return Some(Fixed { outcome, reason, help });
    }
    let (holds, number) = compare_length(&function, left, right)?;
    let reason = format!("compares a length with {number}, but a length is never negative");
    let help = "to test whether a list is empty, use `empty`, or compare its length with 0";
    Some(Fixed { outcome: outcome(holds), reason, help })
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
        // A call without its `@` was meant as an expression; `expression-without-at` reports it.
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

fn is_comparison(function: &str) -> bool {
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

/// The result of a comparison of two constants; `None` if unknown.
fn compare(function: &str, left: &Literal<'_>, right: &Literal<'_>) -> Option<bool> {
    match (function, left, right) {
        ("equals", left, right) if std::mem::discriminant(left) == std::mem::discriminant(right) => {
            Some(left == right)
        }
        ("contains", Literal::Text(left), Literal::Text(right)) => Some(left.contains(right)),
        // The reference says that these ignore case.
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

/// Whether both are the same expression, and its value is the same both times.
fn is_same(left: &Operand<'_>, right: &Operand<'_>) -> bool {
    let (Operand::Expression(left), Operand::Expression(right)) = (left, right) else { return false };
    let is_changing = |expr: &Expr<'_>| CHANGING_FUNCTIONS.iter().any(|name| expr.call_of(name).is_some());
    // Expressions of different kinds are not printed, because most tests compare a value with a constant.
    let are_alike = std::mem::discriminant(&left.kind) == std::mem::discriminant(&right.kind);
    are_alike && left.to_string() == right.to_string() && !left.walk().any(is_changing)
}

/// The result of a comparison of two values of different types, as a label and the reason. Numbers and booleans can be
/// equal (the reference has `equals(true, 1)` as an example), and text that looks like one of them may equal it.
fn mismatch(function: &str, left: &Operand<'_>, right: &Operand<'_>) -> Option<(&'static str, String)> {
    let (left_type, right_type) = (Comparable::of(kinds(left))?, Comparable::of(kinds(right))?);
    if left_type == right_type {
        return None;
    }
    let compares = format!("compares {} with {}", left_type.in_words(), right_type.in_words());
    let types = [left_type, right_type];
    let may_be_converted = |operand: &Operand<'_>| match literal(operand) {
        Some(Literal::Text(text)) => {
            let text = text.trim();
            text.parse::<f64>().is_ok()
                || text.eq_ignore_ascii_case("true")
                || text.eq_ignore_ascii_case("false")
        }
        // The text is known only at run time.
        None => true,
        Some(Literal::Number(_) | Literal::Bool(_) | Literal::Null) => false,
    };
    let text = if left_type == Comparable::Text { left } else { right };
    match function {
        "equals" if types.contains(&Comparable::Null) || types.contains(&Comparable::Compound) => {
            Some((ALWAYS_FALSE, compares))
        }
        "equals" if types.contains(&Comparable::Number) && is_bool_word(text) => {
            Some(("different types", format!("{compares}, which are almost never equal")))
        }
        "equals" if types.contains(&Comparable::Text) => {
            (!may_be_converted(text)).then_some((ALWAYS_FALSE, compares))
        }
        "equals" => Some(("different types", format!("{compares}, which are almost never equal"))),
        "greater" | "greaterorequals" | "less" | "lessorequals"
            if types != [Comparable::Text, Comparable::Number]
                && types != [Comparable::Number, Comparable::Text] =>
        {
            Some(("cannot be compared", compares))
        }
        _ => None,
    }
}

/// Whether an operand is the text `true` or `false`, which no number looks like.
fn is_bool_word(operand: &Operand<'_>) -> bool {
    matches!(literal(operand), Some(Literal::Text(text)) if {
        let text = text.trim();
        text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
    })
}

/// Groups of types whose values can be compared with each other.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Comparable {
    Text,
    Number,
    Bool,
    Null,
    Compound,
}

impl Comparable {
    /// The group of all these types, if they are in the same one.
    fn of(kinds: Kinds) -> Option<Self> {
        const GROUPS: [(Comparable, &[ValueKind]); 5] = [
            (Comparable::Text, &[ValueKind::String]),
            (Comparable::Number, &[ValueKind::Integer, ValueKind::Float]),
            (Comparable::Bool, &[ValueKind::Boolean]),
            (Comparable::Null, &[ValueKind::Null]),
            (Comparable::Compound, &[ValueKind::Array, ValueKind::Object]),
        ];
        let mut found = GROUPS.iter().filter(|(_, all)| all.iter().any(|kind| kinds.contains(*kind)));
        let (group, _) = found.next()?;
        found.next().is_none().then_some(*group)
    }

    fn in_words(self) -> &'static str {
        match self {
            Comparable::Text => "text",
            Comparable::Number => "a number",
            Comparable::Bool => "a boolean",
            Comparable::Null => "null",
            Comparable::Compound => "an array or object",
        }
    }
}

/// The types that an operand may have.
fn kinds(operand: &Operand<'_>) -> Kinds {
    match operand {
        // An array or object that is written out may contain expressions.
        Operand::Value(value) if matches!(value.value(), Value::Array(_) | Value::Object(_)) => Kinds::ANY,
        Operand::Value(value) => Kinds::from(value_types::of_json(*value)),
        Operand::Text(_) => Kinds::from(ValueKind::String),
        Operand::Expression(expr) => value_types::of_expression(expr).unwrap_or(Kinds::ANY),
    }
}

/// The result of a comparison of a length with a number, if it is always the same, and that number.
fn compare_length(function: &str, left: &Operand<'_>, right: &Operand<'_>) -> Option<(bool, f64)> {
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
    let holds = match function {
        "less" if number <= 0.0 => false,
        "greaterorequals" if number <= 0.0 => true,
        "lessorequals" | "equals" if number < 0.0 => false,
        "greater" if number < 0.0 => true,
        _ => return None,
    };
    Some((holds, number))
}
