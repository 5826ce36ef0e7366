//! Completes fixtures, which leave out what they do not break. `fixtures/README.md` describes the format.
//!
//! This depends neither on the test support nor on flowvet: `xtask` uses it as well, through `#[path]`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

/// The files of a package, by path.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// Folders whose parent is a solution.
const SOLUTION_FOLDERS: [&str; 4] = ["Workflows", "Other", "Connectors", "environmentvariabledefinitions"];

/// Folders that are versions of the same solution, or a fixture as a whole.
const VERSIONS: [&str; 3] = ["", "old", "new"];

/// Adds what a fixture leaves out: `Other/Solution.xml`, `Other/Customizations.xml`, the records of flows, and the
/// outer parts of flow files. An existing file stays unchanged; an empty one is removed. In a flow file, every line
/// keeps its number, and every line between the first and the last keeps its text.
pub(crate) fn complete(files: Files) -> Files {
    let mut files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
    let roots: BTreeSet<String> = files.keys().filter_map(|path| solution_root(path)).collect();
    for root in roots {
        complete_solution(&mut files, &root);
    }
    files.retain(|_, bytes| !bytes.is_empty());
    files.into_iter().collect()
}

/// The folder of the solution that a file belongs to: empty, or with a trailing `/`.
fn solution_root(path: &str) -> Option<String> {
    let mut root = String::new();
    let (folders, _) = path.rsplit_once('/')?;
    for folder in folders.split('/') {
        if SOLUTION_FOLDERS.contains(&folder) {
            return Some(root);
        }
        root.push_str(folder);
        root.push('/');
    }
    None
}

fn complete_solution(files: &mut BTreeMap<String, Vec<u8>>, root: &str) {
    let mut flows = Vec::new();
    let mut references = BTreeMap::new();
    for (path, bytes) in files.iter_mut() {
        let Some(file) = path.strip_prefix(root) else { continue };
        let Some(flow) = FlowFile::parse(file) else { continue };
        if let Ok(text) = std::str::from_utf8(bytes) {
            let text = complete_flow(text);
            references.extend(declared_references(&text));
            *bytes = text.into_bytes();
        }
        flows.push(flow);
    }
    for flow in &flows {
        add(files, format!("{root}{}.data.xml", flow.path), || record(flow));
    }
    add(files, format!("{root}Other/Customizations.xml"), || customizations(&references));
    let folder = root.trim_end_matches('/');
    let name = folder.rsplit('/').next().filter(|name| !VERSIONS.contains(name)).unwrap_or("Fixture");
    let version = if folder.ends_with("new") { "1.1.0.0" } else { "1.0.0.0" };
    add(files, format!("{root}Other/Solution.xml"), || manifest(name, version, &flows));
}

fn add(files: &mut BTreeMap<String, Vec<u8>>, path: String, text: impl FnOnce() -> String) {
    files.entry(path).or_insert_with(|| text().into_bytes());
}

/// The information in the path of a flow file: `Workflows/<name>-<GUID>.json`.
struct FlowFile {
    path: String,
    name: String,
    id: String,
}

impl FlowFile {
    fn parse(path: &str) -> Option<Self> {
        const GUID: usize = 36;
        let stem = path.strip_prefix("Workflows/")?.strip_suffix(".json")?;
        let at = stem.len().checked_sub(GUID)?;
        let (name, id) = (stem.get(..at)?.strip_suffix('-')?, stem.get(at..)?);
        Some(FlowFile { path: path.to_owned(), name: name.to_owned(), id: id.to_lowercase() })
    }
}

/// The complete flow file for an abbreviated one. This is the definition alone, or the definition under `definition`,
/// next to `connectionReferences`. Other texts are returned unchanged.
fn complete_flow(text: &str) -> String {
    let Ok(Value::Object(written)) = serde_json::from_str(text) else { return text.to_owned() };
    if written.contains_key("properties") {
        return text.to_owned();
    }
    let definition = match written.get("definition") {
        Some(Value::Object(definition)) => definition,
        Some(_) => return text.to_owned(),
        None => &written,
    };
    let missing = missing_keys(definition);
    let references = match written.get("connectionReferences") {
        Some(_) => String::new(),
        None => format!(r#", "connectionReferences": {}"#, Value::Object(used_references(definition))),
    };
    let end = "\"schemaVersion\": \"1.0.0.0\"}\n";
    let text = text.trim_end();
    if written.contains_key("definition") {
        let (start, rest) =
            text.rsplit_once("\n  }").expect("`definition` comes last, indented by two spaces");
        let rest = rest.trim_end_matches('}');
        format!("{{\"properties\": {start}\n{missing}  }}{rest}{references}}}, {end}")
    } else {
        let start = text.strip_suffix('}').unwrap_or(text);
        format!("{{\"properties\": {{\"definition\": {start}{missing}}}{references}}}, {end}")
    }
}

/// The keys of every exported definition that this one leaves out, each after a comma.
fn missing_keys(definition: &Map<String, Value>) -> String {
    let defaults = [
        (
            "$schema",
            json!(
                "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#"
            ),
        ),
        ("contentVersion", json!("1.0.0.0")),
        (
            "parameters",
            json!({
                "$connections": {"defaultValue": {}, "type": "Object"},
                "$authentication": {"defaultValue": {}, "type": "SecureObject"}
            }),
        ),
        (
            "triggers",
            json!({"manual": {
                "type": "Request",
                "kind": "Button",
                "inputs": {"schema": {"type": "object", "properties": {}, "required": []}}
            }}),
        ),
        ("actions", json!({})),
    ];
    let missing = defaults.iter().filter(|(key, _)| !definition.contains_key(*key));
    let entries: Vec<String> = missing.map(|(key, value)| format!("\"{key}\": {value}")).collect();
    let comma = if definition.is_empty() || entries.is_empty() { "" } else { ", " };
    format!("{comma}{}", entries.join(", "))
}

/// A connection reference for each `connectionName` that operations use, with the connector of their `apiId`.
fn used_references(definition: &Map<String, Value>) -> Map<String, Value> {
    let mut references = Map::new();
    let mut values: Vec<&Value> = definition.values().collect();
    while let Some(value) = values.pop() {
        match value {
            Value::Object(fields) => {
                if let (Some(Value::String(key)), Some(Value::String(api))) =
                    (fields.get("connectionName"), fields.get("apiId"))
                {
                    let api = api.rsplit('/').next().unwrap_or(api);
                    references.insert(key.clone(), reference(key, api));
                }
                values.extend(fields.values());
            }
            Value::Array(items) => values.extend(items),
            _ => {}
        }
    }
    references
}

/// A connection reference with a logical name like those of the designer: `shared_office365` becomes
/// `new_sharedoffice365`.
fn reference(key: &str, api: &str) -> Value {
    let name: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    json!({
        "runtimeSource": "embedded",
        "connection": {"connectionReferenceLogicalName": format!("new_{name}")},
        "api": {"name": api}
    })
}

/// The connection references of a complete flow file: logical names and connectors.
fn declared_references(text: &str) -> BTreeMap<String, String> {
    let Ok(flow) = serde_json::from_str::<Value>(text) else { return BTreeMap::new() };
    let references = flow["properties"]["connectionReferences"].as_object().into_iter().flatten();
    let pair = |(_, reference): (&String, &Value)| {
        let name = reference["connection"]["connectionReferenceLogicalName"].as_str()?;
        Some((name.to_owned(), reference["api"]["name"].as_str()?.to_owned()))
    };
    references.filter_map(pair).collect()
}

fn record(flow: &FlowFile) -> String {
    let FlowFile { path, name, id } = flow;
    let (path, name) = (escaped(path), escaped(name));
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<Workflow WorkflowId="{{{id}}}" Name="{name}">
  <JsonFileName>/{path}</JsonFileName>
  <Type>1</Type>
  <Category>5</Category>
  <Scope>4</Scope>
  <StateCode>1</StateCode>
  <StatusCode>2</StatusCode>
  <PrimaryEntity>none</PrimaryEntity>
</Workflow>
"#
    )
}

fn customizations(references: &BTreeMap<String, String>) -> String {
    let mut declared = String::new();
    for (name, connector) in references {
        let (name, connector) = (escaped(name), escaped(connector));
        let _ = write!(
            declared,
            r#"
    <connectionreference connectionreferencelogicalname="{name}">
      <connectionreferencedisplayname>{name}</connectionreferencedisplayname>
      <connectorid>/providers/Microsoft.PowerApps/apis/{connector}</connectorid>
    </connectionreference>"#
        );
    }
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<ImportExportXml>
  <Workflows />
  <connectionreferences>{declared}
  </connectionreferences>
</ImportExportXml>
"#
    )
}

fn manifest(name: &str, version: &str, flows: &[FlowFile]) -> String {
    let components: String = flows
        .iter()
        .map(|flow| format!("\n      <RootComponent type=\"29\" id=\"{{{}}}\" behavior=\"0\" />", flow.id))
        .collect();
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<ImportExportXml version="9.2.24112.190" SolutionPackageVersion="9.2" languagecode="1033">
  <SolutionManifest>
    <UniqueName>{}</UniqueName>
    <Version>{version}</Version>
    <Managed>0</Managed>
    <Publisher>
      <UniqueName>contoso</UniqueName>
      <CustomizationPrefix>new</CustomizationPrefix>
    </Publisher>
    <RootComponents>{components}
    </RootComponents>
    <MissingDependencies />
  </SolutionManifest>
</ImportExportXml>
"#,
        escaped(name)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
