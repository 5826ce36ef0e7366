//! Inputs that cannot be used: what was found, what was expected, and what to do.

use std::fmt;

use crate::limit::Limit;
use crate::source::FileName;

/// An input that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {found}")]
pub struct LoadError {
    /// The input, as it was given.
    pub name: FileName,
    /// What was found.
    pub found: LoadErrorKind,
    /// How to fix it, if known.
    pub help: Option<String>,
}

/// Why an input cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadErrorKind {
    /// The path does not exist.
    Nothing,
    /// A pattern matches nothing, or is invalid for this reason.
    NoMatch(Option<String>),
    /// The operating system reported an error.
    Unreadable(String),
    /// A container without a solution, such as "a zip with 3 files".
    NoSolution(String),
    /// Something else, such as "a Git LFS pointer".
    Other(String),
    /// A limit is exceeded: a predicate, such as "exceeds the limit of ...".
    Limit(String),
}

/// What every input is expected to be.
pub const EXPECTED: &str =
    "an exported solution (.zip), the folder of an unpacked solution, or the JSON file of a flow";

impl fmt::Display for LoadErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadErrorKind::Nothing => write!(f, "no such file or folder"),
            LoadErrorKind::NoMatch(None) => write!(f, "no file or folder matches this pattern"),
            LoadErrorKind::NoMatch(Some(fault)) => write!(f, "this is not a valid pattern: {fault}"),
            LoadErrorKind::Unreadable(reason) => write!(f, "could not be read: {reason}"),
            LoadErrorKind::NoSolution(what) => {
                write!(f, "found {what}, but no solution; expected {EXPECTED}")
            }
            LoadErrorKind::Other(what) => write!(f, "found {what}; expected {EXPECTED}"),
            LoadErrorKind::Limit(what) => write!(f, "{what}"),
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

    /// An input that exceeds a limit. `verb` is followed by the limit: "exceeds".
    pub(crate) fn limit(name: &FileName, verb: &str, limit: Limit) -> Self {
        let found = LoadErrorKind::Limit(format!("{verb} the limit of {limit}"));
        let help = "if the input is meant to be this large, raise the limit with the option".to_owned();
        LoadError { name: name.clone(), found, help: Some(help) }
    }

    /// The path and what is wrong with it, for a file that need not be a solution.
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

/// A description of bytes that are neither a zip nor a flow, and how to fix the input.
pub(crate) fn describe(name: &FileName, bytes: &[u8]) -> (String, Option<&'static str>) {
    let name = name.file_name().to_ascii_lowercase();
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_ascii_lowercase();
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let (what, help) = if bytes.is_empty() {
        ("an empty file", None)
    } else if head.starts_with("version https://git-lfs") {
        ("a Git LFS pointer", Some("fetch the file itself with `git lfs pull`"))
    } else if starts(b"MSCF") {
        (
            "a .cab archive",
            Some("flowvet reads only zips: export the solution again, or unpack the .cab file"),
        )
    } else if starts(b"7z\xBC\xAF") || starts(b"Rar!") || starts(b"\x1F\x8B") {
        ("an archive that is not a zip", Some("pass the zip that Power Apps exported"))
    } else if head.contains("<html") || head.contains("<!doctype html") {
        (
            "an HTML page",
            Some("the download probably led to a sign-in page: sign in and download the file again"),
        )
    } else if matches!(name.as_str(), "solution.xml" | "customizations.xml") || name.ends_with(".data.xml") {
        ("one file of an unpacked solution", Some("pass the folder that contains it"))
    } else if matches!(name.as_str(), "solution.yml" | "solutioncomponents.yml" | "workflow.yml") {
        ("one file of a solution in the YAML format", Some("pass the folder that contains `solutions`"))
    } else if name.ends_with(".msapp") {
        ("a canvas app", None)
    } else if name.ends_with(".zip") {
        ("a file that is not a valid zip", Some("export or download it again"))
    } else {
        return (format!("a file that is neither a zip nor JSON ({} bytes)", bytes.len()), None);
    };
    (what.to_owned(), help)
}
