//! Other readings of a text: as people see it, without invisible characters, and as programs decode it, without escapes.
//!
//! `Pass<U+200D>word=…` and `https:%2F%2Fuser:…%40host` show a password to whoever reads them, but not to a search of
//! their bytes. So the readings of a text are searched, too, and what is found is converted to bytes of the text.

use std::borrow::Cow;
use std::ops::Range;

use crate::bytes::{Block, before_first, has_any};
use crate::characters::{Folded, floor_char_boundary, folded};

/// How often a text is decoded. Nothing in practice is encoded more than twice.
const LEVELS: usize = 3;

/// The bytes of a text in which `search` finds something, in other readings of the text.
pub(super) fn found(text: &str, search: impl Fn(&str) -> Vec<Range<usize>>) -> Vec<Range<usize>> {
    /// Long texts are read in parts, so that a reading needs little memory. A part overlaps the next one, for what is at
    /// its end.
    const PART: usize = 1 << 16;
    const OVERLAP: usize = 1 << 12;
    // Nearly every text that is printed has only one reading.
    if !may_differ(text) {
        return Vec::new();
    }
    let (mut ranges, mut start) = (Vec::new(), 0);
    loop {
        let end = floor_char_boundary(text, start + PART + OVERLAP);
        let part = &text[start..end];
        ranges.extend(in_part(part, &search).into_iter().map(|one| start + one.start..start + one.end));
        if end == text.len() {
            return ranges;
        }
        start = floor_char_boundary(text, start + PART);
    }
}

/// Whether a text may have other readings.
pub(super) fn may_differ(text: &str) -> bool {
    has_any(text.as_bytes(), may_be_unit)
}

/// Which bytes [`unit`] may read as something else: the signs that start escapes, and all but printable ASCII characters.
fn may_be_unit(block: Block) -> Block {
    let is_sign = block.equal(b'%') | block.equal(b'\\') | block.equal(b'&');
    is_sign | !(block.between(b' ', b'~') | block.is_blank())
}

fn in_part(text: &str, search: &impl Fn(&str) -> Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut readings: Vec<Reading> = Vec::new();
    let mut ranges = Vec::new();
    while readings.len() < LEVELS {
        let previous = readings.last().map_or(text, |reading| &reading.text);
        let Some(reading) = Reading::of(previous) else { break };
        let found = search(&reading.text);
        readings.push(reading);
        let in_text = |range| readings.iter().rev().fold(range, |range, reading| reading.source(range));
        ranges.extend(found.into_iter().map(in_text));
    }
    ranges
}

/// A text without invisible characters and blanks that are not spaces.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(|character| folded(character).is_some()) {
        return Cow::Borrowed(text);
    }
    let seen = |character| match folded(character) {
        None => Some(character),
        Some(Folded::Ascii(ascii)) => Some(ascii),
        Some(Folded::Nothing) => None,
    };
    Cow::Owned(text.chars().filter_map(seen).collect())
}

/// A text after a step of decoding.
struct Reading {
    text: String,
    /// Where the distance between the two texts changes: a byte of this text, and the byte of the source for it.
    shifts: Vec<(usize, usize)>,
}

impl Reading {
    /// Decodes each escape of a text once. `None` if it contains none.
    fn of(source: &str) -> Option<Self> {
        let mut reading: Option<Reading> = None;
        let (mut at, mut copied) = (0, 0);
        loop {
            at += before_first(&source.as_bytes()[at..], may_be_unit);
            let Some(character) = source[at..].chars().next() else { break };
            let Some((seen, length)) = unit(&source[at..], character) else {
                at += character.len_utf8();
                continue;
            };
            let Reading { text, shifts } = reading.get_or_insert_with(|| Reading {
                text: String::with_capacity(source.len()),
                shifts: Vec::new(),
            });
            text.push_str(&source[copied..at]);
            if let Folded::Ascii(ascii) = seen {
                shifts.push((text.len(), at));
                text.push(ascii);
            }
            at += length;
            copied = at;
            shifts.push((text.len(), at));
        }
        let mut reading = reading?;
        reading.text.push_str(&source[copied..]);
        Some(reading)
    }

    /// The range of the source for a range of this text.
    fn source(&self, range: Range<usize>) -> Range<usize> {
        let of = |byte: usize| {
            let next = self.shifts.partition_point(|(here, _)| *here <= byte);
            let (here, there) = next.checked_sub(1).map_or((0, 0), |last| self.shifts[last]);
            there + (byte - here)
        };
        of(range.start)..of(range.end)
    }
}

/// What is read instead of the character or escape at the start of a text, and its length. `None` for all that is read as
/// it is.
fn unit(rest: &str, first: char) -> Option<(Folded, usize)> {
    let bytes = rest.as_bytes();
    let decoded = |digits: &[u8], length: usize| Some((Folded::Ascii(printable(digits, 16)?), length));
    match bytes {
        [b'%', high, low, ..] => decoded(&[*high, *low], 3),
        [b'\\', sign @ (b'/' | b'\\'), ..] => Some((Folded::Ascii(char::from(*sign)), 2)),
        [b'\\', b'u' | b'U', b'0', b'0', high, low, ..] => decoded(&[*high, *low], 6),
        [b'&', b'#', reference @ ..] => {
            const LONGEST: usize = 8;
            let length = reference.iter().take(LONGEST).position(|byte| *byte == b';')?;
            let value = match &reference[..length] {
                [b'x' | b'X', digits @ ..] => printable(digits, 16),
                digits => printable(digits, 10),
            };
            Some((Folded::Ascii(value?), "&#;".len() + length))
        }
        [byte, ..] if byte.is_ascii_graphic() => None,
        _ => folded(first).map(|seen| (seen, first.len_utf8())),
    }
}

/// The printable ASCII character with this number.
fn printable(digits: &[u8], radix: u32) -> Option<char> {
    let digit = |value: u32, byte: &u8| {
        let digit = char::from(*byte).to_digit(radix)?;
        Some(value.saturating_mul(radix).saturating_add(digit))
    };
    let value = digits.iter().try_fold(0, digit).filter(|_| !digits.is_empty())?;
    char::from_u32(value).filter(|character| matches!(character, ' '..='~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The readings of a text, and what each finds for `x`.
    fn readings(text: &str) -> Vec<String> {
        let mut readings: Vec<String> = Vec::new();
        while let Some(reading) = Reading::of(readings.last().map_or(text, String::as_str)) {
            readings.push(reading.text);
        }
        readings
    }

    #[test]
    fn a_text_is_decoded_level_by_level() {
        assert_eq!(readings("a%3Ab%2540"), ["a:b%40", "a:b@"]);
        assert_eq!(readings(r"https:\/\/a\u003Ab"), ["https://a:b"]);
        assert_eq!(readings(r"\\u0040"), [r"\u0040", "@"]);
        assert_eq!(readings("&#64;&#x3a;"), ["@:"]);
        assert_eq!(readings("a\u{200D}b\u{A0}＝\u{3000}"), ["ab = "]);
        for text in ["名前 100% %zz %e3 &#; &#9999999; \\n \\u00 ä\n\t", "", "%", "&#", "\\"] {
            assert!(readings(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_found_is_converted_to_the_text() {
        let letters = |text: &str| text.match_indices("pw").map(|(at, _)| at..at + 2).collect::<Vec<_>>();
        for (text, expected) in [
            ("p\u{200D}w", vec!["p\u{200D}w"]),
            ("ä%70%77%2570%2577ä", vec!["%70%77", "%70%77", "%2570%2577"]),
            ("\u{200D}pw\u{A0}", vec!["pw"]),
            ("pw pw", vec![]),
        ] {
            let found: Vec<&str> = found(text, letters).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text}");
        }
        let long = format!("{}\u{A0}p\u{200D}w", "ä".repeat(100_000));
        let found: Vec<&str> = found(&long, letters).into_iter().map(|range| &long[range]).collect();
        assert_eq!(found, ["p\u{200D}w"]);
    }
}
