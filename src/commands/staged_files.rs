//! Writes several files: all of them, or none.

use std::io;
use std::path::{Path, PathBuf};

use crate::atomic_write::{self, PendingFile};

/// Files that are written and wait for their names. What is not kept is removed.
#[derive(Default)]
pub(super) struct StagedFiles {
    files: Vec<(PathBuf, PendingFile)>,
}

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: could not be written: {error}", path.display())]
pub(super) struct WriteError {
    path: PathBuf,
    error: io::Error,
}

impl StagedFiles {
    /// Writes a text beside its target. Nothing is in place before [`StagedFiles::keep`].
    pub(super) fn add(&mut self, target: &Path, text: &str) -> Result<(), WriteError> {
        let fail = |error| WriteError { path: target.to_owned(), error };
        if self.files.iter().any(|(other, _)| other == target) {
            return Err(fail(io::Error::other("two reports are to go there")));
        }
        let prepared = atomic_write::prepare(target, text.as_bytes()).map_err(fail)?;
        self.files.push((target.to_owned(), prepared));
        Ok(())
    }

    /// Puts every file in its place.
    pub(super) fn keep(self) -> Result<(), WriteError> {
        for (path, prepared) in self.files {
            prepared.keep().map_err(|error| WriteError { path, error })?;
        }
        Ok(())
    }
}
