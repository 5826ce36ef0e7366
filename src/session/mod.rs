//! The API of the library. A [`Session`] takes inputs and returns plain data.
//!
//! It is a thin layer over `Analysis` and the reports. The commands use it too, so a program gets what the command line
//! prints.

mod comparison;
mod diagnostic;
mod error_text;
mod rule_page;

use std::fmt;

use crate::analysis::Analysis;
use crate::baseline::fingerprint;
use crate::config::{Config, Pattern};
use crate::limit::Limit;
use crate::load::limits::Limits;
use crate::load::{Input, LoadError, Replaced};
use crate::model::Prefer;
use crate::report::inventory::Inventory;
use crate::report::runbook::{Markup, Runbook};
use crate::report::{Report, connections, graph, html, inventory, json, order, picture, sarif, solutions};
use crate::rules::{Checked, Scope};
use crate::source::{FileName, Span, Text, TextError};

pub use comparison::ComparisonSession;
pub use diagnostic::{Diagnostic, DiagnosticEdit, DiagnosticFix, FlowRef, Related};
pub use error_text::ErrorText;
pub use rule_page::RulePage;

/// Solutions that were read as one workspace, with a configuration and settings.
///
/// References between solutions resolve within a session. A session reads its inputs once. Create a new session when a
/// file changes.
#[derive(Debug)]
pub struct Session {
    analysis: Analysis,
    config: Config,
    limits: Limits,
}

/// The result of a check.
#[derive(Debug, Clone, Default, serde::Serialize)]
#[non_exhaustive]
pub struct CheckReport {
    /// The diagnostics, sorted by file, place and rule.
    pub diagnostics: Vec<Diagnostic>,
    /// The number of findings that the configuration or a flow suppresses.
    pub ignored: usize,
}

/// The errors of inputs that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadErrors(Vec<LoadError>);

impl LoadErrors {
    /// The errors, at least one. Each is about an input.
    pub fn iter(&self) -> std::slice::Iter<'_, LoadError> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a LoadErrors {
    type Item = &'a LoadError;
    type IntoIter = std::slice::Iter<'a, LoadError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Prints an error per line.
impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for LoadErrors {}

impl Session {
    /// Reads the inputs as one workspace.
    ///
    /// # Errors
    /// Every input that cannot be used. A single one fails the load: the other inputs may need its contents, and
    /// findings about half a workspace would be wrong. A single file that cannot be read is a diagnostic instead.
    pub fn load(inputs: impl IntoIterator<Item = Input>, limits: Limits) -> Result<Self, LoadErrors> {
        Session::load_preferring(inputs, limits, Prefer::default())
    }

    /// Reads the inputs as one workspace, and chooses between copies of a solution (with the same unique name). Other copies
    /// are not checked.
    ///
    /// # Errors
    /// As for [`Session::load`].
    pub fn load_preferring(
        inputs: impl IntoIterator<Item = Input>,
        limits: Limits,
        prefer: Prefer,
    ) -> Result<Self, LoadErrors> {
        let inputs = inputs.into_iter().collect();
        let analysis = Analysis::load_preferring(inputs, limits, prefer).map_err(LoadErrors)?;
        Ok(Session { analysis, config: Config::default(), limits })
    }

    /// Reads the inputs as [`Session::load_preferring`] does. Some of their files have other contents.
    ///
    /// # Errors
    /// As for [`Session::load`].
    pub(crate) fn load_replacing(
        inputs: Vec<Input>,
        replaced: &Replaced,
        limits: Limits,
        prefer: Prefer,
    ) -> Result<Self, LoadErrors> {
        let analysis = Analysis::load_replacing(inputs, replaced, limits, prefer).map_err(LoadErrors)?;
        Ok(Session { analysis, config: Config::default(), limits })
    }

    /// Like [`Session::load_and_keep_going`]. Some of the files have other contents.
    pub(crate) fn keep_going_replacing(
        inputs: Vec<Input>,
        replaced: &Replaced,
        limits: Limits,
        prefer: Prefer,
    ) -> Result<Self, LoadErrors> {
        let analysis = Analysis::load_and_keep_going(inputs, replaced, limits, prefer);
        let analysis = analysis.map_err(LoadErrors)?;
        Ok(Session { analysis, config: Config::default(), limits })
    }

    /// Reads the inputs as one workspace. An input that cannot be used is a diagnostic of `unreadable-file` instead of an
    /// error.
    ///
    /// # Errors
    /// The inputs that do not exist.
    pub fn load_and_keep_going(
        inputs: impl IntoIterator<Item = Input>,
        limits: Limits,
        prefer: Prefer,
    ) -> Result<Self, LoadErrors> {
        Session::keep_going_replacing(inputs.into_iter().collect(), &Replaced::new(), limits, prefer)
    }

    /// Sets the configuration. Replaces the previous one.
    pub fn configure(&mut self, mut config: Config) {
        config.join(&mut self.analysis.sources, &self.config);
        self.config = config;
    }

    /// Adds a deployment settings file for an environment: the file of `pac solution create-settings`, or the
    /// `customDeploymentSettings.json` of the ALM Accelerator.
    ///
    /// # Errors
    /// The text is not a settings file, or exceeds the limit for a file.
    pub fn add_settings(&mut self, name: impl Into<FileName>, text: &str) -> Result<(), TextError> {
        let text = text_within_limits(self.limits, name.into(), text)?;
        self.add_settings_text(text)
    }

    /// Sets an activation order that users maintain themselves, for the rules `order-*`. It has an id or name per line, or
    /// is a CSV, or the JSON of [`Session::order_json`].
    ///
    /// # Errors
    /// The text is not an activation order, or exceeds the limit for a file.
    pub fn set_order(&mut self, name: impl Into<FileName>, text: &str) -> Result<(), TextError> {
        let text = text_within_limits(self.limits, name.into(), text)?;
        self.set_order_text(text)
    }

    /// Runs the rules that the configuration enables.
    pub fn check(&self) -> CheckReport {
        let Checked { findings, ignored, .. } = self.findings();
        let fingerprints = fingerprint::of_all(&self.analysis, &findings);
        let diagnostics = findings.iter().zip(fingerprints);
        let diagnostics = diagnostics.map(|(finding, print)| Diagnostic::of(&self.analysis, finding, print));
        CheckReport { diagnostics: diagnostics.collect(), ignored }
    }

    /// The findings and the verdict on each flow, as the JSON of `flowvet check --format json`.
    pub fn check_json(&self) -> String {
        self.with_report(json::render)
    }

    /// The findings and every rule with its page, as SARIF 2.1.0, for code scanning.
    pub fn check_sarif(&self) -> String {
        self.with_report(sarif::render)
    }

    /// The findings, the verdict on each flow, the orders and the runbook, as the HTML document of
    /// `flowvet check --format html`. It loads nothing, and it is complete without its script.
    pub fn report_html(&self) -> String {
        self.with_report(html::render)
    }

    /// The order in which the flows can be turned on, as the JSON of `flowvet order --format json`.
    pub fn order_json(&self) -> String {
        self.with_order(|shown| shown.json())
    }

    /// The order in which the flows can be turned on, as a Markdown table.
    pub fn order_markdown(&self) -> String {
        self.with_order(|shown| shown.markdown())
    }

    /// The order in which the solutions have to be imported, as the JSON of `flowvet order --solutions --format json`.
    pub fn import_order_json(&self) -> String {
        solutions::json(&self.analysis, &self.analysis.import_order())
    }

    /// The connection references and the actions that use them, as the JSON of `flowvet connections --format json`.
    pub fn connections_json(&self) -> String {
        connections::json(&connections::list(&self.analysis))
    }

    /// The connection references and the actions that use them, as a Markdown table.
    pub fn connections_markdown(&self) -> String {
        connections::markdown(&connections::list(&self.analysis))
    }

    /// The dependency graph, as the JSON of `flowvet graph --format json`.
    pub fn graph_json(&self) -> String {
        graph::json(&graph::View::of(&self.analysis, None, graph::Parts::ALL, &[]))
    }

    /// The flows and their calls, as a Mermaid flowchart.
    pub fn graph_mermaid(&self) -> String {
        graph::mermaid(&self.graph_view(graph::Parts::default(), &[]))
    }

    /// The flows and their calls, as an SVG document.
    pub fn graph_svg(&self) -> String {
        picture::svg(&self.graph_view(graph::Parts::default(), &[]))
    }

    /// The runbook of an import, as the JSON of `flowvet runbook --format json`.
    pub fn runbook_json(&self) -> String {
        self.with_runbook(|runbook| runbook.json())
    }

    /// The runbook of an import, in Markdown.
    pub fn runbook_markdown(&self) -> String {
        self.with_runbook(|runbook| runbook.text(Markup::Markdown))
    }

    /// What the packages contain, as the JSON lines of `flowvet inventory`.
    pub fn inventory_jsonl(&self) -> String {
        let Checked { findings, blocking, .. } = self.findings();
        let inventory = Inventory {
            analysis: &self.analysis,
            findings: &findings,
            blocking: &blocking,
            fingerprints: &fingerprint::of_all(&self.analysis, &findings),
        };
        let tables = inventory::TABLES.iter().filter_map(|name| inventory.table(name));
        tables.map(|table| table.json_lines(true)).collect()
    }

    /// The files that were read, in the order of reading. Files of different inputs may have the same name.
    pub fn files(&self) -> impl Iterator<Item = &FileName> {
        self.analysis.sources.iter().map(Text::name)
    }

    /// The decoded text of a file, which the bytes of a [`Location`](crate::source::Location) refer to. Secrets in it
    /// are not masked.
    pub fn text(&self, file: &FileName) -> Option<&str> {
        self.analysis.sources.iter().find(|text| text.name() == file).map(Text::text)
    }

    /// Skipped files: zips without a solution, `.cab` archives, and Logic Apps.
    pub fn skipped(&self) -> &[FileName] {
        &self.analysis.skipped
    }

    /// The analysis of the inputs.
    pub(crate) fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// The findings, unresolved. Releases the flows that can be read again.
    pub(crate) fn check_and_release(&mut self) -> Checked {
        self.analysis.check_and_release(&self.config, Scope::Everything)
    }

    /// The findings, unresolved.
    pub(crate) fn findings(&self) -> Checked {
        self.analysis.check_with(&self.config)
    }

    pub(crate) fn add_settings_text(&mut self, text: Text) -> Result<(), TextError> {
        self.analysis.add_settings(text)
    }

    pub(crate) fn set_order_text(&mut self, text: Text) -> Result<(), TextError> {
        self.analysis.set_order(text)
    }

    fn with_report(&self, print: impl FnOnce(&Report<'_>) -> String) -> String {
        let Checked { findings, ignored, blocking, .. } = self.findings();
        print(&Report {
            analysis: &self.analysis,
            findings: &findings,
            fingerprints: &fingerprint::of_all(&self.analysis, &findings),
            ignored,
            known: 0,
            not_selected: 0,
            fixed: 0,
            fail_on: self.config.fail_on(),
            verdicts: &self.analysis.verdicts(&blocking),
        })
    }

    /// The graph with what happens to each flow.
    pub(crate) fn graph_view(&self, parts: graph::Parts, flows: &[Pattern]) -> graph::View {
        let verdicts = self.analysis.verdicts(&self.findings().blocking);
        graph::View::of(&self.analysis, Some(&verdicts), parts, flows)
    }

    fn with_order(&self, print: impl FnOnce(&order::Shown<'_>) -> String) -> String {
        let order = self.analysis.activation();
        let verdicts = self.analysis.verdicts(&self.findings().blocking);
        print(&order::Shown { analysis: &self.analysis, order, verdicts: &verdicts, reversed: false })
    }

    fn with_runbook(&self, print: impl FnOnce(&Runbook<'_>) -> String) -> String {
        let Checked { findings, blocking, .. } = self.findings();
        print(&Runbook::of(&self.analysis, &findings, &self.analysis.verdicts(&blocking)))
    }
}

/// A text that a caller provides, within the limit for a file.
fn text_within_limits(limits: Limits, name: FileName, text: &str) -> Result<Text, TextError> {
    let limit = limits.file_bytes;
    if text.len() as u64 > limit {
        let message = format!("is larger than the limit of {}", Limit::FileBytes(limit));
        return Err(TextError::new(Text::new(name, ""), Span::new(0, 0), message, None));
    }
    Ok(Text::new(name, text.strip_prefix('\u{FEFF}').unwrap_or(text)))
}
