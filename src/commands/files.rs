//! Writes files so that nobody ever sees half of one: beside the target first, then renamed over it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Files that are written and wait to be renamed. What is not kept is removed.
#[derive(Default)]
pub(super) struct Staged {
    files: Vec<(PathBuf, PathBuf)>,
}

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: could not be written: {error}", path.display())]
pub(super) struct WriteError {
    path: PathBuf,
    error: io::Error,
}

impl Staged {
    /// Writes a text beside its target. Nothing is in place before [`Staged::keep`].
    pub(super) fn add(&mut self, target: &Path, text: &str) -> Result<(), WriteError> {
        let fail = |error| WriteError { path: target.to_owned(), error };
        if target.is_dir() {
            return Err(fail(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        if self.files.iter().any(|(_, other)| other == target) {
            return Err(fail(io::Error::other("two reports are to go there")));
        }
        let name = target.file_name().ok_or_else(|| fail(io::Error::from(io::ErrorKind::InvalidFilename)))?;
        let number = self.files.len();
        let beside = format!(".{}.{}-{number}.tmp", name.to_string_lossy(), std::process::id());
        let beside = target.with_file_name(beside);
        let mut file = OpenOptions::new().write(true).create_new(true).open(&beside).map_err(fail)?;
        self.files.push((beside, target.to_owned()));
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(fail)
    }

    /// Puts every file in its place.
    pub(super) fn keep(mut self) -> Result<(), WriteError> {
        while let Some((beside, target)) = self.files.pop() {
            if let Err(error) = fs::rename(&beside, &target) {
                let _ = fs::remove_file(&beside);
                return Err(WriteError { path: target, error });
            }
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for (beside, _) in &self.files {
            let _ = fs::remove_file(beside);
        }
    }
}
