//! The types of literal values and of the results of expressions, for rules that compare types.

use crate::expression::functions::{self, Kinds, ValueKind};
use crate::expression::{Expr, ExprKind};
use crate::source::{Json, Value};
use crate::wording::article;

/// The type of a JSON value as it is written. Expressions in it are not evaluated.
pub(super) fn of_json(value: Json<'_>) -> ValueKind {
    match value.value() {
        Value::Null => ValueKind::Null,
        Value::Bool(_) => ValueKind::Boolean,
        Value::Number(number) if number.is_float() => ValueKind::Float,
        Value::Number(_) => ValueKind::Integer,
        Value::String(_) => ValueKind::String,
        Value::Array(_) => ValueKind::Array,
        Value::Object(_) => ValueKind::Object,
    }
}

/// The possible types of the result of an expression; `None` if unknown.
pub(super) fn of_expression(expr: &Expr<'_>) -> Option<Kinds> {
    match &expr.kind {
        ExprKind::Call { name, .. } => functions::lookup(name)?.result,
        _ => ValueKind::of_literal(expr).map(Kinds::from),
    }
}

/// A type or a list of types with its article: `an integer`, `a string`, `an array, string or object`, but `null`.
pub(super) fn with_article(name: &str) -> String {
    if name == "null" { name.to_owned() } else { format!("{} {name}", article(name)) }
}
