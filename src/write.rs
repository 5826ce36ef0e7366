//! Files are replaced whole or not at all: what is written goes to a temporary file in the same folder, which then
//! takes the name. An interrupted run leaves the old file.

use std::io::{self, Write};
use std::path::Path;

/// Replaces a file, or makes it.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays a link: the file it points at is replaced.
    let target = if path.is_symlink() { path.canonicalize()? } else { path.to_owned() };
    let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".flowvet-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    if let Ok(old) = target.metadata() {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}
