//! How much input is read at most. No public solution comes near (the largest known: 30 MB for one file, some
//! thousand entries); what does is more likely an attack or a mistake than a solution.

use std::io::Read;

/// What reading may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one file or zip entry, after inflating.
    pub file_bytes: u64,
    /// Bytes of everything that is read in a run, after inflating.
    pub total_bytes: u64,
    /// Entries of one zip, or files below one folder.
    pub files: usize,
    /// Zips in zips: 3 reads a zip in a zip in a zip.
    pub nesting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MEBIBYTE: u64 = 1 << 20;
        Limits { file_bytes: 512 * MEBIBYTE, total_bytes: 8192 * MEBIBYTE, files: 500_000, nesting: 3 }
    }
}

/// Why bytes could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadFault {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("larger than the limit of {0} bytes for one file")]
    FileTooLarge(u64),
    #[error("the run has read its limit of {0} bytes")]
    RunTooLarge(u64),
}

/// What a run may still read.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    read: u64,
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Self {
        Budget { limits, read: 0 }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Reads to the end, counting what really comes: a zip's header may lie about sizes.
    pub(crate) fn read(&mut self, reader: impl Read, expected: u64) -> Result<Vec<u8>, ReadFault> {
        let left = self.limits.total_bytes - self.read;
        let most = self.limits.file_bytes.min(left);
        let mut bytes = Vec::with_capacity(usize::try_from(expected.min(most).min(1 << 26)).unwrap_or(0));
        reader.take(most + 1).read_to_end(&mut bytes)?;
        let size = bytes.len() as u64;
        if size > self.limits.file_bytes {
            return Err(ReadFault::FileTooLarge(self.limits.file_bytes));
        }
        if size > left {
            return Err(ReadFault::RunTooLarge(self.limits.total_bytes));
        }
        self.read += size;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_is_counted_not_what_was_announced() {
        let limits = Limits { file_bytes: 4, total_bytes: 6, ..Limits::default() };
        let mut budget = Budget::new(limits);
        assert_eq!(budget.read(&b"1234"[..], 0).expect("fits"), b"1234");
        assert!(matches!(budget.read(&b"12345"[..], 1), Err(ReadFault::RunTooLarge(6))));
        assert!(matches!(Budget::new(limits).read(&b"12345"[..], 1), Err(ReadFault::FileTooLarge(4))));
    }
}
