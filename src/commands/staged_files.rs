//! Writes several files: either all of them or none.

use std::io;
use std::path::{Path, PathBuf};

use crate::atomic_write::{self, PendingFile};

/// Temporary files that are complete and wait to be renamed. They are removed unless [`StagedFiles::keep`] is called.
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
    /// Writes a text to a temporary file next to its target.
    pub(super) fn add(&mut self, target: &Path, text: &str) -> Result<(), WriteError> {
        let fail = |error| WriteError { path: target.to_owned(), error };
        if self.files.iter().any(|(other, _)| other == target) {
            return Err(fail(io::Error::other("two reports would be written to this file")));
        }
        let prepared = atomic_write::prepare(target, text.as_bytes()).map_err(fail)?;
        self.files.push((target.to_owned(), prepared));
        Ok(())
    }

    /// Renames every file to its target.
    pub(super) fn keep(self) -> Result<(), WriteError> {
        for (path, prepared) in self.files {
            prepared.keep().map_err(|error| WriteError { path, error })?;
        }
        Ok(())
    }
}
