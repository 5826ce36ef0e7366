//! Inputs that could not be used: what was found, what was expected, what to do.

use std::fmt;

use crate::limit::Limit;
use crate::source::FileName;

/// An input that is no solution, with what was found instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {found}")]
pub struct LoadError {
    /// What could not be used: an input as it was given.
    pub name: FileName,
    /// What was found.
    pub found: LoadErrorKind,
    /// What could help, if something could.
    pub help: Option<String>,
}

/// What an input turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadErrorKind {
    /// Nothing at that path.
    Nothing,
    /// Nothing matches a path with wildcards, or it is malformed in this way.
    NoMatch(Option<String>),
    /// The operating system refused.
    Unreadable(String),
    /// A container without a solution, in words: "a zip with 3 files".
    NoSolution(String),
    /// Something else, in words: "a Git LFS pointer".
    Other(String),
    /// More than a limit allows, in words.
    Limit(String),
}

/// What every input is measured against.
pub const EXPECTED: &str =
    "an exported solution (.zip), the folder of an unpacked one, or a flow's JSON file";

impl fmt::Display for LoadErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadErrorKind::Nothing => write!(f, "there is no such file or folder"),
            LoadErrorKind::NoMatch(None) => write!(f, "no file or folder matches this pattern"),
            LoadErrorKind::NoMatch(Some(fault)) => write!(f, "this is not a valid pattern: {fault}"),
            LoadErrorKind::Unreadable(reason) => write!(f, "could not be read: {reason}"),
            LoadErrorKind::NoSolution(what) => write!(f, "found {what} and no solution, expected {EXPECTED}"),
            LoadErrorKind::Other(what) => write!(f, "found {what}, expected {EXPECTED}"),
            LoadErrorKind::Limit(what) => write!(f, "found {what}"),
        }
    }
}

impl LoadError {
    pub(crate) fn other(name: &FileName, found: impl Into<String>, help: Option<&str>) -> Self {
        LoadError {
            name: name.clone(),
            found: LoadErrorKind::Other(found.into()),
            help: help.map(ToOwned::to_owned),
        }
    }

    /// An input that goes beyond a limit: "a zip with 9 entries, beyond" the limit.
    pub(crate) fn limit(name: &FileName, found: &str, limit: Limit) -> Self {
        let found = LoadErrorKind::Limit(format!("{found} the limit of {limit}"));
        let help = "if the input is meant to be that large, raise the limit".to_owned();
        LoadError { name: name.clone(), found, help: Some(help) }
    }

    /// The path and what is wrong with it, for a file that is not expected to be a solution.
    pub(crate) fn path_and_reason(&self) -> String {
        match &self.found {
            LoadErrorKind::NoSolution(what) | LoadErrorKind::Other(what) => {
                format!("{}: found {what}", self.name)
            }
            other @ (LoadErrorKind::Nothing
            | LoadErrorKind::NoMatch(_)
            | LoadErrorKind::Unreadable(_)
            | LoadErrorKind::Limit(_)) => {
                format!("{}: {other}", self.name)
            }
        }
    }

    pub(crate) fn unreadable(name: &FileName, reason: impl fmt::Display) -> Self {
        LoadError { name: name.clone(), found: LoadErrorKind::Unreadable(reason.to_string()), help: None }
    }
}

/// The name and the remedy for bytes that are neither a zip nor a flow.
pub(crate) fn describe(name: &FileName, bytes: &[u8]) -> (String, Option<&'static str>) {
    let name = name.file_name().to_ascii_lowercase();
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_ascii_lowercase();
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let (what, help) = if bytes.is_empty() {
        ("an empty file", None)
    } else if head.starts_with("version https://git-lfs") {
        ("a Git LFS pointer", Some("fetch the file itself with `git lfs pull`"))
    } else if starts(b"MSCF") {
        ("a .cab archive", Some("only zips can be read: export the solution again, or unpack the .cab"))
    } else if starts(b"7z\xBC\xAF") || starts(b"Rar!") || starts(b"\x1F\x8B") {
        ("an archive that is not a zip", Some("give the zip as Power Apps exported it"))
    } else if head.contains("<html") || head.contains("<!doctype html") {
        ("an HTML page", Some("a download that needs a sign-in often leaves one: download the file again"))
    } else if matches!(name.as_str(), "solution.xml" | "customizations.xml") || name.ends_with(".data.xml") {
        ("one file of an unpacked solution", Some("give the folder that holds it"))
    } else if matches!(name.as_str(), "solution.yml" | "solutioncomponents.yml" | "workflow.yml") {
        ("one file of a solution in the YAML format", Some("give the folder that contains `solutions`"))
    } else if name.ends_with(".msapp") {
        ("a canvas app", None)
    } else if name.ends_with(".zip") {
        ("a file that is no zip, whatever its name says", Some("download or export it again"))
    } else {
        return (format!("a file that is neither a zip nor JSON ({} bytes)", bytes.len()), None);
    };
    (what.to_owned(), help)
}
