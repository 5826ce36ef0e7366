//! Inflates the entries of zips.

use std::cell::RefCell;
use std::io::{self, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};

/// Reads inflated bytes, as flate2's `DeflateDecoder` does. That sets up a state of 50 KB for each entry, which takes a tenth
/// of the instructions for the flows of a usual zip; this uses the state of the thread.
pub(super) struct Inflater<'a> {
    rest: &'a [u8],
    state: &'a mut Decompress,
}

thread_local! {
    static STATE: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

impl Inflater<'_> {
    /// Calls a function with an inflater for these bytes. It must not inflate anything else.
    pub(super) fn with<T>(packed: &[u8], read: impl FnOnce(Inflater<'_>) -> T) -> T {
        STATE.with_borrow_mut(|state| {
            state.reset(false);
            read(Inflater { rest: packed, state })
        })
    }

    /// The number of compressed bytes so far.
    pub(super) fn total_in(&self) -> u64 {
        self.state.total_in()
    }
}

impl Read for Inflater<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let is_end = self.rest.is_empty();
            let flush = if is_end { FlushDecompress::Finish } else { FlushDecompress::None };
            let (total_in, total_out) = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress(self.rest, out, flush);
            let since = |total: u64, before: u64| usize::try_from(total - before).unwrap_or(usize::MAX);
            self.rest = &self.rest[since(self.state.total_in(), total_in)..];
            let read = since(self.state.total_out(), total_out);
            match status {
                Ok(Status::Ok | Status::BufError) if read == 0 && !out.is_empty() => {
                    if is_end {
                        let reason = "incomplete deflate stream";
                        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, reason));
                    }
                }
                Ok(_) => return Ok(read),
                Err(_) => {
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, "corrupt deflate stream"));
                }
            }
        }
    }
}

/// Inflates bytes into a buffer of exactly their inflated size, in one call. `false` if they have another size or are damaged.
/// This takes half the instructions of [`Inflater`], which can stop anywhere. It accepts a few damaged streams that zlib refuses,
/// so the checksum has to be compared.
#[cfg(feature = "cli")]
pub(super) fn at_once(packed: &[u8], bytes: &mut [u8]) -> bool {
    thread_local! {
        static DECOMPRESSOR: RefCell<libdeflater::Decompressor> = RefCell::new(libdeflater::Decompressor::new());
    }
    DECOMPRESSOR.with_borrow_mut(|state| state.deflate_decompress(packed, bytes)) == Ok(bytes.len())
}

/// The library has no C code.
#[cfg(not(feature = "cli"))]
pub(super) fn at_once(_: &[u8], _: &mut [u8]) -> bool {
    false
}

/// Whether [`at_once`] can inflate anything.
pub(super) const KNOWS_AT_ONCE: bool = cfg!(feature = "cli");

/// The checksum that a zip has of each entry.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::bufread::DeflateDecoder;
    use flate2::write::DeflateEncoder;
    use proptest::prelude::*;

    use super::*;

    /// What a reader returns, and the message of its error.
    fn read(mut reader: impl Read) -> (Vec<u8>, Option<String>) {
        let mut bytes = Vec::new();
        let error = reader.by_ref().take(1 << 20).read_to_end(&mut bytes).err();
        (bytes, error.map(|error| format!("{:?}: {error}", error.kind())))
    }

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("written");
        encoder.finish().expect("finished")
    }

    proptest! {
        /// Whatever the thread inflated before, also if it was cut off or damaged.
        #[test]
        fn each_entry_is_inflated_as_by_a_new_decoder(
            entries in prop::collection::vec(("[ab]{0,400}", 0_usize..60, any::<u8>(), 0_usize..60), 1..6)
        ) {
            for (text, at, byte, cut) in entries {
                let mut packed = deflated(text.as_bytes());
                if let Some(damaged) = packed.get_mut(at) {
                    *damaged ^= byte;
                }
                packed.truncate(packed.len() - cut.min(packed.len()) / 2);
                let expected = read(DeflateDecoder::new(&packed[..]));
                prop_assert_eq!(Inflater::with(&packed, |inflater| read(inflater)), expected);
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_inflated_at_once_is_whole_or_has_another_checksum(
            parts in prop::collection::vec(("[ab]{1,9}", 1_usize..90), 0..9),
            (at, bits) in (0_usize..60, prop_oneof![Just(0_u8), any::<u8>()]),
            (cut, more) in (0_usize..4, -1_isize..2),
        ) {
            let text = parts.iter().map(|(part, count)| part.repeat(*count)).collect::<String>().into_bytes();
            let mut packed = deflated(&text);
            if let Some(damaged) = packed.get_mut(at) {
                *damaged ^= bits;
            }
            packed.truncate(packed.len() - cut.min(packed.len()));
            let size = text.len().saturating_add_signed(more);
            let is_whole = bits == 0 && cut == 0 && size == text.len();
            let mut bytes = vec![0; size];
            if at_once(&packed, &mut bytes) {
                prop_assert!(bytes == text || checksum(&bytes) != checksum(&text));
            } else {
                prop_assert!(!is_whole);
            }
        }
    }

    #[test]
    fn an_entry_does_not_see_the_one_before() {
        let long = "abcdefgh".repeat(10_000);
        assert_eq!(Inflater::with(&deflated(long.as_bytes()), |inflater| read(inflater)).0, long.as_bytes());
        // A block with fixed codes that begins with a copy of bytes before its start.
        let packed = [0b0000_0011, 0b0000_0010, 0, 0, 0];
        let (bytes, error) = Inflater::with(&packed, |inflater| read(inflater));
        assert_eq!((bytes, error.clone()), read(DeflateDecoder::new(&packed[..])));
        assert!(error.is_some());
    }
}
