//! One run over its inputs: loading, the model, the graph and the findings, in one value that reports read.

use crate::activation::Activation;
use crate::anatomy::Anatomy;
use crate::finding::Finding;
use crate::graph::Graph;
use crate::load::limits::Limits;
use crate::load::{self, Input, LoadError};
use crate::model::{self, Workspace};
use crate::rules::{self, Context, Profile};
use crate::source::Sources;

/// Everything known of the inputs of a run.
#[derive(Debug)]
pub struct Analysis {
    /// The texts, for snippets and positions.
    pub sources: Sources,
    /// The solutions and flows.
    pub workspace: Workspace,
    /// Who depends on what.
    pub graph: Graph,
    /// What was passed over on purpose: zips without a solution, `.cab` archives, YAML solutions.
    pub skipped: Vec<String>,
}

impl Analysis {
    /// Reads the inputs as one workspace.
    ///
    /// # Errors
    /// Every input that could not be used. One is enough to refuse the run: what it holds may be what the others
    /// need, and findings of half a workspace would be wrong.
    pub fn load(inputs: Vec<Input>, limits: Limits) -> Result<Self, Vec<LoadError>> {
        let loaded = load::load(inputs, limits);
        if !loaded.errors.is_empty() {
            return Err(loaded.errors);
        }
        let workspace = model::build(&loaded.sources, loaded.packages, loaded.faults);
        let graph = Graph::build(&workspace);
        Ok(Analysis { sources: loaded.sources, workspace, graph, skipped: loaded.skipped })
    }

    /// Runs every rule that is on by default. Sorted by file, place and rule.
    pub fn check(&self) -> Vec<Finding> {
        self.check_with(Profile::Recommended)
    }

    /// Runs the rules of a profile. Sorted by file, place and rule.
    pub fn check_with(&self, profile: Profile) -> Vec<Finding> {
        let context = Context {
            sources: &self.sources,
            workspace: &self.workspace,
            graph: &self.graph,
            anatomies: Anatomy::of_all(&self.workspace),
        };
        rules::check(&context, profile)
    }

    /// The order in which the flows can be turned on.
    pub fn activation(&self) -> Activation {
        Activation::of(&self.workspace, &self.graph)
    }
}
