//! `flowvet.toml`: severities, policies, and what is let pass for a reason. Rules read its policies through their
//! context; what it says about findings is applied to them afterwards (`verdict`).

mod allow;
mod broken;
mod date;
mod file;
mod pattern;
mod policy;
mod read;
#[cfg(feature = "cli")]
mod selection;
mod suppress;

use std::path::PathBuf;

use crate::source::{FileId, FileName, Place, Sources, Span, Text, TextError};

use broken::Broken;
pub(crate) use date::Date;
pub(crate) use file::Level;
pub use file::{FailOn, Profile};
pub(crate) use pattern::Pattern;
pub(crate) use policy::Policy;
#[cfg(feature = "cli")]
pub(crate) use selection::{PathPattern, Selection};
pub(crate) use suppress::{Suppression, SuppressionKind, allows, gather as suppressions};

/// The name of the file that is looked for.
pub(crate) const FILE_NAME: &str = "flowvet.toml";

/// A configuration, read and checked. The default one changes nothing.
#[derive(Debug, Default)]
pub struct Config {
    /// Its text, until it is one of the sources of a run; none for the default one.
    text: Option<Text>,
    /// Its text among the sources.
    file: Option<FileId>,
    /// The folder that paths in it are relative to.
    pub(crate) folder: PathBuf,
    pub(crate) profile: Option<Profile>,
    pub(crate) fail_on: Option<FailOn>,
    pub(crate) levels: Vec<LevelEntry>,
    pub(crate) overrides: Vec<Override>,
    /// Flows that must not use a connection of their run-only user.
    pub(crate) require_own_connections: Vec<Pattern>,
    /// Which events a receiver must have.
    pub(crate) webhooks: Vec<WebhookExpectation>,
    /// Solutions that are in the target already.
    pub(crate) target_solutions: Vec<SpannedText>,
    /// Deployment settings files, relative to the configuration.
    pub(crate) settings: Vec<SpannedText>,
    pub(crate) ignores: Vec<Ignore>,
    pub(crate) unknown_keys: Vec<UnknownKey>,
    /// Rules that run because the command line asks for them by name, whatever is said here.
    pub(crate) wanted_rules: Vec<String>,
    /// The day on which ignores are judged; where nobody says, none expires.
    pub(crate) today: Option<Date>,
}

/// A text and where the configuration has it.
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

/// The events that receivers of a name must have.
#[derive(Debug)]
pub(crate) struct WebhookExpectation {
    pub(crate) receiver: Pattern,
    /// As their provider writes them.
    pub(crate) events: Vec<SpannedText>,
}

/// Findings that are accepted. `reason` was there, or the configuration would not have been read.
#[derive(Debug)]
pub(crate) struct Ignore {
    pub(crate) rule: SpannedText,
    pub(crate) flow: Option<Pattern>,
    pub(crate) solution: Option<Pattern>,
    /// A JSON pointer without a `/` at its end.
    pub(crate) at: Option<String>,
    /// The last day on which it counts.
    pub(crate) until: Option<Date>,
}

/// A key that no table has.
#[derive(Debug)]
pub(crate) struct UnknownKey {
    pub(crate) key: SpannedText,
    /// The table it stands in; none for the top.
    pub(crate) table: Option<String>,
    pub(crate) known: &'static [&'static str],
}

impl Config {
    /// Reads a configuration from TOML, the text of a `flowvet.toml`. Reports show the name for findings in it.
    ///
    /// # Errors
    /// The text is not TOML, a setting has a wrong type, or a glob, date or JSON pointer in it cannot be used. A key that
    /// does not exist is not an error but a finding (`unknown-key`).
    pub fn from_toml(name: impl Into<FileName>, text: &str) -> Result<Self, TextError> {
        Config::from_text(Text::new(name, text))
    }

    /// Reads a configuration from a text that has a name already.
    pub(crate) fn from_text(text: Text) -> Result<Self, TextError> {
        match read::read(text.text()) {
            Ok(config) => Ok(Config { text: Some(text), ..config }),
            Err(Broken { message, span, help }) => {
                let message = format!("is no configuration: {message}");
                Err(TextError::new(text, span.unwrap_or(Span::new(0, 0)), message, help))
            }
        }
    }

    /// Sets the day on which the dates of ignores are judged, as seconds since 1970 in UTC. Without a day, no ignore
    /// expires.
    #[must_use]
    pub fn with_unix_time(self, seconds: u64) -> Self {
        Config { today: Some(Date::of_unix_time(seconds)), ..self }
    }

    /// Sets the folder that paths in it are relative to.
    #[must_use]
    pub(crate) fn with_folder(self, folder: PathBuf) -> Self {
        Config { folder, ..self }
    }

    /// Sets the profile, whatever the text says.
    #[must_use]
    pub fn with_profile(self, profile: Profile) -> Self {
        Config { profile: Some(profile), ..self }
    }

    /// Runs these rules too, whatever the profile and the severities say. Names of categories change nothing.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn with_rules(self, names: Vec<String>) -> Self {
        Config { wanted_rules: names, ..self }
    }

    /// Which rules run.
    pub fn profile(&self) -> Profile {
        self.profile.unwrap_or_default()
    }

    /// The lowest severity that fails a gate.
    pub fn fail_on(&self) -> FailOn {
        self.fail_on.unwrap_or_default()
    }

    /// The deployment settings files that the text names, as it names them: relative to the configuration. Nothing is
    /// read: give their texts to `Session::add_settings`.
    pub fn settings(&self) -> impl Iterator<Item = &str> {
        self.settings.iter().map(|file| file.text.as_str())
    }

    /// Its text, where there is one and it is not one of the sources of a run yet.
    pub(crate) fn text(&self) -> Option<&Text> {
        self.text.as_ref()
    }

    /// Makes its text one of the sources, so that findings can point into it: in the place of that of `before`.
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

    /// A place in the configuration's text.
    pub(crate) fn place(&self, span: Span) -> Option<Place> {
        self.file.map(|file| Place::span(file, span))
    }

    /// Whether a solution is in the target already.
    pub(crate) fn has_in_target(&self, solution: &str) -> bool {
        self.target_solutions.iter().any(|known| known.text.eq_ignore_ascii_case(solution))
    }

    /// The deployment settings files, as paths that can be opened.
    pub(crate) fn settings_files(&self) -> Vec<PathBuf> {
        self.settings.iter().map(|file| self.folder.join(&file.text)).collect()
    }

    /// Every severity it gives, anywhere.
    pub(crate) fn all_levels(&self) -> impl Iterator<Item = &LevelEntry> {
        self.levels.iter().chain(self.overrides.iter().flat_map(|one| &one.levels))
    }
}
