//! SARIF 2.1.0, for code scanning: the findings, and every rule with its page.
//!
//! Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>, and the subset that GitHub supports:
//! <https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.

mod fix;
mod location;

use std::collections::BTreeMap;

use serde::Serialize;

use super::Report;
use super::text::clean;
use super::to_json::to_json;
use crate::finding::{Confidence, Finding, Severity};
use crate::rules::{DefaultState, HOMEPAGE, Rule, all, page_address};
use fix::SarifFix;
use location::SarifLocation;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<SarifResult<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Descriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    short_description: Message,
    full_description: Message,
    help: Help<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
    properties: RuleProperties<'a>,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Configuration {
    enabled: bool,
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties<'a> {
    tags: Vec<&'a str>,
    /// GitHub shows this and sorts by it.
    precision: &'static str,
    /// For rules about secrets. GitHub shows their findings as security alerts.
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security_severity: Option<&'a str>,
    confidence: &'static str,
    #[serde(rename = "platformErrors")]
    platform_errors: &'a [&'a str],
}

#[derive(Serialize)]
pub(super) struct Message {
    pub(super) text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [SarifLocation; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<SarifLocation>,
    partial_fingerprints: BTreeMap<&'static str, &'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix>,
    properties: OutcomeProperties,
}

#[derive(Serialize)]
struct OutcomeProperties {
    confidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
}

/// The key of the baseline's fingerprint, with the version of the algorithm.
const FINGERPRINT: &str = "flowvetBaseline/v1";

/// The log as one JSON object and a line break.
pub(crate) fn render(report: &Report<'_>) -> String {
    let findings = report.findings.iter().zip(report.fingerprints);
    to_json(&Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "flowvet",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: if HOMEPAGE.is_empty() { PACKAGE } else { HOMEPAGE },
                    rules: all().map(descriptor).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation { execution_successful: true }],
            results: findings.map(|(finding, print)| outcome(report, finding, print)).collect(),
        }],
    })
}

/// The page of the package, in case the site has no address.
const PACKAGE: &str = concat!("https://crates.io/crates/", env!("CARGO_PKG_NAME"));

fn descriptor(rule: &'static Rule) -> Descriptor<'static> {
    let page = &rule.page;
    let security = page.security_severity;
    Descriptor {
        id: page.id,
        short_description: Message { text: page.summary.to_owned() },
        full_description: Message { text: page.first_paragraph() },
        help: Help { text: page.body, markdown: page.body },
        help_uri: page_address(page.id),
        default_configuration: Configuration {
            enabled: page.default == DefaultState::On,
            level: level(page.severity),
        },
        properties: RuleProperties {
            tags: std::iter::once(page.category).chain(security.map(|_| "security")).collect(),
            security_severity: security,
            precision: match page.confidence {
                Confidence::Certain => "very-high",
                Confidence::Environment => "medium",
            },
            confidence: page.confidence.as_str(),
            platform_errors: page.codes,
        },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn outcome<'a>(report: &Report<'a>, finding: &'a Finding, fingerprint: &'a str) -> SarifResult<'a> {
    let analysis = report.analysis;
    let help = finding.help.as_deref().map_or_else(String::new, |help| format!("\n\n{}", clean(help)));
    let related = finding.labels.iter().skip(1).chain(&finding.related).enumerate();
    SarifResult {
        rule_id: finding.rule,
        rule_index: all().position(|rule| rule.page.id == finding.rule),
        level: level(finding.severity),
        message: Message { text: clean(&finding.message) + &help },
        locations: [SarifLocation::primary(analysis, finding)],
        related_locations: related
            .map(|(number, label)| SarifLocation::related(analysis, label, number + 1))
            .collect(),
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, fingerprint)]),
        fixes: SarifFix::of(analysis, finding).into_iter().collect(),
        properties: OutcomeProperties {
            confidence: finding.confidence.as_str(),
            pointer: finding.place().route().map(crate::source::Route::shown),
        },
    }
}
