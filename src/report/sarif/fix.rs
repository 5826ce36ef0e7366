//! Fixes in SARIF: the replacements in each file.

use serde::Serialize;

use super::Message;
use super::location::{ArtifactLocation, Region};
use crate::analysis::Analysis;
use crate::finding::Finding;
use crate::report::fixes::{self, ShownFix};
use crate::report::text::clean;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifFix {
    description: Message,
    artifact_changes: Vec<ArtifactChange>,
    properties: FixProperties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted_content: Option<Message>,
}

#[derive(Serialize)]
struct FixProperties {
    applicability: &'static str,
}

impl SarifFix {
    /// The fix of a finding. A zip has no lines, so a fix of a file in a zip is left out.
    pub(super) fn of(analysis: &Analysis, finding: &Finding) -> Option<Self> {
        let ShownFix { fix, edits } = fixes::of(analysis, finding)?;
        let mut changes: Vec<ArtifactChange> = Vec::new();
        let mut last = None;
        for (file, edit) in edits {
            let located = analysis.sources.get(file).location(edit.span);
            if located.file.inside().is_some() {
                return None;
            }
            let replacement = Replacement {
                deleted_region: Region::of(&located),
                inserted_content: Some(edit.text)
                    .filter(|text| !text.is_empty())
                    .map(|text| Message { text }),
            };
            match changes.last_mut().filter(|_| last == Some(file)) {
                Some(change) => change.replacements.push(replacement),
                None => changes.push(ArtifactChange {
                    artifact_location: ArtifactLocation::of(&located.file),
                    replacements: vec![replacement],
                }),
            }
            last = Some(file);
        }
        let properties = FixProperties { applicability: fix.applicability.as_str() };
        Some(SarifFix {
            description: Message { text: clean(&fix.title) },
            artifact_changes: changes,
            properties,
        })
    }
}
