//! `customizations.xml` and `*.data.xml`: workflow records and connection references.

use roxmltree::{Document, Node};

use super::ids::{ConnectorName, FlowId, LogicalName};
use crate::parse::xml;
use crate::source::{FileId, Place};

/// Whether a flow is turned on, as the package records it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// `StateCode` 1: turned on.
    On,
    /// `StateCode` 0: a draft.
    Off,
    /// `StateCode` 2: suspended, by a data policy.
    Suspended,
    /// No record says.
    Unknown,
}

impl State {
    /// `on`, `off`, `suspended` or `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            State::On => "on",
            State::Off => "off",
            State::Suspended => "suspended",
            State::Unknown => "unknown",
        }
    }
}

/// One `<Workflow>` element.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: FlowId,
    pub(crate) name: String,
    /// 5 = cloud flow ("modern flow"); 6 = desktop flow, 0 = classic workflow, ...
    pub(crate) category: Option<u32>,
    pub(crate) state: State,
    pub(crate) json_file: Option<String>,
    /// The name of a custom action, without the prefix of its publisher.
    pub(crate) action: Option<String>,
    /// The name of the flow in the record.
    pub(crate) place: Place,
    /// The recorded state.
    pub(crate) state_place: Place,
}

/// The category of cloud flows in the `workflow` table.
const CLOUD_FLOW: u32 = 5;
/// The category of custom actions.
const CUSTOM_ACTION: u32 = 3;

impl Record {
    /// Whether it is a desktop flow or another thing with a JSON file that may use connection references.
    pub(crate) fn is_other_flow(&self) -> bool {
        !self.is_cloud_flow() && self.json_file.is_some()
    }

    pub(crate) fn is_cloud_flow(&self) -> bool {
        self.category == Some(CLOUD_FLOW)
    }
}

/// A connection reference that a solution declares.
#[derive(Debug, Clone)]
pub struct ConnectionReference {
    /// The name that flows refer to.
    pub logical_name: LogicalName,
    /// The name that makers see.
    pub display_name: String,
    /// The connector, where it is stated.
    pub connector: Option<ConnectorName>,
    /// The id of the custom connector, where it is one.
    pub custom_connector: Option<String>,
    /// Where the connector's id stands.
    pub connector_place: Place,
    /// Where the logical name stands.
    pub place: Place,
}

/// Every workflow record in a document, whose root may be the `<Workflow>` itself.
pub(crate) fn workflows(document: &Document<'_>, file: FileId) -> Vec<Record> {
    xml::descendants(document.root(), "Workflow").filter_map(|node| record(node, file)).collect()
}

fn record(node: Node<'_, '_>, file: FileId) -> Option<Record> {
    let id = node.attribute("WorkflowId").and_then(FlowId::parse)?;
    let state = match xml::child_text(node, "StateCode") {
        Some("0") => State::Off,
        Some("1") => State::On,
        Some("2") => State::Suspended,
        _ => State::Unknown,
    };
    let state_span = xml::child(node, "StateCode").map_or_else(|| xml::name_span(node), xml::text_span);
    let category = xml::child_text(node, "Category").and_then(|text| text.parse().ok());
    let action = xml::child_text(node, "UniqueName").filter(|_| category == Some(CUSTOM_ACTION));
    Some(Record {
        id,
        name: node.attribute("Name").unwrap_or_default().to_owned(),
        category,
        action: action.map(str::to_lowercase),
        state,
        json_file: xml::child_text(node, "JsonFileName").map(ToOwned::to_owned),
        place: Place::span(file, xml::attribute_span(node, "Name")),
        state_place: Place::span(file, state_span),
    })
}

/// Every connection reference that a document declares.
pub(crate) fn connection_references(document: &Document<'_>, file: FileId) -> Vec<ConnectionReference> {
    let lists = xml::descendants(document.root(), "connectionreferences");
    lists
        .flat_map(|list| xml::children(list, "connectionreference"))
        .filter_map(|node| reference(node, file))
        .collect()
}

fn reference(node: Node<'_, '_>, file: FileId) -> Option<ConnectionReference> {
    const NAME: &str = "connectionreferencelogicalname";
    let logical_name = node.attribute(NAME).map(str::trim).filter(|name| !name.is_empty())?;
    let connector = xml::child(node, "connectorid");
    Some(ConnectionReference {
        logical_name: LogicalName::new(logical_name),
        display_name: xml::child_text(node, "connectionreferencedisplayname").unwrap_or_default().to_owned(),
        connector: xml::child_text(node, "connectorid").and_then(ConnectorName::in_id),
        custom_connector: xml::child(node, "customconnectorid")
            .map(|custom| xml::child_text(custom, "connectorid").unwrap_or_default().to_owned()),
        connector_place: Place::span(file, connector.map_or_else(|| xml::name_span(node), xml::text_span)),
        place: Place::span(file, xml::attribute_span(node, NAME)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Text};

    #[test]
    fn a_record_may_be_the_root_or_deep() {
        let workflow = r#"<Workflow WorkflowId="{AAAAAAAA-0000-0000-0000-000000000001}" Name="ä">
            <Category>5</Category><StateCode>0</StateCode></Workflow>"#;
        let inside =
            format!("<ImportExportXml><Workflows>{workflow}<Workflow/></Workflows></ImportExportXml>");
        let mut sources = Sources::default();
        for text in [workflow.to_owned(), inside] {
            let file = sources.add(Text::new("x", text.clone()));
            let records = workflows(&xml::parse(&text).expect("xml"), file);
            assert_eq!(records.len(), 1, "an element without an id is no record");
            assert_eq!((records[0].name.as_str(), records[0].state), ("ä", State::Off));
            assert!(records[0].is_cloud_flow());
        }
    }
}
