//! The configuration, `flowvet.toml`: severities, policies and suppressions. Rules read the policies through their
//! context. Severities and suppressions apply to the findings of rules (`policy`).

mod allow;
mod broken;
mod date;
mod file;
mod glob;
mod pattern;
mod policy;
mod read;
pub(crate) mod removal;
#[cfg(feature = "cli")]
mod selection;
mod suppress;

use std::path::PathBuf;

use crate::source::{FileId, FileName, Place, Sources, Span, Text, TextError};

pub(crate) use allow::{Allow, allows, allows_in};
use broken::Broken;
pub(crate) use date::Date;
pub(crate) use file::Level;
pub use file::{FailOn, Profile};
pub(crate) use pattern::Pattern;
pub(crate) use policy::Policy;
#[cfg(feature = "cli")]
pub(crate) use selection::{PathPattern, Selection};
pub(crate) use suppress::{Suppression, SuppressionKind, gather as suppressions};

/// The file name that flowvet searches for.
pub(crate) const FILE_NAME: &str = "flowvet.toml";

/// A validated configuration. The default one changes nothing.
#[derive(Debug, Default)]
pub struct Config {
    /// The text, until it is added to the sources of a run. `None` for the default configuration.
    text: Option<Text>,
    /// The text's file among the sources.
    file: Option<FileId>,
    /// The folder that paths in the configuration are relative to.
    pub(crate) folder: PathBuf,
    pub(crate) profile: Option<Profile>,
    pub(crate) fail_on: Option<FailOn>,
    pub(crate) levels: Vec<LevelEntry>,
    pub(crate) overrides: Vec<Override>,
    /// Flows that must not use connections of their run-only users.
    pub(crate) require_own_connections: Vec<Pattern>,
    /// Events that receivers must handle.
    pub(crate) webhooks: Vec<WebhookExpectation>,
    /// Solutions that the target environment already contains.
    pub(crate) target_solutions: Vec<SpannedText>,
    /// Deployment settings files, relative to the configuration.
    pub(crate) settings: Vec<SpannedText>,
    pub(crate) ignores: Vec<Ignore>,
    pub(crate) unknown_keys: Vec<UnknownKey>,
    /// Rules that run because the command line selects them, regardless of the profile and the severities.
    pub(crate) selected_rules: Vec<String>,
    /// The date for checking whether ignores have expired. If `None`, none has.
    pub(crate) today: Option<Date>,
}

/// A text in the configuration, with its span.
#[derive(Debug, Clone)]
pub(crate) struct SpannedText {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A severity for a rule or category.
#[derive(Debug)]
pub(crate) struct LevelEntry {
    pub(crate) name: SpannedText,
    pub(crate) level: Level,
}

/// Severities for some flows or solutions.
#[derive(Debug)]
pub(crate) struct Override {
    pub(crate) flows: Vec<Pattern>,
    pub(crate) solutions: Vec<Pattern>,
    pub(crate) levels: Vec<LevelEntry>,
}

/// The events that receivers with matching names must handle.
#[derive(Debug)]
pub(crate) struct WebhookExpectation {
    pub(crate) receiver: Pattern,
    /// Event names, as the provider spells them.
    pub(crate) events: Vec<SpannedText>,
}

/// Accepted findings. Reading the configuration ensures that there is a reason.
#[derive(Debug)]
pub(crate) struct Ignore {
    pub(crate) rule: SpannedText,
    pub(crate) flow: Option<Pattern>,
    pub(crate) solution: Option<Pattern>,
    /// A JSON pointer without a trailing `/`.
    pub(crate) at: Option<String>,
    /// The last day on which it applies.
    pub(crate) until: Option<Date>,
}

/// A key that its table does not support.
#[derive(Debug)]
pub(crate) struct UnknownKey {
    pub(crate) key: SpannedText,
    /// The table; `None` for the top level.
    pub(crate) table: Option<String>,
    pub(crate) known: &'static [&'static str],
}

impl Config {
    /// Reads a configuration from TOML, the content of a `flowvet.toml`. Reports show the name for findings in it.
    ///
    /// # Errors
    /// The text is not TOML, a setting has a wrong type, or a glob, date or JSON pointer is invalid. An unknown key is
    /// not an error but a finding (`unknown-key`).
    pub fn from_toml(name: impl Into<FileName>, text: &str) -> Result<Self, TextError> {
        Config::from_text(Text::new(name, text))
    }

    /// Reads a configuration from a text with a name.
    pub(crate) fn from_text(text: Text) -> Result<Self, TextError> {
        match read::read(text.text()) {
            Ok(config) => Ok(Config { text: Some(text), ..config }),
            Err(Broken { message, span, help }) => {
                let message = format!("is not a valid configuration: {message}");
                Err(TextError::new(text, span.unwrap_or(Span::new(0, 0)), message, help))
            }
        }
    }

    /// Sets the date for checking whether ignores have expired, as seconds since 1970 in UTC. Without a date, ignores
    /// do not expire.
    #[must_use]
    pub fn with_unix_time(self, seconds: u64) -> Self {
        Config { today: Some(Date::of_unix_time(seconds)), ..self }
    }

    /// Sets the folder that paths in the configuration are relative to.
    #[must_use]
    pub(crate) fn with_folder(self, folder: PathBuf) -> Self {
        Config { folder, ..self }
    }

    /// Sets the profile. Overrides the configuration.
    #[must_use]
    pub fn with_profile(self, profile: Profile) -> Self {
        Config { profile: Some(profile), ..self }
    }

    /// Also runs these rules, regardless of the profile and the severities. Names of categories have no effect.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn with_rules(self, names: Vec<String>) -> Self {
        Config { selected_rules: names, ..self }
    }

    /// The profile, which selects the rules that run.
    pub fn profile(&self) -> Profile {
        self.profile.unwrap_or_default()
    }

    /// The lowest severity that fails the check.
    pub fn fail_on(&self) -> FailOn {
        self.fail_on.unwrap_or_default()
    }

    /// The paths of deployment settings files as written, relative to the configuration. They are not read; pass their
    /// contents to `Session::add_settings`.
    pub fn settings(&self) -> impl Iterator<Item = &str> {
        self.settings.iter().map(|file| file.text.as_str())
    }

    /// The text, if there is one and it is not among the sources yet.
    pub(crate) fn text(&self) -> Option<&Text> {
        self.text.as_ref()
    }

    /// Adds the text to the sources, so that findings can point into it. Replaces the text of the configuration
    /// `before`.
    pub(crate) fn join(&mut self, sources: &mut Sources, before: &Config) {
        let Some(text) = self.text.take() else { return };
        self.file = Some(match before.file {
            Some(file) => {
                sources.replace(file, text);
                file
            }
            None => sources.add(text),
        });
    }

    /// A place in the configuration.
    pub(crate) fn place(&self, span: Span) -> Option<Place> {
        self.file.map(|file| Place::span(file, span))
    }

    /// The file of the configuration, if it is among the sources.
    pub(crate) fn file(&self) -> Option<FileId> {
        self.file
    }

    /// Whether the target environment already contains a solution.
    pub(crate) fn has_in_target(&self, solution: &str) -> bool {
        self.target_solutions.iter().any(|known| known.text.eq_ignore_ascii_case(solution))
    }

    /// The paths of the deployment settings files, relative to the current folder.
    pub(crate) fn settings_files(&self) -> Vec<PathBuf> {
        self.settings.iter().map(|file| self.folder.join(&file.text)).collect()
    }

    /// Whether it has globs for names of flows or solutions outside of ignores.
    pub(crate) fn has_globs(&self) -> bool {
        !(self.overrides.is_empty() && self.require_own_connections.is_empty() && self.webhooks.is_empty())
    }

    /// Every severity setting, including overrides.
    pub(crate) fn all_levels(&self) -> impl Iterator<Item = &LevelEntry> {
        self.levels.iter().chain(self.overrides.iter().flat_map(|table| &table.levels))
    }
}
