//! The list of rules, for `flowvet rules`.

use std::fmt::Write as _;

use serde::Serialize;

use super::to_json::to_json;
use crate::fix::Applicability;
use crate::rules::{DefaultState, Meta, RuleEntry, all};

#[derive(Serialize)]
struct Rules<'a> {
    version: u32,
    rules: Vec<JsonRule<'a>>,
}

/// A rule as JSON documents describe it.
#[derive(Serialize)]
pub(super) struct JsonRule<'a> {
    id: &'a str,
    category: &'a str,
    severity: &'a str,
    confidence: &'a str,
    default: bool,
    platform_errors: &'a [String],
    fix: Option<&'static str>,
    since: &'a str,
    summary: &'a str,
}

impl<'a> JsonRule<'a> {
    pub(super) fn of(meta: &'a Meta) -> Self {
        JsonRule {
            id: &meta.id,
            category: &meta.category,
            severity: meta.severity.as_str(),
            confidence: meta.confidence.as_str(),
            default: meta.default == DefaultState::On,
            platform_errors: &meta.codes,
            fix: meta.fix.map(Applicability::as_str),
            since: &meta.since,
            summary: &meta.summary,
        }
    }
}

/// All rules, for programs.
pub(crate) fn json() -> String {
    let rules = all().iter().map(|entry| JsonRule::of(&entry.meta));
    to_json(&Rules { version: 1, rules: rules.collect() })
}

/// All rules, for people.
pub(crate) fn table() -> String {
    let width = all().iter().map(|entry| entry.meta.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    let mut category = "";
    for RuleEntry { meta, .. } in all() {
        if meta.category != category {
            category = &meta.category;
            let _ = writeln!(out, "{}{category}", if out.is_empty() { "" } else { "\n" });
        }
        let off = if meta.default == DefaultState::Off { " (off by default)" } else { "" };
        let _ = writeln!(out, "  {:<width$}  {:<7}  {}{off}", meta.id, meta.severity.as_str(), meta.summary);
    }
    out
}
