//! The workflow definition language: the expressions in the strings of a definition.
//!
//! This stage deals with texts and byte offsets, and does not depend on flows. `parse` reads a decoded JSON string,
//! `raw_range` converts a range of it to the JSON text, `functions` describes the functions, and `constant` finds calls
//! of constants that fail.

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
pub use escapes::{Checkpoints, decoded_offset, raw_range};
pub use parser::{MAX_DEPTH, may_hold_expression, may_hold_interpolation, parse};

/// The maximum number of characters of an expression.
///
/// Source: power-automate-docs, articles/limits-and-config.md.
pub const LONGEST_EXPRESSION: usize = 8192;
