//! The rules themselves: the table of `flowvet rules`, and what `flowvet explain` prints.

use std::fmt::Write as _;

use serde::Serialize;

use super::to_json::to_json;
use crate::errors::PlatformError;
use crate::rules::{DefaultState, Meta, RuleEntry, all, body};

#[derive(Serialize)]
struct Rules<'a> {
    version: u32,
    rules: Vec<JsonRule<'a>>,
}

#[derive(Serialize)]
struct JsonRule<'a> {
    id: &'a str,
    category: &'a str,
    severity: &'a str,
    confidence: &'a str,
    default: bool,
    platform_errors: &'a [String],
    since: &'a str,
    summary: &'a str,
}

/// Every rule, for programs.
pub(crate) fn json() -> String {
    let rules = all().iter().map(|RuleEntry { meta, .. }| JsonRule {
        id: &meta.id,
        category: &meta.category,
        severity: meta.severity.as_str(),
        confidence: meta.confidence.as_str(),
        default: meta.default == DefaultState::On,
        platform_errors: &meta.codes,
        since: &meta.since,
        summary: &meta.summary,
    });
    to_json(&Rules { version: 1, rules: rules.collect() })
}

/// Every rule, for people.
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

/// A rule's page.
pub(crate) fn explain_rule(entry: &RuleEntry) -> String {
    let Meta { id, category, severity, confidence, codes, since, default, .. } = &entry.meta;
    let off = if *default == DefaultState::Off { ", off by default" } else { "" };
    let mut out =
        format!("{category}/{id}: {}{off}, {}, since {since}\n", severity.as_str(), confidence.as_str());
    if !codes.is_empty() {
        let _ = writeln!(out, "prevents: {}", codes.join(", "));
    }
    let _ = write!(out, "\n{}", body(entry.rule.page));
    out
}

/// A platform error: what it means, and the rules that find its cause.
pub(crate) fn explain_error(error: &PlatformError) -> String {
    let mut out = format!("{}\n\n{}\n", error.code, error.meaning.trim());
    let rules: Vec<&RuleEntry> =
        all().iter().filter(|entry| entry.meta.codes.contains(&error.code)).collect();
    if let Some(reason) = &error.not_in_package {
        let _ = write!(out, "\nno rule finds its cause: {}\n", reason.trim());
    }
    if !rules.is_empty() {
        out.push_str("\nrules that find its cause before import\n");
        for entry in rules {
            let _ = writeln!(out, "  {}: {}", entry.meta.id, entry.meta.summary);
        }
    }
    let _ = write!(out, "\nmend it: {}\n\nsource: {}\n", error.remedy.trim(), error.source.trim());
    out
}
