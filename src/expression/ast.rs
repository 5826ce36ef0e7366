//! The syntax tree of an expression, with iteration and printing.
//!
//! All ranges are byte offsets in the decoded JSON string that contains the expression; `raw_range` converts them to
//! the file. The tree borrows names and texts from that string, because nearly every string of a flow is parsed, often
//! just to find a name.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A string of a definition, as the platform interprets it.
#[derive(Debug, Clone)]
pub struct Template<'a> {
    /// How the parts form the value.
    pub form: TemplateForm,
    /// The parts in order. Empty for an empty string.
    pub parts: Vec<TemplatePart<'a>>,
}

/// How the parts of a template form its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateForm {
    /// No expression: the value is the text without its escapes.
    Literal,
    /// `@...`: a single expression. The value has the type of the expression.
    Expression,
    /// Text that contains `@{...}`: the value is a string.
    Interpolation,
}

/// A part of a template.
#[derive(Debug, Clone)]
pub enum TemplatePart<'a> {
    /// Plain text. An `@` that escapes another one is in no part, so the joined literals are the unescaped text.
    Literal(Range<usize>),
    /// An expression without its `@`, and without the braces of an interpolation.
    Expression(Expr<'a>),
}

/// An expression and its range.
#[derive(Debug, Clone)]
pub struct Expr<'a> {
    /// The kind of expression.
    pub kind: ExprKind<'a>,
    /// The range, without surrounding whitespace.
    pub range: Range<usize>,
}

/// The kinds of expressions.
#[derive(Debug, Clone)]
pub enum ExprKind<'a> {
    /// `'text'`, with `''` for a quote. The value is unquoted.
    String(Cow<'a, str>),
    /// `5`, `-1.5e3`.
    Number(Number<'a>),
    /// `true` or `false`, in any case.
    Bool(bool),
    /// `null`, in any case.
    Null,
    /// `name(argument, ...)`.
    Call {
        /// The function name as written, in any case.
        name: &'a str,
        /// The range of the name.
        name_range: Range<usize>,
        /// The arguments, in order.
        args: Vec<Expr<'a>>,
    },
    /// `base.key` or `base?.key`.
    Member {
        /// The expression whose member is read: a call or another access.
        base: Box<Expr<'a>>,
        /// The name after the dot.
        key: &'a str,
        /// The range of the name.
        key_range: Range<usize>,
        /// Whether a `?` makes the result null, instead of an error, if the member is missing.
        optional: bool,
    },
    /// `base[index]` or `base?[index]`.
    Index {
        /// The expression whose element is read: a call or another access.
        base: Box<Expr<'a>>,
        /// The index: any expression, usually a string or number.
        index: Box<Expr<'a>>,
        /// Whether a `?` makes the result null, instead of an error, if the element is missing.
        optional: bool,
    },
}

/// A number as written. Flows contain integers beyond 64 bits and decimals that floats cannot represent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<'a> {
    text: &'a str,
}

impl<'a> Number<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Number { text }
    }

    /// The number as written.
    pub fn text(self) -> &'a str {
        self.text
    }

    /// Whether it has no decimal point and no exponent.
    pub fn is_integer(self) -> bool {
        !self.text.contains(['.', 'e', 'E'])
    }

    /// The value, if it is a 64-bit integer.
    pub fn as_i64(self) -> Option<i64> {
        self.text.parse().ok()
    }
}

impl<'a> Template<'a> {
    /// Every expression in the template, in source order. Each comes before its subexpressions.
    pub fn walk(&self) -> Walk<'_, 'a> {
        let expressions = self.parts.iter().rev().filter_map(|part| match part {
            TemplatePart::Expression(expr) => Some(expr),
            TemplatePart::Literal(_) => None,
        });
        Walk { stack: expressions.collect() }
    }
}

impl<'a> Expr<'a> {
    /// This expression and all its subexpressions. Each comes before its own subexpressions.
    pub fn walk(&self) -> Walk<'_, 'a> {
        Walk { stack: vec![self] }
    }

    /// The text, if this is a string. Borrowed, unless it contains a quote.
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

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        self.text().map(|text| &**text)
    }

    /// The key that is read, if it is a literal: `body` in `outputs('a').body` and in `outputs('a')?['body']`.
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

    /// The arguments, if this is a call of `function`, ignoring case.
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

/// An iterator over the expressions of a tree, outer before inner. It uses no recursion, whatever the depth.
#[derive(Debug, Clone)]
pub struct Walk<'t, 'a> {
    /// The expressions that are still to be visited, the next one last.
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

/// Prints the expression in a form that parses to an equal tree, without optional whitespace.
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
