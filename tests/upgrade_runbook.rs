//! The runbook of an upgrade: only what is new has a step, and what stays is counted.

mod support;

use std::fs;
use std::path::Path;

use flowvet::{ComparisonSession, ImportKind, Input, Limits, VersionInputs};
use serde_json::{Value, json};
use support::fixture::complete;
use support::formats::assert_checklist;
use support::{Files, flowvet, id, read_folder, root, write_all};
use tempfile::TempDir;

fn flow(side: &str, name: &str, number: usize, definition: &Value) -> (String, Vec<u8>) {
    let path = format!("{side}/Workflows/{name}-{}.json", id(number).to_uppercase());
    (path, definition.to_string().into_bytes())
}

fn call(connector: &str, operation: &str) -> Value {
    json!({"type": "OpenApiConnection", "runAfter": {}, "inputs": {
        "host": {"apiId": format!("/providers/Microsoft.PowerApps/apis/{connector}"), "connectionName": connector,
            "operationId": operation},
        "parameters": {}, "authentication": "@parameters('$authentication')"}})
}

fn http(name: &str) -> Value {
    json!({name: {"type": "Request", "kind": "Http", "inputs": {"schema": {}}}})
}

/// The definition of an environment variable without a value.
fn variable(side: &str, name: &str) -> (String, Vec<u8>) {
    let path = format!("{side}/environmentvariabledefinitions/{name}/environmentvariabledefinition.xml");
    let text = format!(
        "<environmentvariabledefinition schemaname=\"{name}\"><displayname default=\"{name}\" />\
         <type>100000000</type></environmentvariabledefinition>"
    );
    (path, text.into_bytes())
}

/// Two versions in which something of each kind is new, deleted and kept.
fn versions() -> Files {
    let post = call("shared_teams", "PostMessageToConversation");
    let child =
        json!({"type": "Workflow", "runAfter": {}, "inputs": {"host": {"workflowReferenceName": id(2)}}});
    let response =
        json!({"type": "Response", "kind": "PowerApp", "runAfter": {}, "inputs": {"statusCode": 200}});
    let note = json!({"type": "Compose", "runAfter": {}, "inputs": "noted"});
    let helper = json!({"actions": {"List_rows": call("shared_commondataserviceforapps", "ListRecords"), "Respond": response}});
    complete(vec![
        flow("old", "Daily report", 1, &json!({"actions": {"Post": post}})),
        flow("old", "Retired", 3, &json!({"actions": {"Send": call("shared_office365", "SendEmailV2")}})),
        flow("old", "Receive orders", 4, &json!({"triggers": http("manual"), "actions": {"Note": note}})),
        flow("old", "Stay", 5, &json!({"actions": {"Note": note}})),
        variable("old", "new_Kept"),
        flow("new", "Daily report", 1, &json!({"actions": {"Post": post, "Ask": child}})),
        flow("new", "Helper", 2, &helper),
        flow(
            "new",
            "Receive orders",
            4,
            &json!({"triggers": http("When_called"), "actions": {"Note": note}}),
        ),
        flow("new", "Stay", 5, &json!({"actions": {"Note": note}})),
        variable("new", "new_Kept"),
        variable("new", "new_Address"),
    ])
}

fn laid() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write_all(folder.path(), &versions());
    folder
}

fn print(folder: &Path, arguments: &[&str]) -> String {
    let output = flowvet().current_dir(folder).args(arguments).output().expect("runs");
    assert!(output.status.code() < Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn only_what_is_new_has_a_step() {
    let folder = laid();
    let upgrade = ["runbook", "new", "--from", "old", "--as", "upgrade"];
    let markdown = print(folder.path(), &upgrade);
    assert_checklist(&markdown);
    insta::assert_snapshot!("markdown", markdown);
    insta::assert_snapshot!("text", print(folder.path(), &[&upgrade[..], &["--format", "text"]].concat()));
    let json = print(folder.path(), &[&upgrade[..], &["--format", "json"]].concat());
    let json: Value = serde_json::from_str(&json).expect("JSON");
    insta::assert_snapshot!("json", serde_json::to_string_pretty(&json["upgrade"]).expect("JSON"));
    assert_eq!(json["references"].as_array().map(Vec::len), Some(1));
    let compare = ["compare", "old", "new", "--as", "upgrade", "--format", "runbook"];
    assert_eq!(print(folder.path(), &compare), markdown);
    // An update deletes nothing.
    let update = print(folder.path(), &["runbook", "new", "--from", "old", "--as", "update"]);
    assert!(update.starts_with("# Update of ") && !update.contains("deletes"), "{update}");
}

#[test]
fn nothing_is_to_be_done_for_the_same_version() {
    let folder = laid();
    let runbook = print(folder.path(), &["runbook", "old", "--from", "old", "--as", "update"]);
    assert_checklist(&runbook);
    assert_eq!(runbook.matches("Nothing to do: nothing is new here.").count(), 6, "{runbook}");
    assert!(!runbook.contains("Turn on") || runbook.contains("## 6. Turn on\nNothing to do"), "{runbook}");
}

#[test]
fn what_another_solution_has_is_not_new() {
    let folder = laid();
    let other = folder.path().join("other");
    fs::create_dir(&other).expect("a folder");
    write_all(
        folder.path(),
        &complete(vec![
            flow(
                "other",
                "Also",
                9,
                &json!({"actions": {"Get": call("shared_commondataserviceforapps", "GetItem")}}),
            ),
            variable("other", "new_Address"),
        ]),
    );
    let runbook = print(folder.path(), &["runbook", "new", "other", "--from", "old", "--as", "upgrade"]);
    assert!(!runbook.contains("new_Address"), "{runbook}");
    assert!(runbook.contains("## 3. Connections\nNothing to do: nothing is new here."), "{runbook}");
    assert!(runbook.contains("**Helper**"), "{runbook}");
}

/// The library reads both versions from memory, and prints what the commands print.
#[test]
fn a_session_compares_versions_in_memory() {
    let folder = laid();
    let side = |name: &str| {
        let files = versions().into_iter().filter_map(|(path, bytes)| {
            Some((path.strip_prefix(name)?.strip_prefix('/')?.to_owned(), bytes))
        });
        vec![Input::Files { name: name.into(), files: files.collect() }]
    };
    let inputs = VersionInputs { old: side("old"), new: side("new"), others: Vec::new() };
    let mut session = ComparisonSession::load(inputs, Limits::default()).expect("versions");
    session.import_as(ImportKind::Upgrade);
    let compare = ["compare", "old", "new", "--as", "upgrade", "--format"];
    let of = |format: &str| print(folder.path(), &[&compare[..], &[format]].concat());
    assert_eq!(session.json(), of("json"));
    assert_eq!(session.markdown(), of("markdown"));
    assert_eq!(session.runbook_markdown(), of("runbook"));
    let json = ["runbook", "new", "--from", "old", "--as", "upgrade", "--format", "json"];
    assert_eq!(session.runbook_json(), print(folder.path(), &json));
    let report: Value = serde_json::from_str(&session.json()).expect("JSON");
    let rules: Vec<&str> = session.check().diagnostics.iter().map(|one| one.rule).collect();
    let expected: Vec<&str> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["rule"].as_str())
        .collect();
    assert_eq!(rules, expected);
    let changes: Vec<(&str, &str, String)> =
        session.changes().into_iter().map(|one| (one.kind, one.change, one.name)).collect();
    assert!(changes.contains(&("flow", "added", "Helper".to_owned())), "{changes:?}");
    assert!(changes.contains(&("environment variable", "added", "new_Address".to_owned())), "{changes:?}");
}

#[test]
fn every_fixture_has_a_runbook() {
    let fixtures = fs::read_dir(root().join("fixtures/upgrade")).expect("a folder");
    for fixture in fixtures.flatten() {
        let folder = TempDir::new().expect("a folder");
        let files = read_folder(&fixture.path().join("bad"));
        write_all(folder.path(), &complete(files));
        for kind in ["update", "upgrade", "patch"] {
            let runbook = print(folder.path(), &["runbook", "new", "--from", "old", "--as", kind]);
            assert_checklist(&runbook);
            let is_staged = runbook.contains(" --stage-and-upgrade");
            let is_managed = runbook.contains("--packagetype Managed");
            assert_eq!(is_staged, is_managed && kind == "upgrade", "{fixture:?}: {runbook}");
        }
    }
}
