//! The error of reading a configuration.

use super::UnknownKey;
use crate::source::Span;

/// The first character of the line with the most brackets, braces and dots.
fn deepest_line(text: &str) -> Option<Span> {
    let depth = |line: &str| line.bytes().filter(|byte| b".[{".contains(byte)).count();
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        start += line.len();
        (depth(line), std::cmp::Reverse(start - line.len()))
    });
    lines.max().map(|(_, start)| {
        Span::new(start.0, start.0 + text[start.0..].chars().next().map_or(0, char::len_utf8))
    })
}

/// Why a configuration cannot be read.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) message: String,
    pub(crate) span: Option<Span>,
    pub(crate) help: Option<String>,
}

impl Broken {
    /// An error of the TOML parser, which stops at 80 levels and does not always say where.
    pub(super) fn toml(text: &str, error: &toml::de::Error) -> Self {
        let span = error.span().map(|range| Span::new(range.start, range.end));
        if error.message().contains("recurs") {
            let message = "this nests more than 80 levels deep".to_owned();
            return Broken { message, span: span.or_else(|| deepest_line(text)), help: None };
        }
        Broken { message: error.message().replace('\n', ", "), span, help: None }
    }

    /// Adds a suggestion: a missing key may be present under a misspelled name.
    pub(super) fn hint(mut self, unknown_keys: &[UnknownKey]) -> Self {
        self.help = unknown_keys.iter().find_map(|unknown| {
            let near = crate::suggest::nearest(&unknown.key.text, unknown.known.iter().copied())?;
            Some(format!("`{}` is no key: did you mean `{near}`?", unknown.key.text))
        });
        self
    }
}
