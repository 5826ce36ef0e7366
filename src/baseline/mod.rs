//! A baseline: the findings that were there when the gate was put up. Only what is new fails it.

pub(crate) mod fingerprint;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::analysis::Analysis;
use crate::finding::Finding;

/// The version of the file. A baseline of another one is refused: what it knows could not be told.
const VERSION: u32 = 1;

/// The file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Baseline {
    version: u32,
    /// Sorted, so that a change of the file shows what changed.
    findings: Vec<BaselineEntry>,
}

/// One known finding. Only the fingerprint is compared; the rest is for who reads the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct BaselineEntry {
    pub(crate) rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) flow: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    fingerprint: String,
}

#[derive(Deserialize)]
struct Head {
    version: Option<serde_json::Value>,
}

impl Baseline {
    /// Makes a baseline of findings and their fingerprints. `clean` makes names fit to be shown.
    pub(crate) fn of(
        analysis: &Analysis,
        findings: &[Finding],
        fingerprints: &[String],
        clean: impl Fn(&str) -> String,
    ) -> Self {
        let entries = findings.iter().zip(fingerprints).map(|(finding, fingerprint)| BaselineEntry {
            rule: finding.rule.to_owned(),
            flow: finding.flow.map(|flow| clean(&analysis.workspace.flow(flow).name)),
            at: finding.place().route().map(|route| clean(&route.shown())),
            fingerprint: fingerprint.clone(),
        });
        let mut findings: Vec<BaselineEntry> = entries.collect();
        findings.sort();
        Baseline { version: VERSION, findings }
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// What is wrong with it, to be read after the file's name.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let head: Head = serde_json::from_str(text).map_err(|error| format!("is no baseline: {error}"))?;
        match head.version {
            Some(version) if version == VERSION => {}
            Some(version) => {
                return Err(format!(
                    "has version {version}, and this flowvet reads version {VERSION}: write it anew with \
                     `--write-baseline`"
                ));
            }
            None => return Err("is no baseline: it has no `version`".to_owned()),
        }
        serde_json::from_str(text).map_err(|error| format!("is no baseline: {error}"))
    }

    /// As it is written.
    pub(crate) fn to_json(&self) -> String {
        // Strings and a number: printing them cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The fingerprints it knows.
    pub(crate) fn known(&self) -> BTreeSet<&str> {
        self.findings.iter().map(|entry| entry.fingerprint.as_str()).collect()
    }

    /// The entries that none of these fingerprints fits.
    pub(crate) fn gone(&self, fingerprints: &[String]) -> Vec<&BaselineEntry> {
        let found: BTreeSet<&str> = fingerprints.iter().map(String::as_str).collect();
        self.findings.iter().filter(|entry| !found.contains(entry.fingerprint.as_str())).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.findings.len()
    }
}
