//! The workflow definition language: the expressions inside the strings of a definition.
//!
//! It knows texts and byte offsets, and nothing of flows. `parse` reads a decoded JSON string, `raw_range` takes a
//! place in it back to the JSON text, `functions` says what a call may be, and `constant` which call
//! of constants fails.

mod ast;
pub mod constant;
mod error;
mod escapes;
pub mod functions;
mod lexer;
mod parser;
#[cfg(test)]
mod tests;

pub use ast::{Expr, ExprKind, Number, Template, TemplateForm, TemplatePart, Walk};
pub use error::SyntaxError;
pub use escapes::{Checkpoints, raw_range};
pub use parser::{MAX_DEPTH, may_hold_expression, may_hold_interpolation, parse};

/// The most characters of one expression.
///
/// Source: power-automate-docs, articles/limits-and-config.md.
pub const LONGEST_EXPRESSION: usize = 8192;
