//! Files are replaced whole or not at all: what is written goes to a temporary file in the same folder, which then
//! takes the name. An interrupted run leaves the old file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// A file that is written beside its target, and gone again unless it is kept.
pub(crate) struct PendingFile {
    file: NamedTempFile,
    target: PathBuf,
}

/// Replaces a file, or makes it.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    prepare(path, bytes)?.keep()
}

/// Writes everything but the name.
pub(crate) fn prepare(path: &Path, bytes: &[u8]) -> io::Result<PendingFile> {
    // A link stays a link: the file it points at is replaced.
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
    /// Gives the file its name.
    pub(crate) fn keep(self) -> io::Result<()> {
        self.file.persist(&self.target).map(drop).map_err(|error| error.error)
    }
}

/// The reason alone: the path of the temporary file that `tempfile` puts behind it says nothing to anybody.
fn without_path(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path ") {
        Some((reason, _)) => io::Error::new(error.kind(), reason),
        None => error,
    }
}

/// A temporary file is for its owner alone, but a report is for whoever may read the folder: what the process's mask
/// leaves.
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
