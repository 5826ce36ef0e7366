//! An error in a text that the user provides besides packages, with its location.

use std::fmt;

use super::{Location, Span, Text};

/// The reason why a configuration, a settings file or an activation order cannot be used.
#[derive(Debug, Clone)]
pub struct TextError(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    text: Text,
    span: Span,
    message: String,
    help: Option<String>,
}

impl TextError {
    pub(crate) fn new(text: Text, span: Span, message: impl Into<String>, help: Option<String>) -> Self {
        TextError(Box::new(Parts { text, span, message: message.into(), help }))
    }

    /// Creates an error at the character at a byte offset.
    pub(crate) fn at(text: Text, offset: usize, message: impl Into<String>) -> Self {
        let span = text.character(offset);
        TextError::new(text, span, message, None)
    }

    /// The problem, to be read after the name of the file: "is not valid JSON: …".
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// How to fix it, if known.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// The location of the problem.
    pub fn location(&self) -> Location {
        self.0.text.location(self.0.span)
    }

    pub(crate) fn text(&self) -> &Text {
        &self.0.text
    }

    pub(crate) fn span(&self) -> Span {
        self.0.span
    }
}

/// Prints as `file:line:column: message`.
impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location(), self.0.message)
    }
}

impl std::error::Error for TextError {}
