//! The analysis of a run's inputs. It runs the stages from loading to the rules, and holds the results that reports
//! read.

use std::sync::{Arc, OnceLock};

use crate::activation::Activation;
use crate::config::Config;
use crate::finding::Finding;
use crate::graph::Graph;
use crate::import_order::ImportOrder;
use crate::load::limits::Limits;
use crate::load::{self, Input, LoadError, Loaded, Replaced};
use crate::memory::batches;
use crate::model::given_order;
use crate::model::settings::{self, Settings};
use crate::model::{self, FlowIx, GivenOrder, PackageNames, Prefer, RunFacts, Workspace};
use crate::parse::json;
use crate::rules::{self, Checked, Context, Found, Scope};
use crate::source::{FileName, Sources, Text, TextError};
use crate::verdict::Verdicts;
use crate::webhooks::Webhooks;

/// Everything that is known about the inputs of a run.
#[derive(Debug)]
pub struct Analysis {
    /// The texts, for excerpts and positions.
    pub sources: Sources,
    /// The solutions and flows.
    pub workspace: Workspace,
    /// Webhook registrations and receivers.
    pub(crate) webhooks: Webhooks,
    /// The dependencies between flows and other components.
    pub graph: Graph,
    /// The activation order, once something has asked for it.
    activation: OnceLock<Activation>,
    /// Skipped inputs: zips without a solution, `.cab` archives, YAML solutions.
    pub skipped: Vec<FileName>,
    /// Deployment settings files. Each is for an environment.
    pub settings: Vec<Settings>,
    /// An activation order that users maintain themselves.
    pub given_order: Option<GivenOrder>,
}

impl Analysis {
    /// Reads the inputs as one workspace.
    ///
    /// # Errors
    /// Every input that cannot be used. A single one fails the run: the other inputs may need its contents, and
    /// findings about half a workspace would be wrong.
    pub fn load(inputs: Vec<Input>, limits: Limits) -> Result<Self, Vec<LoadError>> {
        Analysis::load_preferring(inputs, limits, Prefer::default())
    }

    /// Reads the inputs as one workspace, and chooses between copies of one solution.
    ///
    /// # Errors
    /// As for [`Analysis::load`].
    pub fn load_preferring(
        inputs: Vec<Input>,
        limits: Limits,
        prefer: Prefer,
    ) -> Result<Self, Vec<LoadError>> {
        Analysis::load_after(Sources::default(), inputs, limits, prefer)
    }

    /// Reads the inputs as one workspace. Some of their files have other contents. An input that cannot be used is a fault,
    /// which a rule reports; rules do not report flows as missing then.
    ///
    /// # Errors
    /// The inputs that do not exist.
    pub(crate) fn load_and_keep_going(
        inputs: Vec<Input>,
        replaced: &Replaced,
        limits: Limits,
        prefer: Prefer,
    ) -> Result<Self, Vec<LoadError>> {
        let mut loaded = load::load(Sources::default(), inputs, replaced, limits);
        loaded.keep_going();
        Analysis::of(loaded, prefer)
    }

    /// Reads the inputs as one workspace. Their texts follow those of `sources`, so that a report can show places of
    /// several analyses.
    ///
    /// # Errors
    /// As for [`Analysis::load`].
    pub(crate) fn load_after(
        sources: Sources,
        inputs: Vec<Input>,
        limits: Limits,
        prefer: Prefer,
    ) -> Result<Self, Vec<LoadError>> {
        Analysis::of(load::load(sources, inputs, &Replaced::new(), limits), prefer)
    }

    /// Reads the inputs as one workspace. Some of their files have other contents.
    ///
    /// # Errors
    /// As for [`Analysis::load`].
    pub(crate) fn load_replacing(
        inputs: Vec<Input>,
        replaced: &Replaced,
        limits: Limits,
        prefer: Prefer,
    ) -> Result<Self, Vec<LoadError>> {
        Analysis::of(load::load(Sources::default(), inputs, replaced, limits), prefer)
    }

    fn of(loaded: Loaded, prefer: Prefer) -> Result<Self, Vec<LoadError>> {
        if !loaded.errors.is_empty() {
            return Err(loaded.errors);
        }
        let mut workspace = model::build(&loaded.sources, loaded.packages, loaded.faults, prefer);
        workspace.not_importable = loaded.not_importable;
        Ok(Analysis { skipped: loaded.skipped, ..Analysis::of_workspace(loaded.sources, workspace) })
    }

    /// The analysis of a workspace whose texts are in `sources`.
    fn of_workspace(sources: Sources, workspace: Workspace) -> Self {
        let webhooks = Webhooks::of(&workspace);
        let graph = Graph::build(&workspace, &webhooks);
        let mut analysis = Analysis {
            sources,
            workspace,
            webhooks,
            graph,
            activation: OnceLock::new(),
            skipped: Vec::new(),
            settings: Vec::new(),
            given_order: None,
        };
        analysis.release();
        analysis
    }

    /// The analysis of some packages of a run that were loaded.
    ///
    /// # Errors
    /// Every input that cannot be used.
    pub(crate) fn of_part(
        loaded: Loaded,
        prefer: Prefer,
        run: &Arc<RunFacts>,
    ) -> Result<Self, Vec<LoadError>> {
        let mut analysis = Analysis::of(loaded, prefer)?;
        analysis.workspace.join_run(run);
        Ok(analysis)
    }

    /// An analysis with nothing but names, for [`Analysis::check_configuration`].
    pub(crate) fn of_names(sources: Sources, packages: Vec<PackageNames>, run: &Arc<RunFacts>) -> Self {
        Analysis::of_workspace(sources, Workspace::of_names(packages, run))
    }

    /// Reads a deployment settings file, which rules compare with the workspace.
    ///
    /// # Errors
    /// The text is not a settings file.
    pub(crate) fn add_settings(&mut self, text: Text) -> Result<(), TextError> {
        let file = self.sources.add(text);
        let text = self.sources.get(file);
        let document = json::parse(text.shared()).map_err(|error| {
            TextError::at(text.clone(), error.offset, format!("is not valid JSON: {}", error.message))
        })?;
        let settings = settings::read(document.root(), file).ok_or_else(|| {
            TextError::at(text.clone(), 0, format!("is not a settings file: expected {}", settings::EXPECTED))
        })?;
        self.settings.push(settings);
        Ok(())
    }

    /// Reads an activation order that users maintain themselves.
    ///
    /// # Errors
    /// The text is not an order.
    pub(crate) fn set_order(&mut self, text: Text) -> Result<(), TextError> {
        let file = self.sources.add(text);
        let text = self.sources.get(file);
        let order = given_order::read(text.text(), file)
            .map_err(|error| TextError::at(text.clone(), error.offset, error.message))?;
        self.given_order = Some(order);
        Ok(())
    }

    /// Runs every rule that is on by default. The findings are sorted by file, place and rule.
    pub fn check(&self) -> Vec<Finding> {
        self.check_with(&Config::default()).findings
    }

    /// Runs the rules that a configuration enables, and applies its suppressions.
    pub(crate) fn check_with(&self, config: &Config) -> Checked {
        rules::check(&self.context(config, Scope::Everything), self.flows(), Found::default())
    }

    /// Like [`Analysis::check_with`], but frees the memory of flows that can be read again. `scope` is what is checked.
    pub(crate) fn check_and_release(&mut self, config: &Config, scope: Scope) -> Checked {
        let mut batches = batches(self.flows(), |flow| {
            self.workspace.flow(*flow).file.map_or(0, |file| self.sources.get(file).releasable())
        });
        let last = batches.pop().unwrap_or_default();
        let mut found = Found::default();
        for batch in batches {
            found.extend([rules::visit(&self.context(config, scope), batch)]);
            self.release();
        }
        let checked = rules::check(&self.context(config, scope), last, found);
        self.release();
        checked
    }

    fn flows(&self) -> Vec<FlowIx> {
        self.workspace.indexed().map(|(index, _)| index).collect()
    }

    /// Frees the memory of the texts and documents that can be read again.
    fn release(&mut self) {
        self.workspace.release();
        self.sources.release();
    }

    /// Checks the configuration after all packages of a run, in which each ignore suppressed this number of findings.
    pub(crate) fn check_configuration(&self, config: &Config, ignore_uses: &[usize]) -> Checked {
        let context = self.context(config, Scope::Configuration);
        let findings = rules::check_configuration(&context, ignore_uses);
        Checked { findings, ..Checked::default() }
    }

    fn context<'a>(&'a self, config: &'a Config, scope: Scope) -> Context<'a> {
        Context {
            sources: &self.sources,
            workspace: &self.workspace,
            webhooks: &self.webhooks,
            graph: &self.graph,
            activation: &self.activation,
            settings: &self.settings,
            given_order: self.given_order.as_ref(),
            config,
            suppressions: &[],
            scope,
        }
    }

    /// The order in which the solutions have to be imported.
    pub fn import_order(&self) -> ImportOrder {
        ImportOrder::of(&self.workspace, &self.graph)
    }

    /// What will happen to each flow on import, given the findings that block flows.
    pub fn verdicts(&self, blocking: &[Finding]) -> Verdicts {
        Verdicts::of(&self.workspace, &self.graph, self.activation(), &self.settings, blocking)
    }

    /// The order in which the flows can be turned on.
    pub fn activation(&self) -> &Activation {
        self.activation.get_or_init(|| Activation::of(&self.workspace, &self.graph))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    const FLOWS: usize = 20;

    fn id(flow: usize) -> String {
        format!("aaaaaaaa-0000-0000-0000-{flow:012}")
    }

    /// Each flow has a connection that nothing uses, calls the next flow without its input, and is so long that few of them
    /// are in a batch. One allows the first problem.
    fn flow(flow: usize) -> String {
        let description = match flow {
            7 => "flowvet: allow connection-key-unused - planned".to_owned(),
            _ => "x".repeat(3000),
        };
        let child = id((flow + 1) % FLOWS);
        format!(
            r#"{{"properties": {{"connectionReferences": {{"shared_x": {{"api": {{"name": "shared_x"}}}}}}, "definition": {{
                "triggers": {{"manual": {{"type": "Request", "kind": "Button", "description": "{description}",
                    "inputs": {{"schema": {{"type": "object", "properties": {{"n": {{}}}}, "required": ["n"]}}}}}}}},
                "actions": {{"Call": {{"type": "Workflow", "inputs": {{"host": {{"workflowReferenceName": "{child}"}}}}}}}}
            }}}}}}"#
        )
    }

    fn solution() -> Vec<u8> {
        const MANIFEST: &str = "<ImportExportXml><SolutionManifest><UniqueName>S</UniqueName></SolutionManifest></ImportExportXml>";
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let flows = (0..FLOWS).map(|number| (format!("Workflows/F-{}.json", id(number)), flow(number)));
        for (name, text) in flows.chain([("solution.xml".to_owned(), MANIFEST.to_owned())]) {
            zip.start_file(name, SimpleFileOptions::default()).expect("a name");
            zip.write_all(text.as_bytes()).expect("in memory");
        }
        zip.finish().expect("in memory").into_inner()
    }

    fn load(kept_bytes: u64) -> Analysis {
        let input = Input::Bytes { name: "in.zip".to_owned(), bytes: solution() };
        Analysis::load(vec![input], Limits { kept_bytes, ..Limits::default() }).expect("a solution")
    }

    /// The number of documents and of texts in memory.
    fn kept(analysis: &Analysis) -> (usize, usize) {
        let contents = analysis.workspace.contents();
        let documents = contents.filter(|(.., content)| content.definition.kept_document().is_some());
        (documents.count(), analysis.sources.iter().filter(|text| text.is_kept()).count())
    }

    /// The findings, with the locations of all labels and the texts there.
    fn described(analysis: &Analysis, checked: &Checked) -> Vec<String> {
        let describe = |finding: &Finding| {
            let labels = finding.labels.iter().chain(&finding.related).map(|label| {
                let text = crate::parse::text_at(&analysis.sources, &label.place);
                format!("{} `{text}`", crate::parse::location(&analysis.sources, &label.place))
            });
            format!("{} {}", finding.rule, labels.collect::<Vec<_>>().join(", "))
        };
        checked.findings.iter().map(describe).collect()
    }

    #[test]
    fn flows_of_a_large_package_are_released() {
        let analysis = load(u64::MAX);
        let files = FLOWS + 2;
        assert_eq!(kept(&analysis), (FLOWS, files));
        let expected = analysis.check_with(&Config::default());
        let expected = (expected.ignored, described(&analysis, &expected));
        let count = |rule: &str| expected.1.iter().filter(|finding| finding.starts_with(rule)).count();
        assert_eq!((expected.0, count("connection-key-unused"), count("call-input-missing")), (1, 19, 20));

        let mut analysis = load(10_000);
        assert_eq!(kept(&analysis), (0, files - FLOWS));
        let checked = analysis.check_and_release(&Config::default(), Scope::Everything);
        assert_eq!((checked.ignored, described(&analysis, &checked)), expected);
        assert_eq!(
            kept(&analysis),
            (0, files - FLOWS),
            "the places of findings are known without their texts"
        );
    }
}
