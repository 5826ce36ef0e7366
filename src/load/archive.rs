//! A zip in memory: names and contents of its entries. Nothing is ever written.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::limits::{Budget, ReadFault};

/// An opened zip.
pub(crate) struct Archive {
    zip: ZipArchive<Cursor<Vec<u8>>>,
    /// Paths of files with `/`, and their index in the zip. Sorted by path.
    entries: Vec<(String, usize)>,
}

/// Why a zip could not be opened.
#[derive(Debug)]
pub(crate) enum ArchiveError {
    /// No end of central directory: cut short or not a zip.
    Broken(String),
    /// More entries than the limit.
    TooMany { entries: usize, limit: usize },
}

impl Archive {
    /// Opens a zip.
    pub(crate) fn open(bytes: Vec<u8>, limit: usize) -> Result<Self, ArchiveError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| match error {
            ZipError::InvalidArchive(what) => ArchiveError::Broken(what.into_owned()),
            other => ArchiveError::Broken(other.to_string()),
        })?;
        if zip.len() > limit {
            return Err(ArchiveError::TooMany { entries: zip.len(), limit });
        }
        let name = |index| zip.name_for_index(index)?.ok().map(|name| name.replace('\\', "/"));
        let mut entries: Vec<(String, usize)> = (0..zip.len())
            .filter_map(|index| name(index).map(|name| (name, index)))
            .filter(|(name, _)| !name.ends_with('/'))
            .collect();
        entries.sort();
        Ok(Archive { zip, entries })
    }

    /// Paths of the files, sorted, with `/` whatever the zip says.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.entries.iter().map(|(path, _)| path.clone()).collect()
    }

    /// Whether the files are encrypted. A zip tool encrypts all entries or none.
    pub(crate) fn is_encrypted(&mut self) -> bool {
        let Some((_, first)) = self.entries.first() else { return false };
        matches!(self.zip.by_index(*first), Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)))
    }

    /// The content of the file at this place in `paths`.
    pub(crate) fn read(&mut self, index: usize, budget: &mut Budget) -> Result<Vec<u8>, EntryFault> {
        let mut entry = self.zip.by_index(self.entries[index].1).map_err(EntryFault::from)?;
        let size = entry.size();
        budget.read(entry.by_ref(), size).map_err(EntryFault::Read)
    }
}

/// Why an entry could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EntryFault {
    #[error("encrypted")]
    Encrypted,
    #[error("{0}")]
    Zip(String),
    #[error(transparent)]
    Read(ReadFault),
}

impl From<ZipError> for EntryFault {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => EntryFault::Encrypted,
            other => EntryFault::Zip(other.to_string()),
        }
    }
}
