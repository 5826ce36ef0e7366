//! From bytes of a decoded JSON string to bytes of the text it was decoded from.

use std::ops::Range;

/// The bytes of `raw`, a JSON string without its quotes, that `decoded` came from. Walks from its beginning to the end of
/// the range: see [`Checkpoints`] for many ranges of one string.
///
/// A character or an escape is whole or not there: a range that begins or ends inside one takes all of it. Offsets beyond the string are its end.
/// `raw` must be valid JSON; anything else gives some range inside it.
pub fn raw_range(raw: &str, decoded: Range<usize>) -> Range<usize> {
    walk(raw, Offsets { raw: 0, decoded: 0 }, decoded)
}

/// The same place in a raw and in a decoded string.
#[derive(Debug, Clone, Copy)]
struct Offsets {
    raw: usize,
    decoded: usize,
}

/// Places all along one string with escapes, so that no range of it is searched for from the beginning: one string may
/// hold a hundred thousand faults.
#[derive(Debug)]
pub struct Checkpoints(Vec<Offsets>);

impl Checkpoints {
    /// Bytes of the raw string between two of them.
    const DISTANCE: usize = 1024;

    /// Whether a raw string is so long that it is worth having them.
    pub fn are_worth(raw: &str) -> bool {
        raw.len() > 2 * Checkpoints::DISTANCE
    }

    /// Walks through a raw string once.
    pub fn of(raw: &str) -> Self {
        let mut at = Offsets { raw: 0, decoded: 0 };
        let mut found = vec![at];
        let mut next = Checkpoints::DISTANCE;
        while at.raw < raw.len() {
            let unit = unit(&raw[at.raw..]);
            at = Offsets { raw: at.raw + unit.raw, decoded: at.decoded + unit.decoded };
            if at.raw >= next {
                found.push(at);
                next = at.raw + Checkpoints::DISTANCE;
            }
        }
        Checkpoints(found)
    }

    /// What [`raw_range`] gives, for the string that they were made of. Only looks at the bytes near both ends.
    pub fn raw_range(&self, raw: &str, decoded: Range<usize>) -> Range<usize> {
        let start = walk(raw, self.before(decoded.start), decoded.start..decoded.start.saturating_add(1));
        if decoded.is_empty() {
            return start.start..start.start;
        }
        let last = decoded.end - 1;
        start.start..walk(raw, self.before(last), last..decoded.end).end
    }

    /// The last one at or before an offset of the decoded string.
    fn before(&self, decoded: usize) -> Offsets {
        let behind = self.0.partition_point(|at| at.decoded <= decoded);
        self.0[behind.saturating_sub(1)]
    }
}

/// From a place at or before the range on.
fn walk(raw: &str, from: Offsets, decoded: Range<usize>) -> Range<usize> {
    let mut start = None;
    let Offsets { raw: mut raw_at, decoded: mut decoded_at } = from;
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
        if let Some(start) = start.filter(|_| decoded.end <= decoded_at) {
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
