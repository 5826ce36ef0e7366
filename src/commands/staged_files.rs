//! Writes several files: either all of them or none.

use std::io;
use std::path::{Path, PathBuf};

use crate::atomic_write::{self, Pending, Target};
use crate::report::text::clean;
use crate::source::FileName;

/// Temporary files that are complete and wait to be renamed. They are removed unless [`StagedFiles::keep`] is called.
#[derive(Default)]
pub(super) struct StagedFiles {
    files: Vec<(PathBuf, Target, Pending)>,
    /// The files that the run reads, without links.
    inputs: Vec<PathBuf>,
}

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: could not be written: {}", FileName::of_path(path), clean(&error.to_string()))]
pub(super) struct WriteError {
    path: PathBuf,
    error: io::Error,
}

impl StagedFiles {
    /// Starts without files. None of these inputs of the run will be replaced.
    pub(super) fn beside(inputs: impl IntoIterator<Item = PathBuf>) -> Self {
        let inputs = inputs.into_iter().filter_map(|path| path.canonicalize().ok());
        StagedFiles { files: Vec::new(), inputs: inputs.filter(|path| path.is_file()).collect() }
    }

    /// Creates the folder of later files if it does not exist.
    pub(super) fn create_folder(&self, path: &Path) -> Result<(), WriteError> {
        atomic_write::create_folder(path).map_err(|error| WriteError { path: path.to_owned(), error })
    }

    /// Writes a text to a temporary file next to its target.
    pub(super) fn add(&mut self, path: &Path, text: &str) -> Result<(), WriteError> {
        self.add_bytes(path, text.as_bytes())
    }

    /// Writes bytes to a temporary file next to their target.
    pub(super) fn add_bytes(&mut self, path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
        let fail = |error| WriteError { path: path.to_owned(), error };
        let target = Target::of(path).map_err(fail)?;
        if self.files.iter().any(|(_, other, _)| other.is_same(&target)) {
            let what = if matches!(target, Target::File(_)) { "file" } else { "stream" };
            return Err(fail(io::Error::other(format!("two reports would be written to this {what}"))));
        }
        if self.inputs.iter().any(|input| target.is_same(&Target::File(input.clone()))) {
            return Err(fail(io::Error::other("it is an input of this run")));
        }
        let prepared = atomic_write::prepare(&target, bytes).map_err(fail)?;
        self.files.push((path.to_owned(), target, prepared));
        Ok(())
    }

    /// Renames every file to its target.
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
