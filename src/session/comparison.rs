//! The API for comparisons.

use super::{CheckReport, Diagnostic, LoadErrors, text_within_limits};
use crate::baseline::fingerprint;
use crate::compare::ImportKind;
use crate::config::{Config, FailOn};
use crate::load::limits::Limits;
use crate::model::Prefer;
use crate::report::compare::{self, Compared};
use crate::report::runbook::{Markup, Runbook, Start};
use crate::report::{Report, compare::ComponentChange, html};
use crate::rules::Checked;
use crate::source::{FileName, Text, TextError};
use crate::verdict::Verdicts;
use crate::versions::{VersionInputs, Versions};

/// Two versions of solutions, and other solutions of the same environment: what changes if the new version is imported
/// over the old one, and what the import will break.
///
/// ```
/// use flowvet::{ComparisonSession, ImportKind, Input, Limits, VersionInputs};
///
/// let version = |number: &str, variables: &str| {
///     let manifest = format!(
///         "<ImportExportXml><SolutionManifest><UniqueName>Kit</UniqueName><Version>{number}</Version>\
///          <Managed>1</Managed></SolutionManifest></ImportExportXml>"
///     );
///     let customizations = "<ImportExportXml><Workflows /></ImportExportXml>".to_owned();
///     let mut files = vec![("solution.xml", manifest), ("customizations.xml", customizations)];
///     if !variables.is_empty() {
///         let definition = format!(
///             r#"<environmentvariabledefinition schemaname="{variables}"><displayname default="Address" />
///                </environmentvariabledefinition>"#
///         );
///         files.push(("environmentvariabledefinitions/kit_Address/environmentvariabledefinition.xml", definition));
///     }
///     vec![Input::files(files)]
/// };
/// let inputs = VersionInputs { old: version("1.0.0.0", ""), new: version("1.1.0.0", "kit_Address"), others: vec![] };
/// let mut session = ComparisonSession::load(inputs, Limits::default())?;
/// session.import_as(ImportKind::Upgrade);
/// session.add_settings("settings.json", r#"{"EnvironmentVariables": [], "ConnectionReferences": []}"#)?;
///
/// let changes = session.changes();
/// assert_eq!((changes[0].kind, changes[0].change), ("environment variable", "added"));
/// assert!(session.check().diagnostics.iter().any(|one| one.rule == "new-variable-without-value"));
/// assert!(session.runbook_markdown().starts_with("# Upgrade of `Kit` from 1.0.0.0 to 1.1.0.0\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ComparisonSession {
    versions: Versions,
    config: Config,
    kind: Option<ImportKind>,
    limits: Limits,
}

impl ComparisonSession {
    /// Reads both versions and the other solutions.
    ///
    /// # Errors
    /// As for [`Session::load`](super::Session::load). The errors are those of the first group of inputs that has some.
    pub fn load(inputs: VersionInputs, limits: Limits) -> Result<Self, LoadErrors> {
        ComparisonSession::load_preferring(inputs, limits, Prefer::default())
    }

    /// The same, and chooses between copies of a solution in a group of inputs.
    ///
    /// # Errors
    /// As for [`ComparisonSession::load`].
    pub fn load_preferring(
        inputs: VersionInputs,
        limits: Limits,
        prefer: Prefer,
    ) -> Result<Self, LoadErrors> {
        let versions = Versions::load(inputs, limits, prefer).map_err(LoadErrors)?;
        Ok(ComparisonSession { versions, config: Config::default(), kind: None, limits })
    }

    /// Sets the configuration. Replaces the previous one.
    pub fn configure(&mut self, mut config: Config) {
        config.join(&mut self.versions.new.sources, &self.config);
        self.config = config;
    }

    /// Sets how the new version is imported. The default is [`ImportKind::Upgrade`] if it is managed, and
    /// [`ImportKind::Update`] otherwise.
    pub fn import_as(&mut self, kind: ImportKind) {
        self.kind = Some(kind);
    }

    /// Adds a deployment settings file of the new version, as
    /// [`Session::add_settings`](super::Session::add_settings) does.
    ///
    /// # Errors
    /// The text is not a settings file, or exceeds the limit for a file.
    pub fn add_settings(&mut self, name: impl Into<FileName>, text: &str) -> Result<(), TextError> {
        let text = text_within_limits(self.limits, name.into(), text)?;
        self.add_settings_text(text)
    }

    /// Runs the rules about two versions that the configuration enables: what the import will break. Flows of diagnostics
    /// are those of the new version.
    pub fn check(&self) -> CheckReport {
        self.with(None, |compared| {
            let Report { analysis, findings, fingerprints, ignored, .. } = *compared.report;
            let diagnostics = findings.iter().zip(fingerprints);
            let diagnostics =
                diagnostics.map(|(finding, print)| Diagnostic::of(analysis, finding, print.clone()));
            CheckReport { diagnostics: diagnostics.collect(), ignored }
        })
    }

    /// The components that differ.
    pub fn changes(&self) -> Vec<ComponentChange> {
        self.with(None, compare::changes)
    }

    /// The findings and the changes, as the JSON of `flowvet compare --format json`.
    pub fn json(&self) -> String {
        self.with(None, compare::json)
    }

    /// The findings and the changes in Markdown, for a comment on a pull request.
    pub fn markdown(&self) -> String {
        self.with(None, compare::markdown)
    }

    /// The findings, the changes with both versions side by side, and the runbook of the import, as one HTML document that
    /// loads nothing.
    pub fn html(&self) -> String {
        self.with_both(None, html::comparison)
    }

    /// The runbook of the import, as the JSON of `flowvet runbook --from OLD --format json`: only what is new.
    pub fn runbook_json(&self) -> String {
        self.with_runbook(|runbook| runbook.json())
    }

    /// The runbook of the import, in Markdown.
    pub fn runbook_markdown(&self) -> String {
        self.with_runbook(|runbook| runbook.text(Markup::Markdown))
    }

    pub(crate) fn versions(&self) -> &Versions {
        &self.versions
    }

    pub(crate) fn add_settings_text(&mut self, text: Text) -> Result<(), TextError> {
        self.versions.new.add_settings(text)
    }

    /// Compares the versions and prints the result.
    pub(crate) fn with<T>(&self, fail_on: Option<FailOn>, print: impl FnOnce(&Compared<'_>) -> T) -> T {
        let versions = &self.versions;
        let kind = self.import_kind();
        let comparison = versions.compare();
        let Checked { findings, ignored, .. } = versions.check(&comparison, kind, &self.config);
        print(&Compared {
            versions,
            comparison: &comparison,
            kind,
            report: &Report {
                analysis: &versions.new,
                findings: &findings,
                fingerprints: &fingerprint::of_all(&versions.new, &findings),
                ignored,
                known: 0,
                not_selected: 0,
                fixed: 0,
                fail_on: fail_on.unwrap_or(self.config.fail_on()),
                // A comparison says what the import changes, not which flows turn on.
                verdicts: &Verdicts::default(),
            },
        })
    }

    /// Derives the runbook and prints it.
    pub(crate) fn with_runbook<T>(&self, print: impl FnOnce(&Runbook<'_>) -> T) -> T {
        self.with_both(None, |_, runbook| print(runbook))
    }

    /// Compares the versions, derives the runbook, and prints both.
    pub(crate) fn with_both<T>(
        &self,
        fail_on: Option<FailOn>,
        print: impl FnOnce(&Compared<'_>, &Runbook<'_>) -> T,
    ) -> T {
        let Checked { findings, blocking, .. } = self.versions.new.check_with(&self.config);
        let verdicts = self.versions.new.verdicts(&blocking);
        self.with(fail_on, |compared| {
            let Compared { versions, comparison, kind, report } = *compared;
            let start = Start { versions, comparison, kind, breaks: report.findings };
            print(compared, &Runbook::of_upgrade(start, &findings, &verdicts))
        })
    }

    fn import_kind(&self) -> ImportKind {
        self.kind.unwrap_or_else(|| self.versions.default_kind())
    }
}
