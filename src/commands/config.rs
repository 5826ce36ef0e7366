//! Finds and reads `flowvet.toml`.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{FAILED, Outcome};
use crate::analysis::Analysis;
use crate::cli::{ConfigArgs, Inputs};
use crate::config::{self, Broken, Config, Date};
use crate::load::{Fault, FaultKind};
use crate::report::human::{Style, render_fault};
use crate::report::text::printable;
use crate::source::{Place, Sources, Span, Text};

/// A configuration that was read, and the text to show snippets of.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) config: Config,
    text: Option<Text>,
}

impl Loaded {
    /// Reads the configuration that the arguments name or that is found.
    pub(super) fn read(args: &ConfigArgs, inputs: &Inputs, style: Style) -> Result<Self, Outcome> {
        let path = match &args.config {
            _ if args.no_config => None,
            Some(path) => Some(path.clone()),
            None => find(inputs),
        };
        let Some(path) = path else { return Ok(Loaded::default()) };
        let name = shown(&path);
        let bytes = std::fs::read(&path)
            .map_err(|error| Outcome::failure(&format!("{name}: could not be read: {error}"), None))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Outcome::failure(&format!("{name}: the configuration is not UTF-8"), None))?;
        let text = text.strip_prefix('\u{FEFF}').map(ToOwned::to_owned).unwrap_or(text);
        let text = Text::new(name, text);
        match config::read(text.text()) {
            Ok(config) => {
                let folder = path.parent().map(Path::to_owned).unwrap_or_default();
                let config = Config { folder, today: Some(today()), ..config };
                Ok(Loaded { config, text: Some(text) })
            }
            Err(broken) => Err(refusal(text, broken, style)),
        }
    }

    /// The name of the file, where one was read.
    pub(super) fn name(&self) -> Option<&str> {
        self.text.as_ref().map(Text::name)
    }

    /// The settings files that it names.
    pub(super) fn settings_files(&self) -> Vec<PathBuf> {
        self.config.settings_files()
    }

    /// Makes the text one of the run's, so that findings can point into it.
    pub(super) fn join(self, analysis: &mut Analysis) -> Config {
        let mut config = self.config;
        config.file = self.text.map(|text| analysis.sources.add(text));
        config
    }
}

fn refusal(text: Text, broken: Broken, style: Style) -> Outcome {
    let mut sources = Sources::default();
    let file = sources.add(text);
    let fault = Fault {
        place: Place::span(file, broken.span.unwrap_or(Span::new(0, 0))),
        message: format!("is no configuration: {}", broken.message),
        help: broken.help,
        hides_flows: false,
        kind: FaultKind::File,
    };
    let complaint = render_fault(&sources, &fault, style);
    Outcome { complaint, code: FAILED, ..Outcome::default() }
}

/// The first `flowvet.toml` upward from the first input, then upward from the working directory.
fn find(inputs: &Inputs) -> Option<PathBuf> {
    let here = std::env::current_dir().and_then(|path| path.canonicalize()).ok();
    let first = inputs.paths.first().and_then(|path| path.canonicalize().ok());
    [first, here.clone()].into_iter().flatten().find_map(|start| {
        let mut candidates = start.ancestors().map(|folder| folder.join(config::FILE_NAME));
        let found = candidates.find(|path| path.is_file())?;
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

/// The day on which ignores are judged. `SOURCE_DATE_EPOCH` makes a run repeatable.
fn today() -> Date {
    let stated = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.trim().parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Date::of_unix_time(stated.unwrap_or_else(now))
}
