//! Limits on the cost of reading. Public solutions stay far below them, so an input that exceeds one is more likely an
//! attack or a mistake. Bytes are counted as they are read, because the declared sizes in a zip may be wrong.

use std::io::Read;

use crate::limit::{DEEPEST_JSON, Limit, MEBIBYTE};

/// Limits on the cost of reading.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most entries of a zip.
    pub entries: usize,
    /// The most bytes of a file or of an inflated zip entry. A zip that is an input counts only towards the total.
    pub file_bytes: u64,
    /// The most bytes that a run reads, after inflating.
    pub total_bytes: u64,
    /// The highest compression ratio of a zip entry, and of all entries that are read from a zip. Up to 1 MiB is always
    /// allowed.
    pub ratio: u64,
    /// The deepest nesting of zips: with 3, flowvet reads a zip in a zip in a zip.
    pub nesting: usize,
    /// The deepest nesting of objects and arrays in JSON, at most 127.
    pub json_depth: usize,
    /// The deepest nesting of elements in XML.
    pub xml_depth: usize,
    /// The most files and folders below a folder.
    pub files: usize,
    /// Refuses nothing. From the package with which a run has read more bytes than this, the flows in zips are not kept in
    /// memory, but read again when they are needed.
    pub kept_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            entries: 200_000,
            file_bytes: 128 * MEBIBYTE,
            total_bytes: 2048 * MEBIBYTE,
            ratio: 100,
            nesting: 3,
            json_depth: DEEPEST_JSON,
            xml_depth: 256,
            files: 500_000,
            kept_bytes: 128 * MEBIBYTE,
        }
    }
}

/// Why bytes could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadFault {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("it is not a regular file")]
    Special,
    #[error("it exceeds the limit of {0}")]
    Limit(Limit),
}

/// How much a run may still read.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    read: u64,
}

/// The counts from which compression ratios are computed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packed {
    /// Compressed bytes of the entry so far.
    pub(crate) entry: u64,
    /// Bytes of the whole zip.
    pub(crate) zip: u64,
    /// Bytes that were inflated from the zip before this entry.
    pub(crate) inflated: u64,
}

impl Packed {
    /// Whether `size` bytes of this entry exceed the ratio, for the entry or for the whole zip. The second test detects
    /// overlapping entries, each of which has a normal ratio.
    pub(crate) fn exceeds(self, size: u64, ratio: u64) -> bool {
        let beyond = |size: u64, packed: u64| size > MEBIBYTE && size > packed.saturating_mul(ratio);
        beyond(size, self.entry) || beyond(size.saturating_add(self.inflated), self.zip)
    }
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Self {
        Budget { limits, read: 0 }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Reads a file to the end. `expected` is its size.
    pub(crate) fn read(&mut self, reader: impl Read, expected: u64) -> Result<Vec<u8>, ReadFault> {
        self.take(reader, expected, self.limits.file_bytes, |_| None)
    }

    /// Reads an input, which may be a zip. Only the total size limits it.
    pub(crate) fn read_input(&mut self, reader: impl Read, expected: u64) -> Result<Vec<u8>, ReadFault> {
        self.take(reader, expected, self.limits.total_bytes, |_| None)
    }

    /// Inflates an entry. `packed` returns the counts for the compression ratio so far.
    pub(crate) fn inflate<R: Read>(
        &mut self,
        reader: R,
        expected: u64,
        packed: impl Fn(&R) -> Packed,
    ) -> Result<Vec<u8>, ReadFault> {
        // The size that a zip declares may be wrong.
        self.take(reader, expected.min(MEBIBYTE), self.limits.file_bytes, |reader| Some(packed(reader)))
    }

    /// Reads in pieces, so that data beyond a limit never fills the memory. `expected` is how much memory to reserve at once.
    fn take<R: Read>(
        &mut self,
        mut reader: R,
        expected: u64,
        file_bytes: u64,
        packed: impl Fn(&R) -> Option<Packed>,
    ) -> Result<Vec<u8>, ReadFault> {
        let left = self.limits.total_bytes - self.read;
        let most = file_bytes.min(left);
        let mut bytes = Vec::new();
        // Only a hint: a file may claim more than there is memory.
        let _ = bytes.try_reserve_exact(usize::try_from(expected.min(most).saturating_add(1)).unwrap_or(0));
        loop {
            let piece = (most - bytes.len() as u64).min(MEBIBYTE) + 1;
            let got = reader.by_ref().take(piece).read_to_end(&mut bytes).inspect_err(|_| {
                // Bytes before an error count, too.
                self.read += (bytes.len() as u64).min(left);
            })? as u64;
            let size = bytes.len() as u64;
            if size > left {
                // No further reads are possible.
                self.read = self.limits.total_bytes;
                return Err(ReadFault::Limit(Limit::TotalBytes(self.limits.total_bytes)));
            }
            let is_bomb = packed(&reader).is_some_and(|packed| packed.exceeds(size, self.limits.ratio));
            if size > file_bytes || is_bomb {
                // Discarded bytes count, too.
                self.read += size;
                let limit =
                    if is_bomb { Limit::Ratio(self.limits.ratio) } else { Limit::FileBytes(file_bytes) };
                return Err(ReadFault::Limit(limit));
            }
            if got < piece {
                self.read += size;
                return Ok(bytes);
            }
        }
    }

    /// A budget for a single file of this size; `None` if the size exceeds a limit.
    pub(crate) fn for_one(&self, size: u64) -> Option<Self> {
        self.is_within(size)
            .then(|| Budget::new(Limits { file_bytes: size, total_bytes: size, ..self.limits }))
    }

    /// Whether a file of this size is within the limits for the file and for the run.
    fn is_within(&self, size: u64) -> bool {
        size <= self.limits.file_bytes && self.allows(size)
    }

    /// Whether the run may read this many more bytes.
    pub(crate) fn allows(&self, size: u64) -> bool {
        size <= self.limits.total_bytes - self.read
    }

    /// Counts a file that was inflated in advance, if it is within every limit.
    pub(crate) fn takes(&mut self, size: u64, packed: Packed) -> bool {
        let fits = self.is_within(size) && !packed.exceeds(size, self.limits.ratio);
        self.read += if fits { size } else { 0 };
        fits
    }

    /// The number of bytes that the run has read.
    pub(crate) fn read_so_far(&self) -> u64 {
        self.read
    }

    /// Whether the run has reached its total size.
    pub(crate) fn is_spent(&self) -> bool {
        self.read >= self.limits.total_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit_of(result: Result<Vec<u8>, ReadFault>) -> Option<Limit> {
        match result {
            Err(ReadFault::Limit(limit)) => Some(limit),
            Err(ReadFault::Io(_) | ReadFault::Special) | Ok(_) => None,
        }
    }

    #[test]
    fn read_bytes_count_not_declared_bytes() {
        let limits = Limits { file_bytes: 4, total_bytes: 6, ..Limits::default() };
        let mut budget = Budget::new(limits);
        assert_eq!(budget.read(&b"1234"[..], 0).expect("fits"), b"1234");
        assert_eq!(limit_of(budget.read(&b"12345"[..], 1)), Some(Limit::TotalBytes(6)));
        assert!(budget.is_spent());
        assert_eq!(limit_of(Budget::new(limits).read(&b"12345"[..], 1)), Some(Limit::FileBytes(4)));
        assert_eq!(Budget::new(limits).read_input(&b"12345"[..], u64::MAX).expect("fits"), b"12345");
    }

    #[test]
    fn ratios_apply_above_a_mebibyte_to_entries_and_zips() {
        let packed = |entry, zip, inflated| Packed { entry, zip, inflated };
        assert!(!packed(1, 1, 0).exceeds(MEBIBYTE, 100));
        assert!(packed(1, u64::MAX, 0).exceeds(MEBIBYTE + 1, 100));
        assert!(!packed(MEBIBYTE, MEBIBYTE, 0).exceeds(100 * MEBIBYTE, 100));
        assert!(packed(MEBIBYTE, MEBIBYTE, 1).exceeds(100 * MEBIBYTE, 100));
        let zeros = std::io::repeat(0);
        let mut budget = Budget::new(Limits::default());
        assert_eq!(limit_of(budget.inflate(zeros, 0, |_| packed(1000, 1000, 0))), Some(Limit::Ratio(100)));
        assert!(budget.read < 3 * MEBIBYTE, "the rest is not inflated");
    }
}
