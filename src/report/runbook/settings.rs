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

    /// What is to be done about it, behind the file's name.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Given::Filled => "gives it",
            Given::Token => "holds a token for it, which the pipeline has to replace",
            Given::Empty => "has an empty entry for it",
            Given::Absent => "has no entry for it",
        }
    }
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
