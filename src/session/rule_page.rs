//! The rules and their pages, as plain data.

use serde::Serialize;

use crate::finding::{Confidence, Severity};
use crate::rules::{DefaultState, RuleEntry, all, body, find};

/// A rule and its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RulePage {
    /// The id: `child-flow-off`.
    pub id: &'static str,
    /// The category: `activation`.
    pub category: &'static str,
    /// How bad a finding is, where the configuration does not say otherwise.
    pub severity: Severity,
    /// How sure a finding is.
    pub confidence: Confidence,
    /// Whether the rule runs in the profile `recommended`.
    pub is_on_by_default: bool,
    /// Codes of the platform errors that it prevents.
    pub platform_errors: &'static [String],
    /// The version of flowvet that had it first.
    pub since: &'static str,
    /// One line: what is wrong.
    pub title: &'static str,
    /// The whole page: what the rule finds, why that is bad, what to do.
    pub markdown: &'static str,
}

impl RulePage {
    /// Every rule, category by category.
    pub fn all() -> impl Iterator<Item = RulePage> {
        all().iter().map(RulePage::of)
    }

    /// The rule of this id; `activation/child-flow-off` is understood too.
    pub fn find(id: &str) -> Option<RulePage> {
        find(id).map(RulePage::of)
    }

    fn of(entry: &'static RuleEntry) -> Self {
        let meta = &entry.meta;
        RulePage {
            id: &meta.id,
            category: &meta.category,
            severity: meta.severity,
            confidence: meta.confidence,
            is_on_by_default: meta.default == DefaultState::On,
            platform_errors: &meta.codes,
            since: &meta.since,
            title: &meta.summary,
            markdown: body(entry.rule.page),
        }
    }
}
