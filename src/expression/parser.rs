//! The parser for templates, expressions, calls and accesses.
//!
//! The grammar is that of Microsoft's designer (`ExpressionParser` in Azure/LogicAppsUX), with the strictness of the
//! service, which refuses text after a complete expression. The language has no operators and no grouping parentheses,
//! and members can be read from calls only.

use std::ops::Range;

use crate::expression::ast::{Expr, ExprKind, Number, Template, TemplateForm, TemplatePart};
use crate::expression::error::SyntaxError;
use crate::expression::lexer::{Lexer, TokenKind};

/// The maximum depth of a tree. The deepest expression in 377 public flows has 11 levels; the limit prevents hostile
/// input from exhausting the call stack.
pub const MAX_DEPTH: usize = 200;

/// Whether a string may contain an expression or an escape. A cheap check before parsing: most strings of a flow have
/// none.
pub fn may_hold_expression(text: &str) -> bool {
    text.starts_with('@') || may_hold_interpolation(text)
}

/// Whether a text contains `@{`.
pub fn may_hold_interpolation(text: &str) -> bool {
    find_interpolation(text).is_some()
}

/// The offset of the first `@{`. Most texts have no `@`, and a search for a byte has no preparations.
fn find_interpolation(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'@', bytes).find(|at| bytes.get(at + 1) == Some(&b'{'))
}

/// Parses a string of a definition: literal text, `@expression`, or text that contains `@{expression}`.
///
/// # Errors
/// The first syntax error. Strings without expressions have none.
pub fn parse(text: &str) -> Result<Template<'_>, SyntaxError> {
    match text.strip_prefix('@').map(|rest| rest.chars().next()) {
        // A single `@` is text; `@@` at the start makes the rest text.
        Some(None) => Ok(literal(0..1)),
        Some(Some('@')) => Ok(literal(1..text.len())),
        Some(Some('{')) | None => interpolation(text),
        Some(Some(_)) => whole_expression(text),
    }
}

fn literal<'a>(range: Range<usize>) -> Template<'a> {
    Template { form: TemplateForm::Literal, parts: vec![TemplatePart::Literal(range)] }
}

fn whole_expression(text: &str) -> Result<Template<'_>, SyntaxError> {
    let mut parser = Parser { lexer: Lexer::new(text, 1) };
    let expr = parser.expression(1)?.expr;
    let rest = parser.lexer.other();
    if rest.kind != TokenKind::End {
        return Err(SyntaxError::unexpected(text, rest.range, "the end of the text"));
    }
    Ok(Template { form: TemplateForm::Expression, parts: vec![TemplatePart::Expression(expr)] })
}

fn interpolation(text: &str) -> Result<Template<'_>, SyntaxError> {
    let mut template = Template { form: TemplateForm::Literal, parts: Vec::new() };
    let mut literal = 0;
    let mut from = 0;
    while let Some(found) = find_interpolation(&text[from..]) {
        let at = from + found;
        let escaped = text[..at].ends_with('@');
        push_literal(&mut template, literal..if escaped { at - 1 } else { at });
        if escaped {
            literal = at;
            from = at + 2;
            continue;
        }
        let (expr, end) = braced(text, at)?;
        template.form = TemplateForm::Interpolation;
        template.parts.push(TemplatePart::Expression(expr));
        literal = end;
        from = end;
    }
    push_literal(&mut template, literal..text.len());
    Ok(template)
}

fn push_literal(template: &mut Template<'_>, range: Range<usize>) {
    if !range.is_empty() {
        template.parts.push(TemplatePart::Literal(range));
    }
}

/// The expression of the `@{` at `at`, and the offset after its `}`.
fn braced(text: &str, at: usize) -> Result<(Expr<'_>, usize), SyntaxError> {
    let mut parser = Parser { lexer: Lexer::new(text, at + 2) };
    let expr = parser.expression(1)?.expr;
    match parser.lexer.take('}') {
        Some(brace) => Ok((expr, brace.end)),
        None => {
            let found = parser.lexer.other().range;
            Err(SyntaxError::unexpected(text, found, "`}`").opened(at..at + 2))
        }
    }
}

/// An expression and its height in levels.
struct Tree<'a> {
    expr: Expr<'a>,
    height: usize,
}

/// The parser of an expression.
struct Parser<'a> {
    lexer: Lexer<'a>,
}

impl<'a> Parser<'a> {
    /// Parses an expression at depth `depth`. The outermost expression has depth 1.
    fn expression(&mut self, depth: usize) -> Result<Tree<'a>, SyntaxError> {
        let token = self.lexer.value()?;
        if depth > MAX_DEPTH {
            return Err(SyntaxError::too_deep(token.range, MAX_DEPTH));
        }
        let kind = match token.kind {
            TokenKind::String(value) => ExprKind::String(value),
            TokenKind::Number => ExprKind::Number(Number::new(&self.lexer.text()[token.range.clone()])),
            TokenKind::Name => return self.name(token.range, depth),
            TokenKind::Punctuation(_) | TokenKind::End => {
                return Err(SyntaxError::missing_value(self.lexer.text(), token.range));
            }
        };
        Ok(Tree { expr: Expr { kind, range: token.range }, height: 1 })
    }

    /// Parses a keyword, or a call and the accesses after it.
    fn name(&mut self, range: Range<usize>, depth: usize) -> Result<Tree<'a>, SyntaxError> {
        let text = self.lexer.text();
        let name = &text[range.clone()];
        if let Some(kind) = keyword(name) {
            return Ok(Tree { expr: Expr { kind, range }, height: 1 });
        }
        let Some(open) = self.lexer.take('(') else {
            return Err(SyntaxError::bare_name(text, range));
        };
        let (args, close, height) = self.arguments(&open, depth)?;
        let kind = ExprKind::Call { name, name_range: range.clone(), args };
        let call = Expr { kind, range: range.start..close.end };
        self.accesses(Tree { expr: call, height: height + 1 }, depth)
    }

    /// Parses arguments up to the `)`. Returns them, the range of the `)`, and the height of the tallest argument.
    fn arguments(
        &mut self,
        open: &Range<usize>,
        depth: usize,
    ) -> Result<(Vec<Expr<'a>>, Range<usize>, usize), SyntaxError> {
        let (mut args, mut tallest) = (Vec::new(), 0);
        if let Some(close) = self.lexer.take(')') {
            return Ok((args, close, tallest));
        }
        loop {
            let tree = self
                .expression(depth + 1)
                .map_err(|error| with_open_bracket(self.lexer.text(), error, open))?;
            tallest = tallest.max(tree.height);
            args.push(tree.expr);
            if self.lexer.take(',').is_some() {
                continue;
            }
            return match self.lexer.take(')') {
                Some(close) => Ok((args, close, tallest)),
                None => Err(self.unclosed("`,` or `)`", open)),
            };
        }
    }

    /// Parses the `.key`, `[index]`, `?.key` and `?[index]` after a call.
    fn accesses(&mut self, mut tree: Tree<'a>, depth: usize) -> Result<Tree<'a>, SyntaxError> {
        loop {
            let optional = self.lexer.take('?').is_some();
            match self.lexer.peek() {
                Some('.') => {
                    self.lexer.advance('.');
                    tree = self.member(tree, optional)?;
                }
                Some('[') => {
                    let open = self.lexer.advance('[');
                    tree = self.index(tree, optional, &open, depth)?;
                }
                _ if optional => {
                    let found = self.lexer.other().range;
                    return Err(SyntaxError::unexpected(self.lexer.text(), found, "`.` or `[` after `?`"));
                }
                _ => return Ok(tree),
            }
            // Each access wraps what precedes it, so a long chain is a tall tree.
            if depth + tree.height > MAX_DEPTH + 1 {
                return Err(SyntaxError::too_deep(tree.expr.range, MAX_DEPTH));
            }
        }
    }

    fn member(&mut self, base: Tree<'a>, optional: bool) -> Result<Tree<'a>, SyntaxError> {
        let token = self.lexer.other();
        let text = self.lexer.text();
        if token.kind != TokenKind::Name {
            return Err(SyntaxError::unexpected(text, token.range, "a name after `.`"));
        }
        let range = base.expr.range.start..token.range.end;
        let key = &text[token.range.clone()];
        let kind = ExprKind::Member { base: Box::new(base.expr), key, key_range: token.range, optional };
        Ok(Tree { expr: Expr { kind, range }, height: base.height + 1 })
    }

    fn index(
        &mut self,
        base: Tree<'a>,
        optional: bool,
        open: &Range<usize>,
        depth: usize,
    ) -> Result<Tree<'a>, SyntaxError> {
        let index =
            self.expression(depth + 1).map_err(|error| with_open_bracket(self.lexer.text(), error, open))?;
        let Some(close) = self.lexer.take(']') else {
            return Err(self.unclosed("`]`", open));
        };
        let range = base.expr.range.start..close.end;
        let height = base.height.max(index.height) + 1;
        let kind = ExprKind::Index { base: Box::new(base.expr), index: Box::new(index.expr), optional };
        Ok(Tree { expr: Expr { kind, range }, height })
    }

    fn unclosed(&mut self, expected: &str, open: &Range<usize>) -> SyntaxError {
        let found = self.lexer.other().range;
        SyntaxError::unexpected(self.lexer.text(), found, expected).opened(open.clone())
    }
}

fn keyword(name: &str) -> Option<ExprKind<'static>> {
    let is = |word: &str| name.eq_ignore_ascii_case(word);
    if is("true") || is("false") {
        Some(ExprKind::Bool(is("true")))
    } else {
        is("null").then_some(ExprKind::Null)
    }
}

/// If the text ends inside brackets, adds the unclosed bracket to the error.
fn with_open_bracket(text: &str, error: SyntaxError, open: &Range<usize>) -> SyntaxError {
    let ends_inside = error.opened.is_none() && error.range == (text.len()..text.len());
    if ends_inside { error.opened(open.clone()) } else { error }
}
