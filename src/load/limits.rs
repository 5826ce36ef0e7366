//! What reading may cost. No public solution comes near any of these limits; what does is more likely an attack or a
//! mistake than a solution. Everything is counted as it comes: a zip's headers may claim anything.

use std::io::Read;

use crate::limit::{DEEPEST_JSON, Limit, MEBIBYTE};

/// What reading may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Entries of one zip.
    pub entries: usize,
    /// Bytes of one file or zip entry, after inflating. A zip that is given itself only counts towards the total.
    pub file_bytes: u64,
    /// Bytes of everything that is read in a run, after inflating.
    pub total_bytes: u64,
    /// How many times its packed size an entry may inflate to, and all that is read of a zip together. Less than
    /// 1 MiB is always allowed.
    pub ratio: u64,
    /// Zips in zips: 3 reads a zip in a zip in a zip.
    pub nesting: usize,
    /// Levels of objects and lists in a JSON text, at most 127.
    pub json_depth: usize,
    /// Levels of elements in an XML text.
    pub xml_depth: usize,
    /// Files and folders below one folder.
    pub files: usize,
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
        }
    }
}

/// Why bytes could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadFault {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("it is no regular file")]
    Special,
    #[error("it is larger than the limit of {0}")]
    Limit(Limit),
}

/// What a run may still read.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    read: u64,
}

/// What an entry inflates from, counted by whoever can see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packed {
    /// Packed bytes of the entry so far.
    pub(crate) entry: u64,
    /// Bytes of the whole zip.
    pub(crate) zip: u64,
    /// Bytes that were inflated from the zip before.
    pub(crate) inflated: u64,
}

impl Packed {
    /// Whether `size` bytes of this entry are more than the ratio allows, for it or for the zip: entries that overlap
    /// each have a good ratio.
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

    /// Reads a file to the end.
    pub(crate) fn read(&mut self, reader: impl Read, expected: u64) -> Result<Vec<u8>, ReadFault> {
        self.take(reader, expected, self.limits.file_bytes, |_| None)
    }

    /// Reads an input, which may be a zip of any size that the run may read.
    pub(crate) fn read_input(&mut self, reader: impl Read, expected: u64) -> Result<Vec<u8>, ReadFault> {
        self.take(reader, expected, self.limits.total_bytes, |_| None)
    }

    /// Inflates an entry; `packed` tells what it has been inflated from so far.
    pub(crate) fn inflate<R: Read>(
        &mut self,
        reader: R,
        expected: u64,
        packed: impl Fn(&R) -> Packed,
    ) -> Result<Vec<u8>, ReadFault> {
        self.take(reader, expected, self.limits.file_bytes, |reader| Some(packed(reader)))
    }

    /// Reads piece by piece, so that what goes beyond a limit is never had in full.
    fn take<R: Read>(
        &mut self,
        mut reader: R,
        expected: u64,
        file_bytes: u64,
        packed: impl Fn(&R) -> Option<Packed>,
    ) -> Result<Vec<u8>, ReadFault> {
        let left = self.limits.total_bytes - self.read;
        let most = file_bytes.min(left);
        let mut bytes = Vec::with_capacity(usize::try_from(expected.min(most).min(MEBIBYTE)).unwrap_or(0));
        loop {
            let piece = (most - bytes.len() as u64).min(MEBIBYTE) + 1;
            let got = reader.by_ref().take(piece).read_to_end(&mut bytes).inspect_err(|_| {
                // What breaks in the end has cost as much as what does not.
                self.read += (bytes.len() as u64).min(left);
            })? as u64;
            let size = bytes.len() as u64;
            if size > left {
                // Nothing more can be read, whatever is asked for.
                self.read = self.limits.total_bytes;
                return Err(ReadFault::Limit(Limit::TotalBytes(self.limits.total_bytes)));
            }
            let is_bomb = packed(&reader).is_some_and(|packed| packed.exceeds(size, self.limits.ratio));
            if size > file_bytes || is_bomb {
                // What was inflated in vain has cost as much as what is kept.
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

    /// A budget for one file of this size and no more; none where the file is beyond a limit.
    pub(crate) fn for_one(&self, size: u64) -> Option<Self> {
        self.is_within(size)
            .then(|| Budget::new(Limits { file_bytes: size, total_bytes: size, ..self.limits }))
    }

    /// Whether a file of this size is within its limit and that of the run.
    fn is_within(&self, size: u64) -> bool {
        size <= self.limits.file_bytes && self.has_room_for(size)
    }

    /// Whether so many bytes more are within the limit of the run.
    pub(crate) fn has_room_for(&self, size: u64) -> bool {
        size <= self.limits.total_bytes - self.read
    }

    /// Counts a file that was inflated already, if it is within every limit.
    pub(crate) fn takes(&mut self, size: u64, packed: Packed) -> bool {
        let fits = self.is_within(size) && !packed.exceeds(size, self.limits.ratio);
        self.read += if fits { size } else { 0 };
        fits
    }

    /// Whether the run has read all it may.
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
    fn what_comes_is_counted_not_what_was_announced() {
        let limits = Limits { file_bytes: 4, total_bytes: 6, ..Limits::default() };
        let mut budget = Budget::new(limits);
        assert_eq!(budget.read(&b"1234"[..], 0).expect("fits"), b"1234");
        assert_eq!(limit_of(budget.read(&b"12345"[..], 1)), Some(Limit::TotalBytes(6)));
        assert!(budget.is_spent());
        assert_eq!(limit_of(Budget::new(limits).read(&b"12345"[..], 1)), Some(Limit::FileBytes(4)));
        assert_eq!(Budget::new(limits).read_input(&b"12345"[..], u64::MAX).expect("fits"), b"12345");
    }

    #[test]
    fn a_ratio_counts_from_a_mebibyte_on_for_the_entry_and_for_the_zip() {
        let packed = |entry, zip, inflated| Packed { entry, zip, inflated };
        assert!(!packed(1, 1, 0).exceeds(MEBIBYTE, 100));
        assert!(packed(1, u64::MAX, 0).exceeds(MEBIBYTE + 1, 100));
        assert!(!packed(MEBIBYTE, MEBIBYTE, 0).exceeds(100 * MEBIBYTE, 100));
        assert!(packed(MEBIBYTE, MEBIBYTE, 1).exceeds(100 * MEBIBYTE, 100));
        let zeros = std::io::repeat(0);
        let mut budget = Budget::new(Limits::default());
        assert_eq!(limit_of(budget.inflate(zeros, 0, |_| packed(1000, 1000, 0))), Some(Limit::Ratio(100)));
        assert!(budget.read < 3 * MEBIBYTE, "the rest was not inflated");
    }
}
