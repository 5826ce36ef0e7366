//! Public solutions: the server answers at every kind of place, and a rename changes no findings.

use std::path::Path;

use serde_json::{Value, json};

use crate::client::{Client, applied, capabilities};
use crate::support::{Files, corpus, read_folder};

/// The most positions that are asked about in a file.
const POSITIONS: usize = 40;
/// The most flows of a package in which a step is renamed. The whole package is checked three times for each.
const FLOWS: usize = 4;

/// The unpacked solutions with their files.
fn packages() -> Vec<(String, Files)> {
    let Some(folder) = corpus() else { return Vec::new() };
    let entries = folder.join("unpacked").read_dir().expect("a folder").flatten();
    let mut packages: Vec<_> = entries
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), read_folder(&entry.path())))
        .collect();
    packages.sort();
    packages
}

fn is_flow(name: &str) -> bool {
    name.contains("Workflows/") && Path::new(name).extension().is_some_and(|end| end == "json")
}

/// Steps of a tree of symbols: names and positions.
fn steps(symbols: &Value, out: &mut Vec<(String, Value)>) {
    for symbol in symbols.as_array().into_iter().flatten() {
        if symbol["detail"].is_string() {
            let name = symbol["name"].as_str().expect("a name").to_owned();
            out.push((name, symbol["selectionRange"]["start"].clone()));
        }
        steps(&symbol["children"], out);
    }
}

/// The rules of the findings in a file, by way of their actions.
fn rules(client: &mut Client, file: &str) -> Vec<String> {
    let end = json!({ "line": u32::MAX, "character": 0 });
    let params = json!({
        "textDocument": { "uri": client.uri(file) },
        "range": { "start": { "line": 0, "character": 0 }, "end": end },
        "context": { "diagnostics": [] }
    });
    let actions = client.request("textDocument/codeAction", params);
    let rule = |action: &Value| action["diagnostics"][0]["code"].as_str().expect("a rule").to_owned();
    actions.as_array().expect("a list").iter().map(rule).collect()
}

#[test]
fn the_server_answers_about_every_public_flow() {
    for (package, files) in packages() {
        let mut client = Client::start(&files, capabilities());
        for (file, bytes) in files.iter().filter(|(name, _)| is_flow(name)) {
            let document = json!({ "uri": client.uri(file) });
            let symbols = client.request("textDocument/documentSymbol", json!({ "textDocument": document }));
            let tokens =
                client.request("textDocument/semanticTokens/full", json!({ "textDocument": document }));
            assert_eq!(symbols.is_null(), tokens.is_null(), "{package}: {file}");
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
            for at in 0..POSITIONS {
                let position = json!({ "line": at * lines / POSITIONS, "character": 7 + at % 50 });
                let mut params = json!({ "textDocument": document, "position": position });
                params["context"] = json!({ "includeDeclaration": true });
                for method in ["hover", "definition", "references", "prepareRename"] {
                    let answer = client.request(&format!("textDocument/{method}"), params.clone());
                    let error = answer.get("error").map(|error| &error["code"]);
                    assert!(error.is_none_or(|code| *code == -32803), "{package}: {file}: {answer}");
                }
            }
        }
        assert_eq!(client.end(), 0, "{package}");
    }
}

#[test]
fn a_rename_in_a_public_flow_changes_no_findings() {
    for (package, files) in packages() {
        let mut client = Client::start(&files, capabilities());
        let flows: Vec<_> = files.iter().filter(|(name, _)| is_flow(name)).collect();
        for (file, bytes) in flows.iter().step_by(flows.len().div_ceil(FLOWS).max(1)) {
            // An editor decodes UTF-16.
            let Ok(text) = std::str::from_utf8(bytes) else { continue };
            let text = text.trim_start_matches('\u{FEFF}');
            let document = json!({ "uri": client.uri(file) });
            let symbols = client.request("textDocument/documentSymbol", json!({ "textDocument": document }));
            let mut found = Vec::new();
            steps(&symbols, &mut found);
            // One in the middle is mentioned more often than the first and the last.
            for (name, position) in found.iter().skip(found.len() / 2).take(1) {
                let before = rules(&mut client, file);
                let params = json!({ "textDocument": document, "position": position, "newName": "A new \"name\", it's 名" });
                let edit = client.request("textDocument/rename", params);
                if edit.get("error").is_some() {
                    continue;
                }
                let after = applied(text, &edit["documentChanges"][0]["edits"]);
                client.open(file, &after);
                assert_eq!(rules(&mut client, file), before, "{package}: {file}: {name}");
                client.notify("textDocument/didClose", json!({ "textDocument": document }));
            }
        }
        assert_eq!(client.end(), 0, "{package}");
    }
}
