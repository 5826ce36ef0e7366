//! Two versions of packages, and other solutions of the same environment. Reads all of them, compares the versions, and
//! runs the rules of the family `upgrade`.

use crate::analysis::Analysis;
use crate::compare::{Comparison, ImportKind, managed};
use crate::config::Config;
use crate::load::limits::Limits;
use crate::load::{Input, LoadError};
use crate::model::Prefer;
use crate::rules::{self, Checked, Compared, FlowUses, Side};
use crate::source::{FileId, Sources};

/// Two versions of packages, and other solutions.
#[derive(Debug)]
pub(crate) struct Versions {
    pub(crate) old: Analysis,
    /// The new version. Its sources contain the texts of all packages.
    pub(crate) new: Analysis,
    pub(crate) others: Analysis,
    first_new: FileId,
    first_other: FileId,
}

/// What to compare.
#[derive(Debug, Default)]
pub struct VersionInputs {
    /// The old version: what the target has.
    pub old: Vec<Input>,
    /// The new version: what is imported.
    pub new: Vec<Input>,
    /// Other solutions of the target, whose flows and apps may use what the import changes. May be empty.
    pub others: Vec<Input>,
}

impl Versions {
    /// Reads all packages.
    ///
    /// # Errors
    /// Every input of the first side that cannot be used.
    pub(crate) fn load(
        inputs: VersionInputs,
        limits: Limits,
        prefer: Prefer,
    ) -> Result<Self, Vec<LoadError>> {
        let old = Analysis::load_after(Sources::default(), inputs.old, limits, prefer)?;
        let first_new = old.sources.next();
        let mut new = Analysis::load_after(old.sources.clone(), inputs.new, limits, prefer)?;
        let first_other = new.sources.next();
        let others = Analysis::load_after(new.sources.clone(), inputs.others, limits, prefer)?;
        new.sources = others.sources.clone();
        Ok(Versions { old, new, others, first_new, first_other })
    }

    /// What an import of the new version does by default: managed solutions are upgraded, others are updated.
    pub(crate) fn default_kind(&self) -> ImportKind {
        let solutions = &self.new.workspace.solutions;
        let is_managed = solutions.iter().any(|solution| managed(solution) == Some(true));
        if is_managed { ImportKind::Upgrade } else { ImportKind::Update }
    }

    /// What differs.
    pub(crate) fn compare(&self) -> Comparison {
        Comparison::of(&self.new.sources, &self.old.workspace, &self.new.workspace)
    }

    /// Runs the rules that a configuration enables, and applies its suppressions.
    pub(crate) fn check(&self, comparison: &Comparison, kind: ImportKind, config: &Config) -> Checked {
        rules::compare(&Compared {
            sources: &self.new.sources,
            old: side(&self.old),
            new: side(&self.new),
            others: side(&self.others),
            first_new: self.first_new,
            first_other: self.first_other,
            comparison,
            uses: &FlowUses::of([side(&self.new), side(&self.others)]),
            kind,
            settings: &self.new.settings,
            config,
        })
    }
}

fn side(analysis: &Analysis) -> Side<'_> {
    let Analysis { workspace, graph, webhooks, .. } = analysis;
    Side { workspace, graph, webhooks }
}
