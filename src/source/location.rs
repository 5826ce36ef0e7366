//! Locations in files as users and other programs count: lines, columns and JSON pointers.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use super::{FileName, Route, Span};

/// A line and a column, both from 1. LSP counts both from 0.
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
    /// The byte range in the decoded text: UTF-8 without a byte order mark.
    pub bytes: Range<usize>,
    /// The position of the first character.
    pub start: Position,
    /// The position after the last character.
    pub end: Position,
    /// The JSON pointer (RFC 6901) to the value, if the file is JSON. Secrets in names are masked.
    pub pointer: Option<String>,
}

/// A byte range of a text with its positions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Located {
    pub(crate) span: Span,
    pub(crate) start: Position,
    pub(crate) end: Position,
}

impl Position {
    /// The start of a file.
    pub(crate) const START: Position = Position { line: 1, column: 1, utf16_column: 1 };
}

impl Location {
    /// The location of a range of a file. `route` leads to the value in a JSON text.
    pub(crate) fn new(file: FileName, Located { span, start, end }: Located, route: Option<&Route>) -> Self {
        Location { file, bytes: span.start..span.end, start, end, pointer: route.map(Route::shown) }
    }
}

/// Prints as `file:line:column`, with the column in Unicode scalar values.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.start.line, self.start.column)
    }
}
