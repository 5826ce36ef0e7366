//! What one package can tell about another. A rule that looks at several packages finds them in one group only if they are
//! linked here, or if [`RunFacts`] has what it looks for.

use super::Reading;
use super::joined::{Kind, Links};
use crate::catalog::providers;
use crate::load::{Listing, LoadError};
use crate::model::{
    self, Flow, FlowContent, FlowId, PackageKind, PackageNames, Requirement, RunFacts, Solution, Workspace,
};
use crate::source::{FileName, Sources};
use crate::webhooks::{Webhooks, may_receive};

/// What is known about some units after they were read.
pub(super) struct Facts {
    pub(super) units: Vec<usize>,
    /// The first path.
    pub(super) path: FileName,
    pub(super) has_packages: bool,
    /// The paths of the packages.
    pub(super) packages: Vec<FileName>,
    /// The names by which copies of solutions are recognised.
    pub(super) solutions: Vec<String>,
    pub(super) errors: Vec<LoadError>,
    /// The length of the texts, in bytes.
    pub(super) size: usize,
    pub(super) links: Links,
    pub(super) run: RunFacts,
    pub(super) names: Vec<PackageNames>,
}

impl Facts {
    /// Reads some units together.
    pub(super) fn of(listing: &Listing, units: Vec<usize>, reading: Reading) -> Self {
        let mut loaded = listing.load(Sources::default(), &units);
        if reading.keeps_going {
            loaded.keep_going();
        }
        let has_packages = !loaded.packages.is_empty();
        let (sources, errors) = (loaded.sources, loaded.errors);
        let workspace = model::build(&sources, loaded.packages, loaded.faults, reading.prefer);
        let packages: Vec<FileName> = workspace.solutions.iter().map(|one| one.path.clone()).collect();
        let path = units.iter().map(|unit| listing.name(*unit)).chain(packages.iter().cloned()).min();
        let names = if reading.keeps_names { PackageNames::of(&workspace) } else { Vec::new() };
        let run = RunFacts::of(&workspace, &sources);
        Facts {
            units,
            path: path.unwrap_or_default(),
            has_packages,
            packages,
            solutions: workspace.solutions.iter().filter_map(name_of_copies).collect(),
            errors,
            size: sources.iter().map(|text| text.len()).sum(),
            links: links(&workspace),
            run,
            names,
        }
    }
}

/// Copies of a solution have the same name. See `model::copies`.
fn name_of_copies(solution: &Solution) -> Option<String> {
    solution.unique_name().filter(|_| solution.kind == PackageKind::Solution).map(str::to_lowercase)
}

fn links(workspace: &Workspace) -> Links {
    let mut links = Links::default();
    workspace.solutions.iter().for_each(|solution| add_solution(&mut links, solution));
    for flow in &workspace.flows {
        links.same(Kind::Flow, &flow.id);
        links.provide(Kind::Flow, &flow.id);
        if let Some(content) = &flow.content {
            add_flow(&mut links, workspace, flow, content);
        }
    }
    let webhooks = Webhooks::of(workspace);
    let registering = webhooks.registrations.iter().map(|one| one.provider);
    for provider in registering.chain(webhooks.receivers.iter().map(|one| one.provider)) {
        links.same(Kind::Provider, &provider.id);
        links.provide(Kind::Provider, &provider.id);
    }
    links.shrink();
    links
}

fn add_solution(links: &mut Links, solution: &Solution) {
    for id in solution.recorded.iter().flatten() {
        links.provide(Kind::Flow, id);
    }
    for name in solution.references.iter().flat_map(|references| references.keys()) {
        links.provide(Kind::ConnectionReference, name);
    }
    for name in solution.variables.keys() {
        links.provide(Kind::Variable, name);
    }
    for id in solution.apps.iter().flat_map(|app| &app.flows) {
        links.need(Kind::Flow, &id.id);
    }
    let Some(manifest) = &solution.manifest else { return };
    for missing in &manifest.missing {
        if let Some(id) = &missing.dependent {
            links.need(Kind::Flow, id);
        }
        if let Requirement::Flow(id) = &missing.required {
            links.need(Kind::Flow, id);
        }
    }
    for id in manifest.workflows().filter_map(|listed| FlowId::parse(listed.id.as_deref()?)) {
        links.need(Kind::Flow, id);
    }
}

fn add_flow(links: &mut Links, workspace: &Workspace, flow: &Flow, content: &FlowContent) {
    for call in &content.calls {
        links.need(Kind::Flow, &call.child);
    }
    let declared = &workspace.solution(flow.solution).references;
    for name in content.connections.iter().filter_map(|connection| connection.logical_name.as_ref()) {
        // What the solution declares itself is preferred to the declaration of another solution.
        if !declared.as_ref().is_some_and(|declared| declared.contains_key(name)) {
            links.need(Kind::ConnectionReference, name);
        }
    }
    for one in &content.variable_uses {
        links.need(Kind::Variable, &one.schema_name);
    }
    if flow.record.is_some() {
        links.same(Kind::Copy, (flow.name.to_lowercase(), flow.digest()));
    }
    for provider in providers().iter().filter(|provider| may_receive(content, provider)) {
        links.need(Kind::Provider, &provider.id);
    }
}
