//! The workflow definition language: the expressions inside the strings of a definition.
//!
//! It knows texts and byte offsets, and nothing of flows. `parse` reads a decoded JSON string, `raw_range` takes a
//! place in it back to the JSON text, `functions` says what a call may be.

mod ast;
mod error;
pub mod functions;
mod lexer;
mod parser;
mod raw;
#[cfg(test)]
mod tests;

pub use ast::{Expr, ExprKind, Form, Number, Part, Template, Walk};
pub use error::SyntaxError;
pub use parser::{MAX_DEPTH, may_hold_expression, may_hold_interpolation, parse};
pub use raw::{Checkpoints, raw_range};

/// The most characters of one expression.
///
/// Source: power-automate-docs, articles/limits-and-config.md.
pub const LONGEST_EXPRESSION: usize = 8192;
