//! Baselines: files with the findings that were known when flowvet was introduced. Only new findings then fail the
//! check.

pub(crate) mod fingerprint;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::analysis::Analysis;
use crate::finding::Finding;

/// The version of the file format. Other versions are refused, because their fingerprints may be incomparable.
const VERSION: u32 = 1;

/// A baseline file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Baseline {
    version: u32,
    /// Sorted, so that diffs of the file are minimal.
    findings: Vec<BaselineEntry>,
}

/// A known finding. Only the fingerprint is compared; the other fields are for readers of the file.
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
    /// Creates a baseline from findings and their fingerprints. `clean` makes names safe to print.
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
    /// The problem, to be printed after the file's name.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let head: Head =
            serde_json::from_str(text).map_err(|error| format!("not a valid baseline: {error}"))?;
        match head.version {
            Some(version) if version == VERSION => {}
            Some(version) => {
                return Err(format!(
                    "version {version} of the format is not supported, only version {VERSION}: write the baseline \
                     again with `--write-baseline`"
                ));
            }
            None => return Err("not a valid baseline: it has no `version`".to_owned()),
        }
        serde_json::from_str(text).map_err(|error| format!("not a valid baseline: {error}"))
    }

    /// The content of the baseline file.
    pub(crate) fn to_json(&self) -> String {
        // Serializing strings and numbers cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The fingerprints in the baseline.
    pub(crate) fn known(&self) -> BTreeSet<&str> {
        self.findings.iter().map(|entry| entry.fingerprint.as_str()).collect()
    }

    /// The entries that match none of these fingerprints.
    pub(crate) fn gone(&self, fingerprints: &[String]) -> Vec<&BaselineEntry> {
        let found: BTreeSet<&str> = fingerprints.iter().map(String::as_str).collect();
        self.findings.iter().filter(|entry| !found.contains(entry.fingerprint.as_str())).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.findings.len()
    }
}
