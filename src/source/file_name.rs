//! The name of an input file: a file on disk and, if that is an archive, a path inside it.
//!
//! `load` creates the names, and a [`Text`](super::Text) carries its name to the reports. No code splits a printed
//! name: a folder name may contain a `!`, and a zip file need not end in `.zip`.

use std::fmt;
use std::path::Path;

use serde::ser::{Serialize, SerializeStruct, Serializer};

/// The name of a file, folder or zip of the input.
///
/// It prints as in reports, with `/` on every system and a `!` after each archive: `src/Workflows/Name.json`,
/// `solution.zip!Workflows/Name.json`, `outer.zip!PkgAssets/inner.zip!solution.xml`. Names compare like their printed
/// form.
///
/// It serializes as an object with `name` (the printed form), `containers` and `path`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName {
    /// The printed form.
    text: String,
    /// The offsets in `text` of each `!` after an archive, ascending.
    separators: Vec<usize>,
}

impl FileName {
    /// A file or folder outside archives: a path on disk, or the name that the caller chose for bytes.
    pub fn new(path: impl Into<String>) -> Self {
        FileName { text: path.into(), separators: Vec::new() }
    }

    /// A path on disk, with `/` on every system.
    pub(crate) fn of_path(path: &Path) -> Self {
        let path = path.to_string_lossy();
        FileName::new(if cfg!(windows) { with_slashes(&path) } else { path.into_owned() })
    }

    /// A file in this archive.
    pub(crate) fn in_archive(&self, path: &str) -> Self {
        let mut separators = self.separators.clone();
        separators.push(self.text.len());
        FileName { text: format!("{}!{path}", self.text), separators }
    }

    /// A file in this folder, which is on disk or in an archive. The current folder, `.`, does not appear in the name.
    pub(crate) fn in_folder(&self, path: &str) -> Self {
        let text = match self.text.as_str() {
            "." => path.to_owned(),
            folder => format!("{}/{path}", folder.trim_end_matches('/')),
        };
        FileName { text, separators: self.separators.clone() }
    }

    /// The printed form.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The file that other tools can open: the outermost archive, or the file itself if it is not in an archive.
    pub fn outermost(&self) -> &str {
        self.separators.first().map_or(&self.text, |separator| &self.text[..*separator])
    }

    /// The printed path inside the outermost archive, or `None` if the file is not in an archive.
    pub fn inside(&self) -> Option<&str> {
        self.separators.first().map(|separator| &self.text[separator + 1..])
    }

    /// This name and those of the archives around the file.
    pub(crate) fn with_archives(&self) -> impl Iterator<Item = &str> {
        let archives = self.separators.iter().map(|separator| &self.text[..*separator]);
        archives.chain([self.text.as_str()])
    }

    /// The archives around the file, outermost first. Each is a path in the archive before it.
    pub fn containers(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.separators.iter().map(|separator| separator + 1));
        starts.zip(&self.separators).map(|(start, end)| &self.text[start..*end])
    }

    /// The path in the innermost archive, or on disk if the file is not in an archive.
    pub fn path(&self) -> &str {
        self.separators.last().map_or(&self.text, |separator| &self.text[separator + 1..])
    }

    /// The last component of the path.
    pub fn file_name(&self) -> &str {
        let path = self.path();
        path.rsplit_once('/').map_or(path, |(_, name)| name)
    }

    /// The name without the last component of the path, or `None` for a file at the root of its archive or of the
    /// current folder.
    pub(crate) fn folder(&self) -> Option<&str> {
        let (folder, _) = self.path().rsplit_once('/')?;
        Some(&self.text[..self.text.len() - self.path().len() + folder.len()])
    }

    /// Whether this is the folder or archive `outer`, or is inside it at any depth.
    pub(crate) fn is_in(&self, outer: &FileName) -> bool {
        if outer.text == "." {
            return !self.text.starts_with('/') && !self.text.starts_with("../");
        }
        let folder = outer.text.trim_end_matches('/');
        let Some(rest) =
            self.text.strip_prefix(folder).filter(|_| self.separators.starts_with(&outer.separators))
        else {
            return false;
        };
        rest.is_empty()
            || rest.starts_with('/')
            || self.separators.get(outer.separators.len()) == Some(&folder.len())
    }
}

/// A path of Windows with `/`, and without the prefix `\\?\` of paths of any length: it means the same file, and few programs
/// take it.
fn with_slashes(path: &str) -> String {
    let path = path.replace('\\', "/");
    match path.strip_prefix("//?/") {
        Some(share) if share.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("UNC/")) => {
            format!("//{}", &share[4..])
        }
        Some(plain) if plain.as_bytes().get(1) == Some(&b':') => plain.to_owned(),
        _ => path,
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<&str> for FileName {
    fn from(path: &str) -> Self {
        FileName::new(path)
    }
}

impl From<String> for FileName {
    fn from(path: String) -> Self {
        FileName::new(path)
    }
}

impl From<&FileName> for FileName {
    fn from(name: &FileName) -> Self {
        name.clone()
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.text
    }
}

impl Serialize for FileName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("FileName", 3)?;
        object.serialize_field("name", &self.text)?;
        object.serialize_field("containers", &self.containers().collect::<Vec<_>>())?;
        object.serialize_field("path", self.path())?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_knows_its_archives_whatever_they_are_called() {
        let inner = FileName::new("a!b/solution.pkg").in_archive("PkgAssets/in!ner.zip");
        let file = inner.in_archive("Workflows/x!y.json");
        assert_eq!(file.to_string(), "a!b/solution.pkg!PkgAssets/in!ner.zip!Workflows/x!y.json");
        assert_eq!(file.outermost(), "a!b/solution.pkg");
        assert_eq!(file.inside(), Some("PkgAssets/in!ner.zip!Workflows/x!y.json"));
        assert_eq!(file.containers().collect::<Vec<_>>(), ["a!b/solution.pkg", "PkgAssets/in!ner.zip"]);
        assert_eq!((file.path(), file.file_name()), ("Workflows/x!y.json", "x!y.json"));
        assert_eq!(file.folder(), Some("a!b/solution.pkg!PkgAssets/in!ner.zip!Workflows"));
        assert_eq!(inner.in_archive("solution.xml").folder(), None);
    }

    #[test]
    fn a_file_on_disk_has_no_containers() {
        let file = FileName::new("new.zip!").in_folder("Workflows/x.json");
        assert_eq!(file.to_string(), "new.zip!/Workflows/x.json");
        assert_eq!((file.outermost(), file.inside()), ("new.zip!/Workflows/x.json", None));
        assert_eq!(file.containers().count(), 0);
        assert_eq!(FileName::new(".").in_folder("x.json").as_str(), "x.json");
        assert_eq!(FileName::new("a/").in_folder("x.json").as_str(), "a/x.json");
    }

    #[test]
    fn paths_of_windows_have_one_spelling() {
        for (path, expected) in [
            (r"src\Workflows/a b.json", "src/Workflows/a b.json"),
            (r"C:\s.zip", "C:/s.zip"),
            (r"\\server\share\s.zip", "//server/share/s.zip"),
            (r"\\?\C:\a\s.zip", "C:/a/s.zip"),
            (r"\\?\UNC\server\share\s.zip", "//server/share/s.zip"),
            (r"\\?\Volume{0}\s.zip", "//?/Volume{0}/s.zip"),
            (r"\\.\pipe\x", "//./pipe/x"),
        ] {
            assert_eq!(with_slashes(path), expected, "{path}");
        }
    }

    #[test]
    fn is_in_finds_nested_folders_and_archives() {
        let zip = FileName::new("d/s.zip");
        let sub = zip.in_archive("sub");
        for (inner, outer, expected) in [
            (zip.in_archive("x.json"), &zip, true),
            (sub.in_folder("x.json"), &sub, true),
            (sub.in_folder("x.json"), &zip, true),
            (zip.clone(), &zip, true),
            (zip.in_archive("subway/x.json"), &sub, false),
            (FileName::new("d/s.zip!sub/x.json"), &sub, false),
            (FileName::new("d/s.zip!x"), &zip, false),
            (FileName::new("d/s.zip2"), &zip, false),
            (zip.in_archive("x"), &FileName::new("d/"), true),
            (zip.in_archive("x"), &FileName::new("."), true),
            (FileName::new("../s.zip"), &FileName::new("."), false),
            (FileName::new("/s.zip"), &FileName::new("."), false),
        ] {
            assert_eq!(inner.is_in(outer), expected, "{inner} in {outer}");
        }
    }
}
