//! The kinds of inputs, and how paths and folders become containers.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder::{self, Folder, TooManyFiles};
use super::{Container, LoadError, LoadErrorKind, Loader, count, layout};
use crate::limit::Limit;
use crate::source::FileName;

/// An input.
#[derive(Debug, Clone)]
pub enum Input {
    /// A file or folder.
    Path(PathBuf),
    /// The content of a file with any name: a zip, or the JSON of a flow.
    Bytes {
        /// The name that reports show.
        name: String,
        /// The content.
        bytes: Vec<u8>,
    },
    /// Files in memory, read like a folder: an unpacked solution, or zips.
    Files {
        /// The name of the folder in reports; with `.`, reports show only the paths.
        name: String,
        /// Contents by path, relative to the folder, with `/`.
        files: BTreeMap<String, Vec<u8>>,
    },
    /// A folder on disk in which files in memory replace those on disk, such as the unsaved buffers of an editor.
    Overlay {
        /// The folder.
        folder: PathBuf,
        /// Contents that replace those on disk, by path, relative to the folder, with `/`. A path that is not on disk is a
        /// new file.
        files: BTreeMap<String, Vec<u8>>,
    },
}

impl Input {
    /// Files in memory. Reports show their paths unchanged.
    pub fn files<P: Into<String>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let files = files.into_iter().map(|(path, bytes)| (path.into(), bytes.into()));
        Input::Files { name: ".".to_owned(), files: files.collect() }
    }

    /// Whether the content of the file at this path in a folder may be read. The content of other files can be left empty
    /// in [`Input::Files`], but not their path: it may show that a solution contains agents, for example.
    pub fn may_read(path: &str) -> bool {
        layout::may_read(path)
    }
}

impl Loader<'_> {
    pub(super) fn path(&mut self, path: &Path) -> Result<(), LoadError> {
        let label = FileName::of_path(path);
        let metadata = metadata(path, &label)?;
        if metadata.is_dir() {
            return self.folder(path, &label, BTreeMap::new());
        }
        if !metadata.is_file() {
            return Err(LoadError::other(&label, "neither a file nor a folder", None));
        }
        let bytes = folder::read_input(path, &mut self.budget)
            .map_err(|fault| LoadError::unreadable(&label, fault))?;
        self.file(&label, bytes.into())
    }

    pub(super) fn overlay(&mut self, path: &Path, files: BTreeMap<String, Vec<u8>>) -> Result<(), LoadError> {
        let label = FileName::of_path(path);
        if !metadata(path, &label)?.is_dir() {
            return Err(LoadError::other(&label, "a file instead of a folder for an overlay", None));
        }
        self.folder(path, &label, files)
    }

    pub(super) fn files(
        &mut self,
        label: FileName,
        files: BTreeMap<String, Vec<u8>>,
    ) -> Result<(), LoadError> {
        let limit = self.budget.limits().files;
        let label = if label.as_str().is_empty() { FileName::new(".") } else { label };
        let folder = Folder::in_memory(files, limit);
        self.listed(folder, label)
    }

    /// A folder on disk, in which files in memory replace those on disk.
    fn folder(
        &mut self,
        path: &Path,
        label: &FileName,
        files: BTreeMap<String, Vec<u8>>,
    ) -> Result<(), LoadError> {
        let (label, folder) = list(path, label, files, self.budget.limits().files);
        self.listed(folder, label)
    }

    fn listed(&mut self, folder: Result<Folder, TooManyFiles>, label: FileName) -> Result<(), LoadError> {
        let folder =
            folder.map_err(|TooManyFiles(limit)| LoadError::limit(&label, "exceeds", Limit::Files(limit)))?;
        if let (true, Some((path, reason))) = (folder.paths().is_empty(), folder.unlisted.first()) {
            let closed = if path.is_empty() { label.clone() } else { label.in_folder(path) };
            return Err(LoadError::unreadable(&closed, reason));
        }
        self.unlisted(&folder, &label);
        let what = format!("a folder with {}", count(folder.paths().len(), "file"));
        self.container_with_packages(Container::Folder(Arc::new(folder)), &label, 0, &what)
    }

    /// Adds a fault for each folder that could not be listed.
    pub(super) fn unlisted(&mut self, folder: &Folder, label: &FileName) {
        for (path, reason) in &folder.unlisted {
            let name = label.in_folder(path);
            self.container_fault(&name, format!("could not be listed: {reason}"), None);
        }
    }
}

/// Lists a folder on disk, in which files in memory replace those on disk. Returns the name of its root, too: a folder
/// `Workflows` belongs to the folder above it.
pub(super) fn list(
    path: &Path,
    label: &FileName,
    files: BTreeMap<String, Vec<u8>>,
    limit: usize,
) -> (FileName, Result<Folder, TooManyFiles>) {
    let is_workflows = path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("workflows"));
    let root = path.parent().filter(|_| is_workflows).unwrap_or(path);
    let label = if is_workflows { FileName::of_path(root) } else { label.clone() };
    let label = if label.as_str().is_empty() { FileName::new(".") } else { label };
    (label, Folder::list(root, path, files, limit))
}

fn metadata(path: &Path, label: &FileName) -> Result<Metadata, LoadError> {
    if cfg!(windows) && label.as_str().contains('"') {
        let help =
            "in `\"C:\\my folder\\\"`, the last `\\` makes the quote a part of the path: leave the `\\` out";
        return Err(LoadError {
            name: label.clone(),
            found: LoadErrorKind::Nothing,
            help: Some(help.to_owned()),
        });
    }
    path.metadata().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            LoadError { name: label.clone(), found: LoadErrorKind::Nothing, help: None }
        }
        _ => LoadError::unreadable(label, error),
    })
}
