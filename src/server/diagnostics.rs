//! Findings as diagnostics of the protocol.

use std::collections::BTreeMap;
use std::str::FromStr;

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Range, Uri,
};

use super::client::Client;
use super::documents::Documents;
use super::snapshot::Snapshot;
use super::uri::uri_of;
use crate::analysis::Analysis;
use crate::finding::{Finding, Label, Severity};
use crate::parse::locate;
use crate::report::text::{printable, shown};
use crate::rules::page_address;
use crate::source::{Place, Target, TextError};

/// What editors show as the source of a diagnostic.
pub(super) const SOURCE: &str = "flowvet";

/// The code of an error in a configuration or settings file.
const CONFIGURATION: &str = "configuration";

/// Rules about parts that have no effect. Editors fade these out.
const UNNECESSARY: [&str; 5] = [
    "connection-key-unused",
    "connection-reference-unused",
    "unreachable-action",
    "ignore-unused",
    "ignore-expired",
];

/// Rules about deprecated parts. Editors strike these through.
const DEPRECATED: [&str; 1] = ["deprecated-action"];

/// The most related places of a diagnostic.
const MOST_RELATED: usize = 20;

/// The diagnostics of each file.
pub(super) type ByFile = BTreeMap<String, Vec<Diagnostic>>;

/// The diagnostics of a snapshot.
pub(super) fn all(snapshot: &Snapshot, documents: &Documents, client: &Client) -> ByFile {
    let mut files = ByFile::new();
    if let Some(analysis) = snapshot.analysis() {
        for finding in &snapshot.findings {
            let name = analysis.sources.get(finding.place().file).name();
            let found = of(analysis, finding, documents, client);
            files.entry(name.outermost().to_owned()).or_default().push(found);
        }
    }
    for error in &snapshot.errors {
        let file = error.text().name().as_str().to_owned();
        files.entry(file).or_default().push(of_error(error, client));
    }
    files
}

/// The diagnostic of a finding.
pub(super) fn of(
    analysis: &Analysis,
    finding: &Finding,
    documents: &Documents,
    client: &Client,
) -> Diagnostic {
    let mut message = line(&finding.message);
    let name = analysis.sources.get(finding.place().file).name();
    if let Some(inside) = name.inside() {
        message.push_str(&format!(" (in {})", line(inside)));
    }
    if let Some(help) = &finding.help {
        message.push_str(&format!("\nhelp: {}", line(help)));
    }
    let address = page_address(finding.rule).and_then(|address| Uri::from_str(&address).ok());
    let related = finding.labels.iter().skip(1).chain(&finding.related).take(MOST_RELATED);
    let related = related.filter_map(|label| related_place(analysis, label, documents, client));
    let related: Vec<DiagnosticRelatedInformation> = related.filter(|_| client.related).collect();
    let tags = [(&UNNECESSARY[..], DiagnosticTag::UNNECESSARY), (&DEPRECATED[..], DiagnosticTag::DEPRECATED)];
    let tags =
        tags.into_iter().filter(|(rules, tag)| rules.contains(&finding.rule) && client.tags.contains(tag));
    let tags: Vec<DiagnosticTag> = tags.map(|(_, tag)| tag).collect();
    Diagnostic {
        range: range(analysis, finding.place(), client),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.rule.to_owned())),
        code_description: address.filter(|_| client.code_description).map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: (!tags.is_empty()).then_some(tags),
        data: None,
    }
}

/// The range of a place. An archive has no lines, so a place in one is at its start.
pub(super) fn range(analysis: &Analysis, place: &Place, client: &Client) -> Range {
    let text = analysis.sources.get(place.file);
    if text.name().inside().is_some() {
        return Range::default();
    }
    client.encoding.range(text, locate(&analysis.sources, place))
}

/// The location of a place, with the URI as the client spells it.
pub(super) fn location(
    analysis: &Analysis,
    place: &Place,
    documents: &Documents,
    client: &Client,
) -> Option<Location> {
    let path = analysis.sources.get(place.file).name().outermost();
    // A file as a whole is its start: its first line may be all of it.
    let range = if place.target == Target::File { Range::default() } else { range(analysis, place, client) };
    Some(Location { uri: uri(path, documents)?, range })
}

/// The URI of a path, as the client spells it if the file is open.
pub(super) fn uri(path: &str, documents: &Documents) -> Option<Uri> {
    documents.get(path).map(|open| open.uri.clone()).or_else(|| uri_of(path))
}

/// A text of a report on a line.
pub(super) fn line(text: &str) -> String {
    printable(&shown(text)).into_owned()
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
    }
}

fn related_place(
    analysis: &Analysis,
    label: &Label,
    documents: &Documents,
    client: &Client,
) -> Option<DiagnosticRelatedInformation> {
    let location = location(analysis, &label.place, documents, client)?;
    Some(DiagnosticRelatedInformation { location, message: line(&label.message) })
}

fn of_error(error: &TextError, client: &Client) -> Diagnostic {
    let help = error.help().map(|help| format!("\nhelp: {}", line(help))).unwrap_or_default();
    Diagnostic {
        range: client.encoding.range(error.text(), error.span()),
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String(CONFIGURATION.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: line(error.message()) + &help,
        ..Diagnostic::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tagged_rules_exist() {
        for rule in UNNECESSARY.iter().chain(&DEPRECATED) {
            assert!(crate::rules::find(rule).is_some(), "{rule}");
        }
    }
}
