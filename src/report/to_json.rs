//! Writes JSON for all formats.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter};

use super::text::{json_printable, shown};
use crate::remembered::Remembered;

/// A value as pretty-printed JSON with a line break. Secrets are masked in every string.
pub(crate) fn to_json(value: &impl Serialize) -> String {
    const MOST_REMEMBERED: usize = 1024;
    written(value, PrettyFormatter::new(), MOST_REMEMBERED)
}

/// A value as JSON on a single line.
pub(crate) fn to_json_line(value: &impl Serialize) -> String {
    written(value, CompactFormatter, 0)
}

fn written(value: &impl Serialize, layout: impl Formatter, most: usize) -> String {
    let mut out = Vec::new();
    let masking = Masking { layout, string: String::new(), has_escapes: false, plain: Remembered::new(most) };
    // The structs of the formats have string keys and finite numbers: printing them cannot fail.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut out, masking));
    let mut text = String::from_utf8(out).unwrap_or_default();
    text.push('\n');
    json_printable(text)
}

/// Formats like `layout`, and masks secrets. serde_json writes a string in pieces between its escapes, so the string is
/// collected first.
struct Masking<F> {
    layout: F,
    string: String,
    has_escapes: bool,
    /// Strings that are printed as they are: names of rules and files, and other texts that are in many findings.
    plain: Remembered<String, ()>,
}

impl<F: Formatter> Formatter for Masking<F> {
    fn begin_string<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.string.clear();
        self.has_escapes = false;
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, _: &mut W, fragment: &str) -> io::Result<()> {
        self.string.push_str(fragment);
        Ok(())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, _: &mut W, escape: CharEscape) -> io::Result<()> {
        self.has_escapes = true;
        self.string.push(char::from(match escape {
            CharEscape::Quote => b'"',
            CharEscape::ReverseSolidus => b'\\',
            CharEscape::Solidus => b'/',
            CharEscape::Backspace => 8,
            CharEscape::FormFeed => 12,
            CharEscape::LineFeed => b'\n',
            CharEscape::CarriageReturn => b'\r',
            CharEscape::Tab => b'\t',
            CharEscape::AsciiControl(byte) => byte,
        }));
        Ok(())
    }

    fn end_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let mut quoted = |text: &str| {
            writer.write_all(b"\"")?;
            writer.write_all(text.as_bytes())?;
            writer.write_all(b"\"")
        };
        if !self.has_escapes && self.plain.get(&self.string).is_some() {
            return quoted(&self.string);
        }
        match shown(&self.string) {
            // Nearly every string is printed as it is.
            Cow::Borrowed(text) if !self.has_escapes => {
                quoted(text)?;
                self.plain.keep(text.to_owned(), ());
                Ok(())
            }
            text => Ok(serde_json::to_writer(writer, &text)?),
        }
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.layout.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.layout.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_masked_and_the_rest_is_printed_like_serde_json() {
        let value =
            serde_json::json!({"a\n?sig=x": ["say \"password=\\x1\"\t", [], {}, 1.5, null], "ä\u{1}": true});
        let text = to_json(&value);
        let masked =
            serde_json::json!({"a\n?sig=*": ["say \"password=***\"\t", [], {}, 1.5, null], "ä\u{1}": true});
        assert_eq!(text, format!("{masked:#}\n"));
    }
}
