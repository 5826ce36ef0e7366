//! A flow file on its own. Its record is joined to it later, when all files have been read.

use std::sync::{Arc, OnceLock};

use super::connection::{self, Connection};
use super::definition::Definition;
use super::ids::FlowId;
use super::{FlowContent, variable};
use crate::load::{Fault, FaultKind};
use crate::source::{Document, FileId, Json, NodeId, Part, Place, Route, Target, Text, Value};

/// The content of a JSON file that may be a flow.
pub(super) struct FlowFile {
    pub(super) names: EmbeddedNames,
    /// `None` without a definition: desktop flows and macros are JSON files too.
    pub(super) content: Option<FlowContent>,
    /// Why the file does not contain a flow, if so.
    pub(super) not_a_flow: Option<Fault>,
    /// Whether it is the file of a desktop flow.
    pub(super) is_desktop: bool,
}

/// The flow's id and name, if the file states them. Only legacy packages and loose files do.
#[derive(Default)]
pub(super) struct EmbeddedNames {
    pub(super) id: Option<FlowId>,
    pub(super) display: Option<String>,
}

impl FlowFile {
    pub(super) fn read(document: Document, file: FileId) -> FlowFile {
        let root = document.root();
        let not_a_flow = not_a_flow(root, file);
        // Cloud flows have neither of these keys.
        let is_desktop = root.get("targets").is_some() && root.get("clientversion").is_some();
        let Some(properties) = root.get("properties").and_then(Json::as_object) else {
            return FlowFile { names: EmbeddedNames::default(), content: None, not_a_flow, is_desktop };
        };
        let names = EmbeddedNames {
            id: root.get("name").and_then(Json::as_str).and_then(FlowId::parse),
            display: Some(properties.text("displayName").to_owned()).filter(|name| !name.is_empty()),
        };
        let connections = properties.get("connectionReferences").and_then(Json::as_object);
        let connections = connections.map(Connection::all).unwrap_or_default();
        let definition = properties.get("definition").filter(|definition| definition.as_object().is_some());
        let definition = definition.map(Json::id);
        let content = definition.map(|definition| content(document, definition, connections));
        FlowFile { names, content, not_a_flow, is_desktop }
    }

    /// Releases the document, if its text can be read again.
    pub(super) fn release(&mut self, text: &Text) {
        if let (Some(stored), Some(content)) = (text.stored(), &mut self.content) {
            content.definition.store(Arc::clone(stored));
        }
    }
}

/// Reads the definition and what it uses.
fn content(document: Document, definition: NodeId, connections: Vec<Connection>) -> FlowContent {
    let definition = Definition::read(document, definition);
    let (connection_uses, has_computed_connections) = connection::uses(&definition);
    FlowContent {
        connection_uses,
        has_computed_connections,
        calls: definition.calls(),
        requested_rows: definition.requested_rows(),
        variable_uses: variable::uses(&definition),
        connections,
        by_lower_case: OnceLock::new(),
        definition,
    }
}

/// The first part of a flow that the file lacks, as a fault.
fn not_a_flow(root: Json<'_>, file: FileId) -> Option<Fault> {
    let mut at = root;
    let mut keys = Vec::new();
    let fault = |wrong: Option<Json<'_>>, keys: &[&str]| Fault {
        place: match wrong {
            Some(_) => Place { file, target: Target::Json(Route::of(keys.iter().copied()), Part::Value) },
            None => Place::file(file),
        },
        message: format!("is not a flow: there is no object at `{}`", keys.join(".")),
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
