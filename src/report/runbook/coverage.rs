//! What each settings file provides and lacks, for reports that list it by file.

use std::collections::BTreeMap;

use super::Runbook;
use super::settings::{Given, InSettings};

/// What a settings file provides and lacks.
#[derive(Debug, Default)]
pub(crate) struct SettingsFile<'a> {
    /// The connection references and environment variables that it has a value for.
    pub(crate) given: usize,
    pub(crate) lacks: Vec<Lack<'a>>,
}

/// A connection or value that a settings file does not provide.
#[derive(Debug)]
pub(crate) struct Lack<'a> {
    /// `connection reference` or `environment variable`.
    pub(crate) kind: &'static str,
    /// The logical name or schema name.
    pub(crate) name: &'a str,
    pub(crate) display_name: Option<&'a str>,
    /// What the file has instead: `has no entry for it`.
    pub(crate) instead: &'static str,
}

impl Runbook<'_> {
    /// The settings files with connections or values, by name. A variable with a value in the package is not lacking.
    pub(crate) fn settings_files(&self) -> BTreeMap<&str, SettingsFile<'_>> {
        let used = self.references.iter().filter(|one| !one.flows.is_empty());
        let references = used.map(|one| ("connection reference", one.name, one.display_name, &one.settings));
        let variables = self.needs.variables.iter();
        let variables =
            variables.map(|one| ("environment variable", one.name, one.display_name, &one.settings));
        let mut files: BTreeMap<&str, SettingsFile<'_>> = BTreeMap::new();
        for name in &self.import.settings {
            files.entry(name).or_default();
        }
        for (kind, name, display_name, settings) in references.chain(variables) {
            for InSettings { file, value } in settings {
                let file = files.entry(file).or_default();
                if *value == Given::Filled {
                    file.given += 1;
                } else {
                    file.lacks.push(Lack { kind, name, display_name, instead: value.in_words() });
                }
            }
        }
        files
    }
}
