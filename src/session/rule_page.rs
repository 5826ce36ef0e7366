//! The rules and their pages, as plain data.

use serde::Serialize;

use crate::finding::{Confidence, Severity};
use crate::fix::Applicability;
use crate::rules::{DefaultState, Rule, all, find};

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
    pub platform_errors: &'static [&'static str],
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
        all().map(RulePage::of)
    }

    /// The rule with this id. The id may include the category, as in `activation/child-flow-off`.
    pub fn find(id: &str) -> Option<RulePage> {
        find(id).map(RulePage::of)
    }

    fn of(rule: &'static Rule) -> Self {
        let page = &rule.page;
        RulePage {
            id: page.id,
            category: page.category,
            severity: page.severity,
            confidence: page.confidence,
            is_on_by_default: page.default == DefaultState::On,
            platform_errors: page.codes,
            fix: page.fix,
            since: page.since,
            title: page.summary,
            markdown: page.body,
        }
    }
}
