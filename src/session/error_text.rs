//! Errors as texts that are safe to show.

use serde::Serialize;

use crate::load::LoadError;
use crate::report::text::clean;
use crate::source::TextError;

/// An error as a sentence, as the command line prints it: secrets are masked, control characters are escaped, and very long texts are
/// truncated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ErrorText {
    /// The file, and what is wrong with it.
    pub message: String,
    /// How to fix it, if known.
    pub help: Option<String>,
}

impl ErrorText {
    fn new(message: &impl ToString, help: Option<&str>) -> Self {
        ErrorText { message: clean(&message.to_string()), help: help.map(clean) }
    }
}

impl From<&LoadError> for ErrorText {
    fn from(error: &LoadError) -> Self {
        ErrorText::new(error, error.help.as_deref())
    }
}

impl From<&TextError> for ErrorText {
    fn from(error: &TextError) -> Self {
        let location = error.location();
        let (file, line, column) = (&location.file, location.start.line, location.start.column);
        let message = format!("`{file}` (line {line}, column {column}) {}", error.message());
        ErrorText::new(&message, error.help())
    }
}
