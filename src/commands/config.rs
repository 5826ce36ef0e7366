//! Finds and reads `flowvet.toml`.

use std::path::{Component, Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Outcome, read_text_replacing, refused};
use crate::cli::{ConfigArgs, Inputs};
use crate::config::{self, Config, SpannedText};
use crate::load::{self, Replaced, limits::Limits};
use crate::report::layout::Style;
use crate::report::text::printable;
use crate::source::{FileName, Text, TextError};

/// A configuration that was read.
#[derive(Default)]
pub(super) struct LoadedConfig {
    pub(super) config: Config,
    /// Whether flowvet found it without `--config`. It is less trusted then, because it may have come with the inputs.
    is_found: bool,
}

impl LoadedConfig {
    /// Reads the configuration of `--config`, or the one that [`find`] finds.
    pub(super) fn read(args: &ConfigArgs, inputs: &Inputs, style: Style) -> Result<Self, Outcome> {
        LoadedConfig::read_replacing(args, inputs, &Replaced::new(), style)
    }

    /// Like [`LoadedConfig::read`]. The files in `replaced` have other contents.
    pub(super) fn read_replacing(
        args: &ConfigArgs,
        inputs: &Inputs,
        replaced: &Replaced,
        style: Style,
    ) -> Result<Self, Outcome> {
        let named = args.config.clone().filter(|_| !args.no_config);
        let is_found = named.is_none();
        let Some(path) = named.or_else(|| find(inputs).filter(|_| !args.no_config)) else {
            return Ok(LoadedConfig::default());
        };
        if is_found && path.is_symlink() {
            return Err(link_error(&path));
        }
        let text = read_text_replacing(&path, inputs, replaced)?;
        let config = Config::from_toml(shown(&path), text.text()).map_err(|error| refused(&error, style))?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(LoadedConfig { config: config.with_folder(folder).with_unix_time(today()), is_found })
    }

    /// The name of the file, if one was read.
    pub(super) fn name(&self) -> Option<&FileName> {
        self.config.text().map(Text::name)
    }

    /// The settings files of the configuration, as paths that can be opened.
    ///
    /// # Errors
    /// The configuration was found without `--config`, and a file is outside its folder. Reports show parts of the files
    /// that they read.
    pub(super) fn settings_files(&self, limits: Limits, style: Style) -> Result<Vec<PathBuf>, Outcome> {
        let folder = &self.config.folder;
        let outside =
            self.config.settings.iter().find(|file| self.is_found && !is_inside(folder, &file.text, limits));
        if let (Some(outside), Some(text)) = (outside, self.config.text()) {
            return Err(settings_error(text, outside, style));
        }
        Ok(self.config.settings_files())
    }
}

fn link_error(path: &Path) -> Outcome {
    let message = format!(
        "{}: this is a symbolic link; without `--config`, flowvet reads only a regular file",
        shown(path)
    );
    Outcome::failure(
        &message,
        Some("if you trust it, select it with `--config`; otherwise use `--no-config`"),
    )
}

fn settings_error(text: &Text, file: &SpannedText, style: Style) -> Outcome {
    let message = format!(
        "has the settings file `{}` outside its folder; without `--config`, settings files have to be inside",
        file.text
    );
    let help = format!("if you trust this configuration, select it with `--config {}`", text.name());
    refused(&TextError::new(text.clone(), file.span, message, Some(help)), style)
}

/// Whether a path, with links resolved, is inside the folder. If it is a pattern, so is everything that it matches. A path
/// that does not exist is judged as written.
pub(crate) fn is_inside(folder: &Path, path: &str, limits: Limits) -> bool {
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

/// The nearest `flowvet.toml` in or above the first input, or else in or above the working directory. Links are included
/// so that the caller can reject them; to skip them silently would use another configuration than intended.
fn find(inputs: &Inputs) -> Option<PathBuf> {
    let here = std::env::current_dir().and_then(dunce::canonicalize).ok();
    let first = inputs.paths.first().and_then(|path| dunce::canonicalize(path).ok());
    [first, here.clone()].into_iter().flatten().find_map(|start| {
        let mut candidates = start.ancestors().map(|folder| folder.join(config::FILE_NAME));
        let found = candidates.find(|path| path.is_file() || path.is_symlink())?;
        let below = here.as_ref().and_then(|here| found.strip_prefix(here).ok());
        Some(below.map(Path::to_owned).unwrap_or(found))
    })
}

/// A path as reports show it.
fn shown(path: &Path) -> String {
    printable(FileName::of_path(path).as_str()).into_owned()
}

/// The time that decides whether ignores have expired, in seconds since 1970. `SOURCE_DATE_EPOCH` makes runs
/// reproducible.
pub(crate) fn today() -> u64 {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.trim().parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    fixed.unwrap_or_else(now)
}
