//! Writes JSON for all formats.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter};

use super::text::{json_printable, shown};

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
    plain: Remembered,
}

/// Some of the strings so far: for each number that [`Remembered::place`] computes, the last one. The hash of a `HashSet` would
/// take as long as the search for secrets that this saves.
struct Remembered(Vec<String>);

impl Remembered {
    /// The most bytes of a string that is kept.
    const LONGEST: usize = 256;

    /// Remembers this many strings at most.
    fn new(most: usize) -> Self {
        Remembered(vec![String::new(); most])
    }

    /// Where a string is kept. Strings of the same length mostly differ in their last bytes.
    fn place(&self, text: &str) -> usize {
        const SOME: usize = 8;
        let last = text.as_bytes().iter().rev().take(SOME);
        let number = last.fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let mixed = (number ^ text.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        usize::try_from(mixed).unwrap_or(0) % self.0.len().max(1)
    }

    fn has(&self, text: &str) -> bool {
        self.0.get(self.place(text)).is_some_and(|kept| kept == text)
    }

    fn keep(&mut self, text: &str) {
        let place = self.place(text);
        if let Some(kept) = self.0.get_mut(place).filter(|_| text.len() <= Self::LONGEST) {
            kept.clear();
            kept.push_str(text);
        }
    }
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
        if !self.has_escapes && self.plain.has(&self.string) {
            return quoted(&self.string);
        }
        match shown(&self.string) {
            // Nearly every string is printed as it is.
            Cow::Borrowed(text) if !self.has_escapes => {
                quoted(text)?;
                self.plain.keep(text);
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
    fn strings_are_remembered_up_to_a_length() {
        let (mut few, mut none) = (Remembered::new(2), Remembered::new(0));
        let texts = ["", "rule", "a text", "another text", &"a".repeat(Remembered::LONGEST + 1)];
        for text in texts {
            few.keep(text);
            none.keep(text);
            assert_eq!((few.has(text), none.has(text)), (text.len() <= Remembered::LONGEST, false), "{text}");
            assert!(!few.has(&format!("{text}.")));
        }
    }

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
