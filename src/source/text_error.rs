//! A text that cannot be used for what it was given for, with the place that is wrong.

use std::fmt;

use super::{Location, Span, Text};

/// Why a configuration, a settings file or an activation order cannot be used.
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

    /// An error at the character at a byte offset.
    pub(crate) fn at(text: Text, offset: usize, message: impl Into<String>) -> Self {
        let span = text.character(offset);
        TextError::new(text, span, message, None)
    }

    /// What is wrong, to be read after the name of the file: "is not valid JSON: …".
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to change, where that is known.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// What is wrong in the text.
    pub fn location(&self) -> Location {
        Location::new(&self.0.text, self.0.span, None)
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
