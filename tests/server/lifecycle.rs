//! How a session begins and ends, and what the server does with messages that it does not expect.

use serde_json::{Value, json};

use crate::client::{Client, LEND, TELL, capabilities, library, rules};

#[test]
fn an_orderly_session_ends_with_0() {
    let mut client = Client::with_library();
    assert_eq!(client.request("shutdown", Value::Null), Value::Null);
    let refused = client.request("workspace/symbol", json!({ "query": "" }));
    assert_eq!(refused["error"]["code"], -32600);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 0);
}

#[test]
fn other_sessions_end_with_1() {
    let mut client = Client::with_library();
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 1, "exit without shutdown");
    assert_eq!(Client::with_library().exit_code(), 1, "the client is gone");
    assert_eq!(Client::idle(&[]).exit_code(), 1, "nobody said anything");
    let mut client = Client::idle(&[]);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 1, "exit before initialize");
    let mut client = Client::idle(&[]);
    client.send_raw("Content-Length: 5\r\n\r\n{nope");
    assert_eq!(client.exit_code(), 1, "not JSON");
    let mut client = Client::idle(&[]);
    assert_eq!(client.request("initialize", json!({ "capabilities": 1 }))["error"]["code"], -32602);
    assert_eq!(client.exit_code(), 1, "initialize without capabilities");
}

#[test]
fn a_server_with_one_worker_checks_the_workspace() {
    let mut client = Client::with_variables(&library(), &[("RAYON_NUM_THREADS", "1")]);
    client.initialize(capabilities());
    assert_eq!(rules(&client.report(LEND)), ["unknown-action", "child-flow-off"]);
}

#[test]
fn requests_before_initialize_are_refused() {
    let mut client = Client::idle(&[]);
    let refused = client.request("workspace/symbol", json!({ "query": "" }));
    assert_eq!(refused["error"]["code"], -32002);
}

#[test]
fn unknown_and_malformed_messages_do_no_harm() {
    let mut client = Client::with_library();
    client.notify("textDocument/didOpen", json!({ "textDocument": 1 }));
    client.notify(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": "file:///x", "version": 1 }, "contentChanges": [] }),
    );
    client.notify("$/setTrace", json!({ "value": "off" }));
    client.notify("nothing/known", json!({}));
    assert_eq!(client.request("nothing/known", json!({}))["error"]["code"], -32601);
    assert_eq!(client.request("textDocument/hover", json!({}))["error"]["code"], -32602);
    let place =
        |uri: &str| json!({ "textDocument": { "uri": uri }, "position": { "line": 9, "character": 9 } });
    assert_eq!(client.request("textDocument/hover", place("untitled:x"))["error"]["code"], -32602);
    assert_eq!(client.request("textDocument/hover", place("file:///not/there.json")), Value::Null);
    let far = json!({ "line": u32::MAX, "character": u32::MAX });
    let params = json!({ "textDocument": { "uri": client.uri(LEND) }, "position": far });
    assert_eq!(client.request("textDocument/hover", params), Value::Null);
    assert_eq!(client.end(), 0);
}

#[test]
fn a_cancelled_request_is_answered_as_such() {
    let mut client = Client::with_library();
    let mut cancelled = 0;
    // The server may be faster than the cancellation, but hardly every time.
    for _ in 0..20 {
        let ids: Vec<i64> =
            (0..20).map(|_| client.send_request("workspace/symbol", json!({ "query": "" }))).collect();
        let last = *ids.last().expect("some");
        client.notify("$/cancelRequest", json!({ "id": last }));
        for id in ids {
            let answer = client.answer(id);
            match answer.get("error") {
                Some(error) => {
                    assert_eq!((id, &error["code"]), (last, &json!(-32800)));
                    cancelled += 1;
                }
                None => assert_eq!(answer.as_array().map(Vec::len), Some(2)),
            }
        }
    }
    assert!(cancelled > 0);
    client.notify("$/cancelRequest", json!({ "id": "no such request" }));
    assert_eq!(client.end(), 0);
}

#[test]
fn the_client_is_asked_to_watch_files() {
    let mut client = Client::with_library();
    client.report(LEND);
    let asked = client.messages.iter().find(|message| message["method"] == "client/registerCapability");
    let watchers = &asked.expect("asked")["params"]["registrations"][0]["registerOptions"]["watchers"];
    assert_eq!(watchers[0]["globPattern"], "**/*.{json,xml,yml,yaml,zip}");
    // A file changes on disk.
    let path = client.path("src/customizations.xml");
    let records = std::fs::read_to_string(&path).expect("a text");
    std::fs::write(&path, records.replace("<StateCode>0<", "<StateCode>1<")).expect("a file");
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    assert_eq!(rules(&client.report(LEND)), ["unknown-action"]);
}

#[test]
fn folders_come_and_go() {
    let mut client = Client::start(&library(), capabilities());
    client.report(LEND);
    let folder = json!({ "uri": client.uri(""), "name": "workspace" });
    let event = json!({ "event": { "added": [], "removed": [folder] } });
    client.notify("workspace/didChangeWorkspaceFolders", event);
    assert_eq!(client.report(LEND)["diagnostics"], json!([]));
    // A file in a solution that is in no folder.
    let text = client.on_disk(TELL);
    client.open(TELL, &text);
    assert_eq!(rules(&client.report(LEND)), ["unknown-action", "child-flow-off"]);
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": client.uri(TELL) } }));
    assert_eq!(client.report(LEND)["diagnostics"], json!([]));
    // A folder inside the solution means the whole solution.
    let folder = json!({ "uri": client.uri("src/Workflows"), "name": "flows" });
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({ "event": { "added": [folder], "removed": [] } }),
    );
    assert_eq!(rules(&client.report(LEND)), ["unknown-action", "child-flow-off"]);
}

#[test]
fn a_workspace_without_a_solution_is_quiet() {
    let files = vec![("readme.json".to_owned(), b"{}".to_vec())];
    let mut client = Client::start(&files, capabilities());
    client.open("readme.json", "{");
    assert_eq!(client.request("workspace/symbol", json!({ "query": "" })), json!([]));
    let params = json!({ "textDocument": { "uri": client.uri("readme.json") } });
    assert_eq!(client.request("textDocument/documentSymbol", params), Value::Null);
    assert!(client.diagnostics.is_empty());
    assert_eq!(client.end(), 0);
}
