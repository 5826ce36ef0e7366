//! Atomic replacement of files. The content goes to a temporary file in the same folder, which is then renamed, so an
//! interrupted run leaves the old file intact.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// A written file that does not have its final name yet. Dropping it without [`PendingFile::keep`] deletes it.
pub(crate) struct PendingFile {
    file: NamedTempFile,
    target: PathBuf,
}

/// Creates or replaces a file.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    prepare(path, bytes)?.keep()
}

/// Writes the content to a temporary file beside the target.
pub(crate) fn prepare(path: &Path, bytes: &[u8]) -> io::Result<PendingFile> {
    // A symbolic link stays a link: the file that it points to is replaced.
    let target = if path.is_symlink() { path.canonicalize()? } else { path.to_owned() };
    if target.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = new_file().prefix(".flowvet-").tempfile_in(folder).map_err(without_path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    if let Ok(old) = target.metadata() {
        file.as_file().set_permissions(old.permissions())?;
    }
    Ok(PendingFile { file, target })
}

impl PendingFile {
    /// Renames the temporary file to its target.
    pub(crate) fn keep(self) -> io::Result<()> {
        self.file.persist(&self.target).map(drop).map_err(|error| error.error)
    }
}

/// The error without the path that `tempfile` appends: a temporary file's name means nothing to users.
fn without_path(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path ") {
        Some((reason, _)) => io::Error::new(error.kind(), reason),
        None => error,
    }
}

/// By default, only the owner can read a temporary file. Reports get the permissions of ordinary new files instead, as
/// the process's umask allows.
#[cfg(unix)]
fn new_file() -> Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt;
    let mut builder = Builder::new();
    builder.permissions(std::fs::Permissions::from_mode(0o666));
    builder
}

#[cfg(not(unix))]
fn new_file() -> Builder<'static, 'static> {
    Builder::new()
}
