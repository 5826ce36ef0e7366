//! `flowvet.toml`: severities, policies, and what is let pass for a reason. Rules read its policies through their
//! context; what it says about findings is applied to them afterwards (`verdict`).

mod allow;
mod date;
mod file;
mod pattern;
mod policy;
mod read;
mod suppress;

use std::path::PathBuf;

use crate::source::{FileId, Place, Span};

pub(crate) use date::Date;
pub(crate) use file::Level;
pub use file::{FailOn, Profile};
pub(crate) use pattern::Pattern;
pub(crate) use policy::Policy;
pub(crate) use read::{Broken, read};
pub(crate) use suppress::{Suppression, SuppressionKind, allows, gather as suppressions};

/// The name of the file that is looked for.
pub(crate) const FILE_NAME: &str = "flowvet.toml";

/// A configuration, read and checked. The default one changes nothing.
#[derive(Debug, Default)]
pub(crate) struct Config {
    /// Its text; none for the default one.
    pub(crate) file: Option<FileId>,
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
