//! The rules and their pages, as plain data.

use serde::Serialize;

use crate::finding::{Confidence, Severity};
use crate::fix::Applicability;
use crate::rules::{DefaultState, RuleEntry, all, body, find};

/// A rule and its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RulePage {
    /// The id: `child-flow-off`.
    pub id: &'static str,
    /// The category: `activation`.
    pub category: &'static str,
    /// The severity of findings, unless the configuration changes it.
    pub severity: Severity,
    /// How certain findings are.
    pub confidence: Confidence,
    /// Whether the rule runs in the profile `recommended`.
    pub is_on_by_default: bool,
    /// The codes of the platform errors that the rule prevents.
    pub platform_errors: &'static [String],
    /// How findings can be fixed, if flowvet can fix some of them.
    pub fix: Option<Applicability>,
    /// The first version of flowvet with the rule.
    pub since: &'static str,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// The whole page: what the rule finds, why it is a problem, and how to fix it.
    pub markdown: &'static str,
}

impl RulePage {
    /// Every rule, by category.
    pub fn all() -> impl Iterator<Item = RulePage> {
        all().iter().map(RulePage::of)
    }

    /// The rule with this id. The id may include the category, as in `activation/child-flow-off`.
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
            fix: meta.fix,
            since: &meta.since,
            title: &meta.summary,
            markdown: body(entry.rule.page),
        }
    }
}
