//! Where something is, in the units that people and programs count in.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use super::{FileName, Route, Span, Text};

/// A line and a column, both from 1. Editors that speak LSP count both from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in Unicode scalar values.
    pub column: usize,
    /// The column, from 1, in UTF-16 code units, which JavaScript and LSP count.
    pub utf16_column: usize,
}

/// A range of a text file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Location {
    /// The file.
    pub file: FileName,
    /// The bytes of the decoded text, in UTF-8 and without a byte order mark.
    pub bytes: Range<usize>,
    /// Where it starts.
    pub start: Position,
    /// The position after its last character.
    pub end: Position,
    /// The JSON pointer (RFC 6901) to the value meant, in a JSON file, with stars for secrets in names.
    pub pointer: Option<String>,
}

impl Position {
    /// The start of a file.
    pub(crate) const START: Position = Position { line: 1, column: 1, utf16_column: 1 };
}

impl Location {
    /// The location of a range of a text. The route is the one that leads to it in a JSON text.
    pub(crate) fn new(text: &Text, span: Span, route: Option<&Route>) -> Self {
        Location {
            file: text.name().clone(),
            bytes: span.start..span.end,
            start: text.position(span.start),
            end: text.position(span.end),
            pointer: route.map(Route::shown),
        }
    }
}

/// Prints as `file:line:column`, with the column in Unicode scalar values.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.start.line, self.start.column)
    }
}
