//! Paths with wildcards. PowerShell and cmd hand them to the program as they are, so flowvet expands them itself.

use std::path::{Path, PathBuf};

use glob::MatchOptions;

use super::limits::Limits;
use super::{LoadError, LoadErrorKind};
use crate::limit::Limit;
use crate::source::FileName;

/// The most bytes of a pattern: what a path can have on Linux.
const LONGEST: usize = 4096;
/// The most `**` in a pattern: each multiplies the ways to match a path by its depth.
const MOST_RECURSIVE: usize = 3;
/// How many characters of a malformed pattern a message shows.
const MOST_SHOWN: usize = 200;

/// The paths that a pattern such as `releases/*.zip` means, sorted. A path without wildcards, and one that exists as it
/// is written, means itself.
///
/// # Errors
/// Nothing matches, the pattern is malformed, a folder cannot be listed, or more paths match than a run may read.
pub(crate) fn expand(path: &Path, limits: Limits) -> Result<Vec<PathBuf>, LoadError> {
    let Some(pattern) = path.to_str().filter(|text| text.contains(['*', '?', '['])) else {
        return Ok(vec![path.to_owned()]);
    };
    if path.symlink_metadata().is_ok() {
        return Ok(vec![path.to_owned()]);
    }
    let name = FileName::of_path(path);
    let options = MatchOptions {
        case_sensitive: !cfg!(windows),
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let malformed = |fault: String| {
        let shown: String = name.as_str().chars().take(MOST_SHOWN).collect();
        let name =
            if shown.len() < name.as_str().len() { FileName::new(shown + "…") } else { name.clone() };
        LoadError { name, found: LoadErrorKind::NoMatch(Some(fault)), help: None }
    };
    if pattern.len() > LONGEST {
        return Err(malformed(format!("it has {} bytes, and the limit is {LONGEST}", pattern.len())));
    }
    if pattern.matches("**").count() > MOST_RECURSIVE {
        return Err(malformed(format!("it has more than {MOST_RECURSIVE} `**`")));
    }
    let matches = glob::glob_with(pattern, options)
        .map_err(|error| malformed(format!("{} at character {}", error.msg, error.pos + 1)))?;
    let mut paths = Vec::new();
    for found in matches {
        if paths.len() >= limits.files {
            return Err(LoadError::limit(&name, "a pattern that matches beyond", Limit::Files(limits.files)));
        }
        paths.push(
            found.map_err(|error| LoadError::unreadable(&FileName::of_path(error.path()), error.error()))?,
        );
    }
    if paths.is_empty() {
        let help = "`*` and `?` stand for characters of one name, `**` for folders at any depth".to_owned();
        return Err(LoadError { name, found: LoadErrorKind::NoMatch(None), help: Some(help) });
    }
    paths.sort();
    Ok(paths)
}
