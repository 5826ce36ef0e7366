//! What deployment settings already bring for a step.

use serde::Serialize;

use crate::analysis::Analysis;
use crate::model::{LogicalName, SchemaName, SettingValue};

/// What one settings file has for a connection reference or a variable.
#[derive(Debug, Serialize)]
pub(super) struct InSettings<'a> {
    pub(super) file: &'a str,
    pub(super) value: Given,
}

/// Whether a settings file gives a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Given {
    /// It does.
    #[serde(rename = "given")]
    Filled,
    /// A token that a pipeline has to replace.
    Token,
    /// The entry is empty.
    Empty,
    /// There is no entry.
    Absent,
}

impl Given {
    fn of(value: Option<&SettingValue>) -> Self {
        match value {
            Some(SettingValue::Given) => Given::Filled,
            Some(SettingValue::Token(..)) => Given::Token,
            Some(SettingValue::Empty(_)) => Given::Empty,
            None => Given::Absent,
        }
    }

    /// What the file has. Reads on after the name of the file.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Given::Filled => "has it",
            Given::Token => "has a token for it",
            Given::Empty => "has an empty entry for it",
            Given::Absent => "has no entry for it",
        }
    }
}

/// Whether there are settings files for it, and all have it.
pub(super) fn is_filled(settings: &[InSettings<'_>]) -> bool {
    !settings.is_empty() && settings.iter().all(|one| one.value == Given::Filled)
}

/// Whether there are settings files for it, and all have it or a token, which a pipeline replaces.
pub(super) fn is_for_pipeline(settings: &[InSettings<'_>]) -> bool {
    !settings.is_empty() && settings.iter().all(|one| matches!(one.value, Given::Filled | Given::Token))
}

/// What every settings file with connections has for a reference.
pub(super) fn of_reference<'a>(analysis: &'a Analysis, name: &LogicalName) -> Vec<InSettings<'a>> {
    let files = analysis.settings.iter().filter_map(|settings| {
        let entry = settings.references.as_ref()?.iter().find(|entry| entry.logical_name == *name);
        let file = analysis.sources.get(settings.file).name().as_str();
        Some(InSettings { file, value: Given::of(entry.map(|entry| &entry.connection)) })
    });
    files.collect()
}

/// What every settings file with variables has for a variable.
pub(super) fn of_variable<'a>(analysis: &'a Analysis, name: &SchemaName) -> Vec<InSettings<'a>> {
    let files = analysis.settings.iter().filter_map(|settings| {
        let entry = settings.variables.as_ref()?.iter().find(|entry| entry.schema_name == *name);
        let file = analysis.sources.get(settings.file).name().as_str();
        Some(InSettings { file, value: Given::of(entry.map(|entry| &entry.value)) })
    });
    files.collect()
}
