//! The explanation for programs, version 1. Members are only ever added.

use serde::Serialize;

use super::named::{self, Named};
use super::{About, Explanation, rules_for};
use crate::errors::{Found, PlatformError};
use crate::report::flow_name::FlowName;
use crate::report::json;
use crate::report::to_json::to_json;
use crate::rules::{DefaultState, RuleEntry, body};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    /// The rule that was asked for.
    rule: Option<Rule<'a>>,
    /// What was found in the message, the innermost first and wrappers last.
    errors: Vec<One<'a>>,
    /// Codes of the message that nothing is known of.
    unknown_codes: &'a [String],
    /// Where only wrappers are known: the text inside, of which nothing is known.
    unknown_text: Option<&'a str>,
    /// What may be meant where nothing is sure.
    near: Vec<&'a str>,
    /// With packages: what the message names in them.
    named: Option<Vec<Thing<'a>>>,
    /// With packages: what the rules found that look for the causes, of what the message names.
    findings: Option<Vec<json::JsonFinding<'a>>>,
    /// With packages: how many more these rules found.
    findings_elsewhere: Option<usize>,
}

/// One thing that the message names.
#[derive(Serialize)]
struct Thing<'a> {
    /// `flow`, `unknown-flow`, `action`, `trigger`, `connection-reference`, `environment-variable` or `connector`.
    kind: String,
    name: &'a str,
    flow: Option<FlowName<'a>>,
    path: &'a [&'a str],
    facts: &'a [String],
    next: Option<&'a str>,
    place: Option<json::PlaceInFile>,
}

#[derive(Serialize)]
struct Rule<'a> {
    id: &'a str,
    category: &'a str,
    severity: &'a str,
    confidence: &'a str,
    default: bool,
    platform_errors: &'a [String],
    since: &'a str,
    summary: &'a str,
    /// Markdown.
    page: &'a str,
}

#[derive(Serialize)]
struct One<'a> {
    code: &'a str,
    also: &'a [String],
    times: usize,
    /// The names that the message has in the places for them: ids and names of flows, references, variables.
    names: &'a [String],
    /// Whether it only says that something failed.
    wrapper: bool,
    meaning: &'a str,
    causes: &'a [String],
    remedy: &'a str,
    /// Rules that find the cause before the import.
    rules: Vec<&'a str>,
    not_in_package: Option<&'a str>,
    source: &'a str,
}

/// A rule's page.
pub(crate) fn rule_json(entry: &RuleEntry) -> String {
    let meta = &entry.meta;
    let rule = Rule {
        id: &meta.id,
        category: &meta.category,
        severity: meta.severity.as_str(),
        confidence: meta.confidence.as_str(),
        default: meta.default == DefaultState::On,
        platform_errors: &meta.codes,
        since: &meta.since,
        summary: &meta.summary,
        page: body(entry.rule.page),
    };
    to_json(&Document {
        version: 1,
        rule: Some(rule),
        errors: Vec::new(),
        unknown_codes: &[],
        unknown_text: None,
        near: Vec::new(),
        named: None,
        findings: None,
        findings_elsewhere: None,
    })
}

/// The errors of a message.
pub(crate) fn json(explanation: &Explanation<'_>) -> String {
    let search = explanation.search;
    let about = explanation.about.as_ref();
    let named = about.map(|about| named::all(about, search));
    to_json(&Document {
        version: 1,
        rule: None,
        errors: search.found.iter().map(one).collect(),
        unknown_codes: &search.unknown,
        unknown_text: search.inner.as_deref(),
        near: search.near.iter().map(|error| error.code.as_str()).collect(),
        named: about
            .zip(named.as_ref())
            .map(|(about, named)| named.iter().map(|one| thing(about, one)).collect()),
        findings: about
            .map(|about| about.findings.iter().map(|one| json::one(about.analysis, one)).collect()),
        findings_elsewhere: about.map(|about| about.elsewhere),
    })
}

fn thing<'a>(about: &About<'a>, one: &'a Named<'_>) -> Thing<'a> {
    Thing {
        kind: one.kind.replace(' ', "-"),
        name: &one.name,
        flow: one.flow.map(|flow| FlowName::of(about.analysis, flow)),
        path: &one.path,
        facts: &one.facts,
        next: one.next.as_deref(),
        place: one.place.as_ref().map(|place| json::PlaceInFile::of(about.analysis, place)),
    }
}

fn one(found: &Found) -> One<'_> {
    let PlatformError { code, also, wrapper, meaning, causes, remedy, not_in_package, source, .. } =
        found.error;
    One {
        code,
        also,
        times: found.times,
        names: &found.names,
        wrapper: *wrapper,
        meaning,
        causes,
        remedy,
        rules: rules_for(found.error).map(|entry| entry.meta.id.as_str()).collect(),
        not_in_package: not_in_package.as_deref(),
        source,
    }
}
