//! From bytes of a decoded JSON string to bytes of the text it was decoded from.

use std::ops::Range;

/// The bytes of `raw`, a JSON string without its quotes, that `decoded` came from.
///
/// A character or an escape is whole or not there: a range that begins or ends inside one takes all of it. Offsets beyond the string are its end.
/// `raw` must be valid JSON; anything else gives some range inside it.
pub fn raw_range(raw: &str, decoded: Range<usize>) -> Range<usize> {
    let mut start = None;
    let (mut raw_at, mut decoded_at) = (0, 0);
    while raw_at < raw.len() {
        let unit = unit(&raw[raw_at..]);
        decoded_at += unit.decoded;
        if start.is_none() && decoded.start < decoded_at {
            start = Some(raw_at);
            if decoded.is_empty() {
                return raw_at..raw_at;
            }
        }
        raw_at += unit.raw;
        if let Some(start) = start
            && decoded.end <= decoded_at
        {
            return start..raw_at;
        }
    }
    start.unwrap_or(raw.len())..raw.len()
}

/// One character of the raw text, or one escape: the bytes it takes and the bytes it stands for.
struct Unit {
    raw: usize,
    decoded: usize,
}

fn unit(rest: &str) -> Unit {
    let Some(escape) = rest.strip_prefix('\\') else {
        let length = rest.chars().next().map_or(1, char::len_utf8);
        return Unit { raw: length, decoded: length };
    };
    match code_unit(rest) {
        // Two escapes make one character beyond the basic plane, which takes four bytes.
        Some(0xd800..=0xdbff) if matches!(rest.get(6..).and_then(code_unit), Some(0xdc00..=0xdfff)) => {
            Unit { raw: 12, decoded: 4 }
        }
        Some(unit) => Unit { raw: 6, decoded: char::from_u32(unit).map_or(3, char::len_utf8) },
        None => Unit { raw: 1 + escape.chars().next().map_or(0, char::len_utf8), decoded: 1 },
    }
}

/// The number of a `\uXXXX` at the start.
fn code_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}
