//! The error of reading a configuration.

use super::UnknownKey;
use crate::source::Span;
use crate::suggest::nearest;

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

    /// Replaces the terms of serde in the message with those of TOML, and adds how to fix it.
    pub(super) fn in_plain_terms(self, text: &str) -> Self {
        let Broken { message, span, help } = self;
        let written = span.and_then(|span| text.get(span.start..span.end)).unwrap_or_default();
        if let Some(value) = message.strip_prefix("unknown variant ") {
            // The value that is written, and the values that are known, are in backticks.
            let mut names = value.split('`').skip(1).step_by(2);
            let near = names.next().and_then(|wrong| nearest(wrong, names));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            return Broken { message: format!("unknown value {value}"), span, help };
        }
        let (message, help) = match message.as_str() {
            "invalid type: map, expected a sequence" => {
                let help = written.starts_with('[').then(|| format!("write `[{written}]`"));
                ("expected a list of tables, found a table".to_owned(), help)
            }
            list if list.ends_with("expected a sequence") => {
                ("expected a list".to_owned(), Some(format!("write `[{written}]`")))
            }
            date if date.ends_with("expected a TOML datetime") => {
                let help = "write a date without quotes: `until = 2027-01-31`";
                ("expected a date".to_owned(), Some(help.to_owned()))
            }
            "wanted string or table" => ("expected a string in quotes".to_owned(), help),
            other => (other.replacen("missing field", "missing key", 1), help),
        };
        Broken { message, span, help }
    }

    /// Adds a suggestion: a missing key may be present under a misspelled name.
    pub(super) fn or_misspelled(self, unknown_keys: &[UnknownKey]) -> Self {
        let is_missing = self.help.is_none() && self.message.starts_with("missing key");
        let misspelled = unknown_keys.iter().filter(|_| is_missing).find_map(|unknown| {
            let near = nearest(&unknown.key.text, unknown.known.iter().copied())?;
            Some(format!("unknown key `{}`, did you mean `{near}`?", unknown.key.text))
        });
        Broken { help: self.help.or(misspelled), ..self }
    }
}
