//! Tests of the expression language: tables, snapshots of messages, property tests.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod catalog;
mod messages;
mod parsing;
mod properties;

use crate::expression::{Expr, Template, TemplatePart, parse};

/// The template of a text without syntax errors.
fn template(text: &str) -> Template<'_> {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The expression of a text that consists of a single one.
fn expression(text: &str) -> Expr<'_> {
    let parts = template(text).parts;
    let [TemplatePart::Expression(expr)] = parts.as_slice() else { panic!("{text}: {parts:?}") };
    expr.clone()
}
