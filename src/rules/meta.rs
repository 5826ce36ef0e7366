//! The head of a rule's page, which is the only place that states its id, severity and codes.

use serde::de::value::Error as HeadError;
use serde::{Deserialize, Serialize};

use crate::config::Profile;
use crate::finding::{Blocks, Confidence, Severity, Stamp};
use crate::fix::Applicability;

/// The head of a rule's page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Meta {
    /// What is wrong: `child-flow-off`.
    pub id: String,
    /// The category: `activation`.
    pub category: String,
    /// How serious a finding is.
    pub severity: Severity,
    /// How certain a finding is.
    pub confidence: Confidence,
    /// The platform errors that the problem causes.
    pub codes: Vec<String>,
    /// The first version of flowvet with the rule.
    pub since: String,
    /// What is wrong, in a few words.
    pub summary: String,
    /// Whether the rule runs by default.
    #[serde(default)]
    pub default: DefaultState,
    /// Whether the problem can prevent a flow from being turned on.
    #[serde(default)]
    pub activation: bool,
    /// Which flows an error prevents from being turned on: see [`Blocks`].
    #[serde(default)]
    pub blocks: Blocks,
    /// How findings are fixed: the fix that `fixtures/` shows. Some findings of the rule may have another fix, or none.
    #[serde(default)]
    pub fix: Option<Applicability>,
    /// For rules about secrets: how serious a leak is, for GitHub code scanning.
    #[serde(default, rename = "security-severity")]
    pub security_severity: Option<SecuritySeverity>,
}

/// Whether a rule runs by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DefaultState {
    /// It runs in the profile `recommended`.
    #[default]
    On,
    /// It runs only in the profile `strict`, or when the configuration turns it on.
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

/// Why a page is not the page of a rule. Pages are part of the program, so this is a bug that tests find.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    #[error("the page does not begin with a head between `+++` lines")]
    NoHead,
    #[error(transparent)]
    Head(#[from] HeadError),
}

impl Meta {
    /// Parses the head of a page.
    pub(crate) fn of_page(page: &str) -> Result<Meta, PageError> {
        let (head, _) = split(page).ok_or(PageError::NoHead)?;
        Ok(crate::embedded::read(head)?)
    }

    /// Whether a profile turns the rule on. Every profile reports problems of the configuration.
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

/// The text of a page after its head.
pub(crate) fn body(page: &str) -> &str {
    split(page).map_or(page, |(_, body)| body).trim_start()
}

/// The first paragraph of a page, which says what the rule does, on one line.
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
