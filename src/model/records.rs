//! `customizations.xml` and `*.data.xml`: workflow records and connection references.

use super::ids::{ConnectorName, FlowId, LogicalName};
use crate::parse::Element;
use crate::source::{FileId, Place};

/// Whether a flow is turned on, according to the package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// `StateCode` 1: turned on.
    On,
    /// `StateCode` 0: a draft.
    Off,
    /// `StateCode` 2: suspended by a data policy.
    Suspended,
    /// The package does not state it.
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

/// A `<Workflow>` element.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: FlowId,
    pub(crate) name: String,
    /// 5 = cloud flow ("modern flow"), 6 = desktop flow, 0 = classic workflow, …
    pub(crate) category: Option<u32>,
    pub(crate) state: State,
    pub(crate) json_file: Option<JsonFileName>,
    /// The name of a custom action, without the prefix of its publisher.
    pub(crate) action: Option<String>,
    /// The id, as written.
    pub(crate) id_place: Place,
    /// The place of the flow's name.
    pub(crate) place: Place,
    /// The place of the state.
    pub(crate) state_place: Place,
    /// The places of `StateCode` and `StatusCode`, if the record says with both that the flow is off.
    pub(crate) off: Option<[Place; 2]>,
}

/// `<JsonFileName>`: the file that a record belongs to.
#[derive(Debug, Clone)]
pub struct JsonFileName {
    /// The path, as written: `/Workflows/Name-GUID.json`.
    pub path: String,
    /// Its place.
    pub place: Place,
}

/// The category of cloud flows in the table `workflow`.
const CLOUD_FLOW: u32 = 5;
/// The category of custom actions.
const CUSTOM_ACTION: u32 = 3;

/// The category of desktop flows.
const DESKTOP_FLOW: u32 = 6;

impl Record {
    /// Whether it is a desktop flow or another component with a JSON file that may use connection references.
    pub(crate) fn is_other_flow(&self) -> bool {
        !self.is_cloud_flow() && self.json_file.is_some()
    }

    pub(crate) fn is_desktop_flow(&self) -> bool {
        self.category == Some(DESKTOP_FLOW)
    }

    pub(crate) fn is_cloud_flow(&self) -> bool {
        self.category == Some(CLOUD_FLOW)
    }
}

/// A record with the id of another flow.
#[derive(Debug)]
pub struct DoubledRecord {
    /// The id.
    pub id: FlowId,
    /// The name of the flow.
    pub name: String,
    /// The path of its file, as written.
    pub json_file: Option<String>,
    /// The place of the id.
    pub place: Place,
    /// The place of the id in the record of the other flow.
    pub other: Place,
}

impl DoubledRecord {
    /// The second record of an id, if it is that of another cloud flow. Packages may contain a record twice.
    pub(crate) fn of(first: &Record, second: Record) -> Option<Self> {
        let path = |record: &Record| record.json_file.as_ref().map(|file| file.path.to_lowercase());
        let is_other = first.name != second.name && path(first) != path(&second);
        (is_other && first.is_cloud_flow() && second.is_cloud_flow()).then(|| DoubledRecord {
            id: second.id,
            name: second.name,
            json_file: second.json_file.map(|file| file.path),
            place: second.id_place,
            other: first.id_place.clone(),
        })
    }
}

/// A connection reference that a solution declares.
#[derive(Debug, Clone)]
pub struct ConnectionReference {
    /// The name by which flows refer to it.
    pub logical_name: LogicalName,
    /// The name that makers see.
    pub display_name: String,
    /// The connector, if stated.
    pub connector: Option<ConnectorName>,
    /// The id of the custom connector, if it has one.
    pub custom_connector: Option<String>,
    /// The place of the connector's id.
    pub connector_place: Place,
    /// The place of the logical name.
    pub place: Place,
}

/// Every workflow record in a document. The root may itself be a `<Workflow>`.
pub(crate) fn workflows(root: Element<'_>, file: FileId) -> Vec<Record> {
    root.descendants("Workflow").into_iter().filter_map(|element| record(element, file)).collect()
}

fn record(element: Element<'_>, file: FileId) -> Option<Record> {
    let id = FlowId::of_record(element.attribute("WorkflowId")?)?;
    let state = match element.child_text("StateCode") {
        Some("0") => State::Off,
        Some("1") => State::On,
        Some("2") => State::Suspended,
        _ => State::Unknown,
    };
    let state_span = element.child("StateCode").map_or_else(|| element.name_span(), Element::text_span);
    let category = element.child_text("Category").and_then(|text| text.parse().ok());
    let action = element.child_text("UniqueName").filter(|_| category == Some(CUSTOM_ACTION));
    let code = |name| element.child(name).map(|code| Place::span(file, code.text_span()));
    let off = (state == State::Off && element.child_text("StatusCode") == Some("1"))
        .then(|| Some([code("StateCode")?, code("StatusCode")?]))
        .flatten();
    Some(Record {
        id,
        name: element.attribute("Name").unwrap_or_default().to_owned(),
        category,
        action: action.map(str::to_lowercase),
        state,
        json_file: json_file(element, file),
        id_place: Place::span(file, element.attribute_span("WorkflowId")),
        place: Place::span(file, element.attribute_span("Name")),
        state_place: Place::span(file, state_span),
        off,
    })
}

fn json_file(element: Element<'_>, file: FileId) -> Option<JsonFileName> {
    let path = element.child_text("JsonFileName")?.to_owned();
    let span = element.child("JsonFileName").map_or_else(|| element.name_span(), Element::text_span);
    Some(JsonFileName { path, place: Place::span(file, span) })
}

/// Every connection reference that a document declares: in lists, or by itself at the root of a YAML file.
pub(crate) fn connection_references(root: Element<'_>, file: FileId) -> Vec<ConnectionReference> {
    const NAME: &str = "connectionreference";
    let lists = root.descendants("connectionreferences").into_iter();
    let elements = lists.flat_map(|list| list.children(NAME)).chain(root.children(NAME));
    elements.filter_map(|element| reference(element, file)).collect()
}

fn reference(element: Element<'_>, file: FileId) -> Option<ConnectionReference> {
    const NAME: &str = "connectionreferencelogicalname";
    let logical_name = element.attribute(NAME).map(str::trim).filter(|name| !name.is_empty())?;
    let connector = element.child("connectorid");
    Some(ConnectionReference {
        logical_name: LogicalName::new(logical_name),
        display_name: element.child_text("connectionreferencedisplayname").unwrap_or_default().to_owned(),
        connector: element.child_text("connectorid").and_then(ConnectorName::in_id),
        custom_connector: element
            .child("customconnectorid")
            .map(|custom| custom.child_text("connectorid").unwrap_or_default().to_owned()),
        connector_place: Place::span(file, connector.map_or_else(|| element.name_span(), Element::text_span)),
        place: Place::span(file, element.attribute_span(NAME)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Text};

    #[test]
    fn an_id_that_is_not_a_guid_is_kept() {
        let text = r#"<Workflow WorkflowId="{Daily-1}" Name="a"/>"#;
        let file = Sources::default().add(Text::new("x", text));
        let document = crate::parse::xml::parse(text).expect("xml");
        let records = workflows(Element::of_xml(&document), file);
        assert_eq!((records[0].id.as_str(), records[0].id.is_guid()), ("daily-1", false));
    }

    #[test]
    fn a_record_may_be_the_root_or_nested() {
        let workflow = r#"<Workflow WorkflowId="{AAAAAAAA-0000-0000-0000-000000000001}" Name="ä">
            <Category>5</Category><StateCode>0</StateCode></Workflow>"#;
        let inside =
            format!("<ImportExportXml><Workflows>{workflow}<Workflow/></Workflows></ImportExportXml>");
        let mut sources = Sources::default();
        for text in [workflow.to_owned(), inside] {
            let file = sources.add(Text::new("x", text.clone()));
            let document = crate::parse::xml::parse(&text).expect("xml");
            let records = workflows(Element::of_xml(&document), file);
            assert_eq!(records.len(), 1, "an element without an id is no record");
            assert_eq!((records[0].name.as_str(), records[0].state), ("ä", State::Off));
            assert!(records[0].is_cloud_flow());
        }
    }
}
