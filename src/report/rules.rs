//! The list of rules, for `flowvet rules`.

use std::fmt::Write as _;

use serde::Serialize;

use super::to_json::to_json;
use crate::fix::Applicability;
use crate::rules::{DefaultState, Page, Rule, all};

#[derive(Serialize)]
struct Rules {
    version: u32,
    rules: Vec<JsonRule>,
}

/// A rule as JSON documents describe it.
#[derive(Serialize)]
pub(super) struct JsonRule {
    id: &'static str,
    category: &'static str,
    severity: &'static str,
    confidence: &'static str,
    default: bool,
    platform_errors: &'static [&'static str],
    fix: Option<&'static str>,
    since: &'static str,
    summary: &'static str,
}

impl JsonRule {
    pub(super) fn of(page: &Page) -> Self {
        JsonRule {
            id: page.id,
            category: page.category,
            severity: page.severity.as_str(),
            confidence: page.confidence.as_str(),
            default: page.default == DefaultState::On,
            platform_errors: page.codes,
            fix: page.fix.map(Applicability::as_str),
            since: page.since,
            summary: page.summary,
        }
    }
}

/// All rules, for programs.
pub(crate) fn json() -> String {
    let rules = all().map(|rule| JsonRule::of(&rule.page));
    to_json(&Rules { version: 1, rules: rules.collect() })
}

/// All rules, for people.
pub(crate) fn table() -> String {
    let width = all().map(|rule| rule.page.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    let mut category = "";
    for Rule { page, .. } in all() {
        if page.category != category {
            category = page.category;
            let _ = writeln!(out, "{}{category}", if out.is_empty() { "" } else { "\n" });
        }
        let off = if page.default == DefaultState::Off { " (off by default)" } else { "" };
        let _ = writeln!(out, "  {:<width$}  {:<7}  {}{off}", page.id, page.severity.as_str(), page.summary);
    }
    out
}
