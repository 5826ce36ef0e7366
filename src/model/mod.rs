//! The typed model: solutions and flows as the platform sees them. It is built from the packages that `load` finds, and
//! all later stages read it.
//!
//! Unreadable parts are absent, never guessed: an `Option` that is `None` means "unknown".

mod app;
mod build;
mod connection;
mod connector;
mod copies;
mod definition;
mod digest;
mod entries;
mod flow_file;
pub(crate) mod given_order;
mod ids;
mod manifest;
mod names;
mod read;
mod records;
mod row_trigger;
mod run_facts;
pub(crate) mod settings;
mod shipped;
mod step_path;
mod table;
mod variable;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

pub use crate::load::PackageKind;
use crate::load::{Fault, NotImportable};
use crate::source::{FileId, FileName, Part, Place, Route, Sources, Target};

pub use app::{AppFlow, CanvasApp};
pub(crate) use build::build;
pub use connection::{Connection, ConnectionUse, HostFormat, RuntimeSource};
pub use connector::{CustomConnector, Operation, Parameter, Property};
pub use copies::{Prefer, SolutionCopy};
pub use definition::{Action, Branch, Call, Definition, Owner, Trigger};
pub(crate) use definition::{CALLED_FLOW_KEYS, PAGINATION_KEYS};
pub use entries::ActionIx;
pub use given_order::{GivenColumn, GivenFlow, GivenFormat, GivenOrder};
pub use ids::{ConnectorName, FlowId, LogicalName, SchemaName};
pub(crate) use manifest::bare_id;
pub use manifest::{Component, Components, Manifest, MissingDependency, Requirement};
pub(crate) use names::{ActionNames, Found, MOST_ALIKE, compare, fold, fold_case};
pub use records::{ConnectionReference, DoubledRecord, JsonFileName, State};
pub(crate) use row_trigger::{RowTrigger, Setting, number, parameter};
pub(crate) use run_facts::{PackageNames, RunFacts};
pub use settings::{ReferenceSetting, SettingValue, Settings, VariableSetting};
pub use shipped::Shipped;
pub(crate) use step_path::{step_path, step_title};
pub use table::{Column, Table};
pub use variable::{EnvironmentVariable, VariableUse};

/// The index of a solution in [`Workspace::solutions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SolutionIx(usize);

impl SolutionIx {
    pub(crate) fn get(self) -> usize {
        self.0
    }
}

/// The index of a flow in [`Workspace::flows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowIx(usize);

impl FlowIx {
    pub(crate) fn get(self) -> usize {
        self.0
    }

    /// An index for tests of other stages.
    #[cfg(test)]
    pub(crate) fn first() -> Self {
        FlowIx(0)
    }
}

/// Everything in the inputs of a run. References between solutions of the run resolve.
#[derive(Debug, Default)]
pub struct Workspace {
    /// The solutions, sorted by path.
    pub solutions: Vec<Solution>,
    /// The flows, sorted by solution, name and id.
    pub flows: Vec<Flow>,
    /// The tables, connectors and actions of all packages of the run.
    pub shipped: Arc<Shipped>,
    /// What is known about all packages of the run; `None` if the workspace contains them all.
    run: Option<Arc<RunFacts>>,
    /// Copies of solutions that are not checked.
    pub copies: Vec<SolutionCopy>,
    /// The files and values that could not be read.
    pub(crate) faults: Vec<Fault>,
    /// The zips that cannot be imported.
    pub(crate) not_importable: Vec<(FileId, NotImportable)>,
    by_id: HashMap<FlowId, Vec<FlowIx>>,
    /// Flows by name in lower case, in the order of `flows`.
    by_name: HashMap<String, Vec<FlowIx>>,
    by_file: HashMap<FileId, FlowIx>,
    solutions_by_file: HashMap<FileId, SolutionIx>,
}

/// A solution, a legacy package or a loose flow file.
#[derive(Debug)]
pub struct Solution {
    /// The folder, archive or file.
    pub path: FileName,
    /// The type of package.
    pub kind: PackageKind,
    /// The content of `solution.xml`; `None` if absent or unreadable.
    pub manifest: Option<Manifest>,
    /// Connection references that `customizations.xml` declares; `None` if the file is absent or unreadable.
    pub references: Option<BTreeMap<LogicalName, ConnectionReference>>,
    /// Environment variables defined in the solution.
    pub variables: BTreeMap<SchemaName, EnvironmentVariable>,
    /// The ids in its records of workflows of every kind; `None` if it has no records, or if not all are known.
    pub recorded: Option<BTreeSet<FlowId>>,
    /// Records with the id of another flow of the solution.
    pub doubled: Vec<DoubledRecord>,
    /// Its canvas apps.
    pub apps: Vec<CanvasApp>,
    /// Whether a definition of an environment variable could not be read.
    pub has_unread_variables: bool,
    /// The parts that are not checked.
    pub unchecked: Unchecked,
    /// Whether it contains anything besides cloud flows that may use connection references: apps, agents, desktop
    /// flows.
    pub has_other_users: bool,
}

/// Parts of a solution that are not checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unchecked {
    /// Desktop flows.
    pub desktop_flows: usize,
    /// Classic workflows, business rules, business process flows, and other components with a record like that of a flow.
    pub other_processes: usize,
    /// Canvas apps.
    pub apps: usize,
    /// Whether it contains agents.
    pub agents: bool,
}

/// A cloud flow.
#[derive(Debug)]
pub struct Flow {
    /// The id.
    pub id: FlowId,
    /// The name that makers see.
    pub name: String,
    /// The solution that contains it.
    pub solution: SolutionIx,
    /// The state, as recorded.
    pub state: State,
    /// The places of the record's values in `customizations.xml` or `.data.xml`; `None` without a record.
    pub record: Option<RecordPlaces>,
    /// The flow file; `None` if there is only a record.
    pub file: Option<FileId>,
    /// The content of the flow file; `None` if it is absent or unreadable.
    pub content: Option<FlowContent>,
}

/// The places of values in a flow's record.
#[derive(Debug, Clone)]
pub struct RecordPlaces {
    /// The place of the name.
    pub name: Place,
    /// The place of the state.
    pub state: Place,
    /// The places of `StateCode` and `StatusCode`, if the record says with both that the flow is off.
    pub(crate) off: Option<[Place; 2]>,
    /// The id.
    pub id: Place,
    /// The path of the flow file, as the record states it.
    pub json_file: Option<JsonFileName>,
}

/// The content of a flow file.
#[derive(Debug)]
pub struct FlowContent {
    /// The trigger and actions.
    pub definition: Definition,
    /// The entries of `connectionReferences`, sorted by key.
    pub connections: Vec<Connection>,
    /// The indices of [`FlowContent::connections`] by the key in lower case. Few flows need them.
    pub(crate) by_lower_case: OnceLock<HashMap<String, usize>>,
    /// The triggers and actions that use connections.
    pub connection_uses: Vec<ConnectionUse>,
    /// Whether a trigger or action has no reference to its connection, or an expression that could mean any of them.
    pub has_computed_connections: bool,
    /// The calls of child flows, in the order of the actions.
    pub calls: Vec<Call>,
    /// The actions with pagination, each with the number of rows that it asks for.
    pub(crate) requested_rows: Vec<(ActionIx, u64)>,
    /// The environment variables among the parameters.
    pub variable_uses: Vec<VariableUse>,
}

impl Workspace {
    /// The flow at an index.
    pub fn flow(&self, index: FlowIx) -> &Flow {
        &self.flows[index.0]
    }

    /// The solution at an index.
    pub fn solution(&self, index: SolutionIx) -> &Solution {
        &self.solutions[index.0]
    }

    /// Whether an import ignores a flow, because it has a file but no record, while the solution has records. A folder with
    /// only flow files is not a solution that lost its records.
    pub fn is_left_out(&self, flow: &Flow) -> bool {
        let solution = self.solution(flow.solution);
        solution.kind == PackageKind::Solution && flow.record.is_none() && solution.keeps_records()
    }

    /// The solution that contains a flow.
    pub fn solution_of(&self, flow: FlowIx) -> &Solution {
        self.solution(self.flow(flow).solution)
    }

    /// Every flow with its index.
    pub fn indexed(&self) -> impl Iterator<Item = (FlowIx, &Flow)> {
        self.flows.iter().enumerate().map(|(index, flow)| (FlowIx(index), flow))
    }

    /// Frees the memory of the documents that can be read again.
    pub(crate) fn release(&mut self) {
        let contents = self.flows.iter_mut().filter_map(|flow| flow.content.as_mut());
        contents.for_each(|content| content.definition.release());
    }

    /// Every solution with its index.
    pub fn indexed_solutions(&self) -> impl Iterator<Item = (SolutionIx, &Solution)> {
        self.solutions.iter().enumerate().map(|(index, solution)| (SolutionIx(index), solution))
    }

    /// The solution with this unique name, ignoring case.
    pub fn solution_named(&self, name: &str) -> Option<SolutionIx> {
        let matches =
            |solution: &Solution| solution.unique_name().is_some_and(|own| own.eq_ignore_ascii_case(name));
        self.indexed_solutions().find(|(_, solution)| matches(solution)).map(|(index, _)| index)
    }

    /// Every flow with a readable file.
    pub fn contents(&self) -> impl Iterator<Item = (FlowIx, &Flow, &FlowContent)> {
        self.indexed().filter_map(|(index, flow)| flow.content.as_ref().map(|content| (index, flow, content)))
    }

    /// The flow that `id` refers to in a flow of the solution `from`: the flow in the same solution, or else in the
    /// newest other solution.
    pub fn resolve(&self, id: &FlowId, from: SolutionIx) -> Option<FlowIx> {
        let candidates = self.by_id.get(id)?;
        let same = candidates.iter().find(|flow| self.flow(**flow).solution == from);
        same.or_else(|| candidates.first()).copied()
    }

    /// Whether any input has a flow with this id.
    pub fn has_flow(&self, id: &FlowId) -> bool {
        self.by_id.contains_key(id)
    }

    /// The flow that represents all flows with the same id, as the same flow may be in several inputs.
    pub fn representative(&self, flow: FlowIx) -> FlowIx {
        self.by_id.get(&self.flow(flow).id).and_then(|flows| flows.first()).copied().unwrap_or(flow)
    }

    /// The flow in a file.
    pub fn flow_in(&self, file: FileId) -> Option<FlowIx> {
        self.by_file.get(&file).copied()
    }

    /// The solution that a file belongs to. For other files, such as a zip that could not be read, it is the innermost
    /// solution that contains the file.
    pub fn solution_in(&self, file: FileId, sources: &Sources) -> Option<SolutionIx> {
        let enclosing = || {
            let name = sources.get(file).name();
            let enclosing = self.indexed_solutions().filter(|(_, solution)| name.is_in(&solution.path));
            enclosing.max_by_key(|(_, solution)| solution.path.as_str().len()).map(|(index, _)| index)
        };
        self.solutions_by_file.get(&file).copied().or_else(enclosing)
    }

    /// The flows that a user's text refers to: by id, else by name, else by name ignoring case. Returns one flow per id.
    pub fn flows_named(&self, wanted: &str) -> Vec<FlowIx> {
        if let Some(id) = FlowId::parse(wanted) {
            return self.by_id.get(&id).and_then(|flows| flows.first()).copied().into_iter().collect();
        }
        let wanted = wanted.trim();
        let candidates = self.by_name.get(&wanted.to_lowercase()).map(Vec::as_slice).unwrap_or_default();
        let candidates = || candidates.iter().copied().filter(|flow| self.representative(*flow) == *flow);
        let exact: Vec<FlowIx> = candidates().filter(|flow| self.flow(*flow).name == wanted).collect();
        if exact.is_empty() { candidates().collect() } else { exact }
    }

    /// Whether all flows of the inputs are known, so that the absence of a flow is proven.
    pub fn is_complete(&self) -> bool {
        let is_hidden = self.run.as_ref().is_some_and(|run| run.hides_flows);
        !is_hidden && !self.faults.iter().any(|fault| fault.hides_flows)
    }

    /// Whether all flows of the inputs are known, and each file of a flow could be read.
    pub(crate) fn is_all_read(&self) -> bool {
        let has_unread = self.run.as_ref().is_some_and(|run| run.has_unread_flows);
        !has_unread && self.is_complete() && self.flows.iter().all(|flow| flow.content.is_some())
    }

    /// Whether anything in the inputs could not be read.
    pub(crate) fn has_faults(&self) -> bool {
        !self.faults.is_empty() || self.run.as_ref().is_some_and(|run| run.has_faults)
    }

    /// Whether the run has a solution with this unique name, ignoring case.
    pub(crate) fn has_solution(&self, name: &str) -> bool {
        self.solution_named(name).is_some() || self.run.as_ref().is_some_and(|run| run.has_solution(name))
    }

    /// Whether a flow that is not in the workspace uses a connection reference.
    pub(crate) fn is_used_elsewhere(&self, reference: &LogicalName) -> bool {
        self.run.as_ref().is_some_and(|run| run.used_references.contains(reference))
    }

    /// The length of all texts of the run; `None` if the workspace contains all packages.
    pub(crate) fn text_length_of_run(&self) -> Option<usize> {
        self.run.as_ref().map(|run| run.text_length)
    }

    /// The connection reference with this name in any solution of the run. Prefers the solution `from`.
    pub fn connection_reference(&self, name: &LogicalName, from: SolutionIx) -> Option<&ConnectionReference> {
        let own = std::iter::once(self.solution(from));
        own.chain(&self.solutions).find_map(|solution| solution.references.as_ref()?.get(name))
    }

    /// Whether a solution of the run contains the custom connector of a connection reference.
    pub fn has_connector(&self, reference: &ConnectionReference) -> bool {
        let id = reference.custom_connector.as_deref().map(bare_id);
        let name =
            reference.connector.as_ref().map(|name| name.as_str().to_ascii_lowercase().replace('_', "-"));
        // `hlb_5Fbookprices` is the component of the connector `shared_hlb-5fbookprices-5f<hash>`.
        let is_named = |schema_name: &str| {
            let encoded = schema_name.replace('_', "-").to_ascii_lowercase();
            name.as_ref().is_some_and(|name| name.contains(&encoded))
        };
        let is_it = |(component, schema_name): (Option<&str>, Option<&str>)| {
            component.is_some() && component == id.as_deref() || schema_name.is_some_and(is_named)
        };
        let elsewhere = self.run.iter().flat_map(|run| &run.connectors);
        self.connectors().any(is_it)
            || elsewhere.map(|(id, name)| (id.as_deref(), name.as_deref())).any(is_it)
    }

    /// The id and schema name of each custom connector among the components of the solutions.
    fn connectors(&self) -> impl Iterator<Item = (Option<&str>, Option<&str>)> {
        const CONNECTOR: &str = "372";
        let components = self.solutions.iter().flat_map(|solution| solution.components(CONNECTOR));
        components.map(|one| (one.id.as_deref(), one.schema_name.as_deref()))
    }

    /// The environment variable with this name in any solution of the run. Prefers the solution `from`.
    pub fn variable(&self, name: &SchemaName, from: SolutionIx) -> Option<&EnvironmentVariable> {
        let own = std::iter::once(self.solution(from));
        own.chain(&self.solutions).find_map(|solution| solution.variables.get(name))
    }

    fn index_flows(&mut self) {
        for index in 0..self.flows.len() {
            self.by_id.entry(self.flows[index].id.clone()).or_default().push(FlowIx(index));
            self.by_name.entry(self.flows[index].name.to_lowercase()).or_default().push(FlowIx(index));
            self.by_file.extend(self.flows[index].file.map(|file| (file, FlowIx(index))));
        }
        let (solutions, flows) = (&self.solutions, &self.flows);
        for candidates in self.by_id.values_mut() {
            // Newest version first. Equal versions stay in the sorted order of solutions.
            let version = |flow: &FlowIx| solutions[flows[flow.0].solution.0].version_number();
            candidates.sort_by_key(|flow| std::cmp::Reverse(version(flow)));
        }
    }
}

impl Solution {
    /// The unique name, or else the path of the solution.
    pub fn name(&self) -> &str {
        self.unique_name().unwrap_or(self.path.as_str())
    }

    /// The unique name, if the manifest is readable and has one.
    pub fn unique_name(&self) -> Option<&str> {
        let unique_name = self.manifest.as_ref().map(|manifest| manifest.unique_name.as_str());
        unique_name.filter(|name| !name.is_empty())
    }

    /// Whether the manifest says that it is managed.
    pub fn is_managed(&self) -> bool {
        self.manifest.as_ref().is_some_and(|manifest| manifest.managed == Some(true))
    }

    /// The components of a type: a number as the platform assigns it, or the name of a table.
    pub fn components<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Component> {
        self.manifest.iter().flat_map(move |manifest| manifest.components_of(kind))
    }

    /// The missing dependency of this kind, if the manifest is readable and lists it.
    pub fn missing(&self, wanted: &Requirement) -> Option<&MissingDependency> {
        self.manifest.as_ref()?.missing.iter().find(|missing| missing.required == *wanted)
    }

    /// Whether its flows have to have records, because it has some, or because its manifest lists its components.
    fn keeps_records(&self) -> bool {
        let lists_components = self.manifest.as_ref().is_some_and(|manifest| manifest.components.is_some());
        self.recorded.as_ref().is_some_and(|recorded| !recorded.is_empty() || lists_components)
    }

    fn version_number(&self) -> Vec<u64> {
        self.manifest.as_ref().map(Manifest::version_number).unwrap_or_default()
    }
}

impl Flow {
    /// A place in the flow's file. For a flow without a file, the place of the record.
    pub fn place(&self, route: Route, part: Part) -> Option<Place> {
        let in_file = self.file.map(|file| Place { file, target: Target::Json(route, part) });
        in_file.or_else(|| self.record.as_ref().map(|record| record.name.clone()))
    }
}

impl FlowContent {
    /// The paths of triggers and actions that use connections, grouped by connection key in sorted order. See
    /// [`Definition::action_path`].
    pub fn steps_by_connection(&self) -> BTreeMap<&str, Vec<Vec<&str>>> {
        let mut steps: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
        for use_ in &self.connection_uses {
            let key = self.connection(&use_.key).map_or(&*use_.key, |connection| &connection.key);
            steps.entry(key).or_default().push(self.definition.site_path(use_.site));
        }
        steps
    }

    /// The entry of `connectionReferences` with this key. Ignores case if there is no exact match.
    pub fn connection(&self, key: &str) -> Option<&Connection> {
        self.connection_index(key).map(|at| &self.connections[at])
    }

    /// The index of [`FlowContent::connection`] in `connections`.
    pub(crate) fn connection_index(&self, key: &str) -> Option<usize> {
        let exact = self.connections.binary_search_by(|connection| connection.key.as_str().cmp(key));
        exact.ok().or_else(|| {
            let by_lower_case = self.by_lower_case.get_or_init(|| {
                let keys = self.connections.iter().enumerate();
                // Of keys that differ in case only, the first counts.
                keys.rev().map(|(at, connection)| (connection.key.to_ascii_lowercase(), at)).collect()
            });
            by_lower_case.get(&key.to_ascii_lowercase()).copied()
        })
    }
}
