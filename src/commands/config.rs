//! Finds and reads `flowvet.toml`.

use std::path::{Component, Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Outcome, read_text, refused};
use crate::cli::{ConfigArgs, Inputs};
use crate::config::{self, Config, SpannedText};
use crate::load::{self, limits::Limits};
use crate::report::layout::Style;
use crate::report::text::printable;
use crate::source::{FileName, Text, TextError};

/// A configuration that was read, and the text to show snippets of.
#[derive(Default)]
pub(super) struct LoadedConfig {
    pub(super) config: Config,
    /// Whether nobody named it: whoever wrote what is checked may have written it too.
    is_found: bool,
}

impl LoadedConfig {
    /// Reads the configuration that the arguments name or that is found.
    pub(super) fn read(args: &ConfigArgs, inputs: &Inputs, style: Style) -> Result<Self, Outcome> {
        let named = args.config.clone().filter(|_| !args.no_config);
        let is_found = named.is_none();
        let Some(path) = named.or_else(|| find(inputs).filter(|_| !args.no_config)) else {
            return Ok(LoadedConfig::default());
        };
        if is_found && path.is_symlink() {
            return Err(refused_link(&path));
        }
        let text = read_text(&path, inputs)?;
        let config = Config::from_toml(shown(&path), text.text()).map_err(|error| refused(&error, style))?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(LoadedConfig { config: config.with_folder(folder).with_unix_time(today()), is_found })
    }

    /// The name of the file, where one was read.
    pub(super) fn name(&self) -> Option<&FileName> {
        self.config.text().map(Text::name)
    }

    /// The settings files that it names, as paths that can be opened.
    ///
    /// # Errors
    /// It was found and names one outside its folder: a report shows what it reads.
    pub(super) fn settings_files(&self, limits: Limits, style: Style) -> Result<Vec<PathBuf>, Outcome> {
        let folder = &self.config.folder;
        let outside =
            self.config.settings.iter().find(|file| self.is_found && !is_inside(folder, &file.text, limits));
        if let (Some(outside), Some(text)) = (outside, self.config.text()) {
            return Err(refused_settings(text, outside, style));
        }
        Ok(self.config.settings_files())
    }
}

fn refused_link(path: &Path) -> Outcome {
    let message = format!(
        "{}: found a link, expected a file: a configuration that is found and not named is not followed elsewhere",
        shown(path)
    );
    Outcome::failure(
        &message,
        Some("name it with `--config` if you trust it, or read none with `--no-config`"),
    )
}

fn refused_settings(text: &Text, file: &SpannedText, style: Style) -> Outcome {
    let message = format!(
        "names the settings file `{}`, which is outside its folder: expected a path inside it, since this \
         configuration was found and not named",
        file.text
    );
    let help = format!("name it with `--config {}` if you trust it", text.name());
    refused(&TextError::new(text.clone(), file.span, message, Some(help)), style)
}

/// Whether a path leads to something in the folder, once links are followed, and so does everything that it matches if
/// it is a pattern. A path to nothing is judged as written.
fn is_inside(folder: &Path, path: &str, limits: Limits) -> bool {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let is_below = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    let is_written_below = || Path::new(path).components().all(is_below);
    let written = folder.join(path);
    let Ok(folder) = folder.canonicalize() else { return is_written_below() };
    if let Ok(file) = written.canonicalize() {
        return file.starts_with(folder);
    }
    // What a pattern cannot be expanded to is reported when it is read.
    let matching =
        if is_written_below() { load::expand(&written, limits).unwrap_or_default() } else { Vec::new() };
    let leads_out = |path: &PathBuf| path.canonicalize().is_ok_and(|file| !file.starts_with(&folder));
    is_written_below() && !matching.iter().any(leads_out)
}

/// The first `flowvet.toml` upward from the first input, then upward from the working directory. A link counts, to be
/// refused: passed over, it would hide which configuration was meant.
fn find(inputs: &Inputs) -> Option<PathBuf> {
    let here = std::env::current_dir().and_then(|path| path.canonicalize()).ok();
    let first = inputs.paths.first().and_then(|path| path.canonicalize().ok());
    [first, here.clone()].into_iter().flatten().find_map(|start| {
        let mut candidates = start.ancestors().map(|folder| folder.join(config::FILE_NAME));
        let found = candidates.find(|path| path.is_file() || path.is_symlink())?;
        let below = here.as_ref().and_then(|here| found.strip_prefix(here).ok());
        Some(below.map(Path::to_owned).unwrap_or(found))
    })
}

/// A path as reports show it: with `/` on every system.
fn shown(path: &Path) -> String {
    let path = path.to_string_lossy();
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() };
    printable(&path).into_owned()
}

/// The time at which ignores are judged, in seconds since 1970. `SOURCE_DATE_EPOCH` makes a run repeatable.
fn today() -> u64 {
    let stated = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.trim().parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    stated.unwrap_or_else(now)
}
