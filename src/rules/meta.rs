//! The head of a rule's page: the only home of its id, severity and codes.

use serde::{Deserialize, Serialize};

use crate::config::Profile;
use crate::finding::{Blocks, Confidence, Severity, Stamp};

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
    /// Which flows an error keeps from being turned on: see [`Blocks`].
    #[serde(default)]
    pub blocks: Blocks,
    /// For rules about secrets: how serious a leak is, for GitHub code scanning.
    #[serde(default, rename = "security-severity")]
    pub security_severity: Option<SecuritySeverity>,
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

/// A number from 0.0 to 10.0, as a text with one decimal place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct SecuritySeverity(String);

impl TryFrom<String> for SecuritySeverity {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_number = match text.as_bytes() {
            [b'0'..=b'9', b'.', b'0'..=b'9'] => true,
            number => number == b"10.0",
        };
        if is_number {
            Ok(SecuritySeverity(text))
        } else {
            Err(format!("`{text}` is not a number from 0.0 to 10.0 with one decimal place"))
        }
    }
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

    /// Whether the rule runs in a profile without being asked for by name. What is wrong with the configuration is told
    /// in every one.
    pub(crate) fn is_in(&self, profile: Profile) -> bool {
        let is_on = self.default == DefaultState::On;
        match profile {
            Profile::Recommended => is_on,
            Profile::Strict => true,
            Profile::Activation => is_on && (self.activation || self.category == "config"),
        }
    }

    pub(crate) fn stamp(&'static self) -> Stamp {
        Stamp {
            rule: &self.id,
            category: &self.category,
            severity: self.severity,
            confidence: self.confidence,
            codes: &self.codes,
            blocks: self.blocks,
        }
    }
}

/// A page's text below its head.
pub(crate) fn body(page: &str) -> &str {
    split(page).map_or(page, |(_, body)| body).trim_start()
}

/// What a rule does: the first paragraph of its page, on one line.
pub(crate) fn first_paragraph(page: &str) -> String {
    let is_words = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let lines = body(page).lines().skip_while(|line| !is_words(line)).take_while(is_words);
    lines.collect::<Vec<_>>().join(" ")
}

fn split(page: &str) -> Option<(&str, &str)> {
    page.strip_prefix("+++")?.split_once("\n+++")
}

#[cfg(test)]
mod tests {
    use super::SecuritySeverity;

    #[test]
    fn a_security_severity_is_a_number_from_0_to_10() {
        let is_valid = |text: &str| SecuritySeverity::try_from(text.to_owned()).is_ok();
        assert!(["0.0", "7.5", "10.0"].into_iter().all(is_valid));
        assert!(!["", "7", "7.25", "10.1", "11.0", "-1.0", "high"].into_iter().any(is_valid));
    }
}
