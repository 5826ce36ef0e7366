//! The head of a rule's page: the only home of its id, severity and codes.

use serde::Deserialize;

use crate::finding::{Confidence, Severity, Stamp};

/// What a rule's page says at its head.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Meta {
    /// Says what is wrong: `child-flow-off`.
    pub id: String,
    /// The family: `activation`.
    pub category: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// How sure a finding is.
    pub confidence: Confidence,
    /// Platform error codes that the rule prevents.
    pub codes: Vec<String>,
    /// The version of flowvet that had it first.
    pub since: String,
    /// One line: what is wrong.
    pub summary: String,
    /// Whether it runs without being asked for.
    #[serde(default)]
    pub default: DefaultState,
    /// Whether its fault can stop a flow from being turned on.
    #[serde(default)]
    pub activation: bool,
}

/// A choice of rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Profile {
    /// What is certain or likely to break.
    #[default]
    Recommended,
    /// Every rule.
    Strict,
    /// What can stop a flow from being turned on.
    Activation,
}

impl Profile {
    /// Whether a rule belongs to it.
    pub(crate) fn includes(self, meta: &Meta) -> bool {
        match self {
            Profile::Recommended => meta.default == DefaultState::On,
            Profile::Strict => true,
            Profile::Activation => meta.activation && meta.default == DefaultState::On,
        }
    }
}

/// Whether a rule runs without being asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DefaultState {
    /// It does.
    #[default]
    On,
    /// It does not.
    Off,
}

/// Why a page is no page of a rule. Pages are part of the program, so this is a bug that tests find.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    #[error("the page does not begin with a head between `+++` lines")]
    NoHead,
    #[error(transparent)]
    Head(#[from] toml::de::Error),
}

impl Meta {
    /// Reads the head of a page.
    pub(crate) fn of_page(page: &str) -> Result<Meta, PageError> {
        let (head, _) = split(page).ok_or(PageError::NoHead)?;
        Ok(toml::from_str(head)?)
    }

    pub(crate) fn stamp(&'static self) -> Stamp {
        Stamp {
            rule: &self.id,
            category: &self.category,
            severity: self.severity,
            confidence: self.confidence,
            codes: &self.codes,
        }
    }
}

/// A page's text below its head.
pub(crate) fn body(page: &str) -> &str {
    split(page).map_or(page, |(_, body)| body).trim_start()
}

fn split(page: &str) -> Option<(&str, &str)> {
    page.strip_prefix("+++")?.split_once("\n+++")
}
