//! A folder on disk: the only place of the library that touches the file system. Links are not followed.

use std::fs::File;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::layout::is_passed_over;
use super::limits::{Budget, ReadFault};

/// The files below a folder.
pub(crate) struct Folder {
    root: PathBuf,
    /// Paths relative to the root, with `/`. Sorted.
    paths: Vec<String>,
    /// Folders that could not be listed, and why.
    pub(crate) unlisted: Vec<(String, String)>,
}

/// More files than the limit.
#[derive(Debug)]
pub(crate) struct TooManyFiles;

impl Folder {
    /// Lists the files below `start`; their paths begin below `root`, which is `start` or its parent. Links, pipes and
    /// devices are no files. Folders count towards the limit: a tree of empty ones takes as long to walk.
    pub(crate) fn list(root: &Path, start: &Path, limit: usize) -> Result<Self, TooManyFiles> {
        let mut folder = Folder { root: root.to_owned(), paths: Vec::new(), unlisted: Vec::new() };
        let walk =
            WalkDir::new(start).into_iter().filter_entry(|entry| entry.depth() == 0 || is_worth(entry));
        for (walked, entry) in walk.enumerate() {
            if walked > limit {
                return Err(TooManyFiles);
            }
            match entry {
                Ok(entry) if entry.file_type().is_file() => folder.paths.push(relative(root, entry.path())),
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().map_or_else(String::new, |path| relative(root, path));
                    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    folder.unlisted.push((path, reason));
                }
            }
        }
        folder.paths.sort();
        Ok(folder)
    }

    /// Paths of the files, relative, with `/`.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.paths.clone()
    }

    /// The content of the file at this place in `paths`.
    pub(crate) fn read(&self, index: usize, budget: &mut Budget) -> Result<Vec<u8>, ReadFault> {
        read_file(&self.root.join(&self.paths[index]), budget)
    }
}

/// Reads one file.
pub(crate) fn read_file(path: &Path, budget: &mut Budget) -> Result<Vec<u8>, ReadFault> {
    let (file, size) = open(path)?;
    budget.read(file, size)
}

/// Reads one file that was given as an input and may be a zip of any size.
pub(crate) fn read_input(path: &Path, budget: &mut Budget) -> Result<Vec<u8>, ReadFault> {
    let (file, size) = open(path)?;
    budget.read_input(file, size)
}

/// Opens a regular file: to open a pipe would wait for whoever writes into it.
fn open(path: &Path) -> Result<(File, u64), ReadFault> {
    if !path.metadata()?.is_file() {
        return Err(ReadFault::Special);
    }
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Build output beside a `.cdsproj` repeats the sources; the rest is `is_passed_over`.
fn is_worth(entry: &DirEntry) -> bool {
    if !entry.file_type().is_dir() {
        return true;
    }
    let name = entry.file_name().to_string_lossy();
    let is_output = ["bin", "obj"].iter().any(|output| output.eq_ignore_ascii_case(&name));
    // The folder that was given is one that somebody wants to be looked at, whatever its name.
    let around = entry.path().parent().filter(|_| entry.depth() > 1).and_then(Path::file_name);
    let is_passed_over = is_passed_over(&name, around.map(|around| around.to_string_lossy()).as_deref());
    !(is_passed_over || is_output && entry.path().parent().is_some_and(has_project))
}

fn has_project(folder: &Path) -> bool {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.path().extension().is_some_and(|ending| ending == "cdsproj"))
}
