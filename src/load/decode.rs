//! Decodes bytes: UTF-8 with or without a byte order mark, and UTF-16 with one. Flow files in zips are UTF-8. Unpacked
//! solutions that PowerShell has rewritten contain UTF-16LE and byte order marks.

use crate::memory::{ByteString, Bytes};

/// Bytes that are not a valid text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DecodeError {
    /// What was found.
    pub(crate) message: &'static str,
    /// The text, with U+FFFD in place of invalid bytes.
    pub(crate) lossy: String,
    /// The offset of the first fault in `lossy`.
    pub(crate) offset: usize,
}

/// The encoding of a file, according to its byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf8WithMark,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => Encoding::Utf8WithMark,
            [0xFF, 0xFE, ..] => Encoding::Utf16Le,
            [0xFE, 0xFF, ..] => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        }
    }

    /// A text in this encoding, with its byte order mark.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        let marked = || std::iter::once('\u{FEFF}').chain(text.chars());
        let utf16 = |bytes: fn(u16) -> [u8; 2]| {
            let mut units = [0; 2];
            let mut out = Vec::with_capacity(2 * text.len());
            marked()
                .for_each(|c| c.encode_utf16(&mut units).iter().for_each(|unit| out.extend(bytes(*unit))));
            out
        };
        match self {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf8WithMark => marked().collect::<String>().into_bytes(),
            Encoding::Utf16Le => utf16(u16::to_le_bytes),
            Encoding::Utf16Be => utf16(u16::to_be_bytes),
        }
    }
}

/// Adds the byte order mark to UTF-16 without one, which is recognised by zeros: in a text with Latin letters, most of
/// every second byte are zero.
pub(crate) fn with_mark(bytes: Vec<u8>) -> Vec<u8> {
    const SAMPLE: usize = 128;
    if matches!(bytes.as_slice(), [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) {
        return bytes;
    }
    let zeros = |first: usize| {
        let (all, zero) = bytes
            .iter()
            .skip(first)
            .step_by(2)
            .take(SAMPLE)
            .fold((0, 0), |(all, zero), byte| (all + 1, zero + usize::from(*byte == 0)));
        all > 1 && zero * 4 > all * 3
    };
    let mark: &[u8] = match (zeros(0), zeros(1)) {
        (false, true) => &[0xFF, 0xFE],
        (true, false) => &[0xFE, 0xFF],
        _ => return bytes,
    };
    [mark, &bytes].concat()
}

/// Decodes a file. UTF-8 is not copied.
pub(crate) fn decode(bytes: Bytes) -> Result<ByteString, DecodeError> {
    match &*bytes {
        [0xEF, 0xBB, 0xBF, ..] => utf8(bytes.slice(3..)),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes).map(ByteString::from),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes).map(ByteString::from),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: Bytes) -> Result<ByteString, DecodeError> {
    ByteString::try_from(bytes.clone()).map_err(|error| DecodeError {
        message: "a byte that is not UTF-8",
        offset: error.valid_up_to(),
        lossy: String::from_utf8_lossy(&bytes).into_owned(),
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, DecodeError> {
    let pairs = bytes.chunks_exact(2);
    let is_odd = !pairs.remainder().is_empty();
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut fault = None;
    for unit in char::decode_utf16(units) {
        let character = unit.unwrap_or_else(|_| {
            fault.get_or_insert(text.len());
            char::REPLACEMENT_CHARACTER
        });
        text.push(character);
    }
    if is_odd {
        fault.get_or_insert(text.len());
    }
    match fault {
        None => Ok(text),
        Some(offset) => Err(DecodeError { message: "an incomplete UTF-16 character", lossy: text, offset }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_byte_order_mark_decides() {
        let le: Vec<u8> = "\u{FEFF}ö名".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = "\u{FEFF}ö名".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [le, be, "\u{FEFF}ö名".into(), "ö名".into()] {
            let encoding = Encoding::of(&bytes);
            assert_eq!(encoding.encode("ö名"), bytes);
            assert_eq!(decode(bytes.into()).as_deref(), Ok("ö名"));
        }
    }

    #[test]
    fn a_missing_byte_order_mark_is_added() {
        for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
            let marked = encoding.encode("Größe: 12\n");
            assert_eq!(with_mark(marked[2..].to_vec()), marked);
            assert_eq!(with_mark(marked.clone()), marked);
        }
        for bytes in [&b"abc"[..], b"", b"\0", b"\0\0\0\0", "名前名前".as_bytes()] {
            assert_eq!(with_mark(bytes.to_vec()), bytes);
        }
    }

    #[test]
    fn errors_have_an_offset() {
        let error = decode(b"ab\xFFc"[..].into()).expect_err("not UTF-8");
        assert_eq!((error.offset, error.lossy.as_str()), (2, "ab\u{FFFD}c"));
        let error = decode(vec![0xFF, 0xFE, b'a', 0, b'b'].into()).expect_err("cut in half");
        assert_eq!((error.offset, error.lossy.as_str()), (1, "a"));
        let error = decode(vec![0xFF, 0xFE, 0x00, 0xD8].into()).expect_err("a lone surrogate");
        assert_eq!(error.offset, 0);
    }
}
