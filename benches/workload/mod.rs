//! A generator of solutions with realistic sizes: of 1,509 public flows half are below 15 KB, nine in ten below 70 KB,
//! the largest has 480 KB. The same number of flows gives the same bytes.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

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

/// The number of actions of a flow: an action takes about 1 KB.
fn actions(random: &mut Random) -> u64 {
    match random.next(100) {
        0..50 => 4 + random.next(10),
        50..90 => 15 + random.next(50),
        90..99 => 70 + random.next(180),
        _ => 250 + random.next(200),
    }
}

fn action(text: &mut String, random: &mut Random, number: u64) {
    let after = if number == 0 {
        String::new()
    } else {
        format!(
            "\r\n            \"Step_{}\": [\r\n              \"Succeeded\"\r\n            ]\r\n          ",
            number - 1
        )
    };
    let row = random.next(1_000_000);
    let _ = write!(
        text,
        r#"        "Step_{number}": {{
          "runAfter": {{{after}}},
          "metadata": {{
            "operationMetadataId": "{:08x}-aaaa-4bbb-8ccc-dddddddddddd"
          }},
          "type": "OpenApiConnection",
          "inputs": {{
            "host": {{
              "apiId": "/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps",
              "connectionName": "shared_commondataserviceforapps",
              "operationId": "UpdateRecord"
            }},
            "parameters": {{
              "entityName": "accounts",
              "recordId": "@triggerOutputs()?['body/accountid']",
              "item/description": "row {row} of @{{triggerBody()?['text']}}: @{{formatDateTime(utcNow(), 'yyyy-MM-dd')}}",
              "item/name": "@if(empty(triggerBody()?['text']), 'unnamed', concat(triggerBody()?['text'], ' ', '{row}'))"
            }},
            "authentication": "@parameters('$authentication')"
          }}
        }},
"#,
        row
    );
}

fn flow(number: usize, calls: Option<usize>, random: &mut Random) -> String {
    let mut body = String::new();
    for step in 0..actions(random) {
        action(&mut body, random, step);
    }
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

/// The files of an exported solution with this many flows, every third of which calls the next.
pub(crate) fn files(flows: usize) -> Vec<(String, String)> {
    let mut random = Random(42);
    let mut records = String::new();
    let mut files = Vec::new();
    for number in 0..flows {
        let calls = (number % 3 == 0 && number + 1 < flows).then_some(number + 1);
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
        "<ImportExportXml><SolutionManifest><UniqueName>Bench</UniqueName><Version>1.0.0.0</Version>\
         <Managed>0</Managed><RootComponents/><MissingDependencies/></SolutionManifest></ImportExportXml>"
            .to_owned(),
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

/// The same as a zip.
pub(crate) fn zip(flows: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files(flows) {
        zip.start_file(name, SimpleFileOptions::default()).expect("a name");
        zip.write_all(text.as_bytes()).expect("in memory");
    }
    zip.finish().expect("in memory").into_inner()
}
