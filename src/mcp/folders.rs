//! The folders that an agent may read. What an agent reads may contain instructions of others, so a tool must not open any
//! file that they name.

use std::path::{Path, PathBuf};

use crate::source::FileName;

/// The folders that tools read.
#[derive(Debug)]
pub(super) struct Folders {
    /// Where relative paths start, as given.
    base: PathBuf,
    /// All folders, with links resolved.
    allowed: Vec<PathBuf>,
}

impl Folders {
    /// Checks the folders. Without any, it is the current folder.
    pub(super) fn new(folders: &[PathBuf]) -> Result<Self, String> {
        let here = [PathBuf::from(".")];
        let folders = if folders.is_empty() { &here } else { folders };
        let mut allowed = Vec::new();
        for folder in folders {
            let real =
                folder.canonicalize().map_err(|error| format!("{}: {error}", FileName::of_path(folder)))?;
            if !real.is_dir() {
                return Err(format!("{}: this is not a folder", FileName::of_path(folder)));
            }
            allowed.push(real);
        }
        Ok(Folders { base: folders[0].clone(), allowed })
    }

    /// All folders, with links resolved.
    pub(super) fn allowed(&self) -> &[PathBuf] {
        &self.allowed
    }

    /// The path to open for a path that an agent names.
    pub(super) fn resolve(&self, written: &str) -> Result<PathBuf, String> {
        let path = self.path(written);
        self.check(&path, written, "no such file or folder")?;
        Ok(path)
    }

    /// The path of a file to create.
    pub(super) fn resolve_new(&self, written: &str) -> Result<PathBuf, String> {
        let path = self.path(written);
        let folder = match path.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => &path,
        };
        self.check(folder, written, "the folder of the file does not exist")?;
        if path.symlink_metadata().is_ok() {
            return Err(format!("{written}: there is a file or folder already; name a new file"));
        }
        Ok(path)
    }

    /// A path as reports show it. It has no `.` in it, and `-` would be stdin.
    fn path(&self, written: &str) -> PathBuf {
        let is_here = self.base == Path::new(".");
        let path = if is_here { PathBuf::from(written) } else { self.base.join(written) };
        let path: PathBuf = path.components().collect();
        if path == Path::new("-") { Path::new(".").join(path) } else { path }
    }

    /// Checks that a path exists and, with links resolved, is in one of the folders.
    fn check(&self, path: &Path, written: &str, missing: &str) -> Result<(), String> {
        let real = path.canonicalize().map_err(|_| format!("{written}: {missing}"))?;
        if self.allowed.iter().any(|folder| real.starts_with(folder)) {
            Ok(())
        } else {
            Err(format!("{written}: this is outside the folders that flowvet may read"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_the_folders() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let make = |path: &str| std::fs::create_dir_all(folder.path().join(path)).expect("a folder");
        make("project/src");
        make("other");
        make("secret");
        std::fs::write(folder.path().join("file"), "").expect("a file");
        let at = |path: &str| folder.path().join(path);
        let folders = Folders::new(&[at("project"), at("other")]).expect("folders");
        assert_eq!(folders.resolve("src"), Ok(at("project/src")));
        assert!(folders.resolve(".").is_ok() && folders.resolve(&at("other").to_string_lossy()).is_ok());
        for path in ["../secret", "src/../../secret", "/", "nothing", "-"] {
            assert!(folders.resolve(path).is_err(), "{path}");
        }
        assert_eq!(folders.resolve_new("src/new.zip"), Ok(at("project/src/new.zip")));
        for path in
            ["../new.zip", "../secret/new.zip", "src", "nothing/new.zip", "src/../../new.zip", "/new.zip"]
        {
            assert!(folders.resolve_new(path).is_err(), "{path}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(at("secret"), at("project/link")).expect("a link");
            std::os::unix::fs::symlink(at("secret/new"), at("project/dangling")).expect("a link");
            assert!(folders.resolve("link").is_err() && folders.resolve_new("link/new.zip").is_err());
            assert!(folders.resolve_new("dangling").is_err());
        }
        assert!(Folders::new(&[at("file")]).is_err() && Folders::new(&[at("nothing")]).is_err());
    }
}
