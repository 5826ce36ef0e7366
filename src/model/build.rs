//! Builds the workspace from loaded packages. Parses every file on all cores, then joins workflow records and flow
//! files by their GUID.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};
use std::sync::Arc;

use super::app::{self, CanvasApp};
use super::connector::{self, CustomConnector};
use super::copies::{self, Prefer, SolutionCopy};
use super::flow_file::{EmbeddedNames, FlowFile};
use super::ids::{FlowId, file_stem};
use super::manifest::{self, Manifest};
use super::read;
use super::records::{self, ConnectionReference, DoubledRecord, Record, State};
use super::table::{self, Table};
use super::variable::{self, EnvironmentVariable};
use super::{
    Flow, FlowContent, LogicalName, PackageKind, RecordPlaces, SchemaName, Shipped, Solution, SolutionIx,
    Unchecked, Workspace,
};
use crate::load::{CONNECTOR, Fault, Package, PackageFile, Role};
use crate::parse::Element;
use crate::source::{FileId, Place, Sources};

/// Builds the workspace. Keeps the faults of loading and adds those of parsing. The workspace contains one copy of each
/// solution.
pub(crate) fn build(
    sources: &Sources,
    mut packages: Vec<Package>,
    faults: Vec<Fault>,
    prefer: Prefer,
) -> Workspace {
    packages.sort_by(|a, b| a.path.cmp(&b.path));
    let files: Vec<&PackageFile> = packages.iter().flat_map(|package| &package.files).collect();
    let size = |file: &&PackageFile| sources.get(file.file).len();
    let parsed = crate::parallel::map_largest_first(files, size, |file| Parsed::of(sources, file));
    let mut parsed = parsed.into_iter();
    let read: Vec<PackageContent> =
        packages.into_iter().map(|package| PackageContent::take(package, &mut parsed)).collect();
    let manifests = read.iter().map(|content| (&content.package, content.parts.manifest.as_ref()));
    let kept = copies::kept(manifests, prefer);
    let mut workspace = Workspace { faults, ..Workspace::default() };
    let mut shipped = Shipped::default();
    let mut places = BTreeMap::new();
    let mut passed_over = Vec::new();
    for (index, content) in read.into_iter().enumerate() {
        if kept[index] == index {
            places.insert(index, workspace.add(sources, content, &mut shipped));
        } else {
            passed_over.push((kept[index], content));
        }
    }
    workspace.shipped = Arc::new(shipped);
    let files = passed_over.iter().flat_map(|(_, content)| &content.package.files);
    let files: BTreeSet<FileId> = files.map(|file| file.file).collect();
    workspace.faults.retain(|fault| !files.contains(&fault.place.file));
    workspace.copies = passed_over
        .into_iter()
        .map(|(kept, PackageContent { package, parts, .. })| SolutionCopy {
            path: package.path,
            version: parts.manifest.map(|manifest| manifest.version).unwrap_or_default(),
            kept: places[&kept],
        })
        .collect();
    workspace.flows.sort_by(|a, b| (a.solution, &a.name, &a.id).cmp(&(b.solution, &b.name, &b.id)));
    workspace.index_flows();
    workspace
}

/// A package with the contents of its files.
struct PackageContent {
    package: Package,
    parts: Parts,
    /// By index in the package's files.
    flows: Vec<(usize, FlowText)>,
    faults: Vec<Fault>,
}

impl PackageContent {
    /// Takes the contents of a package's files from an iterator that yields them in the same order.
    fn take(package: Package, parsed: &mut impl Iterator<Item = Parsed>) -> Self {
        let mut parts = Parts::default();
        let (mut flows, mut faults) = (Vec::new(), Vec::new());
        for (index, (file, parsed)) in package.files.iter().zip(parsed).enumerate() {
            match parsed {
                Parsed::Flow(content) => flows.push((index, content)),
                other => faults.extend(parts.take(file.role, other)),
            }
        }
        PackageContent { package, parts, flows, faults }
    }
}

impl Workspace {
    /// Adds a package as a solution, and its components to `shipped`.
    fn add(&mut self, sources: &Sources, content: PackageContent, shipped: &mut Shipped) -> SolutionIx {
        let PackageContent { package, mut parts, flows, faults } = content;
        let index = SolutionIx(self.solutions.len());
        self.solutions_by_file.extend(package.files.iter().map(|file| (file.file, index)));
        parts.join(sources, &package);
        let is_desktop = |(_, text): &&(usize, FlowText)| matches!(text, Ok(file) if file.is_desktop);
        parts.desktop_files = flows.iter().filter(is_desktop).count();
        let joined = Joined { records: &parts.records, solution: index, kind: package.kind };
        let flows = flows.into_iter().map(|(file, text)| (&package.files[file], text)).collect();
        let (flows, of_flows) = joined.flows(sources, flows);
        self.flows.extend(flows);
        self.faults.extend(faults);
        self.faults.extend(of_flows);
        parts.ship(shipped, &package);
        self.solutions.push(parts.into_solution(package));
        index
    }
}

/// The content of a file.
enum Parsed {
    Manifest(Manifest),
    Customizations(Vec<ConnectionReference>, Vec<Record>, Vec<CanvasApp>, Vec<Table>),
    App(Vec<CanvasApp>),
    References(Vec<ConnectionReference>),
    Tables(Vec<Table>),
    Connector(Option<CustomConnector>),
    Record(Vec<Record>),
    Variable(Option<EnvironmentVariable>),
    /// The place of a variable's value.
    Value(Option<Place>),
    Flow(FlowText),
    /// The file could not be read. `None` if loading has already reported a fault.
    Unread(Option<Fault>),
}

/// The content of a flow file, or why it could not be read.
type FlowText = Result<FlowFile, Option<Fault>>;

impl Parsed {
    fn of(sources: &Sources, file: &PackageFile) -> Parsed {
        let parsed = match file.role {
            Role::Flow | Role::LegacyFlow | Role::LooseFlow => {
                let document = read::json(sources, file);
                Ok(Parsed::Flow(document.map(|document| {
                    let mut flow = FlowFile::read(document, file.file);
                    flow.release(sources.get(file.file));
                    flow
                })))
            }
            Role::VariableValue => read::json(sources, file)
                .map(|document| Parsed::Value(variable::current_value(document.root(), file.file))),
            Role::Manifest => read::elements(sources, file, manifest::read).map(Parsed::Manifest),
            Role::Customizations if read::is_yaml(file) => {
                read::elements(sources, file, records::connection_references).map(Parsed::References)
            }
            Role::Customizations => read::xml(sources, file).map(|xml| {
                let root = Element::of_xml(&xml);
                let references = records::connection_references(root, file.file);
                let apps = app::read(&xml, file.file);
                let tables = table::read(&xml);
                Parsed::Customizations(references, records::workflows(root, file.file), apps, tables)
            }),
            Role::Table => read::xml(sources, file).map(|xml| Parsed::Tables(table::read(&xml))),
            Role::Connector => read::json(sources, file).map(|document| {
                let name = file.path.rsplit('/').next().unwrap_or_default();
                let name = name.len().checked_sub(CONNECTOR.len()).and_then(|end| name.get(..end));
                Parsed::Connector(connector::read(document.root(), name.unwrap_or_default()))
            }),
            Role::App => read::xml(sources, file).map(|xml| Parsed::App(app::read(&xml, file.file))),
            Role::Record => read::elements(sources, file, records::workflows).map(Parsed::Record),
            Role::VariableDefinition => {
                read::xml(sources, file).map(|xml| Parsed::Variable(variable::read(&xml, file.file)))
            }
        };
        parsed.unwrap_or_else(Parsed::Unread)
    }
}

/// The contents of a package, except its flow files.
#[derive(Default)]
struct Parts {
    manifest: Option<Manifest>,
    references: Option<BTreeMap<LogicalName, ConnectionReference>>,
    variables: BTreeMap<SchemaName, EnvironmentVariable>,
    /// The places of variable values.
    values: Vec<Place>,
    apps: Vec<CanvasApp>,
    records: BTreeMap<FlowId, Record>,
    /// Records with the id of an earlier record of another flow.
    doubled: Vec<DoubledRecord>,
    /// The number of files of desktop flows, with and without a record.
    desktop_files: usize,
    tables: Vec<Table>,
    connectors: Vec<CustomConnector>,
    /// Whether a file that may contain records could not be read.
    has_unread_records: bool,
    has_unread_references: bool,
    has_unread_variables: bool,
}

impl Parts {
    /// Adds the content of a file, or returns why it could not be read.
    fn take(&mut self, role: Role, parsed: Parsed) -> Option<Fault> {
        match parsed {
            Parsed::Manifest(manifest) => match &mut self.manifest {
                Some(first) => first.merge(manifest),
                none => *none = Some(manifest),
            },
            Parsed::App(apps) => self.apps.extend(apps),
            Parsed::Customizations(references, records, apps, tables) => {
                self.tables.extend(tables);
                self.apps.extend(apps);
                self.take_references(references);
                self.take_records(records);
            }
            Parsed::References(references) => self.take_references(references),
            Parsed::Record(records) => self.take_records(records),
            Parsed::Variable(variable) => {
                self.variables.extend(variable.map(|variable| (variable.schema_name.clone(), variable)));
            }
            Parsed::Value(value) => self.values.extend(value),
            Parsed::Tables(tables) => self.tables.extend(tables),
            Parsed::Connector(connector) => self.connectors.extend(connector),
            Parsed::Flow(_) => {}
            Parsed::Unread(fault) => {
                self.has_unread_records |= matches!(role, Role::Customizations | Role::Record);
                self.has_unread_references |= role == Role::Customizations;
                self.has_unread_variables |= role == Role::VariableDefinition;
                return fault;
            }
        }
        None
    }

    fn take_references(&mut self, references: Vec<ConnectionReference>) {
        let declared = self.references.get_or_insert_default();
        declared.extend(references.into_iter().map(|one| (one.logical_name.clone(), one)));
    }

    fn take_records(&mut self, records: Vec<Record>) {
        for record in records {
            match self.records.entry(record.id.clone()) {
                Entry::Vacant(entry) => {
                    entry.insert(record);
                }
                Entry::Occupied(entry) => self.doubled.extend(DoubledRecord::of(entry.get(), record)),
            }
        }
    }

    /// Adds the components that flows of any package may use.
    fn ship(&mut self, shipped: &mut Shipped, package: &Package) {
        let (tables, connectors) = (std::mem::take(&mut self.tables), std::mem::take(&mut self.connectors));
        shipped.add(tables, connectors, self.manifest.as_ref());
        shipped.actions.extend(package.custom_apis.iter().cloned());
        shipped.actions.extend(self.records.values().filter_map(|record| record.action.clone()));
    }

    /// Combines information from several files.
    fn join(&mut self, sources: &Sources, package: &Package) {
        // The YAML format has a file for each reference, so a solution without such files declares none.
        if package.files.iter().any(|file| file.role == Role::Manifest && read::is_yaml(file)) {
            self.references.get_or_insert_default();
        }
        // If a file could not be read, the declared references are unknown, even if another file was read.
        if self.has_unread_references {
            self.references = None;
        }
        self.join_values(sources);
    }

    /// Joins variables and values. A value is in the same folder as the definition, which is named after the variable.
    fn join_values(&mut self, sources: &Sources) {
        let folder = |place: &Place| sources.get(place.file).name().folder();
        let values = std::mem::take(&mut self.values);
        let values: BTreeMap<Option<&str>, Place> =
            values.into_iter().map(|place| (folder(&place), place)).collect();
        for variable in self.variables.values_mut() {
            variable.value = values.get(&folder(&variable.place)).cloned();
        }
    }

    fn into_solution(self, package: Package) -> Solution {
        const CANVAS_APP: &str = "300";
        let listed_apps =
            self.manifest.iter().flat_map(|manifest| manifest.components_of(CANVAS_APP)).count();
        let others = self.records.values().filter(|record| !record.is_cloud_flow());
        let (desktop, other): (Vec<_>, Vec<_>) = others.partition(|record| record.is_desktop_flow());
        let unchecked = Unchecked {
            desktop_flows: desktop.len().max(self.desktop_files),
            other_processes: other.len(),
            apps: listed_apps.max(self.apps.len()),
            agents: package.has_agents,
        };
        let has_other_users =
            listed_apps > 0 || package.has_agents || self.records.values().any(Record::is_other_flow);
        Solution {
            path: package.path,
            kind: package.kind,
            manifest: self.manifest,
            references: self.references,
            variables: self.variables,
            apps: self.apps,
            unchecked,
            doubled: self.doubled,
            recorded: (!self.has_unread_records).then(|| self.records.into_keys().collect()),
            has_unread_variables: self.has_unread_variables,
            has_other_users,
        }
    }
}

/// Joins the records and flow files of a package by GUID. Records without a file become flows too.
struct Joined<'a> {
    records: &'a BTreeMap<FlowId, Record>,
    solution: SolutionIx,
    kind: PackageKind,
}

impl Joined<'_> {
    /// The flows, and faults of files that should contain a flow but do not.
    fn flows(&self, sources: &Sources, files: Vec<(&PackageFile, FlowText)>) -> (Vec<Flow>, Vec<Fault>) {
        let (mut flows, mut faults) = (Vec::new(), Vec::new());
        let mut with_file = BTreeSet::new();
        let names = self.names_of(files.iter().map(|(file, _)| *file));
        for (file, text) in files {
            let record = names.record(file);
            if let Some(record) = record {
                with_file.insert(&record.id);
                if !record.is_cloud_flow() {
                    continue;
                }
            }
            let (content, names) = match text {
                Ok(FlowFile { content, names, not_a_flow, .. }) => {
                    // Without a record, a file without a flow may be anything.
                    faults.extend(not_a_flow.filter(|_| record.is_some()));
                    (content, names)
                }
                Err(fault) => {
                    // Without a record, it is unknown which flow the file contains.
                    faults.extend(fault.map(|fault| Fault { hides_flows: record.is_none(), ..fault }));
                    (None, EmbeddedNames::default())
                }
            };
            if let Some(document) = content.as_ref().and_then(|content| content.definition.kept_document()) {
                // Stores the document, so that places in the file are located without parsing it again.
                sources.get(file.file).document(|_| Some(Arc::clone(document)));
            }
            flows.extend(self.flow(record, Some(file), content, names));
        }
        let lacks_file = |record: &&Record| record.is_cloud_flow() && !with_file.contains(&record.id);
        let without_file = self.records.values().filter(lacks_file);
        flows.extend(
            without_file.filter_map(|record| self.flow(Some(record), None, None, EmbeddedNames::default())),
        );
        (flows, faults)
    }

    /// The names of the files, and the names in the records.
    fn names_of<'f>(&self, files: impl Iterator<Item = &'f PackageFile>) -> FileNames<'_> {
        let named = |record| json_name(record).map(|name| (name, record));
        FileNames {
            records: self.records,
            by_name: self.records.values().filter_map(named).collect(),
            present: files.map(|file| file_name(&file.path)).collect(),
        }
    }

    fn flow(
        &self,
        record: Option<&Record>,
        file: Option<&PackageFile>,
        content: Option<FlowContent>,
        names: EmbeddedNames,
    ) -> Option<Flow> {
        let path = file.map(|file| file.path.as_str()).unwrap_or_default();
        let id = match (record, self.kind) {
            (Some(record), _) => Some(record.id.clone()),
            (None, PackageKind::Solution) => FlowId::in_file_name(path),
            (None, PackageKind::Legacy | PackageKind::Loose) => {
                names.id.or_else(|| FlowId::in_file_name(path))
            }
        };
        // A file in `Workflows` that has no record and cannot be read may be anything: it is a fault, not a flow.
        if record.is_none() && content.is_none() {
            return None;
        }
        let recorded = record.map(|record| record.name.clone()).filter(|name| !name.is_empty());
        Some(Flow {
            id: id.unwrap_or_else(|| FlowId::of_stem(path)),
            name: recorded.or(names.display).unwrap_or_else(|| name_in_path(path)),
            solution: self.solution,
            state: record.map_or(State::Unknown, |record| record.state),
            record: record.map(|record| RecordPlaces {
                id: record.id_place.clone(),
                name: record.place.clone(),
                state: record.state_place.clone(),
                off: record.off.clone(),
                json_file: record.json_file.clone(),
            }),
            file: file.map(|file| file.file),
            content,
        })
    }
}

/// Joins files and records.
struct FileNames<'a> {
    records: &'a BTreeMap<FlowId, Record>,
    /// The records by the name of their file.
    by_name: BTreeMap<String, &'a Record>,
    /// The names of all files.
    present: BTreeSet<String>,
}

impl<'a> FileNames<'a> {
    /// The record of a file: the record with the GUID in the file's name, or else the record that states the file's name. A
    /// second file with the same GUID has no record if the record states the name of the first.
    fn record(&self, file: &PackageFile) -> Option<&'a Record> {
        let own = file_name(&file.path);
        let Some(record) = FlowId::in_file_name(&file.path).and_then(|id| self.records.get(&id)) else {
            return self.by_name.get(&own).copied();
        };
        let names_another = json_name(record).is_some_and(|name| {
            let is_its_own = FlowId::in_file_name(&name).is_none_or(|id| id == record.id);
            name != own && is_its_own && self.present.contains(&name)
        });
        (!names_another).then_some(record)
    }
}

/// The name of the file in a record, for comparisons.
fn json_name(record: &Record) -> Option<String> {
    record.json_file.as_ref().map(|file| file_name(&file.path))
}

/// The last part of a path in lower case, for comparisons. Case does not matter on Windows, where solutions are unpacked.
fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase()
}

/// The name of a file such as `Name-GUID.json`, without the GUID.
fn name_in_path(path: &str) -> String {
    let stem = file_stem(path);
    let cut = FlowId::in_file_name(path).map_or(stem.len(), |id| stem.len() - id.as_str().len());
    let name = stem[..cut].trim_end_matches(['-', '_', ' ']);
    if name.is_empty() { stem.to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_name_is_derived_from_its_path() {
        assert_eq!(name_in_path("Workflows/My-Flow-AAAAAAAA-0000-0000-0000-000000000001.json"), "My-Flow");
        assert_eq!(
            name_in_path("AAAAAAAA-0000-0000-0000-000000000001.json"),
            "AAAAAAAA-0000-0000-0000-000000000001"
        );
        assert_eq!(name_in_path("flow.json"), "flow");
    }
}
