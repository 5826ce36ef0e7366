//! Canvas apps: the flows that they run. Nothing else of them is read.

use std::collections::BTreeSet;

use super::ids::FlowId;
use crate::parse::{json, xml};
use crate::source::{FileId, Json, Place, Span};

/// A canvas app in a solution.
#[derive(Debug, Clone)]
pub struct CanvasApp {
    /// The name that makers see, or else the schema name.
    pub name: String,
    /// The flows that it runs, without duplicates.
    pub flows: Vec<AppFlow>,
    /// `AppVersion`, which changes whenever the app is published.
    pub version: Option<String>,
}

/// A flow that an app runs.
#[derive(Debug, Clone)]
pub struct AppFlow {
    /// The flow.
    pub id: FlowId,
    /// The name of the flow in the app, if the app states it.
    pub name: Option<String>,
    /// The place of the flow's id in the app.
    pub place: Place,
}

/// The apps in a `customizations.xml`, or the app of a `*.meta.xml`.
pub(crate) fn read(document: &xml::Document<'_>, file: FileId) -> Vec<CanvasApp> {
    let root = document.root_element();
    if root.is("CanvasApp") {
        return vec![app(root, file)];
    }
    let list = xml::child(root, "CanvasApps").into_iter();
    list.flat_map(|list| xml::children(list, "CanvasApp")).map(|node| app(node, file)).collect()
}

fn app(node: xml::Node<'_>, file: FileId) -> CanvasApp {
    let name = xml::child_text(node, "DisplayName").or_else(|| xml::child_text(node, "Name"));
    let mut flows = needed(node, "ConnectionReferences", file, of_references);
    flows.extend(needed(node, "CdsDependencies", file, of_dependencies));
    let mut seen = BTreeSet::new();
    flows.retain(|flow| seen.insert(flow.id.clone()));
    let version = xml::child_text(node, "AppVersion").map(ToOwned::to_owned);
    CanvasApp { name: name.unwrap_or_default().to_owned(), flows, version }
}

/// A flow and its name in the app.
type Needed = (FlowId, Option<String>);

/// The flows in the JSON text of a child element. Empty if the text is not valid JSON.
fn needed(node: xml::Node<'_>, child: &str, file: FileId, read: fn(Json<'_>) -> Vec<Needed>) -> Vec<AppFlow> {
    let text = xml::child_text(node, child).filter(|text| text.len() > "{}".len());
    let (Some(text), Some(element)) = (text, xml::child(node, child)) else { return Vec::new() };
    let Ok(document) = json::parse(text.into()) else { return Vec::new() };
    let span = element.text_span();
    let source = &node.document_text()[span.start..span.end];
    let place = |id: &FlowId| {
        // Ids are written without escapes, in any case.
        let at = source.to_ascii_lowercase().find(id.as_str()).map(|at| span.start + at);
        Place::span(file, at.map_or(span, |at| Span::new(at, at + id.as_str().len())))
    };
    let needed = read(document.root()).into_iter();
    needed.map(|(id, name)| AppFlow { place: place(&id), id, name }).collect()
}

/// `{"<id>": {"dataSources": ["Send"], "parameterHints": {"workflowEntityId": {"value": "<flow>"}}}}`
fn of_references(root: Json<'_>) -> Vec<Needed> {
    let text = |json: Json<'_>, keys: &[&str]| json.at(keys).and_then(Json::as_str).map(ToOwned::to_owned);
    let references = root.as_object().into_iter().flat_map(|object| object.iter().collect::<Vec<_>>());
    references
        .filter_map(|(_, one)| {
            let id = FlowId::parse(&text(one, &["parameterHints", "workflowEntityId", "value"])?)?;
            let source = one.get("dataSources").and_then(Json::as_array).and_then(|list| list.get(0));
            let source = || source.and_then(Json::as_str).map(ToOwned::to_owned);
            Some((id, text(one, &["parameterHints", "workflowDisplayName", "value"]).or_else(source)))
        })
        .collect()
}

/// `{"cdsdependencies": [{"logicalname": "<flow>", "componenttype": 29}]}`
fn of_dependencies(root: Json<'_>) -> Vec<Needed> {
    const WORKFLOW: i64 = 29;
    let list = root.get("cdsdependencies").and_then(Json::as_array);
    list.into_iter()
        .flat_map(|list| list.iter().collect::<Vec<_>>())
        .filter(|one| one.get("componenttype").and_then(Json::as_i64) == Some(WORKFLOW))
        .filter_map(|one| Some((FlowId::parse(one.get("logicalname")?.as_str()?)?, None)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Text};

    #[test]
    fn flows_are_read_from_the_json_in_the_xml() {
        let id = |number: u8| format!("{number:08x}-0000-4000-8000-00000000000a");
        let (one, other) = (id(1), id(2));
        let app = format!(
            r#"<CanvasApp><Name>hlb_pick</Name><ConnectionReferences>{{&quot;a&quot;:{{"dataSources":["Send"],
            "parameterHints":{{"workflowEntityId":{{"value":"{}"}}}}}},"b":{{}}}}</ConnectionReferences>
            <CdsDependencies>{{"cdsdependencies":[{{"logicalname":"{one}","componenttype":29}},
            {{"logicalname":"{other}","componenttype":29}},{{"logicalname":"account","componenttype":1}}]}}
            </CdsDependencies></CanvasApp>"#,
            one.to_uppercase()
        );
        let file = Sources::default().add(Text::new("x", ""));
        for text in
            [app.clone(), format!("<ImportExportXml><CanvasApps>{app}</CanvasApps></ImportExportXml>")]
        {
            let apps = read(&xml::parse(&text).expect("xml"), file);
            assert_eq!(apps.len(), 1);
            let flows: Vec<_> =
                apps[0].flows.iter().map(|flow| (flow.id.as_str(), flow.name.as_deref())).collect();
            assert_eq!(
                (apps[0].name.as_str(), flows),
                ("hlb_pick", vec![(one.as_str(), Some("Send")), (other.as_str(), None)])
            );
            assert_eq!(
                apps[0].flows[0].place,
                Place::span(file, {
                    let at = text.find(&one.to_uppercase()).expect("there");
                    Span::new(at, at + one.len())
                })
            );
        }
    }
}
