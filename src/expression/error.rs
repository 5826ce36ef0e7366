//! What is wrong with an expression: every message of the lexer and the parser is made here.

use std::fmt;
use std::ops::Range;

/// Why a text is no expression of the workflow definition language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The smallest text that is wrong, in bytes of the decoded string. Empty at the end of the text.
    pub range: Range<usize>,
    /// The bracket or quote that was left open, if that is the fault.
    pub opened: Option<Range<usize>>,
    /// What was found and what was expected there: lower case, no full stop.
    pub message: String,
    /// What to write instead, where that can be said.
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

    /// With the bracket that was left open.
    pub(super) fn opened(self, range: Range<usize>) -> SyntaxError {
        SyntaxError { opened: Some(range), ..self }
    }

    /// Something stands where something else is due.
    pub(super) fn unexpected(text: &str, range: Range<usize>, expected: &str) -> SyntaxError {
        let message = format!("found {}, expected {expected}", shown(&text[range.clone()]));
        SyntaxError { help: advice(text, &range), ..SyntaxError::new(range, message) }
    }

    /// Something stands where a value is due.
    pub(super) fn no_value(text: &str, range: Range<usize>) -> SyntaxError {
        let help = match text[range.clone()].chars().next() {
            Some('(') => {
                Some("parentheses only hold the arguments of a function: there are no operators to group")
            }
            Some('[') => Some("an array is written `createArray(...)`"),
            Some('{') => Some("an object is written `json('{...}')`"),
            Some('}') if opens_in_text(text, range.start) => {
                Some("there is nothing between the braces: text that holds `@{` is written with `@@{`")
            }
            Some(_) | None => None,
        };
        let error = SyntaxError::unexpected(text, range, "a value or a function");
        SyntaxError { help: error.help.or(help), ..error }
    }

    /// A name that nothing calls: a word without quotes, or text that begins with `@` by chance.
    pub(super) fn bare_name(text: &str, range: Range<usize>) -> SyntaxError {
        let help = if opens_in_text(text, range.start) {
            "text that holds `@{` is written with `@@{`; a function is followed by `(`"
        } else if range.start == 1 && text.starts_with('@') {
            "text that begins with `@` is written with `@@`; a function is followed by `(`"
        } else {
            "a function is followed by `(`, and a string stands in single quotes"
        };
        let error = SyntaxError::unexpected(text, range, "a value or a function");
        SyntaxError { help: error.help.or(Some(help)), ..error }
    }

    /// A quote that nothing closes.
    pub(super) fn open_string(text: &str, start: usize) -> SyntaxError {
        let message = "found the end of the text inside a string, expected `'`".to_owned();
        let error = SyntaxError::new(text.len()..text.len(), message).opened(start..start + 1);
        SyntaxError { help: Some("a quote inside a string is written twice: `''`"), ..error }
    }

    /// Digits, points and letters that make no number.
    pub(super) fn bad_number(text: &str, range: Range<usize>) -> SyntaxError {
        // A sign at the front can be meant; one further on is an operator, except in an exponent.
        let operator = text[range.clone()].trim_start_matches(['+', '-']).contains(OPERATORS);
        let error = SyntaxError::unexpected(text, range, "a number");
        SyntaxError { help: operator.then_some(NO_OPERATORS), ..error }
    }

    /// More levels than any flow has; the limit protects the program, not the flow.
    pub(super) fn too_deep(range: Range<usize>, limit: usize) -> SyntaxError {
        SyntaxError::new(range, format!("the expression nests more than {limit} levels"))
    }
}

/// Whether what stands at `at` is the first behind a `@{`, which text may hold by chance.
fn opens_in_text(text: &str, at: usize) -> bool {
    text[..at].trim_end().ends_with("@{")
}

/// What other languages write between two values.
const OPERATORS: [char; 11] = ['+', '-', '*', '/', '%', '=', '!', '<', '>', '&', '|'];

const NO_OPERATORS: &str = "there are no operators: use functions such as `add()`, `equals()` or `and()`";

/// What to write instead of what stands at `range`, where it is a known slip.
fn advice(text: &str, range: &Range<usize>) -> Option<&'static str> {
    let before = &text[..range.start];
    match text[range.clone()].chars().next()? {
        '?' if before.ends_with('?') => Some("there is no `??`: use `coalesce()`"),
        '"' | '`' | '‘' | '’' | '“' | '”' => {
            Some("strings stand in straight single quotes: `'text'`")
        }
        '@' => Some("inside an expression a function stands without `@`"),
        c if OPERATORS.contains(&c) => Some(NO_OPERATORS),
        '[' if before.ends_with('\'') => Some("only what a function gives can be looked into with `[...]`"),
        // `''text''` is an empty string with a word behind it.
        _ if before.ends_with("''") => Some("strings stand in single quotes, each written once: `'text'`"),
        _ if before.ends_with('\'') => Some("a quote inside a string is written twice: `''`"),
        _ => None,
    }
}

/// The longest text that a message quotes, in characters.
const LONGEST: usize = 32;

/// A text in backticks, cut short, with invisible characters made visible.
fn shown(text: &str) -> String {
    if text.is_empty() {
        return "the end of the text".to_owned();
    }
    let mut chars = text.chars();
    let mut shown: String = chars.by_ref().take(LONGEST).flat_map(visible).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// Copied text brings zero-width characters along that no editor shows; the platform takes them for part of a name.
fn visible(c: char) -> Vec<char> {
    let invisible = c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    if invisible { c.escape_unicode().collect() } else { vec![c] }
}
