//! Writes several files: all of them, or none.

use std::io;
use std::path::{Path, PathBuf};

use crate::atomic_write::{self, Pending, Target};
use crate::report::text::clean;

/// Files that are written and wait for their names. What is not kept is removed.
#[derive(Default)]
pub(super) struct StagedFiles {
    files: Vec<(PathBuf, Target, Pending)>,
    /// The files that the run reads, without links.
    inputs: Vec<PathBuf>,
}

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: could not be written: {}", path.display(), clean(&error.to_string()))]
pub(super) struct WriteError {
    path: PathBuf,
    error: io::Error,
}

impl StagedFiles {
    /// Replaces none of these files, which the run reads.
    pub(super) fn beside(inputs: impl IntoIterator<Item = PathBuf>) -> Self {
        let inputs = inputs.into_iter().filter_map(|path| path.canonicalize().ok());
        StagedFiles { files: Vec::new(), inputs: inputs.filter(|path| path.is_file()).collect() }
    }

    /// Writes a text beside its target. Nothing is in place before [`StagedFiles::keep`].
    pub(super) fn add(&mut self, path: &Path, text: &str) -> Result<(), WriteError> {
        self.add_bytes(path, text.as_bytes())
    }

    /// Writes bytes beside their target. Nothing is in place before [`StagedFiles::keep`].
    pub(super) fn add_bytes(&mut self, path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
        let fail = |error| WriteError { path: path.to_owned(), error };
        let target = Target::of(path).map_err(fail)?;
        if self.files.iter().any(|(_, other, _)| other.is_same_file(&target)) {
            return Err(fail(io::Error::other("two reports are to go there")));
        }
        if self.inputs.iter().any(|input| target.is_same_file(&Target::File(input.clone()))) {
            return Err(fail(io::Error::other("it is an input of this run")));
        }
        let prepared = atomic_write::prepare(&target, bytes).map_err(fail)?;
        self.files.push((path.to_owned(), target, prepared));
        Ok(())
    }

    /// Puts every file in its place.
    pub(super) fn keep(self) -> Result<(), WriteError> {
        // Whoever reads a pipe may stop: files first.
        let (files, streams): (Vec<_>, Vec<_>) =
            self.files.into_iter().partition(|(_, target, _)| matches!(target, Target::File(_)));
        for (path, _, prepared) in files.into_iter().chain(streams) {
            prepared.keep().map_err(|error| WriteError { path, error })?;
        }
        Ok(())
    }
}
