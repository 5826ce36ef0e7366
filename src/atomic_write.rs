//! Atomic replacement of files. The content goes to a temporary file in the same folder, which is then renamed, so an
//! interrupted run leaves the old file intact.
//!
//! Only regular files are replaced. Devices and pipes are written to. Links are rejected: a link may have come with the
//! input, and would redirect the output.

use std::ffi::OsStr;
use std::fs::{Metadata, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// Where an output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A regular file, which may not exist yet. The path of its folder contains no links and no `..`, so that different
    /// paths mean different files.
    File(PathBuf),
    /// A device or a pipe, such as `/dev/null`.
    Stream(PathBuf),
}

impl Target {
    /// Finds out what is at a path.
    ///
    /// # Errors
    /// The path names a folder, a link, a socket or a disk is there, or the folder does not exist.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        if cfg!(windows) && is_windows_device(path) {
            return Ok(Target::Stream(path.to_owned()));
        }
        let Some(name) = path.file_name().filter(|_| !names_folder(path)) else { return Err(is_folder()) };
        if cfg!(windows) && has_lost_end(&name.to_string_lossy()) {
            return Err(refused("Windows ignores a dot or a space at the end of a name: leave it out"));
        }
        let folder = folder_of(path);
        let real = folder.canonicalize().map_err(absent)?;
        let path = real.join(name);
        let found = match path.symlink_metadata() {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                refuse_links(folder)?;
                return Ok(Target::File(path));
            }
            Err(error) => return Err(error),
        };
        if found.is_symlink() {
            return linked(&real, path);
        }
        if found.is_dir() {
            return Err(is_folder());
        }
        if is_stream(&found) {
            return Ok(Target::Stream(path));
        }
        if !found.is_file() {
            return Err(refused("it is neither a file, a pipe nor a character device"));
        }
        refuse_links(folder)?;
        Ok(Target::File(path))
    }

    /// Whether two outputs would be written to the same file or stream. The null device takes any number of outputs.
    pub(crate) fn is_same(&self, other: &Target) -> bool {
        match (self, other) {
            (Target::File(one), Target::File(other)) => {
                // The file systems of Windows and macOS ignore case.
                let folds = cfg!(any(windows, target_os = "macos"));
                one == other
                    || folds && one.to_string_lossy().to_lowercase() == other.to_string_lossy().to_lowercase()
            }
            (Target::Stream(one), Target::Stream(other)) => {
                stream_id(one).is_some_and(|id| Some(id) == stream_id(other))
            }
            _ => false,
        }
    }
}

/// Output before its last step: a temporary file without its final name, or the bytes for a device. If it is dropped
/// without [`Pending::keep`], nothing changes.
pub(crate) struct Pending(Step);

enum Step {
    Rename(NamedTempFile, PathBuf),
    Write(PathBuf, Vec<u8>),
}

/// Prepares output to a target.
pub(crate) fn prepare(target: &Target, bytes: &[u8]) -> io::Result<Pending> {
    let path = match target {
        Target::File(path) => path,
        Target::Stream(path) => return Ok(Pending(Step::Write(path.clone(), bytes.to_vec()))),
    };
    let permissions = path.symlink_metadata().ok().map(|old| permissions_like(&old));
    // Unix asks only whether the folder may be changed.
    if cfg!(windows) && permissions.as_ref().is_some_and(Permissions::readonly) {
        return Err(read_only());
    }
    beside(path.clone(), bytes, permissions)
}

/// Writes a complete temporary file next to its target.
fn beside(target: PathBuf, bytes: &[u8], permissions: Option<Permissions>) -> io::Result<Pending> {
    let mut file = new_file().prefix(".flowvet-").tempfile_in(folder_of(&target)).map_err(without_path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    Ok(Pending(Step::Rename(file, target)))
}

/// Prepares a change of an existing file. It keeps all of its permissions.
///
/// # Errors
/// A link, a device or a file that may not be changed is there, or the folder cannot be written to.
pub(crate) fn prepare_change(path: &Path, bytes: &[u8]) -> io::Result<Pending> {
    let Target::File(path) = Target::of(path)? else {
        return Err(refused("it is not a regular file"));
    };
    let permissions = path.symlink_metadata()?.permissions();
    if permissions.readonly() {
        return Err(read_only());
    }
    beside(path, bytes, Some(permissions))
}

/// Creates a file. Never replaces one.
///
/// # Errors
/// As for [`Target::of`]; [`ErrorKind::AlreadyExists`] if anything is at the path.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    match prepare(&Target::of(path)?, bytes)?.0 {
        Step::Rename(file, target) => file.persist_noclobber(target).map(drop).map_err(|error| error.error),
        Step::Write(..) => Err(ErrorKind::AlreadyExists.into()),
    }
}

impl Pending {
    /// Renames the temporary file to its target, or writes to the device.
    pub(crate) fn keep(self) -> io::Result<()> {
        match self.0 {
            Step::Rename(file, target) => {
                file.persist(target).map(drop).map_err(|error| explained(error.error, cfg!(windows)))
            }
            Step::Write(path, bytes) => {
                let mut stream = OpenOptions::new().write(true).open(path)?;
                // What is at the path may have changed.
                if stream.metadata().is_ok_and(|found| found.is_file()) && !cfg!(windows) {
                    return Err(refused("it is not a device or pipe any more"));
                }
                stream.write_all(&bytes)?;
                stream.flush()
            }
        }
    }
}

/// Creates a file in the system's folder for temporary files. It stays there, and only the user can read it.
///
/// # Errors
/// The folder cannot be written to.
pub(crate) fn create_temporary(ending: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let mut file = Builder::new().prefix("flowvet-").suffix(ending).tempfile().map_err(without_path)?;
    file.write_all(bytes)?;
    file.keep().map(|(_, path)| path).map_err(|error| error.error)
}

/// Creates the folder of an output if it does not exist. The folder around it has to exist.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    refuse_links(folder_of(path))?;
    match std::fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        created => created.map_err(absent),
    }
}

fn refused(reason: &str) -> io::Error {
    io::Error::other(reason.to_owned())
}

/// The error of a path whose folder is missing, in the same words on every system.
fn absent(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::NotFound => io::Error::new(error.kind(), "its folder does not exist: create it first"),
        _ => error,
    }
}

fn read_only() -> io::Error {
    refused("it is read-only")
}

/// The error of a file that cannot be replaced. Windows says only that access is denied if a program has it open, such as
/// Excel a CSV file.
fn explained(error: io::Error, is_windows: bool) -> io::Error {
    if is_windows && error.kind() == ErrorKind::PermissionDenied {
        return io::Error::new(error.kind(), "access is denied: close the programs that have it open");
    }
    error
}

fn is_folder() -> io::Error {
    io::Error::new(ErrorKind::IsADirectory, "it is a folder: add the name of a file")
}

/// Whether a path can only be a folder: it ends with a separator or `.`. [`Path::file_name`] ignores both.
fn names_folder(path: &Path) -> bool {
    let is_separator = |byte: &u8| std::path::is_separator(char::from(*byte));
    match path.as_os_str().as_encoded_bytes() {
        [.., before, b'.'] => is_separator(before),
        [.., last] => is_separator(last),
        [] => false,
    }
}

/// Whether a path stands for stdout: `-`, and on Unix `/dev/stdout`, `/dev/fd/1`, and what these lead to.
pub(crate) fn is_stdout(path: &Path) -> bool {
    const NAMES: [&str; 2] = ["/dev/stdout", "/dev/fd/1"];
    if path == Path::new("-") {
        return true;
    }
    let Some(name) = path.file_name().filter(|_| cfg!(unix) && !names_folder(path)) else { return false };
    let Ok(folder) = folder_of(path).canonicalize() else { return false };
    let is_of_process = || Path::new("/proc/self").canonicalize().is_ok_and(|own| folder.starts_with(own));
    NAMES.into_iter().any(|one| folder.join(name) == Path::new(one))
        || name == "1" && folder.ends_with("fd") && is_of_process()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The target behind a link. The system's own links, such as `/dev/stdout`, lead to devices and pipes; all others are
/// refused.
fn linked(folder: &Path, path: PathBuf) -> io::Result<Target> {
    let is_of_system = cfg!(unix) && (folder == Path::new("/dev") || folder.starts_with("/proc"));
    if !is_of_system {
        return Err(refused("it is a link: name the file that it leads to, or delete the link"));
    }
    if is_stream(&path.metadata()?) {
        return Ok(Target::Stream(path));
    }
    Err(refused("it leads to a file: name that file"))
}

/// Refuses a folder that is reached through a link in a checkout. Links of the system, such as `/tmp` on macOS, are not
/// in one.
fn refuse_links(folder: &Path) -> io::Result<()> {
    let mut so_far = PathBuf::new();
    for part in folder.components() {
        so_far.push(part);
        if so_far.is_symlink() && is_in_checkout(&folder_of(&so_far).canonicalize()?) {
            let reason =
                format!("the folder `{}` is a link: name the folder that it leads to", so_far.display());
            return Err(refused(&reason));
        }
    }
    Ok(())
}

/// Whether the content of a folder may have come with the input: the folder is in the current folder or in a repository.
fn is_in_checkout(folder: &Path) -> bool {
    let here = Path::new(".").canonicalize().ok().filter(|here| here.parent().is_some());
    here.is_some_and(|here| folder.starts_with(here))
        || folder.ancestors().any(|folder| folder.join(".git").symlink_metadata().is_ok())
}

#[cfg(unix)]
fn is_stream(found: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    found.file_type().is_fifo() || found.file_type().is_char_device()
}

#[cfg(not(unix))]
fn is_stream(_: &Metadata) -> bool {
    false
}

/// The device, or the file system and the inode of a pipe. `None` for the null device and for what cannot be compared.
#[cfg(unix)]
fn stream_id(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let found = path.metadata().ok()?;
    if !found.file_type().is_char_device() {
        return Some((found.dev(), found.ino()));
    }
    let is_null = Path::new("/dev/null").metadata().is_ok_and(|null| null.rdev() == found.rdev());
    (!is_null).then(|| (u64::MAX, found.rdev()))
}

#[cfg(not(unix))]
fn stream_id(_: &Path) -> Option<(u64, u64)> {
    None
}

/// Whether a path is a device on Windows: `NUL`, with or without a folder and an extension, or a pipe.
fn is_windows_device(path: &Path) -> bool {
    let whole = path.to_string_lossy();
    if whole.starts_with(r"\\.\") || whole.starts_with("//./") {
        return true;
    }
    let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    let stem = name.split(['.', ':']).next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let is_numbered = |kind: &str| {
        let number = stem.strip_prefix(kind).map(|number| number.chars().collect::<Vec<_>>());
        number.is_some_and(|number| matches!(number.as_slice(), ['0'..='9' | '¹' | '²' | '³']))
    };
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str())
        || is_numbered("COM")
        || is_numbered("LPT")
}

/// Whether Windows removes the end of a name: a dot or a space. Paths without links, as [`Path::canonicalize`] makes them,
/// keep it, and most programs cannot open such a file.
fn has_lost_end(name: &str) -> bool {
    name.ends_with(['.', ' '])
}

/// The error without the path that `tempfile` appends. The name of a temporary file would confuse users.
fn without_path(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path ") {
        Some((reason, _)) => io::Error::new(error.kind(), reason),
        None => error,
    }
}

/// The permissions of the file that is replaced, except those to execute: a shell could run names in a report.
#[cfg(unix)]
fn permissions_like(old: &Metadata) -> Permissions {
    use std::os::unix::fs::PermissionsExt;
    std::fs::Permissions::from_mode(old.permissions().mode() & 0o666)
}

#[cfg(not(unix))]
fn permissions_like(old: &Metadata) -> Permissions {
    old.permissions()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_devices_are_known_by_name() {
        for device in
            ["NUL", "nul", r"con", "a/NUL.json", "COM1", "lpt9.txt", "COM¹", "NUL ", "nul:", r"\\.\pipe\x"]
        {
            assert!(is_windows_device(Path::new(device)), "{device}");
        }
        for file in ["null", "nul-x", "report.nul", "COM", "COM10", "CONSOLE.json", "NUL/x.json", ""] {
            assert!(!is_windows_device(Path::new(file)), "{file}");
        }
    }

    #[test]
    fn names_that_windows_would_change_are_known() {
        for name in ["report.json.", "report.json ", ".."] {
            assert!(has_lost_end(name), "{name:?}");
        }
        for name in ["report.json", ".json", "a. b"] {
            assert!(!has_lost_end(name), "{name:?}");
        }
    }

    #[test]
    fn a_file_that_is_open_elsewhere_is_explained_on_windows() {
        let error = || io::Error::from(ErrorKind::PermissionDenied);
        assert!(explained(error(), true).to_string().contains("close the programs"));
        assert_eq!(explained(error(), false).to_string(), error().to_string());
        let other = explained(ErrorKind::NotFound.into(), true);
        assert_eq!(other.kind(), ErrorKind::NotFound);
    }

    #[test]
    fn one_file_is_one_target() {
        let folder = tempfile::TempDir::new().expect("a folder");
        std::fs::create_dir(folder.path().join("a")).expect("a folder");
        let target = |path: &str| Target::of(&folder.path().join(path)).expect("a target");
        for path in ["./x.json", "a/../x.json", ".//x.json", "a/./../x.json"] {
            assert!(target("x.json").is_same(&target(path)), "{path}");
        }
        for path in ["a/x.json", "y.json"] {
            assert!(!target("x.json").is_same(&target(path)), "{path}");
        }
        let of = |path: &str| Target::of(&folder.path().join(path)).map_err(|error| error.kind());
        for path in ["a", "a/..", "", "x.json/", "x.json/.", "new/", "new//", "new/.", "."] {
            assert_eq!(of(path), Err(ErrorKind::IsADirectory), "{path}");
        }
        assert_eq!(of("absent/x.json"), Err(ErrorKind::NotFound));
    }
}
