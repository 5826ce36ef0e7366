//! Cases of the rules of the family `upgrade` that their fixtures do not show.

mod support;

use serde_json::{Value, json};
use support::fixture::complete;
use support::{Files, flowvet, id, read_folder, root, write_all};
use tempfile::TempDir;

/// The messages of a comparison, each after its rule.
fn messages(files: &Files, arguments: &[&str]) -> Vec<String> {
    messages_with("", files, arguments)
}

/// The same with a configuration.
fn messages_with(config: &str, files: &Files, arguments: &[&str]) -> Vec<String> {
    let folder = TempDir::new().expect("a folder");
    write_all(folder.path(), &complete(files.clone()));
    std::fs::write(folder.path().join("flowvet.toml"), config).expect("a file");
    let mut command = flowvet();
    command.current_dir(folder.path()).args(["compare", "--format", "json"]).args(arguments);
    let sides = ["old", "new", "other"].into_iter().filter(|side| folder.path().join(side).is_dir());
    let output = command.args(sides).output().expect("runs");
    let compared: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let findings = compared["findings"].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    findings.map(|finding| format!("{}: {}", text(&finding["rule"]), text(&finding["message"]))).collect()
}

const UPGRADE: [&str; 2] = ["--as", "upgrade"];

fn fixture(rule: &str) -> Files {
    read_folder(&root().join("fixtures/upgrade").join(rule))
}

fn flow(side: &str, name: &str, number: usize, definition: &Value) -> (String, Vec<u8>) {
    let path = format!("{side}/Workflows/{name}-{}.json", id(number).to_uppercase());
    (path, definition.to_string().into_bytes())
}

fn request(kind: &str, name: &str) -> Value {
    let schema = json!({"type": "object", "properties": {}});
    json!({name: {"type": "Request", "kind": kind, "inputs": {"schema": schema}}})
}

fn compose() -> Value {
    json!({"Note": {"type": "Compose", "inputs": "noted", "runAfter": {}}})
}

/// The files with a text replaced in those of one side.
fn replaced(mut files: Files, side: &str, from: &str, to: &str) -> Files {
    let mut times = 0;
    for (_, bytes) in files.iter_mut().filter(|(path, _)| path.starts_with(side)) {
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        times += text.matches(from).count();
        *bytes = text.replace(from, to).into_bytes();
    }
    assert!(times > 0, "`{from}` is not in {side}");
    files
}

#[test]
fn an_app_keeps_a_flow_in_use() {
    let customizations = read_folder(&root().join("fixtures/package/app-flow-missing/bad/Other"));
    let (_, app) = customizations.into_iter().next().expect("a file");
    let app = String::from_utf8(app).expect("UTF-8").replace("c8135de7-20b9-4f6a-8d47-1e95a3f0b62c", &id(1));
    let stays = json!({"actions": compose()});
    let mut files = vec![
        flow("old", "Print label", 1, &stays),
        flow("old", "Stay", 2, &stays),
        flow("new", "Stay", 2, &stays),
    ];
    files.push(("other/Other/Customizations.xml".to_owned(), app.into_bytes()));
    assert_eq!(
        messages(&files, &UPGRADE),
        ["removed-flow-in-use: the upgrade deletes `Print label`, which the app `Pick orders` still runs"]
    );
    assert_eq!(messages(&files, &[]), [] as [&str; 0]);
}

#[test]
fn what_moved_to_another_solution_is_not_deleted() {
    let files = fixture("removed-flow-in-use/bad");
    assert_eq!(messages(&files, &UPGRADE).len(), 1);
    // The other solution contains the flow as well.
    let mut moved = files.clone();
    let (path, bytes) =
        files.iter().find(|(path, _)| path.contains("old/Workflows/Price")).expect("the flow");
    moved.push((path.replacen("old/", "other/", 1), bytes.clone()));
    assert_eq!(messages(&moved, &UPGRADE), [] as [&str; 0]);
    // The new version says that it needs the flow from a solution.
    let manifest = "<ImportExportXml><SolutionManifest><UniqueName>Fixture</UniqueName><Version>1.1</Version>\
        <Managed>0</Managed><MissingDependencies><MissingDependency>\
        <Required type=\"29\" displayName=\"Price order\" solution=\"Prices (1.0)\" id=\"{7b1d0c52-3e64-4f8a-9d27-51c8e0a64f13}\" />\
        <Dependent type=\"29\" displayName=\"Daily report\" id=\"{c4e87d30-19f5-42ab-b6d8-0a7f3e52916b}\" />\
        </MissingDependency></MissingDependencies></SolutionManifest></ImportExportXml>";
    let mut needed = files;
    needed.push(("new/Other/Solution.xml".to_owned(), manifest.as_bytes().to_vec()));
    assert_eq!(messages(&needed, &UPGRADE), [] as [&str; 0]);
}

#[test]
fn variables_can_be_in_use_too() {
    let variable = "<environmentvariabledefinition schemaname=\"new_Mail\"><displayname default=\"Mail\"/>\
        <type>100000000</type></environmentvariabledefinition>";
    let path = "environmentvariabledefinitions/new_Mail/environmentvariabledefinition.xml";
    let parameters = json!({"Mail (new_Mail)": {"type": "String", "metadata": {"schemaName": "new_Mail"}}});
    let reader = json!({"parameters": parameters, "actions": compose()});
    let stays = json!({"actions": compose()});
    let files = vec![
        flow("old", "Stay", 1, &stays),
        flow("new", "Stay", 1, &stays),
        flow("other", "Read", 2, &reader),
        flow("other", "Read too", 3, &reader),
        (format!("old/{path}"), variable.as_bytes().to_vec()),
    ];
    assert_eq!(
        messages(&files, &UPGRADE),
        [
            "removed-reference-in-use: the upgrade deletes the environment variable `new_Mail`, which `Read`, `Read too` \
          still use in another solution"
        ]
    );
}

#[test]
fn a_receiver_is_replaced_or_deleted() {
    let receiver = json!({"triggers": request("Http", "manual"), "actions": compose()});
    let stays = json!({"actions": compose()});
    let files = vec![
        flow("old", "Receive", 1, &receiver),
        flow("old", "Stay", 2, &stays),
        flow("new", "Stay", 2, &stays),
    ];
    assert_eq!(
        messages(&files, &UPGRADE),
        ["receiver-url-changed: the upgrade deletes `Receive` and its URL"]
    );
    assert_eq!(messages(&files, &[]), [] as [&str; 0]);
    let replaced = [files, vec![flow("new", "Receive", 3, &receiver)]].concat();
    for kind in [&UPGRADE[..], &[]] {
        assert_eq!(
            messages(&replaced, kind),
            ["receiver-url-changed: `Receive` is another flow with the same name and gets a new URL"]
        );
    }
}

#[test]
fn outputs_can_change_their_type_and_callers_need_not_read_them() {
    let files = fixture("child-output-removed/good");
    let number = replaced(files.clone(), "new", "\"type\": \"string\"", "\"type\": \"number\"");
    assert_eq!(
        messages(&number, &UPGRADE),
        [
            "child-output-removed: `Price order` returned `total` and now returns it as `number`, not `string`: \
          `Take order` reads it"
        ]
    );
    let unread = replaced(fixture("child-output-removed/bad"), "other", "body/total", "body/sum");
    assert_eq!(messages(&unread, &UPGRADE), [] as [&str; 0]);
}

#[test]
fn a_flow_can_still_use_a_removed_reference() {
    let files = fixture("flow-removed-with-reference/bad");
    let (path, bytes) =
        files.iter().find(|(path, _)| path.contains("old/Workflows/Tell")).expect("the flow").clone();
    let mut kept = files;
    kept.push((path.replacen("old/", "new/", 1), bytes));
    let none = "<ImportExportXml><Workflows/><connectionreferences/></ImportExportXml>";
    kept.push(("new/Other/Customizations.xml".to_owned(), none.as_bytes().to_vec()));
    assert_eq!(
        messages(&kept, &UPGRADE),
        [
            "removed-reference-of-kept-flow: the new version lacks the connection reference `new_sharedteams`, which \
          `Tell the team` still uses"
        ]
    );
}

#[test]
fn connections_can_become_the_flows_own() {
    let files = replaced(fixture("connection-source-changed/bad"), "old", "embedded", "invoker");
    let files = replaced(files, "new", "invoker", "embedded");
    assert_eq!(
        messages(&files, &UPGRADE),
        [
            "connection-source-changed: `Tell the team` now uses its own connection for Microsoft Teams, not the run-only \
          user's"
        ]
    );
}

#[test]
fn versions_are_compared_as_numbers() {
    let with = |old: &str, new: &str, managed: u8| {
        let manifest = |version: &str| {
            format!(
                "<ImportExportXml><SolutionManifest><UniqueName>Fixture</UniqueName><Version>{version}</Version>\
                 <Managed>{managed}</Managed></SolutionManifest></ImportExportXml>"
            )
        };
        let stays = json!({"actions": compose()});
        vec![
            flow("old", "Stay", 1, &stays),
            flow("new", "Stay", 1, &stays),
            ("old/Other/Solution.xml".to_owned(), manifest(old).into_bytes()),
            ("new/Other/Solution.xml".to_owned(), manifest(new).into_bytes()),
        ]
    };
    let is_refused = |files: &Files, arguments: &[&str]| !messages(files, arguments).is_empty();
    assert!(is_refused(&with("1.61", "1.7.20210707.1", 1), &[]));
    assert!(!is_refused(&with("1.7", "1.61", 1), &[]));
    assert!(is_refused(&with("1.0", "1.0.0.0", 1), &["--as", "update"]), "missing parts are 0");
    assert!(!is_refused(&with("1.0", "1.0", 0), &[]), "an unmanaged solution is imported again");
    assert!(!is_refused(&with("1.0", "$(version)", 1), &[]), "a placeholder is unknown");
    assert!(!is_refused(&with("0.0.0.0", "0.0.0.0", 1), &UPGRADE), "a build sets the version");
    assert!(is_refused(&with("1.2.3", "1.2.3", 1), &["--as", "patch"]));
    assert!(!is_refused(&with("1.2.3", "1.2.3.1", 1), &["--as", "patch"]));
}

#[test]
fn ignores_know_the_flows_of_both_versions() {
    let ignore = |rule: &str, flow: &str| {
        format!("[[ignore]]\nrule = \"{rule}\"\nflow = \"{flow}\"\nreason = \"known\"\n")
    };
    for (rule, flow) in [
        ("removed-flow-in-use", "Price order"),
        ("flow-state-differs", "Daily report"),
        ("new-flow-off", "Price order"),
        ("child-input-added", "Price order"),
    ] {
        let files = fixture(&format!("{rule}/bad"));
        assert_eq!(messages_with(&ignore(rule, "Another"), &files, &UPGRADE).len(), 1, "{rule}");
        assert_eq!(messages_with(&ignore(rule, flow), &files, &UPGRADE), [] as [&str; 0], "{rule}");
    }
}
