//! The explanation for programs, version 1. New versions of flowvet only add members.

use serde::Serialize;

use super::named::{self, Named};
use super::{About, Explanation, rules_for};
use crate::errors::{Found, PlatformError};
use crate::report::flow_name::FlowName;
use crate::report::json;
use crate::report::rules::JsonRule;
use crate::report::to_json::to_json;
use crate::rules::Rule;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    /// The requested rule.
    rule: Option<RulePage>,
    /// The errors in the message, the innermost first and wrappers last.
    errors: Vec<JsonError<'a>>,
    /// Codes in the message that flowvet does not know.
    unknown_codes: &'a [String],
    /// Where only wrappers are known: the text inside, of which nothing is known.
    unknown_text: Option<&'a str>,
    /// What may be meant where nothing is sure.
    near: Vec<&'a str>,
    /// With packages: the parts of them that the message mentions.
    named: Option<Vec<JsonMention<'a>>>,
    /// With packages: the findings of rules about the causes, for the mentioned parts.
    findings: Option<Vec<json::JsonFinding<'a>>>,
    /// With packages: the number of other findings of these rules.
    findings_elsewhere: Option<usize>,
}

/// A part of the packages that the message mentions.
#[derive(Serialize)]
struct JsonMention<'a> {
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
struct RulePage {
    #[serde(flatten)]
    rule: JsonRule,
    /// Markdown.
    page: &'static str,
}

#[derive(Serialize)]
struct JsonError<'a> {
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
    /// Rules that find the cause in a package.
    rules: Vec<&'a str>,
    not_in_package: Option<&'a str>,
    source: &'a str,
}

/// A rule's page.
pub(crate) fn rule_json(rule: &Rule) -> String {
    let rule = RulePage { rule: JsonRule::of(&rule.page), page: rule.page.body };
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
        errors: search.found.iter().map(error).collect(),
        unknown_codes: &search.unknown,
        unknown_text: search.inner.as_deref(),
        near: search.near.iter().map(|error| error.code.as_str()).collect(),
        named: about
            .zip(named.as_ref())
            .map(|(about, named)| named.iter().map(|one| mention(about, one)).collect()),
        findings: about
            .map(|about| about.findings.iter().map(|one| json::one(about.analysis, one)).collect()),
        findings_elsewhere: about.map(|about| about.elsewhere),
    })
}

fn mention<'a>(about: &About<'a>, named: &'a Named<'_>) -> JsonMention<'a> {
    JsonMention {
        kind: named.kind.replace(' ', "-"),
        name: &named.name,
        flow: named.flow.map(|flow| FlowName::of(about.analysis, flow)),
        path: &named.path,
        facts: &named.facts,
        next: named.next.as_deref(),
        place: named.place.as_ref().map(|place| json::PlaceInFile::of(about.analysis, place)),
    }
}

fn error(found: &Found) -> JsonError<'_> {
    let PlatformError { code, also, wrapper, meaning, causes, remedy, not_in_package, source, .. } =
        found.error;
    JsonError {
        code,
        also,
        times: found.times,
        names: &found.names,
        wrapper: *wrapper,
        meaning,
        causes,
        remedy,
        rules: rules_for(found.error).map(|rule| rule.page.id).collect(),
        not_in_package: not_in_package.as_deref(),
        source,
    }
}
