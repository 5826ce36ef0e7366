//! Syntax errors of expressions. All messages of the lexer and the parser are created here.

use std::fmt;
use std::ops::Range;

use crate::secrets::masked;

/// Why a text is not a valid expression of the workflow definition language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The smallest range that is wrong, in bytes of the decoded string. It is empty at the end of the text.
    pub range: Range<usize>,
    /// The unclosed bracket or quote, if that is the problem.
    pub opened: Option<Range<usize>>,
    /// What was found and what was expected: lower case, no full stop.
    pub message: String,
    /// What to write instead, if known.
    pub help: Option<&'static str>,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

impl SyntaxError {
    fn new(range: Range<usize>, message: String) -> SyntaxError {
        SyntaxError { range, opened: None, message, help: None }
    }

    /// Adds the unclosed bracket.
    pub(super) fn opened(self, range: Range<usize>) -> SyntaxError {
        SyntaxError { opened: Some(range), ..self }
    }

    /// Found something other than what is expected.
    pub(super) fn unexpected(text: &str, range: Range<usize>, expected: &str) -> SyntaxError {
        let message = format!("found {}, expected {expected}", shown(&masked(text)[range.clone()]));
        SyntaxError { help: advice(text, &range), ..SyntaxError::new(range, message) }
    }

    /// Found something else where a value is expected.
    pub(super) fn missing_value(text: &str, range: Range<usize>) -> SyntaxError {
        let help = match text[range.clone()].chars().next() {
            Some('(') => {
                Some("parentheses can only enclose the arguments of a function: write its name before them")
            }
            Some('[') => Some("write an array as `createArray(...)`"),
            Some('{') => Some("write an object as `json('{...}')`"),
            Some('}') if follows_interpolation_start(text, range.start) => {
                Some("write an expression between the braces; to write `@{` as plain text, use `@@{`")
            }
            Some(_) | None => None,
        };
        let error = SyntaxError::unexpected(text, range, "a value or a function");
        SyntaxError { help: error.help.or(help), ..error }
    }

    /// A name without a call: a word without quotes, or text that happens to start with `@`.
    pub(super) fn bare_name(text: &str, range: Range<usize>) -> SyntaxError {
        let help = if follows_interpolation_start(text, range.start) {
            "to call a function, write `(` after its name; to write `@{` as plain text, use `@@{`"
        } else if range.start == 1 && text.starts_with('@') {
            "to call a function, write `(` after its name; to begin plain text with `@`, use `@@`"
        } else {
            "to call a function, write `(` after its name; put text in single quotes"
        };
        let error = SyntaxError::unexpected(text, range, "a value or a function");
        SyntaxError { help: error.help.or(Some(help)), ..error }
    }

    /// A string without a closing quote.
    pub(super) fn unterminated_string(text: &str, start: usize) -> SyntaxError {
        let message = "found the end of the text inside a string, expected `'`".to_owned();
        let error = SyntaxError::new(text.len()..text.len(), message).opened(start..start + 1);
        SyntaxError { help: Some(DOUBLE_THE_QUOTE), ..error }
    }

    /// Digits, points and letters that do not form a number.
    pub(super) fn bad_number(text: &str, range: Range<usize>) -> SyntaxError {
        // A leading sign can be intended; a later one is an operator, except in an exponent.
        let operator = text[range.clone()].trim_start_matches(['+', '-']).contains(OPERATORS);
        let error = SyntaxError::unexpected(text, range, "a number");
        SyntaxError { help: operator.then_some(NO_OPERATORS), ..error }
    }

    /// Too many levels. No real flow has as many; the limit protects the parser.
    pub(super) fn too_deep(range: Range<usize>, limit: usize) -> SyntaxError {
        SyntaxError::new(range, format!("the expression is nested more than {limit} levels deep"))
    }
}

/// Whether the text at `at` follows a `@{` directly. Plain text may happen to contain `@{`.
fn follows_interpolation_start(text: &str, at: usize) -> bool {
    text[..at].trim_end().ends_with("@{")
}

/// Operators of other languages.
const OPERATORS: [char; 11] = ['+', '-', '*', '/', '%', '=', '!', '<', '>', '&', '|'];

const NO_OPERATORS: &str = "there are no operators: use functions such as `add()`, `equals()` or `and()`";

const DOUBLE_THE_QUOTE: &str = "write a quote inside a string twice: `''`";

/// What to write instead of the text at `range`, if it is a common mistake.
fn advice(text: &str, range: &Range<usize>) -> Option<&'static str> {
    let before = &text[..range.start];
    match text[range.clone()].chars().next()? {
        '?' if before.ends_with('?') => Some("there is no `??`: use `coalesce()`"),
        '"' | '`' | '‘' | '’' | '“' | '”' => Some("put text in straight single quotes: `'text'`"),
        '@' => Some("write functions inside an expression without `@`"),
        c if OPERATORS.contains(&c) => Some(NO_OPERATORS),
        '[' if before.ends_with('\'') => Some("only the result of a function can be followed by `[...]`"),
        // `''text''` is an empty string followed by a word.
        _ if before.ends_with("''") => Some("put text in single quotes, not in pairs of them: `'text'`"),
        _ if before.ends_with('\'') => Some(DOUBLE_THE_QUOTE),
        _ => None,
    }
}

/// The maximum length of quoted text in a message, in characters.
const MAX_QUOTED: usize = 32;

/// A text in backticks, truncated, with invisible characters escaped.
fn shown(text: &str) -> String {
    if text.is_empty() {
        return "the end of the text".to_owned();
    }
    let mut chars = text.chars();
    let mut shown: String = chars.by_ref().take(MAX_QUOTED).flat_map(visible).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// Copied text may contain zero-width characters, which editors do not show. The platform treats them as part of a
/// name.
fn visible(c: char) -> Vec<char> {
    let invisible = c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    if invisible { c.escape_unicode().collect() } else { vec![c] }
}
