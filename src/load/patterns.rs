//! Paths with wildcards. PowerShell and cmd hand them to the program as they are, so flowvet expands them itself.

use std::path::{Path, PathBuf};

use glob::MatchOptions;

use super::input::display;
use super::limits::Limits;
use super::{LoadError, LoadErrorKind};
use crate::limit::Limit;

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
    let name = display(path);
    let options = MatchOptions {
        case_sensitive: !cfg!(windows),
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let matches = glob::glob_with(pattern, options).map_err(|error| {
        let found = LoadErrorKind::NoMatch(Some(format!("{} at character {}", error.msg, error.pos + 1)));
        LoadError { name: name.clone(), found, help: None }
    })?;
    let mut paths = Vec::new();
    for found in matches {
        if paths.len() >= limits.files {
            return Err(LoadError::limit(&name, "a pattern that matches beyond", Limit::Files(limits.files)));
        }
        paths.push(found.map_err(|error| LoadError::unreadable(&display(error.path()), error.error()))?);
    }
    if paths.is_empty() {
        let help = "`*` and `?` stand for characters of one name, `**` for folders at any depth".to_owned();
        return Err(LoadError { name, found: LoadErrorKind::NoMatch(None), help: Some(help) });
    }
    paths.sort();
    Ok(paths)
}
