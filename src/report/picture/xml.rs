//! Writes XML. What comes from the input passes through [`escaped`].

use std::fmt::Write as _;

use crate::parse::xml;
use crate::report::text::clean;

/// A text of the input for elements and attributes: without markup, secrets, and characters that XML cannot hold.
pub(super) fn escaped(text: &str) -> String {
    xml::escaped(&clean(text))
}

/// An XML document that is written from the start to the end.
#[derive(Debug, Default)]
pub(super) struct Xml(pub(super) String);

impl Xml {
    /// Adds a line of markup.
    pub(super) fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// Adds a line of text at a place.
    pub(super) fn text(&mut self, class: &str, x: i64, y: i64, text: &str) {
        let text = xml::escaped(text);
        let _ = writeln!(self.0, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>");
    }
}
