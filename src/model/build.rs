//! From loaded packages to the workspace: parses every file on all cores, then joins records and flow files by GUID
//! alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::connector::{self, CustomConnector};
use super::flow_file::{EmbeddedNames, FlowFile};
use super::ids::{FlowId, file_stem};
use super::manifest::{self, Manifest};
use super::records::{self, ConnectionReference, Record, State};
use super::table::{self, Table};
use super::variable::{self, EnvironmentVariable};
use super::{
    Flow, FlowContent, LogicalName, PackageKind, RecordPlaces, SchemaName, Shipped, Solution, SolutionIx,
    Workspace,
};
use crate::load::{CONNECTOR, Fault, FaultKind, Package, PackageFile, Role};
use crate::parse::{json, xml};
use crate::source::{Document, FileId, Place, Sources, Text};

/// Builds the workspace. Takes the faults of loading and adds those of parsing.
pub(crate) fn build(sources: &Sources, mut packages: Vec<Package>, faults: Vec<Fault>) -> Workspace {
    packages.sort_by(|a, b| a.path.cmp(&b.path));
    let mut workspace = Workspace { faults, ..Workspace::default() };
    let files = packages.iter().flat_map(|package| &package.files).collect();
    let mut parsed = crate::parallel::map(files, |file| Parsed::of(sources, file)).into_iter();
    for package in packages {
        let index = SolutionIx(workspace.solutions.len());
        workspace.solutions_by_file.extend(package.files.iter().map(|file| (file.file, index)));
        let mut parts = Parts::default();
        let mut contents = Vec::new();
        for (file, parsed) in package.files.iter().zip(parsed.by_ref()) {
            match parsed {
                Parsed::Flow(content) => contents.push((file, content)),
                other => workspace.faults.extend(parts.take(file.role, other)),
            }
        }
        parts.join(sources, &package);
        let joined = Joined { records: &parts.records, solution: index, kind: package.kind };
        let (flows, faults) = joined.flows(sources, contents);
        workspace.flows.extend(flows);
        workspace.faults.extend(faults);
        parts.ship(&mut workspace.shipped, &package);
        workspace.solutions.push(parts.into_solution(package));
    }
    workspace.flows.sort_by(|a, b| (a.solution, &a.name, &a.id).cmp(&(b.solution, &b.name, &b.id)));
    workspace.index_flows();
    workspace
}

/// What a file holds.
enum Parsed {
    Manifest(Manifest),
    Customizations(Vec<ConnectionReference>, Vec<Record>, Vec<Table>),
    Tables(Vec<Table>),
    Connector(Option<CustomConnector>),
    Record(Vec<Record>),
    Variable(Option<EnvironmentVariable>),
    /// Where the value of a variable stands.
    Value(Option<Place>),
    Flow(FlowText),
    /// It could not be read; no fault where loading has one already.
    Unread(Option<Fault>),
}

/// A flow file that was read, or why it was not.
type FlowText = Result<FlowFile, Option<Fault>>;

impl Parsed {
    fn of(sources: &Sources, file: &PackageFile) -> Parsed {
        let parsed = match file.role {
            Role::Flow | Role::LegacyFlow | Role::LooseFlow => {
                let document = read_json(sources, file);
                Ok(Parsed::Flow(document.map(|document| FlowFile::read(document, file.file))))
            }
            Role::VariableValue => read_value(sources, file).map(Parsed::Value),
            Role::Manifest => {
                read_xml(sources, file).map(|xml| Parsed::Manifest(manifest::read(&xml, file.file)))
            }
            Role::Customizations => read_xml(sources, file).map(|xml| {
                let references = records::connection_references(&xml, file.file);
                let tables = table::read(&xml);
                Parsed::Customizations(references, records::workflows(&xml, file.file), tables)
            }),
            Role::Table => read_xml(sources, file).map(|xml| Parsed::Tables(table::read(&xml))),
            Role::Connector => read_json(sources, file).map(|document| {
                let name = file.path.rsplit('/').next().unwrap_or_default();
                let name = name.len().checked_sub(CONNECTOR.len()).and_then(|end| name.get(..end));
                Parsed::Connector(connector::read(document.root(), name.unwrap_or_default()))
            }),
            Role::Record => {
                read_xml(sources, file).map(|xml| Parsed::Record(records::workflows(&xml, file.file)))
            }
            Role::VariableDefinition => {
                read_xml(sources, file).map(|xml| Parsed::Variable(variable::read(&xml, file.file)))
            }
        };
        parsed.unwrap_or_else(Parsed::Unread)
    }
}

/// Everything of a package except its flow files.
#[derive(Default)]
struct Parts {
    manifest: Option<Manifest>,
    references: Option<BTreeMap<LogicalName, ConnectionReference>>,
    variables: BTreeMap<SchemaName, EnvironmentVariable>,
    /// Where the values of variables stand.
    values: Vec<Place>,
    records: BTreeMap<FlowId, Record>,
    tables: Vec<Table>,
    connectors: Vec<CustomConnector>,
    /// Whether a file that may hold records could not be read.
    has_unread_records: bool,
    has_unread_variables: bool,
}

impl Parts {
    /// Takes what a file holds, or gives back why it could not be read.
    fn take(&mut self, role: Role, parsed: Parsed) -> Option<Fault> {
        match parsed {
            Parsed::Manifest(manifest) => match &mut self.manifest {
                Some(first) => first.add_missing(manifest),
                none => *none = Some(manifest),
            },
            Parsed::Customizations(references, records, tables) => {
                self.tables.extend(tables);
                let declared = self.references.get_or_insert_default();
                declared.extend(references.into_iter().map(|one| (one.logical_name.clone(), one)));
                self.take_records(records);
            }
            Parsed::Record(records) => self.take_records(records),
            Parsed::Variable(variable) => {
                self.variables.extend(variable.map(|one| (one.schema_name.clone(), one)));
            }
            Parsed::Value(value) => self.values.extend(value),
            Parsed::Tables(tables) => self.tables.extend(tables),
            Parsed::Connector(connector) => self.connectors.extend(connector),
            Parsed::Flow(_) => {}
            Parsed::Unread(fault) => {
                self.has_unread_records |= matches!(role, Role::Customizations | Role::Record);
                self.has_unread_variables |= role == Role::VariableDefinition;
                return fault;
            }
        }
        None
    }

    fn take_records(&mut self, records: Vec<Record>) {
        for record in records {
            self.records.entry(record.id.clone()).or_insert(record);
        }
    }

    /// Hands over what flows of any package may name.
    fn ship(&mut self, shipped: &mut Shipped, package: &Package) {
        let (tables, connectors) = (std::mem::take(&mut self.tables), std::mem::take(&mut self.connectors));
        shipped.add(tables, connectors, self.manifest.as_ref());
        shipped.actions.extend(package.custom_apis.iter().cloned());
        shipped.actions.extend(self.records.values().filter_map(|record| record.action.clone()));
    }

    /// Joins what several files say.
    fn join(&mut self, sources: &Sources, package: &Package) {
        // A file that could not be read makes the declared references unknown, even if another one was.
        if self.has_unread_records
            && !package.files.iter().any(|file| file.role == Role::Customizations && file.readable)
        {
            self.references = None;
        }
        self.join_values(sources);
    }

    /// A value lies in the folder of its definition, which is named for the variable.
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
        let has_apps = self.manifest.iter().flat_map(|one| &one.components).any(|one| one.kind == CANVAS_APP);
        let has_other_users =
            has_apps || package.has_agents || self.records.values().any(Record::is_other_flow);
        let has_records = !self.records.is_empty() && !self.has_unread_records;
        Solution {
            path: package.path,
            kind: package.kind,
            manifest: self.manifest,
            references: self.references,
            variables: self.variables,
            has_records,
            has_unread_variables: self.has_unread_variables,
            has_other_users,
        }
    }
}

fn read_xml<'s>(sources: &'s Sources, file: &PackageFile) -> Result<roxmltree::Document<'s>, Option<Fault>> {
    if !file.readable {
        return Err(None);
    }
    let text = sources.get(file.file);
    xml::parse(text.text()).map_err(|error| {
        let line = text.line_span(error.line.saturating_sub(1).min(text.line_starts().len() - 1));
        let in_line = &text.text()[line.start..line.end];
        let column = in_line.char_indices().nth(error.column.saturating_sub(1));
        let start = line.start + column.map_or(in_line.len(), |(at, _)| at);
        let message = format!("is not valid XML: {}", error.message);
        Some(syntax_fault(text, file.file, start, message))
    })
}

fn syntax_fault(text: &Text, file: FileId, start: usize, message: String) -> Fault {
    Fault {
        place: Place::span(file, text.character(start)),
        message,
        help: None,
        hides_flows: false,
        kind: FaultKind::File,
    }
}

fn read_json(sources: &Sources, file: &PackageFile) -> Result<Document, Option<Fault>> {
    if !file.readable {
        return Err(None);
    }
    let text = sources.get(file.file);
    json::parse(text.shared()).map_err(|error| {
        let message = format!("is not valid JSON: {}", error.message);
        Some(syntax_fault(text, file.file, error.offset, message))
    })
}

fn read_value(sources: &Sources, file: &PackageFile) -> Result<Option<Place>, Option<Fault>> {
    let document = read_json(sources, file)?;
    Ok(variable::current_value(document.root(), file.file))
}

/// The flows of a package: records and files joined by GUID, and records that have no file.
struct Joined<'a> {
    records: &'a BTreeMap<FlowId, Record>,
    solution: SolutionIx,
    kind: PackageKind,
}

impl Joined<'_> {
    /// The flows, and the faults of the files that should hold one.
    fn flows(&self, sources: &Sources, files: Vec<(&PackageFile, FlowText)>) -> (Vec<Flow>, Vec<Fault>) {
        let (mut flows, mut faults) = (Vec::new(), Vec::new());
        let mut with_file = BTreeSet::new();
        for (file, text) in files {
            let record = FlowId::in_file_name(&file.path).and_then(|id| self.records.get(&id));
            if let Some(record) = record {
                with_file.insert(&record.id);
                if !record.is_cloud_flow() {
                    continue;
                }
            }
            let (content, names) = match text {
                Ok(FlowFile { content, names, no_flow }) => {
                    // Without a record, a file that holds no flow may be anything.
                    faults.extend(no_flow.filter(|_| record.is_some()));
                    (content, names)
                }
                Err(fault) => {
                    // Without a record nobody knows which flow is in the file.
                    faults.extend(fault.map(|fault| Fault { hides_flows: record.is_none(), ..fault }));
                    (None, EmbeddedNames::default())
                }
            };
            if let Some(content) = &content {
                // Places in the file are looked for in what was just read.
                let document = Arc::clone(content.definition.document());
                sources.get(file.file).document(|_| Some(document));
            }
            flows.extend(self.flow(record, Some(file), content, names));
        }
        let is_lonely = |record: &&Record| record.is_cloud_flow() && !with_file.contains(&record.id);
        let lonely = self.records.values().filter(is_lonely);
        flows.extend(
            lonely.filter_map(|record| self.flow(Some(record), None, None, EmbeddedNames::default())),
        );
        (flows, faults)
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
        // A file in `Workflows` that is neither recorded nor readable may be anything: it is a fault, not a flow.
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
                name: record.place.clone(),
                state: record.state_place.clone(),
                json_file: record.json_file.clone(),
            }),
            file: file.map(|file| file.file),
            content,
        })
    }
}

/// `Name-GUID.json` without the GUID.
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
    fn a_file_names_its_flow() {
        assert_eq!(name_in_path("Workflows/My-Flow-AAAAAAAA-0000-0000-0000-000000000001.json"), "My-Flow");
        assert_eq!(
            name_in_path("AAAAAAAA-0000-0000-0000-000000000001.json"),
            "AAAAAAAA-0000-0000-0000-000000000001"
        );
        assert_eq!(name_in_path("flow.json"), "flow");
    }
}
