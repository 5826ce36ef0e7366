//! A folder: files on disk, in memory, or both, where files in memory replace those on disk. Links are not followed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::layout::is_skipped;
use super::limits::{Budget, ReadFault};

/// The files below a folder.
pub(crate) struct Folder {
    /// The folder on disk; `None` if all files are in memory.
    root: Option<PathBuf>,
    /// Paths relative to the root, with `/`. Sorted.
    paths: Vec<String>,
    /// Folders that could not be listed, and why.
    pub(crate) unlisted: Vec<(String, String)>,
    /// Contents by path, which replace those on disk.
    memory: BTreeMap<String, Vec<u8>>,
}

/// There are more files than this limit.
#[derive(Debug)]
pub(crate) struct TooManyFiles(pub(crate) usize);

impl Folder {
    /// Lists the files below `start`. Their paths are relative to `root`, which is `start` or its parent. Links, pipes and
    /// devices are left out. Folders count towards the limit, because walking through empty folders also takes time. The
    /// paths of `files`, which are in memory, are relative to `start`.
    pub(crate) fn list(
        root: &Path,
        start: &Path,
        files: BTreeMap<String, Vec<u8>>,
        limit: usize,
    ) -> Result<Self, TooManyFiles> {
        let mut folder = Folder {
            root: Some(root.to_owned()),
            paths: Vec::new(),
            unlisted: Vec::new(),
            memory: BTreeMap::new(),
        };
        let walk =
            WalkDir::new(start).into_iter().filter_entry(|entry| entry.depth() == 0 || is_relevant(entry));
        for (walked, entry) in walk.enumerate() {
            if walked > limit {
                return Err(TooManyFiles(limit));
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
        let start = relative(root, start);
        folder.lay_over(files, &start, limit)
    }

    /// Only files in memory. They are filtered like those on disk.
    pub(crate) fn in_memory(files: BTreeMap<String, Vec<u8>>, limit: usize) -> Result<Self, TooManyFiles> {
        let folder = Folder { root: None, paths: Vec::new(), unlisted: Vec::new(), memory: BTreeMap::new() };
        folder.lay_over(files, "", limit)
    }

    /// Adds files in memory, which replace those on disk. Their paths are relative to the folder `start`.
    fn lay_over(
        mut self,
        files: BTreeMap<String, Vec<u8>>,
        start: &str,
        limit: usize,
    ) -> Result<Self, TooManyFiles> {
        let files: BTreeMap<String, Vec<u8>> =
            files.into_iter().filter_map(|(path, bytes)| Some((below(start, &path)?, bytes))).collect();
        let projects: BTreeSet<&str> =
            files.keys().filter(|path| is_project(path)).map(|path| folder_of(path)).collect();
        let has_project = |folder: &str| {
            let on_disk = || self.root.as_ref().is_some_and(|root| has_project(&root.join(folder)));
            projects.contains(folder) || on_disk()
        };
        let outputs: Vec<String> =
            files.keys().filter(|path| is_in_output(path, has_project)).cloned().collect();
        self.memory = files;
        outputs.iter().for_each(|path| {
            self.memory.remove(path);
        });
        self.paths.extend(self.memory.keys().cloned());
        self.paths.sort();
        self.paths.dedup();
        if self.paths.len() > limit { Err(TooManyFiles(limit)) } else { Ok(self) }
    }

    /// The relative paths of the files, with `/`.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.paths.clone()
    }

    /// The content of the file at this index in `paths`.
    pub(crate) fn read(&self, index: usize, budget: &mut Budget) -> Result<Vec<u8>, ReadFault> {
        let path = &self.paths[index];
        match (self.memory.get(path), &self.root) {
            (Some(bytes), _) => budget.read(bytes.as_slice(), bytes.len() as u64),
            (None, Some(root)) => read_file(&root.join(path), budget),
            (None, None) => Err(ReadFault::Io(io::ErrorKind::NotFound.into())),
        }
    }
}

/// Reads a file.
pub(crate) fn read_file(path: &Path, budget: &mut Budget) -> Result<Vec<u8>, ReadFault> {
    let (file, size) = open(path)?;
    budget.read(file, size)
}

/// Reads a file that is an input, and so may be a zip of any size.
pub(crate) fn read_input(path: &Path, budget: &mut Budget) -> Result<Vec<u8>, ReadFault> {
    let (file, size) = open(path)?;
    budget.read_input(file, size)
}

/// Opens a regular file. Opening a pipe would block until a program writes to it.
fn open(path: &Path) -> Result<(File, u64), ReadFault> {
    if !path.metadata()?.is_file() {
        return Err(ReadFault::Special);
    }
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

/// A path relative to the root, with `/`.
fn relative(root: &Path, path: &Path) -> String {
    // Comparing the texts takes much less time than splitting paths, which Windows needs.
    let texts = root.to_str().zip(path.to_str());
    let below = texts.and_then(|(root, path)| path.strip_prefix(root)?.strip_prefix('/'));
    match below {
        Some(below) if !below.contains('\\') => below.to_owned(),
        _ => relative_by_parts(root, path),
    }
}

fn relative_by_parts(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Whether an entry may contain solutions. Build output next to a `.cdsproj` repeats the sources.
fn is_relevant(entry: &DirEntry) -> bool {
    if !entry.file_type().is_dir() {
        return true;
    }
    let name = entry.file_name().to_string_lossy();
    // The folder that was passed is always relevant, so its name does not count.
    let parent = entry.path().parent().filter(|_| entry.depth() > 1).and_then(Path::file_name);
    let is_skipped = is_skipped(&name, parent.map(|parent| parent.to_string_lossy()).as_deref());
    !(is_skipped || is_output(&name) && entry.path().parent().is_some_and(has_project))
}

fn is_output(folder: &str) -> bool {
    ["bin", "obj"].iter().any(|output| output.eq_ignore_ascii_case(folder))
}

/// Whether a path is in a folder of build output.
fn is_in_output(path: &str, has_project: impl Fn(&str) -> bool) -> bool {
    let folders = path.match_indices('/').map(|(end, _)| &path[..end]);
    folders.into_iter().any(|folder| {
        let above = folder_of(folder);
        is_output(folder[above.len()..].trim_start_matches('/')) && has_project(above)
    })
}

/// The folder of a file; empty for a file in the root.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_project(path: &str) -> bool {
    path.ends_with(".cdsproj")
}

/// A path below `start`, with `/` and without a leading `.`; `None` if it leads outside.
fn below(start: &str, path: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.is_empty() || parts.contains(&"..") {
        return None;
    }
    let start = Some(start).filter(|start| !start.is_empty());
    Some(start.into_iter().chain(parts).collect::<Vec<_>>().join("/"))
}

fn has_project(folder: &Path) -> bool {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.path().extension().is_some_and(|ending| ending == "cdsproj"))
}
