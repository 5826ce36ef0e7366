//! Generates solutions that resemble public ones. Sizes: of 1,509 public flows, half are below 15 KB, nine in ten are
//! below 70 KB, and the largest has 480 KB. Content: 1 KB per action, and 8 or 9 strings per KB, of which 2 contain
//! expressions. The output depends only on the number of flows.
#![allow(dead_code, reason = "the benchmarks and xtask use a part each")]

pub(crate) mod floor;

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::ops::Range;

use zip::write::{SimpleFileOptions, ZipWriter};

/// Small, fast, and good enough to vary sizes (Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn id(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-000000000000")
}

/// The number of actions of a flow. An action takes about 1 KB.
fn actions(random: &mut Random) -> u64 {
    match random.next(100) {
        0..50 => 4 + random.next(10),
        50..90 => 15 + random.next(50),
        90..99 => 70 + random.next(180),
        _ => 250 + random.next(200),
    }
}

/// Writes the actions of a list, including nested ones.
struct Writer<'a> {
    text: &'a mut String,
    random: &'a mut Random,
    /// The number of the next action.
    number: u64,
    /// The number of actions that are still to be written.
    left: u64,
}

impl Writer<'_> {
    /// Writes up to `most` consecutive actions in a container at this depth.
    fn list(&mut self, most: u64, depth: usize) {
        let mut before = (depth == 0).then(|| "Start".to_owned());
        for at in 0..most {
            if self.left == 0 {
                break;
            }
            if at > 0 {
                self.text.push_str(",\r\n");
            }
            before = Some(self.action(before.as_deref(), depth));
        }
    }

    /// Writes an action that runs after another action of its list. The types are as frequent as in public flows: of
    /// ten actions, three use a connector, two use variables, two or three contain others, and ParseJson is rare but
    /// long.
    fn action(&mut self, before: Option<&str>, depth: usize) -> String {
        let number = self.number;
        self.number += 1;
        self.left -= 1;
        let pad = "  ".repeat(4 + 2 * depth);
        let _ = write!(self.text, "{pad}\"Step_{number}\": {{\r\n{pad}  \"runAfter\": {{");
        if let Some(before) = before {
            let _ = write!(
                self.text,
                "\r\n{pad}    \"{before}\": [\r\n{pad}      \"Succeeded\"\r\n{pad}    ]\r\n{pad}  "
            );
        }
        let id = self.random.next(1_000_000);
        let _ = write!(
            self.text,
            "}},\r\n{pad}  \"metadata\": {{\r\n{pad}    \"operationMetadataId\": \
             \"{id:08x}-aaaa-4bbb-8ccc-dddddddddddd\"\r\n{pad}  }},\r\n"
        );
        let kind = if depth < 5 { self.random.next(100) } else { self.random.next(75) };
        match kind {
            0..30 => self.members(&pad, &connector(id)),
            30..52 => self.members(&pad, &set_variable(id)),
            52..65 => self.members(&pad, &compose(id)),
            65..71 => self.members(&pad, &query(id)),
            71..75 => self.members(&pad, &parse_json(id)),
            75..84 => {
                let condition = r#"{"not": {"equals": ["@triggerBody()?['text']", ""]}}"#;
                self.container(&pad, "If", &format!("\"expression\": {condition}"), depth);
            }
            84..93 => self.container(&pad, "Scope", r#""description": "what belongs together""#, depth),
            _ => {
                let each = r#""foreach": "@createArray(triggerBody()?['text'])""#;
                self.container(&pad, "Foreach", each, depth);
            }
        }
        let _ = write!(self.text, "\r\n{pad}}}");
        format!("Step_{number}")
    }

    /// The members of an action, indented as in an export.
    fn members(&mut self, pad: &str, members: &str) {
        for (at, line) in members.lines().enumerate() {
            let _ = write!(self.text, "{}{pad}  {line}", if at == 0 { "" } else { "\r\n" });
        }
    }

    fn container(&mut self, pad: &str, type_name: &str, member: &str, depth: usize) {
        let _ = write!(
            self.text,
            "{pad}  \"type\": \"{type_name}\",\r\n{pad}  {member},\r\n{pad}  \"actions\": {{\r\n"
        );
        let most = 1 + self.random.next(4);
        self.list(most, depth + 1);
        let _ = write!(self.text, "\r\n{pad}  }}");
    }
}

fn connector(id: u64) -> String {
    let authentication =
        if id % 2 == 0 { ",\n  \"authentication\": \"@parameters('$authentication')\"" } else { "" };
    format!(
        r#""type": "OpenApiConnection",
"inputs": {{
  "host": {{
    "apiId": "/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps",
    "connectionName": "shared_commondataserviceforapps",
    "operationId": "UpdateRecord"
  }},
  "parameters": {{
    "entityName": "accounts",
    "recordId": "@triggerOutputs()?['body/accountid']",
    "item/description": "row {id} of @{{triggerBody()?['text']}}: @{{formatDateTime(utcNow(), 'yyyy-MM-dd')}}",
    "item/name": "@if(empty(triggerBody()?['text']), 'unnamed', concat(triggerBody()?['text'], ' ', '{id}'))",
    "item/emailaddress1": "someone@example.com",
    "item/statuscode": 1
  }}{authentication}
}}"#
    )
}

fn set_variable(id: u64) -> String {
    format!(
        "\"type\": \"SetVariable\",\n\"inputs\": {{\n  \"name\": \"Text\",\n  \
         \"value\": \"@concat(string(triggerBody()?['text']), '{id}')\"\n}}"
    )
}

fn compose(id: u64) -> String {
    let words = "your request has been received and will be looked at. ".repeat(16);
    format!(
        "\"type\": \"Compose\",\n\"inputs\": {{\n  \"title\": \"Request {id}\",\n  \"body\": \
         \"<p>Dear @{{triggerBody()?['text']}},</p><p>{words}</p>\"\n}}"
    )
}

fn query(id: u64) -> String {
    format!(
        "\"type\": \"Query\",\n\"inputs\": {{\n  \"from\": \"@createArray(triggerBody())\",\n  \
         \"where\": \"@equals(item()?['text'], '{id}')\"\n}}"
    )
}

fn parse_json(id: u64) -> String {
    let mut properties = String::new();
    for column in 0..40 {
        let comma = if column == 0 { "" } else { "," };
        let _ = write!(
            properties,
            "{comma}\n      \"column{column}_{id}\": {{\n        \"type\": \"string\"\n      }}"
        );
    }
    format!(
        "\"type\": \"ParseJson\",\n\"inputs\": {{\n  \"content\": \"@triggerBody()?['text']\",\n  \
         \"schema\": {{\n    \"type\": \"object\",\n    \"properties\": {{{properties}\n    }}\n  }}\n}}"
    )
}

fn flow(number: usize, calls: Option<usize>, random: &mut Random) -> String {
    let mut body = String::new();
    let left = actions(random);
    Writer { text: &mut body, random, number: 0, left }.list(left, 0);
    body.push_str(",\r\n");
    if let Some(child) = calls {
        let _ = write!(
            body,
            "        \"Call\": {{\"runAfter\": {{}}, \"type\": \"Workflow\", \"inputs\": {{\"host\": \
             {{\"workflowReferenceName\": \"{}\"}}, \"body\": {{\"text\": \"x\"}}}}}},\r\n",
            id(child)
        );
    }
    let _ = number;
    format!(
        r#"{{
  "properties": {{
    "connectionReferences": {{
      "shared_commondataserviceforapps": {{
        "runtimeSource": "embedded",
        "connection": {{
          "connectionReferenceLogicalName": "bench_dataverse"
        }},
        "api": {{
          "name": "shared_commondataserviceforapps"
        }}
      }}
    }},
    "definition": {{
      "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
      "contentVersion": "1.0.0.0",
      "parameters": {{
        "$connections": {{"defaultValue": {{}}, "type": "Object"}},
        "$authentication": {{"defaultValue": {{}}, "type": "SecureObject"}}
      }},
      "triggers": {{
        "manual": {{
          "type": "Request",
          "kind": "Button",
          "inputs": {{"schema": {{"type": "object", "properties": {{"text": {{"title": "Text", "type": "string"}}}}, "required": ["text"]}}}}
        }}
      }},
      "actions": {{
        "Start": {{"runAfter": {{}}, "type": "InitializeVariable", "inputs": {{"variables": [{{"name": "Text", "type": "string"}}]}}}},
{body}        "Respond": {{"runAfter": {{}}, "type": "Response", "kind": "PowerApp", "inputs": {{"statusCode": 200, "body": {{}}}}}}
      }}
    }},
    "templateName": ""
  }},
  "schemaVersion": "1.0.0.0"
}}
"#
    )
}

/// The files of an exported solution with these flows, every third of which calls the next, up to the flow `end`.
fn files(name: &str, flows: Range<usize>, end: usize, mut random: Random) -> Vec<(String, String)> {
    let mut records = String::new();
    let mut files = Vec::new();
    for number in flows {
        let calls = (number % 3 == 0 && number + 1 < end).then_some(number + 1);
        let name = format!("Workflows/Flow{number}-{}.json", id(number).to_uppercase());
        let _ = write!(
            records,
            "<Workflow WorkflowId=\"{{{}}}\" Name=\"Flow {number}\"><JsonFileName>/{name}</JsonFileName><Type>1</Type>\
             <Subprocess>0</Subprocess><Category>5</Category><Mode>0</Mode><Scope>4</Scope><StateCode>1</StateCode>\
             <StatusCode>2</StatusCode><RunAs>1</RunAs><PrimaryEntity>none</PrimaryEntity></Workflow>\r\n",
            id(number)
        );
        files.push((name, flow(number, calls, &mut random)));
    }
    files.push((
        "solution.xml".to_owned(),
        format!(
            "<ImportExportXml><SolutionManifest><UniqueName>{name}</UniqueName><Version>1.0.0.0</Version>\
             <Managed>0</Managed><RootComponents/><MissingDependencies/></SolutionManifest></ImportExportXml>"
        ),
    ));
    files.push((
        "customizations.xml".to_owned(),
        format!(
            "<ImportExportXml><Workflows>{records}</Workflows><connectionreferences><connectionreference \
             connectionreferencelogicalname=\"bench_dataverse\"><connectorid>/providers/Microsoft.PowerApps/apis/\
             shared_commondataserviceforapps</connectorid></connectionreference></connectionreferences>\
             </ImportExportXml>"
        ),
    ));
    files
}

/// A solution with this many flows as a zip.
pub(crate) fn zip(flows: usize) -> Vec<u8> {
    zip_of(files("Bench", 0..flows, flows, Random(42)))
}

/// One of the solutions of a tenant, each with five flows, as a zip. The last flow of every third solution calls a flow of
/// the next solution.
pub(crate) fn zip_of_tenant(solution: usize, solutions: usize) -> Vec<u8> {
    const FLOWS: usize = 5;
    let flows = FLOWS * solution..FLOWS * (solution + 1);
    let random = Random(solution as u64);
    zip_of(files(&format!("Bench{solution}"), flows, FLOWS * solutions, random))
}

pub(crate) fn zip_of(files: Vec<(String, String)>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(name, SimpleFileOptions::default()).expect("a name");
        zip.write_all(text.as_bytes()).expect("in memory");
    }
    zip.finish().expect("in memory").into_inner()
}
