//! The tree of an expression, how to walk it, and how it is written.
//!
//! All ranges are byte offsets in the decoded JSON string that holds the expression; `raw_range` takes them to the file.
//! The tree borrows its names and texts from that string: nearly every string of a flow is parsed, most for a name.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// What a string of a definition is, as the platform reads it.
#[derive(Debug, Clone)]
pub struct Template<'a> {
    /// How the parts make up the value.
    pub form: TemplateForm,
    /// The parts in the order they are written. Empty for an empty string.
    pub parts: Vec<TemplatePart<'a>>,
}

/// How the parts of a template make up its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateForm {
    /// No expression: the value is the text, less its escapes.
    Literal,
    /// `@...`: one expression, and the value is of whatever kind the expression gives.
    Expression,
    /// Text with `@{...}` in it: the value is a string.
    Interpolation,
}

/// A piece of a template.
#[derive(Debug, Clone)]
pub enum TemplatePart<'a> {
    /// Plain text. The `@` that escapes another one is in no part, so the literals joined are the text that is meant.
    Literal(Range<usize>),
    /// The expression without its `@`, and without the braces of an interpolation.
    Expression(Expr<'a>),
}

/// One expression and where it is written.
#[derive(Debug, Clone)]
pub struct Expr<'a> {
    /// What it is.
    pub kind: ExprKind<'a>,
    /// From its first byte to its last, blanks around it excluded.
    pub range: Range<usize>,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub enum ExprKind<'a> {
    /// `'text'`, with `''` for a quote; here without its quotes.
    String(Cow<'a, str>),
    /// `5`, `-1.5e3`.
    Number(Number<'a>),
    /// `true` or `false`, in any case.
    Bool(bool),
    /// `null`, in any case.
    Null,
    /// `name(argument, ...)`.
    Call {
        /// The function as it is written, in any case.
        name: &'a str,
        /// Where the name stands.
        name_range: Range<usize>,
        /// The arguments in order.
        args: Vec<Expr<'a>>,
    },
    /// `base.key` or `base?.key`.
    Member {
        /// What the member is read of: a call or another access.
        base: Box<Expr<'a>>,
        /// The name behind the dot.
        key: &'a str,
        /// Where the name stands.
        key_range: Range<usize>,
        /// Whether a `?` makes a missing member null instead of an error.
        optional: bool,
    },
    /// `base[index]` or `base?[index]`.
    Index {
        /// What is looked into: a call or another access.
        base: Box<Expr<'a>>,
        /// Any expression; mostly a string or a number.
        index: Box<Expr<'a>>,
        /// Whether a `?` makes a missing element null instead of an error.
        optional: bool,
    },
}

/// A number as it is written: flows hold integers beyond 64 bits and decimals that no float holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<'a> {
    text: &'a str,
}

impl<'a> Number<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Number { text }
    }

    /// The number as it is written.
    pub fn text(self) -> &'a str {
        self.text
    }

    /// Whether it has neither a point nor an exponent.
    pub fn is_integer(self) -> bool {
        !self.text.contains(['.', 'e', 'E'])
    }

    /// Its value, where it is an integer of 64 bits.
    pub fn as_i64(self) -> Option<i64> {
        self.text.parse().ok()
    }
}

impl<'a> Template<'a> {
    /// Every expression in it, each before the ones inside it, in the order they begin.
    pub fn walk(&self) -> Walk<'_, 'a> {
        let expressions = self.parts.iter().rev().filter_map(|part| match part {
            TemplatePart::Expression(expr) => Some(expr),
            TemplatePart::Literal(_) => None,
        });
        Walk { stack: expressions.collect() }
    }
}

impl<'a> Expr<'a> {
    /// This expression and every one in it, each before the ones inside it.
    pub fn walk(&self) -> Walk<'_, 'a> {
        Walk { stack: vec![self] }
    }

    /// The text, where it is a string: borrowed, unless it holds a quote.
    pub fn text(&self) -> Option<&Cow<'a, str>> {
        match &self.kind {
            ExprKind::String(text) => Some(text),
            ExprKind::Number(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Call { .. }
            | ExprKind::Member { .. }
            | ExprKind::Index { .. } => None,
        }
    }

    /// The text, where it is a string.
    pub fn as_str(&self) -> Option<&str> {
        self.text().map(|text| &**text)
    }

    /// The key that is read, where it is fixed: `body` of `outputs('a').body` and of `outputs('a')?['body']`.
    pub fn key(&self) -> Option<Cow<'a, str>> {
        match &self.kind {
            ExprKind::Member { key, .. } => Some(Cow::Borrowed(key)),
            ExprKind::Index { index, .. } => index.text().cloned(),
            ExprKind::String(_)
            | ExprKind::Number(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Call { .. } => None,
        }
    }

    /// Whether it is a call of `function`, in any case, and with what.
    pub fn call_of(&self, function: &str) -> Option<&[Expr<'a>]> {
        match &self.kind {
            ExprKind::Call { name, args, .. } => {
                name.eq_ignore_ascii_case(function).then_some(args.as_slice())
            }
            ExprKind::String(_)
            | ExprKind::Number(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Member { .. }
            | ExprKind::Index { .. } => None,
        }
    }
}

/// The expressions of a tree, outer before inner. Needs no call stack, whatever the depth.
#[derive(Debug, Clone)]
pub struct Walk<'t, 'a> {
    /// What is still to be given out, the next one last.
    stack: Vec<&'t Expr<'a>>,
}

impl<'t, 'a> Iterator for Walk<'t, 'a> {
    type Item = &'t Expr<'a>;

    fn next(&mut self) -> Option<&'t Expr<'a>> {
        let expr = self.stack.pop()?;
        match &expr.kind {
            ExprKind::Call { args, .. } => self.stack.extend(args.iter().rev()),
            ExprKind::Member { base, .. } => self.stack.push(base),
            ExprKind::Index { base, index, .. } => self.stack.extend([&**index, &**base]),
            ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null => {}
        }
        Some(expr)
    }
}

/// Writes the expression so that it reads back as the same one, without blanks of its own.
impl fmt::Display for Expr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::String(text) => write!(f, "'{}'", text.replace('\'', "''")),
            ExprKind::Number(number) => f.write_str(number.text),
            ExprKind::Bool(value) => write!(f, "{value}"),
            ExprKind::Null => f.write_str("null"),
            ExprKind::Call { name, args, .. } => {
                write!(f, "{name}(")?;
                for (at, arg) in args.iter().enumerate() {
                    let separator = if at == 0 { "" } else { ", " };
                    write!(f, "{separator}{arg}")?;
                }
                f.write_str(")")
            }
            ExprKind::Member { base, key, optional, .. } => write!(f, "{base}{}.{key}", question(*optional)),
            ExprKind::Index { base, index, optional } => write!(f, "{base}{}[{index}]", question(*optional)),
        }
    }
}

fn question(optional: bool) -> &'static str {
    if optional { "?" } else { "" }
}
