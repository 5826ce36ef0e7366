//! Simplified expressions: calls, their arguments, and the path into their results.

use crate::expression::{Expr, ExprKind, LONGEST_EXPRESSION, TemplatePart, parse};

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    /// `'text'`
    Text(String),
    /// `function(arguments)` and the path after it: `?['a']['b/c']` is `a`, `b`, `c`; an index is [`ELEMENT`].
    Call { function: String, arguments: Vec<Term>, path: Vec<String> },
    /// Any other argument: a number, `true`, `null`.
    Other,
}

/// An index in a path, as in the fields of the catalog.
pub(super) const ELEMENT: &str = "[]";

impl Term {
    /// Reads a string that is a single expression: `@…`, or `@{…}` with only blanks around it. `None` means unknown:
    /// other text, a syntax error, a computed key, or a text longer than the platform accepts. The length limit keeps
    /// many references to the same long text cheap.
    pub(super) fn of(text: &str) -> Option<Term> {
        if text.chars().nth(LONGEST_EXPRESSION).is_some() {
            return None;
        }
        let template = parse(text).ok()?;
        let mut only = None;
        for part in &template.parts {
            match part {
                TemplatePart::Expression(expr) if only.is_none() => only = Some(expr),
                TemplatePart::Literal(range) if text[range.clone()].trim().is_empty() => {}
                TemplatePart::Expression(_) | TemplatePart::Literal(_) => return None,
            }
        }
        term(only?)
    }

    /// The function in lower case, its arguments and the path. `None` if the term is not a call.
    pub(super) fn call(&self) -> Option<(String, &[Term], &[String])> {
        match self {
            Term::Call { function, arguments, path } => {
                Some((function.to_ascii_lowercase(), arguments, path))
            }
            Term::Text(_) | Term::Other => None,
        }
    }
}

/// Recurses as deep as the parser allows.
fn term(expr: &Expr<'_>) -> Option<Term> {
    match &expr.kind {
        ExprKind::String(text) => Some(Term::Text(text.to_string())),
        ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null => Some(Term::Other),
        ExprKind::Call { name, args, .. } => {
            let arguments = args.iter().map(term).collect::<Option<_>>()?;
            Some(Term::Call { function: (*name).to_owned(), arguments, path: Vec::new() })
        }
        ExprKind::Member { base, key, .. } => picked(base, &[key]),
        ExprKind::Index { base, index, .. } => match &index.kind {
            ExprKind::String(key) => picked(base, &key.split('/').collect::<Vec<_>>()),
            ExprKind::Number(number) => {
                number.text().parse::<usize>().ok().and_then(|_| picked(base, &[ELEMENT]))
            }
            _ => None,
        },
    }
}

/// A call with more keys at the end of its path.
fn picked(base: &Expr<'_>, keys: &[&str]) -> Option<Term> {
    let mut picked = term(base)?;
    match &mut picked {
        Term::Call { path, .. } => path.extend(keys.iter().map(|key| (*key).to_owned())),
        Term::Text(_) | Term::Other => return None,
    }
    Some(picked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        fn show(term: &Term) -> String {
            match term {
                Term::Text(text) => format!("'{text}'"),
                Term::Other => "_".to_owned(),
                Term::Call { function, arguments, path } => {
                    let arguments: Vec<String> = arguments.iter().map(show).collect();
                    format!("{function}({}){}", arguments.join(","), path.join("."))
                }
            }
        }
        Term::of(text).as_ref().map_or_else(|| "unknown".to_owned(), show)
    }

    #[test]
    fn the_usual_spellings_are_understood() {
        for (text, expected) in [
            ("@triggerBody()?['X']", "triggerBody()X"),
            ("@{triggerBody()?['X']}", "triggerBody()X"),
            ("@triggerBody()['a']['b']", "triggerBody()a.b"),
            ("@triggerBody()?.X", "triggerBody()X"),
            ("@triggerOutputs()?['body/X']", "triggerOutputs()body.X"),
            ("@ triggerOutputs( ) ?[ 'headers' ] ?[ 'x-Y' ]", "triggerOutputs()headers.x-Y"),
            ("@createArray(triggerBody()['text_1'], 'it''s')", "createArray(triggerBody()text_1,'it's')"),
            ("@body('Parse JSON')?['value'][0]?['c']", "body('Parse JSON')value.[].c"),
            ("@equals(1, true)", "equals(_,_)"),
            ("@{concat('}', '{')}", "concat('}','{')"),
            ("plain", "unknown"),
            ("@@literal", "unknown"),
            ("@{a()}@{b()}", "unknown"),
            ("x @{a()}", "unknown"),
            (" @{a()} ", "a()"),
            (" @a()", "unknown"),
            ("@a()?['b'].c", "a()b.c"),
            ("@a()[-1]", "unknown"),
            ("@a()[variables('x')]", "unknown"),
            ("@a(", "unknown"),
            ("@a('x", "unknown"),
            ("@a() + 1", "unknown"),
            ("@a()?", "unknown"),
            ("@", "unknown"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert_eq!(Term::of(&format!("@{}", "a(".repeat(10_000))), None);
    }
}
