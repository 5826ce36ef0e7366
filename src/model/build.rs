//! From loaded packages to the workspace: reads records and manifests, parses flow files (in parallel), and joins the
//! two by GUID alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::connection::{self, Connection};
use super::definition::Definition;
use super::ids::{FlowId, file_stem};
use super::manifest::{self, Manifest};
use super::records::{self, ConnectionReference, Record, State};
use super::variable::{self, EnvironmentVariable};
use super::{
    Flow, FlowContent, LogicalName, PackageKind, RecordPlaces, SchemaName, Solution, SolutionIx, Workspace,
};
use crate::load::{Fault, FaultKind, Package, PackageFile, Role};
use crate::parse::{json, xml};
use crate::source::{Document, FileId, Json, NodeId, Part, Place, Route, Sources, Span, Target, Value};

/// Builds the workspace. Takes the faults of loading and adds those of parsing.
pub(crate) fn build(sources: &Sources, mut packages: Vec<Package>, faults: Vec<Fault>) -> Workspace {
    packages.sort_by(|a, b| a.path.cmp(&b.path));
    let mut workspace = Workspace { faults, ..Workspace::default() };
    let mut jobs = Vec::new();
    for package in packages {
        let index = SolutionIx(workspace.solutions.len());
        let (parts, faults) = Parts::read(sources, &package);
        workspace.faults.extend(faults);
        jobs.extend(flow_jobs(&package, &parts, index));
        workspace.solutions.push(parts.into_solution(package));
    }
    for (flow, fault) in crate::parallel::map(jobs, |job| job.run(sources)) {
        workspace.flows.extend(flow);
        workspace.faults.extend(fault);
    }
    workspace.flows.sort_by(|a, b| (a.solution, &a.name, &a.id).cmp(&(b.solution, &b.name, &b.id)));
    workspace.index_flows();
    workspace
}

/// Everything of a package except its flow files.
#[derive(Default)]
struct Parts {
    manifest: Option<Manifest>,
    references: Option<BTreeMap<LogicalName, ConnectionReference>>,
    variables: BTreeMap<SchemaName, EnvironmentVariable>,
    records: BTreeMap<FlowId, Record>,
    /// Whether a file that may hold records could not be read.
    has_unread_records: bool,
    has_unread_variables: bool,
}

impl Parts {
    fn read(sources: &Sources, package: &Package) -> (Parts, Vec<Fault>) {
        let mut parts = Parts::default();
        let mut faults = Vec::new();
        let mut values = Vec::new();
        for file in &package.files {
            let document = match file.role {
                Role::Flow | Role::LegacyFlow | Role::LooseFlow => continue,
                Role::VariableValue => {
                    values.extend(read_value(sources, file, &mut faults));
                    continue;
                }
                Role::Manifest | Role::Customizations | Role::Record | Role::VariableDefinition => {
                    read_xml(sources, file, &mut faults)
                }
            };
            match document {
                Some(document) => parts.take(&document, file),
                None => {
                    parts.has_unread_records |= matches!(file.role, Role::Customizations | Role::Record);
                    parts.has_unread_variables |= file.role == Role::VariableDefinition;
                }
            }
        }
        // A file that could not be read makes the declared references unknown, even if another one was.
        if parts.has_unread_records
            && !package.files.iter().any(|file| file.role == Role::Customizations && file.readable)
        {
            parts.references = None;
        }
        parts.join_values(sources, values);
        (parts, faults)
    }

    fn take(&mut self, document: &roxmltree::Document<'_>, file: &PackageFile) {
        match file.role {
            Role::Manifest => {
                let manifest = manifest::read(document, file.file);
                match &mut self.manifest {
                    Some(first) => first.missing.extend(manifest.missing),
                    none => *none = Some(manifest),
                }
            }
            Role::Customizations => {
                let references = records::connection_references(document, file.file);
                let declared = self.references.get_or_insert_default();
                declared.extend(references.into_iter().map(|one| (one.logical_name.clone(), one)));
                self.take_records(document, file.file);
            }
            Role::Record => self.take_records(document, file.file),
            Role::VariableDefinition => {
                let variable = variable::read(document, file.file);
                self.variables.extend(variable.map(|one| (one.schema_name.clone(), one)));
            }
            Role::Flow | Role::VariableValue | Role::LegacyFlow | Role::LooseFlow => {}
        }
    }

    fn take_records(&mut self, document: &roxmltree::Document<'_>, file: FileId) {
        for record in records::workflows(document, file) {
            self.records.entry(record.id.clone()).or_insert(record);
        }
    }

    /// A value lies in the folder of its definition, which is named for the variable.
    fn join_values(&mut self, sources: &Sources, values: Vec<(String, Place)>) {
        let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        let values: BTreeMap<Option<String>, Place> =
            values.into_iter().map(|(name, place)| (folder(&name), place)).collect();
        for variable in self.variables.values_mut() {
            variable.value = values.get(&folder(sources.get(variable.place.file).name())).cloned();
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

fn read_xml<'s>(
    sources: &'s Sources,
    file: &PackageFile,
    faults: &mut Vec<Fault>,
) -> Option<roxmltree::Document<'s>> {
    if !file.readable {
        return None;
    }
    let text = sources.get(file.file);
    match xml::parse(text.text()) {
        Ok(document) => Some(document),
        Err(error) => {
            let line = text.line_span(error.line.saturating_sub(1).min(text.line_starts().len() - 1));
            let in_line = &text.text()[line.start..line.end];
            let column = in_line.char_indices().nth(error.column.saturating_sub(1));
            let start = line.start + column.map_or(in_line.len(), |(at, _)| at);
            faults.push(syntax_fault(
                text.text(),
                file.file,
                start,
                format!("is not valid XML: {}", error.message),
            ));
            None
        }
    }
}

fn syntax_fault(text: &str, file: FileId, start: usize, message: String) -> Fault {
    let start = crate::source::floor_char_boundary(text, start);
    let end = text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
    Fault {
        place: Place::span(file, Span::new(start, end)),
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
        Some(syntax_fault(text.text(), file.file, error.offset, message))
    })
}

fn read_value(sources: &Sources, file: &PackageFile, faults: &mut Vec<Fault>) -> Option<(String, Place)> {
    match read_json(sources, file) {
        Ok(document) => {
            let name = sources.get(file.file).name().to_owned();
            variable::current_value(document.root(), file.file).map(|place| (name, place))
        }
        Err(fault) => {
            faults.extend(fault);
            None
        }
    }
}

/// One flow to read: a record, a file, or both.
struct FlowJob {
    solution: SolutionIx,
    kind: PackageKind,
    record: Option<Record>,
    file: Option<PackageFile>,
}

fn flow_jobs(package: &Package, parts: &Parts, solution: SolutionIx) -> Vec<FlowJob> {
    let mut jobs = Vec::new();
    let mut with_file = BTreeSet::new();
    for file in &package.files {
        if !matches!(file.role, Role::Flow | Role::LegacyFlow | Role::LooseFlow) {
            continue;
        }
        let record = FlowId::in_file_name(&file.path).and_then(|id| parts.records.get(&id));
        if let Some(record) = record {
            with_file.insert(record.id.clone());
            if !record.is_cloud_flow() {
                continue;
            }
        }
        let file = PackageFile { path: file.path.clone(), ..*file };
        jobs.push(FlowJob { solution, kind: package.kind, record: record.cloned(), file: Some(file) });
    }
    let lonely =
        parts.records.values().filter(|record| record.is_cloud_flow() && !with_file.contains(&record.id));
    jobs.extend(lonely.map(|record| FlowJob {
        solution,
        kind: package.kind,
        record: Some(record.clone()),
        file: None,
    }));
    jobs
}

impl FlowJob {
    fn run(self, sources: &Sources) -> (Option<Flow>, Option<Fault>) {
        let Some(file) = &self.file else { return (self.flow(None, None), None) };
        match read_json(sources, file) {
            Ok(document) => {
                // Without a record, a file that holds no flow may be anything.
                let fault = self.record.as_ref().and_then(|_| no_flow(document.root(), file.file));
                let flow = self.flow_of(document);
                if let Some(content) = flow.as_ref().and_then(|flow| flow.content.as_ref()) {
                    // Places in the file are looked for in what was just read.
                    let document = Arc::clone(content.definition.document());
                    sources.get(file.file).document(|_| Some(document));
                }
                (flow, fault)
            }
            Err(fault) => {
                // Without a record nobody knows which flow is in the file.
                let fault = fault.map(|fault| Fault { hides_flows: self.record.is_none(), ..fault });
                (self.flow(None, None), fault)
            }
        }
    }

    /// A JSON file without a record is a flow if it looks like one; desktop flows and macros do not.
    fn flow_of(&self, document: Document) -> Option<Flow> {
        let root = document.root();
        let Some(properties) = root.get("properties").and_then(Json::as_object) else {
            return self.record.as_ref().and_then(|_| self.flow(None, None));
        };
        let definition = properties.get("definition").filter(|definition| definition.as_object().is_some());
        if self.record.is_none() && definition.is_none() {
            return None;
        }
        let names = Names {
            id: root.get("name").and_then(Json::as_str).and_then(FlowId::parse),
            display: Some(properties.text("displayName").to_owned()).filter(|name| !name.is_empty()),
        };
        let connections = properties.get("connectionReferences").and_then(Json::as_object);
        let connections = connections.map(Connection::all).unwrap_or_default();
        let definition = definition.map(Json::id);
        self.flow(definition.map(|definition| content(document, definition, connections)), Some(names))
    }

    fn flow(&self, content: Option<FlowContent>, names: Option<Names>) -> Option<Flow> {
        let path = self.file.as_ref().map(|file| file.path.as_str()).unwrap_or_default();
        let names = names.unwrap_or_default();
        let id = match (&self.record, self.kind) {
            (Some(record), _) => Some(record.id.clone()),
            (None, PackageKind::Solution) => FlowId::in_file_name(path),
            (None, PackageKind::Legacy | PackageKind::Loose) => {
                names.id.or_else(|| FlowId::in_file_name(path))
            }
        };
        // A file in `Workflows` that is neither recorded nor readable may be anything: it is a fault, not a flow.
        if self.record.is_none() && content.is_none() {
            return None;
        }
        let recorded = self.record.as_ref().map(|record| record.name.clone()).filter(|name| !name.is_empty());
        Some(Flow {
            id: id.unwrap_or_else(|| FlowId::of_stem(path)),
            name: recorded.or(names.display).unwrap_or_else(|| name_in_path(path)),
            solution: self.solution,
            state: self.record.as_ref().map_or(State::Unknown, |record| record.state),
            record: self.record.as_ref().map(|record| RecordPlaces {
                name: record.place.clone(),
                state: record.state_place.clone(),
                json_file: record.json_file.clone(),
            }),
            file: self.file.as_ref().map(|file| file.file),
            content,
        })
    }
}

/// Why the file of a recorded cloud flow holds no flow, where it is JSON of another kind.
fn no_flow(root: Json<'_>, file: FileId) -> Option<Fault> {
    let mut at = root;
    let mut keys = Vec::new();
    let fault = |wrong: Option<Json<'_>>, keys: &[&str]| Fault {
        place: match wrong {
            Some(_) => Place { file, target: Target::Json(Route::of(keys.iter().copied()), Part::Value) },
            None => Place::file(file),
        },
        message: format!("holds no flow: no object stands at `{}`", keys.join(".")),
        help: None,
        hides_flows: false,
        kind: FaultKind::File,
    };
    for key in ["properties", "definition"] {
        keys.push(key);
        match at.get(key) {
            Some(value) if value.as_object().is_some() => at = value,
            other => return Some(fault(other, &keys)),
        }
    }
    ["triggers", "actions"].into_iter().find_map(|key| {
        let value = at.get(key)?;
        let is_wrong = value.as_object().is_none() && !matches!(value.value(), Value::Null);
        is_wrong.then(|| fault(Some(value), &["properties", "definition", key]))
    })
}

/// What a flow file says about itself; only legacy packages and loose files do.
#[derive(Default)]
struct Names {
    id: Option<FlowId>,
    display: Option<String>,
}

fn content(document: Document, definition: NodeId, connections: Vec<Connection>) -> FlowContent {
    let definition = Definition::read(document, definition);
    let (connection_uses, has_computed_connections) = connection::uses(&definition);
    FlowContent {
        connection_uses,
        has_computed_connections,
        variable_uses: variable::uses(&definition),
        connections,
        definition,
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
