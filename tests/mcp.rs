//! `flowvet mcp`, used by a client over stdin and stdout.

mod support;

use std::path::Path;

use serde_json::{Value, json};
use support::{TestFlow, flowvet, read_folder, root, solution, write_all, zip_of};
use tempfile::TempDir;

/// The answers to these messages, one for each line of the output.
fn exchange(folder: &Path, messages: &[Value]) -> Vec<Value> {
    let input: String = messages.iter().map(|message| format!("{message}\n")).collect();
    let output = flowvet().current_dir(folder).arg("mcp").write_stdin(input).output().expect("runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = String::from_utf8(output.stdout).expect("UTF-8");
    output.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn request(id: u32, method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

fn initialize(version: &str) -> Value {
    let params = json!({
        "protocolVersion": version, "capabilities": {}, "clientInfo": { "name": "test", "version": "1" }
    });
    request(0, "initialize", params)
}

/// The result of a tool in a folder.
fn call(folder: &Path, tool: &str, arguments: Value) -> Value {
    let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let call = request(1, "tools/call", json!({ "name": tool, "arguments": arguments }));
    let mut answers = exchange(folder, &[initialize("2025-06-18"), initialized, call]);
    assert_eq!(answers.len(), 2, "a notification has no answer");
    answers.pop().map(|mut answer| answer["result"].take()).expect("an answer")
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().expect("a text")
}

/// The message of a call that fails.
fn refused(folder: &Path, tool: &str, arguments: Value) -> String {
    let result = call(folder, tool, arguments);
    assert_eq!(result["isError"], true, "{result}");
    text(&result).to_owned()
}

fn workspace() -> std::path::PathBuf {
    root().join("tests/server/workspace")
}

#[test]
fn the_session_begins_with_a_common_revision() {
    let versions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2030-01-01"];
    let messages: Vec<Value> = versions.iter().map(|version| initialize(version)).collect();
    let answers = exchange(root(), &messages);
    let chosen: Vec<&Value> = answers.iter().map(|answer| &answer["result"]["protocolVersion"]).collect();
    assert_eq!(chosen, ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2025-11-25"]);
    let mut first = answers[0]["result"].clone();
    first["serverInfo"]["version"] = json!("<version>");
    insta::assert_snapshot!(serde_json::to_string_pretty(&first).expect("JSON"));
}

#[test]
fn errors_are_those_of_the_protocol() {
    let messages = [
        request(1, "ping", Value::Null),
        request(2, "resources/list", json!({})),
        request(3, "tools/call", json!({ "name": "nothing" })),
        request(4, "tools/call", json!({})),
        request(5, "initialize", json!({})),
        json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 1 } }),
    ];
    let answers = exchange(root(), &messages);
    let shown: Vec<String> = answers.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(shown.join("\n"));
    let output = flowvet().arg("mcp").write_stdin("{nope\n\n").output().expect("runs");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("one answer");
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(-32700)));
}

#[test]
fn the_tools_have_valid_schemas() {
    let answers = exchange(root(), &[request(1, "tools/list", json!({}))]);
    let tools = &answers[0]["result"]["tools"];
    for tool in tools.as_array().expect("a list") {
        for schema in ["inputSchema", "outputSchema"].iter().filter_map(|key| tool.get(*key)) {
            assert!(jsonschema::meta::is_valid(schema), "{schema}");
        }
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(tools).expect("JSON"));
}

#[test]
fn check_returns_text_and_the_same_as_data() {
    let result = call(&workspace(), "check", json!({ "paths": ["src"] }));
    insta::assert_snapshot!(text(&result));
    insta::assert_snapshot!(serde_json::to_string_pretty(&result["structuredContent"]).expect("JSON"));
    let answers = exchange(root(), &[request(1, "tools/list", json!({}))]);
    let schema = &answers[0]["result"]["tools"][0]["outputSchema"];
    assert!(jsonschema::is_valid(schema, &result["structuredContent"]));
    assert_eq!(call(&workspace(), "check", json!({})), result, "the whole project");
}

#[test]
fn findings_come_in_portions() {
    let folder = TempDir::new().expect("a folder");
    let flows: Vec<TestFlow> = (1..=30)
        .map(|number| TestFlow {
            is_on: number < 30,
            ..TestFlow::new(number, if number < 30 { vec![30] } else { vec![] })
        })
        .collect();
    write_all(folder.path(), &solution("Many", &flows));
    let portion = |arguments: Value| {
        let result = call(folder.path(), "check", arguments);
        let data = result["structuredContent"].clone();
        assert!(jsonschema::is_valid(&json!({ "type": "object" }), &data));
        let count = data["findings"].as_array().map(Vec::len);
        (data["total"].clone(), count, data["next_offset"].clone(), text(&result).to_owned())
    };
    let (total, count, next, shown) = portion(json!({ "rules": ["child-flow-off"] }));
    assert_eq!((total, count, next), (json!(29), Some(20), json!(20)));
    assert!(shown.ends_with("9 more: call `check` again with `offset` 20"), "{shown}");
    let (_, count, next, _) = portion(json!({ "rules": ["child-flow-off"], "offset": 20 }));
    assert_eq!((count, next), (Some(9), Value::Null));
    let (total, count, next, _) = portion(json!({ "severity": "error", "limit": 1, "flow": "Flow 0003" }));
    assert_eq!((total, count, next), (json!(1), Some(1), Value::Null));
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = read_folder(folder);
    files.sort();
    files
}

/// A project in which a step is mentioned in the wrong case.
fn fixable() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let files = read_folder(&workspace()).into_iter().map(|(name, bytes)| {
        let text = String::from_utf8(bytes).expect("a text");
        let text = text.replace("outputs('Reader''s_📚_title'))\"", "outputs('reader''s_📚_title'))\"");
        let text = text.replace("[rules]\n", "[rules]\naction-reference-casing = \"info\"\n");
        (name, text.into_bytes())
    });
    write_all(folder.path(), &files.collect::<Vec<_>>());
    folder
}

#[test]
fn fixes_are_shown_and_applied_on_request() {
    let project = fixable();
    let folder = project.path();
    let before = files(folder);
    let shown = call(folder, "fix", json!({ "paths": ["src"] }));
    insta::assert_snapshot!(text(&shown));
    let with_unsafe = call(folder, "fix", json!({ "unsafe": true, "rules": ["child-flow-off"] }));
    insta::assert_snapshot!(text(&with_unsafe));
    let none = call(folder, "fix", json!({ "rules": ["child-flow-off"] }));
    assert_eq!(text(&none), "there is nothing to fix");
    assert_eq!(files(folder), before, "nothing changed");

    let applied = call(folder, "fix", json!({ "apply": true }));
    insta::assert_snapshot!(text(&applied));
    let safe = files(folder);
    let changed: Vec<_> = safe.iter().zip(&before).filter(|(after, before)| after != before).collect();
    let expected = files(&workspace());
    assert_eq!(changed.len(), 1);
    assert!(expected.contains(changed[0].0), "the safe fix only");
    let applied = call(folder, "fix", json!({ "apply": true, "unsafe": true }));
    assert!(text(&applied).starts_with("fixed 1 finding:\n  src/Workflows/Lend"), "{}", text(&applied));
    let again = call(folder, "fix", json!({ "apply": true, "unsafe": true }));
    assert!(text(&again).starts_with("there is nothing to fix\n\nleft: 1 error"), "{}", text(&again));
}

#[test]
fn fixes_stay_inside_the_folders() {
    let project = fixable();
    // The configuration above the folders of the agent is used, but it is not changed, nor are the settings that it names.
    let config = "settings = [\"settings/test.json\"]\n\n[rules]\nno-failure-pat = \"off\"\n\
                  action-reference-casing = \"info\"\n";
    std::fs::write(project.path().join("flowvet.toml"), config).expect("a file");
    let project_wide = call(project.path(), "fix", json!({ "unsafe": true, "rules": ["unknown-rule"] }));
    assert!(text(&project_wide).contains("+no-failure-path = \"off\""), "{project_wide}");
    let folder = project.path().join("src");
    let inside = call(&folder, "fix", json!({ "unsafe": true, "rules": ["unknown-rule"] }));
    assert_eq!(text(&inside), "there is nothing to fix");
    let inside = call(&folder, "fix", json!({ "unsafe": true, "apply": true }));
    assert!(text(&inside).starts_with("fixed 2 findings:"), "{}", text(&inside));
    let read = |name: &str| std::fs::read_to_string(project.path().join(name)).expect("a text");
    assert_eq!(read("flowvet.toml"), config);
    let message = refused(&folder, "fix", json!({ "paths": [".."], "apply": true }));
    assert!(message.ends_with("this is outside the folders that flowvet may read"), "{message}");
}

#[test]
fn zips_are_shown_but_never_changed() {
    let folder = TempDir::new().expect("a folder");
    let project = fixable();
    let files: Vec<_> = read_folder(&project.path().join("src"));
    let zipped = zip_of(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    write_all(folder.path(), &[("my.zip".to_owned(), zipped.clone())]);
    let shown =
        call(folder.path(), "fix", json!({ "paths": ["my.zip"], "rules": ["action-reference-casing"] }));
    assert!(text(&shown).contains("--- my.zip!Workflows/Lend"), "{shown}");
    let message = refused(folder.path(), "fix", json!({ "paths": ["my.zip"], "apply": true }));
    assert!(message.starts_with("my.zip: a zip is never changed"), "{message}");
    // A copy is a new file in the folders.
    let into = |into: &str| json!({ "paths": ["my.zip"], "rules": ["action-reference-casing"], "apply": true, "into": into });
    let applied = call(folder.path(), "fix", into("new.zip"));
    assert!(
        text(&applied).contains("note: wrote new.zip")
            && text(&applied).contains("--- my.zip!Workflows/Lend"),
        "{applied}"
    );
    let checked =
        call(folder.path(), "fix", json!({ "paths": ["new.zip"], "rules": ["action-reference-casing"] }));
    assert_eq!(text(&checked), "there is nothing to fix");
    let outside = TempDir::new().expect("a folder");
    for path in ["new.zip", "my.zip", ".", "../new.zip", &outside.path().join("new.zip").to_string_lossy()] {
        let message = refused(folder.path(), "fix", into(path));
        let expected = [
            "there is a file or folder already; name a new file",
            "this is outside the folders that flowvet may read",
        ];
        assert!(expected.iter().any(|end| message.ends_with(end)), "{message}");
    }
    // Next to a folder that is fixed, a zip is left alone, in the diff, too.
    write_all(&folder.path().join("unpacked"), &files);
    let applied =
        call(folder.path(), "fix", json!({ "paths": ["my.zip", "unpacked"], "apply": true, "unsafe": true }));
    assert!(!text(&applied).contains("--- my.zip"), "{applied}");
    assert_eq!(std::fs::read(folder.path().join("my.zip")).expect("the zip"), zipped);
}

#[test]
fn the_other_tools_run_their_commands() {
    let folder = workspace();
    let explained = call(&folder, "explain", json!({ "what": "child-flow-off" }));
    assert!(text(&explained).contains("child-flow-off"), "{explained}");
    let explained = call(&folder, "explain", json!({ "what": "-2147188640", "paths": ["src"] }));
    assert_eq!(explained["isError"], false, "{explained}");
    let order = call(&folder, "order", json!({ "only": "Tell the reader" }));
    insta::assert_snapshot!(text(&order));
    assert_eq!(order["structuredContent"]["version"], 1);
    let solutions = call(&folder, "order", json!({ "paths": "src", "solutions": true }));
    assert_eq!(solutions["isError"], false, "{solutions}");
    let compared = call(&folder, "compare", json!({ "old": "src", "new": "src" }));
    insta::assert_snapshot!(text(&compared));
}

#[test]
fn wrong_arguments_are_explained_to_the_model() {
    let folder = workspace();
    let cases = [
        ("check", json!({ "path": "src" })),
        ("check", json!({ "paths": [1] })),
        ("check", json!({ "severity": "fatal" })),
        ("check", json!({ "rules": ["child-flow-of"] })),
        ("check", json!({ "profile": "--help" })),
        ("check", json!({ "paths": ["nothing"] })),
        ("check", json!({ "paths": ["settings"] })),
        ("explain", json!({})),
        ("explain", json!({ "what": "" })),
        ("order", json!({ "only": "No such flow" })),
        ("compare", json!({ "new": "src" })),
        ("check", json!([])),
        ("fix", json!({ "unsafe": "yes" })),
        ("fix", json!({ "into": "new.zip" })),
    ];
    let shown: Vec<String> = cases
        .into_iter()
        .map(|(tool, arguments)| {
            format!("{tool} {arguments}\n{}\n", refused(&folder, tool, arguments.clone()))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn tools_read_only_inside_the_folders() {
    let folder = workspace();
    let outside = "this is outside the folders that flowvet may read";
    for (tool, arguments) in [
        ("check", json!({ "paths": [".."] })),
        ("check", json!({ "paths": ["/"] })),
        ("check", json!({ "settings": ["../../../Cargo.toml"] })),
        ("explain", json!({ "what": "../../../Cargo.toml" })),
        ("order", json!({ "paths": ["src/../../.."] })),
        ("compare", json!({ "old": "..", "new": "src" })),
    ] {
        let message = refused(&folder, tool, arguments);
        assert!(message.ends_with(outside), "{message}");
    }
    let output = flowvet().args(["mcp", "no/such/folder"]).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    let input = format!("{}\n", request(1, "tools/call", json!({ "name": "check", "arguments": {} })));
    let output = flowvet().args(["mcp", "tests/server/workspace"]).write_stdin(input).output().expect("runs");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("an answer");
    assert!(text(&answer["result"]).contains("tests/server/workspace/src/Workflows"), "{answer}");
}

#[test]
fn long_texts_are_cut_with_a_note() {
    let folder = TempDir::new().expect("a folder");
    let flows: Vec<TestFlow> = (1..=2000).map(|number| TestFlow::new(number, [])).collect();
    write_all(folder.path(), &solution("Long", &flows));
    let order = call(folder.path(), "order", json!({}));
    assert!(
        text(&order).ends_with("\n… the rest is left out: name a flow with `only`"),
        "{}",
        text(&order).len()
    );
    assert!(text(&order).len() < 21_000);
    assert_eq!(order.get("structuredContent"), None);
}
