//! Converts byte ranges of a decoded JSON string to byte ranges of the raw text.

use std::ops::Range;

/// The range of `raw`, a JSON string without its quotes, that decodes to the range `decoded`. Scans from the start of
/// the string to the end of the range; use [`Checkpoints`] for many ranges of a string.
///
/// A range that starts or ends inside a character or escape includes all of it. Offsets beyond the string count as its
/// end. `raw` must be valid JSON; otherwise, the result is some range inside it.
pub fn raw_range(raw: &str, decoded: Range<usize>) -> Range<usize> {
    walk(raw, Offsets { raw: 0, decoded: 0 }, decoded)
}

/// The offset in the decoded string of an offset in `raw`. An offset inside an escape counts as the start of the escape.
pub fn decoded_offset(raw: &str, offset: usize) -> usize {
    let mut at = Offsets { raw: 0, decoded: 0 };
    while at.raw < raw.len() {
        let unit = unit(&raw[at.raw..]);
        if at.raw + unit.raw > offset {
            break;
        }
        at = Offsets { raw: at.raw + unit.raw, decoded: at.decoded + unit.decoded };
    }
    at.decoded
}

/// The same position in a raw and in a decoded string.
#[derive(Debug, Clone, Copy)]
struct Offsets {
    raw: usize,
    decoded: usize,
}

/// Positions at regular distances in a string with escapes, so that the search for a range need not start at the
/// beginning. A string may have a hundred thousand findings.
#[derive(Debug)]
pub struct Checkpoints(Vec<Offsets>);

impl Checkpoints {
    /// The distance between checkpoints, in bytes of the raw string.
    const DISTANCE: usize = 1024;

    /// Whether a raw string is long enough for checkpoints to pay off.
    pub fn are_worthwhile(raw: &str) -> bool {
        raw.len() > 2 * Checkpoints::DISTANCE
    }

    /// Computes the checkpoints of a raw string in a single pass.
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

    /// Like the function [`raw_range`], for the string that the checkpoints were computed from. Reads only bytes near
    /// the ends of the range.
    pub fn raw_range(&self, raw: &str, decoded: Range<usize>) -> Range<usize> {
        let start = walk(raw, self.before(decoded.start), decoded.start..decoded.start.saturating_add(1));
        if decoded.is_empty() {
            return start.start..start.start;
        }
        let last = decoded.end - 1;
        start.start..walk(raw, self.before(last), last..decoded.end).end
    }

    /// The last checkpoint at or before an offset of the decoded string.
    fn before(&self, decoded: usize) -> Offsets {
        let after = self.0.partition_point(|at| at.decoded <= decoded);
        self.0[after.saturating_sub(1)]
    }
}

/// Finds a range, starting at a position before it.
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

/// A character or an escape: its length in the raw text and in the decoded text.
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
        // Two escapes form a character beyond the basic plane, which takes four bytes.
        Some(0xd800..=0xdbff) if matches!(rest.get(6..).and_then(code_unit), Some(0xdc00..=0xdfff)) => {
            Unit { raw: 12, decoded: 4 }
        }
        Some(unit) => Unit { raw: 6, decoded: char::from_u32(unit).map_or(3, char::len_utf8) },
        None => Unit { raw: 1 + escape.chars().next().map_or(0, char::len_utf8), decoded: 1 },
    }
}

/// The code unit of a `\uXXXX` at the start.
fn code_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}
