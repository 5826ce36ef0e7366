//! What the rules have to know about the packages of a run that are not in the workspace, if it contains only some of them.
//! Everything else that one package can tell about another is in a group of packages that are checked together: see
//! `groups`.

use std::collections::HashSet;
use std::sync::Arc;

use super::{
    Flow, FlowId, LogicalName, PackageKind, Shipped, Solution, SolutionIx, State, Unchecked, Workspace,
};
use crate::source::{FileName, Sources};

/// Facts about all packages of a run.
#[derive(Debug, Default)]
pub(crate) struct RunFacts {
    pub(super) shipped: Arc<Shipped>,
    /// The length of all texts, in bytes.
    pub(super) text_length: usize,
    /// Whether flows may be missing because something could not be read.
    pub(super) hides_flows: bool,
    /// Whether anything could not be read.
    pub(super) has_faults: bool,
    /// Whether there is a flow without a readable file.
    pub(super) has_unread_flows: bool,
    /// The unique names of the solutions, in ASCII lower case.
    solutions: HashSet<String>,
    /// The connection references that flows use.
    pub(super) used_references: HashSet<LogicalName>,
    /// The id and schema name of each custom connector among the components.
    pub(super) connectors: HashSet<(Option<String>, Option<String>)>,
}

/// The names in a package, which globs of a configuration can match.
#[derive(Debug)]
pub(crate) struct PackageNames {
    pub(crate) path: FileName,
    name: String,
    flows: Vec<(FlowId, String)>,
}

impl RunFacts {
    /// The facts about the packages of a workspace.
    pub(crate) fn of(workspace: &Workspace, sources: &Sources) -> Self {
        let names = workspace.solutions.iter().filter_map(Solution::unique_name);
        let used = workspace.contents().flat_map(|(.., content)| &content.connections);
        let connectors = workspace.connectors();
        RunFacts {
            shipped: Arc::clone(&workspace.shipped),
            text_length: sources.iter().map(|text| text.text().len()).sum(),
            hides_flows: !workspace.is_complete(),
            has_faults: workspace.has_faults(),
            has_unread_flows: workspace.flows.iter().any(|flow| flow.content.is_none()),
            solutions: names.map(str::to_ascii_lowercase).collect(),
            used_references: used.filter_map(|connection| connection.logical_name.clone()).collect(),
            connectors: connectors
                .map(|(id, name)| (id.map(str::to_owned), name.map(str::to_owned)))
                .collect(),
        }
    }

    /// Adds the facts about other packages.
    pub(crate) fn join(&mut self, other: RunFacts) {
        // Nobody else has these facts yet.
        if let (Some(own), Some(other)) = (Arc::get_mut(&mut self.shipped), Arc::into_inner(other.shipped)) {
            own.join(other);
        }
        self.text_length = self.text_length.saturating_add(other.text_length);
        self.hides_flows |= other.hides_flows;
        self.has_faults |= other.has_faults;
        self.has_unread_flows |= other.has_unread_flows;
        self.solutions.extend(other.solutions);
        self.used_references.extend(other.used_references);
        self.connectors.extend(other.connectors);
    }

    pub(super) fn has_solution(&self, name: &str) -> bool {
        self.solutions.contains(&name.to_ascii_lowercase())
    }
}

impl PackageNames {
    /// The names in each package of a workspace.
    pub(crate) fn of(workspace: &Workspace) -> Vec<Self> {
        let solutions = workspace.solutions.iter();
        let mut all: Vec<PackageNames> = solutions
            .map(|one| PackageNames {
                path: one.path.clone(),
                name: one.name().to_owned(),
                flows: Vec::new(),
            })
            .collect();
        for flow in &workspace.flows {
            all[flow.solution.get()].flows.push((flow.id.clone(), flow.name.clone()));
        }
        all
    }
}

impl Workspace {
    /// Makes this a part of a run.
    pub(crate) fn join_run(&mut self, run: &Arc<RunFacts>) {
        self.shipped = Arc::clone(&run.shipped);
        self.run = Some(Arc::clone(run));
    }

    /// A workspace with nothing but the names of packages, for the rules about a configuration.
    pub(crate) fn of_names(packages: Vec<PackageNames>, run: &Arc<RunFacts>) -> Self {
        let mut workspace = Workspace::default();
        for PackageNames { name, flows, .. } in packages {
            let solution = SolutionIx(workspace.solutions.len());
            workspace.flows.extend(flows.into_iter().map(|(id, name)| named_flow(id, name, solution)));
            workspace.solutions.push(named_solution(name));
        }
        workspace.join_run(run);
        workspace
    }
}

fn named_flow(id: FlowId, name: String, solution: SolutionIx) -> Flow {
    Flow { id, name, solution, state: State::Unknown, record: None, file: None, content: None }
}

fn named_solution(name: String) -> Solution {
    Solution {
        // Without a manifest, the path is the name.
        path: FileName::new(name),
        kind: PackageKind::Solution,
        manifest: None,
        references: None,
        variables: Default::default(),
        recorded: None,
        doubled: Vec::new(),
        apps: Vec::new(),
        has_unread_variables: false,
        unchecked: Unchecked::default(),
        has_other_users: false,
    }
}
