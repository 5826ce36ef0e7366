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
use crate::model::given_order;
use crate::model::settings::{self, Settings};
use crate::model::{self, GivenOrder, PackageNames, Prefer, RunFacts, Workspace};
use crate::parse::json;
use crate::rules::{self, Checked, Context, Scope};
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
        Analysis {
            sources,
            workspace,
            webhooks,
            graph,
            activation: OnceLock::new(),
            skipped: Vec::new(),
            settings: Vec::new(),
            given_order: None,
        }
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
        rules::check(&self.context(config, Scope::Everything))
    }

    /// Like [`Analysis::check_with`], for some packages of a run. The configuration itself is not checked.
    pub(crate) fn check_part(&self, config: &Config) -> Checked {
        rules::check(&self.context(config, Scope::Flows))
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
