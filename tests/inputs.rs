//! Layouts of packages that other tests do not cover: legacy packages, both layouts in a folder, flows without records,
//! and files that look like flows.

mod support;

use serde_json::Value;
use support::{TestFlow, flowvet, id, solution, transcript, write_all, zip_of};
use tempfile::TempDir;

fn folder(files: &[(String, Vec<u8>)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write_all(folder.path(), files);
    folder
}

fn json(folder: &TempDir, args: &[&str]) -> Value {
    let output = flowvet().current_dir(folder.path()).args(args).output().expect("runs");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// The output of `pac solution unpack`: the manifest in `Other`, and a record next to each flow.
fn unpacked(flows: &[TestFlow]) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for (path, bytes) in solution("Kit", flows) {
        let text = String::from_utf8(bytes).expect("UTF-8");
        match path.as_str() {
            "solution.xml" => files.push(("Other/Solution.xml".to_owned(), text.into_bytes())),
            "customizations.xml" => {
                let records = text.split("<Workflow ").skip(1);
                for (flow, record) in flows.iter().zip(records) {
                    let record = record.split("</Workflow>").next().expect("a record");
                    let record = format!("\u{FEFF}<?xml version=\"1.0\"?><Workflow {record}</Workflow>");
                    files.push((format!("{}.data.xml", flow.file()), record.into_bytes()));
                }
                let empty = "<ImportExportXml><Workflows /><connectionreferences /></ImportExportXml>";
                files.push(("Other/Customizations.xml".to_owned(), empty.as_bytes().to_vec()));
            }
            _ => files.push((path, text.into_bytes())),
        }
    }
    files
}

fn faulty() -> [TestFlow; 2] {
    [TestFlow::new(1, [2]), TestFlow { is_on: false, ..TestFlow::new(2, []) }]
}

#[test]
fn an_unpacked_folder_and_a_zip_have_the_same_findings() {
    let tree = folder(&unpacked(&faulty()));
    let exported = folder(&solution("Kit", &faulty()));
    let shown = |folder: &TempDir| {
        let found = json(folder, &["check", ".", "--format", "json"])["findings"].take();
        let finding = &found.as_array().expect("a list")[0];
        (
            finding["rule"].clone(),
            finding["message"].clone(),
            finding["file"].clone(),
            finding["pointer"].clone(),
        )
    };
    assert_eq!(shown(&tree), shown(&exported));
    assert_eq!(shown(&tree).0, "child-flow-off");
}

#[test]
fn both_layouts_in_a_folder_form_one_solution() {
    let mut files = unpacked(&faulty());
    files.extend(solution("Kit", &faulty()));
    let report = json(&folder(&files), &["check", ".", "--format", "json"]);
    assert_eq!(report["inputs"].as_array().expect("a list").len(), 1);
    assert_eq!(report["inputs"][0]["flows"], 2);
    assert_eq!(report["findings"].as_array().expect("a list").len(), 1);
}

#[test]
fn json_files_of_other_components_are_skipped() {
    let mut files = solution("Kit", &[TestFlow::new(1, [])]);
    let desktop = format!("Workflows/Robot-{}.json", id(7).to_uppercase());
    for (path, bytes) in &mut files {
        if path == "customizations.xml" {
            let record = format!(
                "<Workflow WorkflowId=\"{{{}}}\" Name=\"Robot\"><JsonFileName>/{desktop}</JsonFileName>\
                 <Category>6</Category></Workflow></Workflows>",
                id(7)
            );
            let text = String::from_utf8(bytes.clone()).expect("UTF-8").replace("</Workflows>", &record);
            *bytes = text.into_bytes();
        }
    }
    files.push((desktop, b"{\"clientversion\": \"1\", \"properties\": {}, \"targets\": []}".to_vec()));
    let report = json(&folder(&files), &["check", ".", "--format", "json"]);
    assert_eq!(report["inputs"][0]["flows"], 1);
    assert_eq!(report["findings"], Value::Array(Vec::new()));
}

#[test]
fn a_desktop_flow_without_a_record_counts_as_not_checked() {
    let mut files = solution("Kit", &[TestFlow::new(1, [])]);
    let desktop = format!("Workflows/Robot-{}.json", id(7).to_uppercase());
    files.push((desktop, b"{\"clientversion\": \"1\", \"properties\": {}, \"targets\": []}".to_vec()));
    let report = json(&folder(&files), &["check", ".", "--format", "json"]);
    assert_eq!(
        (&report["inputs"][0]["flows"], &report["inputs"][0]["not_checked"]["desktop_flows"]),
        (&1.into(), &1.into())
    );
}

/// An unpacked package with a cloud flow whose file has this content.
fn with_file(content: &str) -> TempDir {
    let mut files = unpacked(&[TestFlow::new(1, [])]);
    for (path, bytes) in &mut files {
        if path.starts_with("Workflows/") && path.ends_with(".json") {
            *bytes = content.as_bytes().to_vec();
        }
    }
    folder(&files)
}

#[test]
fn a_recorded_file_without_a_flow_is_a_finding() {
    let definition =
        |inside: &str| format!(r#"{{"properties": {{"definition": {inside}}}, "schemaVersion": "1.0.0.0"}}"#);
    let table = [
        ("null".to_owned(), "properties"),
        ("[]".to_owned(), "properties"),
        ("{}".to_owned(), "properties"),
        (r#"{"properties": null}"#.to_owned(), "properties"),
        (r#"{"properties": {}}"#.to_owned(), "properties.definition"),
        (definition("[]"), "properties.definition"),
        (definition(r#"{"actions": [1], "triggers": {}}"#), "properties.definition.actions"),
        (definition(r#"{"actions": {}, "triggers": 3}"#), "properties.definition.triggers"),
    ];
    for (content, at) in table {
        let findings = json(&with_file(&content), &["check", ".", "--format", "json"])["findings"].take();
        let [finding] = findings.as_array().expect("a list").as_slice() else {
            panic!("{content}: {findings}")
        };
        assert_eq!(finding["rule"], "unreadable-file", "{content}");
        let message = finding["message"].as_str().expect("a message");
        assert!(message.ends_with(&format!("is not a flow: there is no object at `{at}`")), "{message}");
    }
}

#[test]
fn a_result_without_an_unreadable_part_says_so() {
    let folder = with_file("{");
    let said = "note: 1 part of the input could not be read, so the result may be incomplete; `flowvet check` shows \
                more:\n  Workflows/";
    for command in [
        "order",
        "order --solutions",
        "order --format alm",
        "connections",
        "graph",
        "explain MissingAdequateQuotaPolicy --in",
    ] {
        let args: Vec<&str> = command.split(' ').chain(["."]).collect();
        let shown = transcript(flowvet().current_dir(&folder).args(&args));
        assert!(shown.contains(said), "{command}: {shown}");
        let quiet = transcript(flowvet().current_dir(&folder).args(&args).arg("--quiet"));
        assert!(!quiet.contains("could not be read"), "{command}: {quiet}");
    }
    // These tell it in their output.
    for args in [["check", "."].as_slice(), &["runbook", "."], &["compare", ".", "."]] {
        let shown = transcript(flowvet().current_dir(&folder).args(args));
        assert!(!shown.contains("so the result may be incomplete"), "{shown}");
    }
}

fn legacy(definition: &str) -> Vec<u8> {
    let flow = format!("Microsoft.Flow/flows/{}/definition.json", id(8));
    zip_of([
        ("manifest.json", &b"{\"schema\": \"1.0\"}"[..]),
        ("Microsoft.Flow/flows/manifest.json", b"{}"),
        (flow.as_str(), definition.as_bytes()),
    ])
}

#[test]
fn a_legacy_package_is_a_flow_without_connection_references() {
    let definition = format!(
        r#"{{"name": "{}", "type": "Microsoft.Flow/flows", "properties": {{"displayName": "Old times",
            "connectionReferences": {{"shared_x": {{"connectionName": "1", "source": "Invoker",
            "id": "/providers/Microsoft.PowerApps/apis/shared_x"}}}},
            "definition": {{"triggers": {{"Recurrence": {{"type": "Recurrence",
            "recurrence": {{"frequency": "Day", "interval": 1}}}}}}, "actions": {{"Get": {{
            "type": "OpenApiConnection", "inputs": {{"host": {{"connectionName": "shared_x", "operationId": "Get",
            "apiId": "/providers/Microsoft.PowerApps/apis/shared_x"}}}}}}}}}}}}}}"#,
        id(9)
    );
    let folder = folder(&[("old.zip".to_owned(), legacy(&definition))]);
    let report = json(&folder, &["check", "old.zip", "--format", "json"]);
    let findings = report["findings"].as_array().expect("a list");
    let rules: Vec<&Value> = findings.iter().map(|finding| &finding["rule"]).collect();
    assert_eq!(rules, ["package-not-importable"], "no connection reference is normal here");
    let order = json(&folder, &["order", "old.zip", "--format", "json"]);
    assert_eq!(order["waves"][0][0]["name"], "Old times");
    assert_eq!(order["order"][0], id(9));
}

#[test]
fn a_legacy_package_with_broken_json_is_a_finding() {
    let folder = folder(&[("old.zip".to_owned(), legacy("{\"properties\": {\n  \"a\": 1,\n}}"))]);
    let run = transcript(flowvet().current_dir(folder.path()).args(["check", "old.zip"]));
    insta::assert_snapshot!("legacy_broken", run);
}

#[test]
fn folders_without_flows_are_not_read() {
    let mut files = Vec::new();
    for name in ["CanvasApps/App_src", "node_modules/kit", ".git/kit"] {
        let inside = solution("Hidden", &faulty()).into_iter();
        files.extend(inside.map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
    }
    files.extend(solution("Seen", &[TestFlow::new(1, [])]));
    let report = json(&folder(&files), &["check", ".", "--format", "json"]);
    assert_eq!(report["inputs"].as_array().expect("a list").len(), 1);
    assert_eq!(report["inputs"][0]["solution"], "Seen");
}

#[test]
fn a_zip_with_data_descriptors_and_folder_entries_is_read() {
    use std::io::Write as _;
    let mut zip = zip::ZipWriter::new_stream(Vec::new());
    let options = zip::write::SimpleFileOptions::default();
    zip.add_directory("Workflows/", options).expect("a folder entry");
    for (path, bytes) in solution("Streamed", &faulty()) {
        zip.start_file(path, options).expect("a name");
        zip.write_all(&bytes).expect("in memory");
    }
    let bytes = zip.finish().expect("in memory").into_inner();
    let flags = u16::from_le_bytes([bytes[6], bytes[7]]);
    let later = bytes.windows(4).filter(|window| *window == b"PK\x07\x08").count();
    assert!(flags & 8 != 0 || later > 0, "the zip has data descriptors");
    let report = json(&folder(&[("a.zip".to_owned(), bytes)]), &["check", "a.zip", "--format", "json"]);
    assert_eq!(report["findings"][0]["rule"], "child-flow-off");
}

const DEFINITION: &str = r#"{"$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#", "triggers": {}, "actions": {}}"#;

#[test]
fn logic_apps_are_refused_by_name() {
    let standard = format!(r#"{{"definition": {DEFINITION}, "kind": "Stateful"}}"#);
    let template = format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources":
        [{{"type": "Microsoft.Logic/workflows", "properties": {{"definition": {DEFINITION}}}}}]}}"#
    );
    let zip = zip_of([("Orders/workflow.json", standard.as_bytes())]);
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("app/host.json".to_owned(), b"{}".to_vec()),
        ("app/Orders/workflow.json".to_owned(), standard.into_bytes()),
        ("template.json".to_owned(), template.into_bytes()),
        ("definition.json".to_owned(), DEFINITION.as_bytes().to_vec()),
        ("app.zip".to_owned(), zip),
    ];
    let neighbour = solution("Beside", &[TestFlow::new(1, [])]);
    files.extend(neighbour.into_iter().map(|(path, bytes)| (format!("mixed/src/{path}"), bytes)));
    files.push(("mixed/definition.json".to_owned(), DEFINITION.as_bytes().to_vec()));
    let folder = folder(&files);
    let run = |input: &str| transcript(flowvet().current_dir(folder.path()).args(["check", input]));
    let runs = ["app", "template.json", "definition.json", "app.zip", "mixed"].map(run);
    insta::assert_snapshot!("logic_apps", runs.join("\n"));
}

#[test]
fn patterns_are_expanded() {
    let zip = |name: &str, number| support::solution_zip(name, &[TestFlow::new(number, [])]);
    let folder = folder(&[
        ("releases/a.zip".to_owned(), zip("A", 1)),
        ("releases/b.zip".to_owned(), zip("B", 2)),
        ("releases/deep/er/c.zip".to_owned(), zip("C", 3)),
        ("releases/[d].zip".to_owned(), zip("D", 4)),
    ]);
    let inputs = |pattern: &str| {
        let report = json(&folder, &["check", pattern, "--format", "json"]);
        let inputs = report["inputs"].as_array().expect("a list").iter();
        inputs.map(|input| input["path"].as_str().expect("a path").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(inputs("releases/?.zip"), ["releases/a.zip", "releases/b.zip"]);
    assert_eq!(inputs("releases/**/[ac].zip"), ["releases/a.zip", "releases/deep/er/c.zip"]);
    assert_eq!(inputs("releases/[d].zip"), ["releases/[d].zip"], "a file of this very name");
    let refused = |pattern: &str| transcript(flowvet().current_dir(folder.path()).args(["check", pattern]));
    let runs = ["releases/*.cab", "a***.zip"].map(refused);
    insta::assert_snapshot!("patterns", runs.join("\n"));
}
