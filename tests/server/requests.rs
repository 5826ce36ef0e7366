//! Every request of an editor, with its whole answer.

use serde_json::{Value, json};

use crate::client::{Client, LEND, TELL, applied, capabilities, library, offset, position, replaced};

/// The place of a text: the occurrence with this number in a file, and this many characters into it.
fn at(client: &Client, file: &str, wanted: &str, occurrence: usize, into: usize) -> Value {
    json!({
        "textDocument": { "uri": client.uri(file) },
        "position": position(&client.on_disk(file), wanted, occurrence, into)
    })
}

/// Locations as `file: text there`.
fn places(client: &Client, result: &Value) -> String {
    let list = match result {
        Value::Array(list) => list.clone(),
        Value::Null => return "nothing".to_owned(),
        one => vec![one.clone()],
    };
    let place = |location: &Value| {
        let uri = location["uri"].as_str().expect("a URI");
        let file = uri.strip_prefix(&format!("{}/", client.uri(""))).expect("in the workspace");
        let text = client.on_disk(file);
        let range = &location["range"];
        let (start, end) = (offset(&text, &range["start"]), offset(&text, &range["end"]));
        let line = range["start"]["line"].as_u64().expect("a line") + 1;
        format!("{file}:{line}: {}", &text[start..end])
    };
    list.iter().map(place).collect::<Vec<_>>().join("\n")
}

fn definition(client: &mut Client, file: &str, wanted: &str, occurrence: usize, into: usize) -> String {
    let place = at(client, file, wanted, occurrence, into);
    let result = client.request("textDocument/definition", place);
    places(client, &result)
}

fn references(client: &mut Client, file: &str, wanted: &str, occurrence: usize, into: usize) -> String {
    let mut params = at(client, file, wanted, occurrence, into);
    params["context"] = json!({ "includeDeclaration": true });
    let result = client.request("textDocument/references", params);
    places(client, &result)
}

fn hover(client: &mut Client, file: &str, wanted: &str, occurrence: usize, into: usize) -> String {
    let place = at(client, file, wanted, occurrence, into);
    let result = client.request("textDocument/hover", place);
    result["contents"]["value"].as_str().unwrap_or("nothing").to_owned()
}

#[test]
fn the_server_says_what_it_offers() {
    let client = Client::with_library();
    let mut offered = client.offered.clone();
    offered["serverInfo"]["version"] = json!("<version>");
    insta::assert_snapshot!(client.shown(&offered));
}

#[test]
fn findings_are_reported_with_links_related_places_and_tags() {
    let mut client = Client::with_library();
    let report = client.report(LEND);
    insta::assert_snapshot!(client.shown(&report));
    assert_eq!(client.end(), 0);
}

#[test]
fn every_name_leads_to_its_definition() {
    let mut client = Client::with_library();
    let cases = [
        ("5e1f0000-0002", 0, 3),
        ("outputs('Reader''s", 0, 12),
        ("outputs('Reader\\u0027", 0, 12),
        ("items('Each_book')", 0, 8),
        ("body('Look_up')", 0, 7),
        ("\"Add_one\": [", 0, 2),
        ("variables('total')", 0, 12),
        ("\"name\": \"total\"", 1, 11),
        ("parameters('Shelf (hlb_shelf)')", 0, 15),
        ("parameters('$authentication')", 0, 15),
        ("\"connectionName\": \"shared_office365\"", 0, 22),
        ("\"shared_office365\": {", 0, 3),
        ("\"hlb_mail\"", 0, 2),
        ("triggerBody()", 0, 3),
        ("\"hlb_shelf\"", 0, 2),
        ("contentVersion", 0, 2),
    ];
    let mut out = String::new();
    for (wanted, occurrence, into) in cases {
        let found = definition(&mut client, LEND, wanted, occurrence, into);
        out.push_str(&format!("{wanted}\n  {found}\n"));
    }
    let elsewhere = [
        ("src/customizations.xml", "5e1f0000-0002", 0, 3),
        ("src/solution.xml", "5e1f0000-0001", 0, 3),
        ("settings/test.json", "hlb_mail", 0, 3),
        ("settings/test.json", "hlb_shelf", 0, 3),
    ];
    for (file, wanted, occurrence, into) in elsewhere {
        let found = definition(&mut client, file, wanted, occurrence, into);
        out.push_str(&format!("{file}: {wanted}\n  {found}\n"));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn every_name_has_its_references() {
    let mut client = Client::with_library();
    let cases = [
        (LEND, "5e1f0000-0002", 0),
        (LEND, "\"Reader's", 1),
        (LEND, "'Each_book'", 0),
        (LEND, "'total'", 0),
        (LEND, "Shelf (hlb_shelf)", 0),
        (LEND, "\"connectionName\": \"shared_office365", 0),
        (LEND, "hlb_mail", 0),
        (LEND, "'$authentication'", 0),
        ("src/customizations.xml", "hlb_mail", 0),
        ("src/customizations.xml", "5e1f0000-0002", 0),
        (LEND, "workflowdefinition.json", 0),
    ];
    let mut out = String::new();
    for (file, wanted, occurrence) in cases {
        let into = if wanted.contains("connectionName") { 22 } else { 3 };
        let found = references(&mut client, file, wanted, occurrence, into);
        out.push_str(&format!("{wanted}\n  {}\n", found.replace('\n', "\n  ")));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn hovers_say_what_a_name_means() {
    let mut client = Client::with_library();
    let cases = [
        ("5e1f0000-0002", 0, 3),
        ("outputs('Reader''s", 0, 12),
        ("\"Send_mail\"", 0, 3),
        ("\"manual\"", 0, 3),
        ("variables('total')", 0, 12),
        ("parameters('Shelf", 0, 14),
        ("parameters('$auth", 0, 14),
        ("concat(", 0, 2),
        ("\"connectionName\": \"shared_office365", 0, 22),
        ("hlb_mail", 0, 2),
        ("contentVersion", 0, 2),
    ];
    let mut out = String::new();
    for (wanted, occurrence, into) in cases {
        let found = hover(&mut client, LEND, wanted, occurrence, into);
        // The page of a rule has a snapshot of its own.
        let found = found.split("\n# ").next().expect("a part").trim_end();
        out.push_str(&format!("=== {wanted}\n{found}\n"));
    }
    insta::assert_snapshot!(out);
    let page = hover(&mut client, LEND, "@body('Look_up')", 0, 3);
    assert!(page.contains("unknown-action") || page.contains("Why it is a problem"), "{page}");
}

#[test]
fn hovers_are_plain_for_clients_without_markdown() {
    let mut capabilities = capabilities();
    capabilities["textDocument"]["hover"]["contentFormat"] = json!(["plaintext"]);
    let mut client = Client::start(&library(), capabilities);
    insta::assert_snapshot!(
        hover(&mut client, LEND, "5e1f0000-0002", 0, 3).split("\n---").next().expect("a part")
    );
}

/// The symbols as an indented list.
fn tree(symbols: &Value, depth: usize, out: &mut String) {
    for symbol in symbols.as_array().into_iter().flatten() {
        let (start, end) = (&symbol["range"]["start"]["line"], &symbol["range"]["end"]["line"]);
        let detail = symbol["detail"].as_str().unwrap_or("-");
        let name = symbol["name"].as_str().expect("a name");
        out.push_str(&format!("{}{name} ({detail}, {start}-{end})\n", "  ".repeat(depth)));
        tree(&symbol["children"], depth + 1, out);
    }
}

fn symbols(client: &mut Client, file: &str) -> String {
    let params = json!({ "textDocument": { "uri": client.uri(file) } });
    let result = client.request("textDocument/documentSymbol", params);
    let mut out = String::new();
    tree(&result, 0, &mut out);
    out
}

#[test]
fn the_symbols_of_a_flow_are_its_steps() {
    let mut client = Client::with_library();
    insta::assert_snapshot!(symbols(&mut client, LEND));
    assert_eq!(symbols(&mut client, "src/solution.xml"), "");
}

#[test]
fn symbols_are_a_list_for_old_clients() {
    let mut client = Client::start(&library(), json!({}));
    let params = json!({ "textDocument": { "uri": client.uri(LEND) } });
    let result = client.request("textDocument/documentSymbol", params);
    let names: Vec<String> = result
        .as_array()
        .expect("a list")
        .iter()
        .map(|symbol| format!("{} in {}", symbol["name"], symbol["containerName"]))
        .collect();
    insta::assert_snapshot!(names.join("\n"));
}

#[test]
fn broken_json_keeps_the_last_symbols() {
    let mut client = Client::with_library();
    let text = client.on_disk(LEND);
    client.open(LEND, &text);
    let before = symbols(&mut client, LEND);
    client.change(LEND, json!([{ "text": text.replace("\"Each_book\": {", "\"Each_book\": ") }]));
    assert_eq!(symbols(&mut client, LEND), before);
    assert_eq!(definition(&mut client, LEND, "5e1f0000-0002", 0, 3), format!("{TELL}:1: "));
    assert_eq!(definition(&mut client, LEND, "outputs('Reader''s", 0, 12), "nothing");
    client.report_current(LEND);
    assert_eq!(client.rules(LEND), ["unreadable-file"]);
    client.change(LEND, json!([{ "text": text }]));
    client.report_current(LEND);
    assert_eq!(client.rules(LEND), ["unknown-action", "child-flow-off"]);
    assert_eq!(client.end(), 0);
}

#[test]
fn the_flows_of_the_workspace_are_found_by_name() {
    let mut client = Client::with_library();
    let mut names = |query: &str| -> Vec<String> {
        let result = client.request("workspace/symbol", json!({ "query": query }));
        let found = result.as_array().expect("a list").iter();
        found.map(|symbol| symbol["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(""), ["Lend a book | 貸出 📚", "Tell the reader"]);
    assert_eq!(names("貸出"), ["Lend a book | 貸出 📚"]);
    assert_eq!(names("READER"), ["Tell the reader"]);
    assert!(names("nothing like it").is_empty());
}

/// The text of a file after a rename, or the error.
fn renamed(client: &mut Client, text: &str, wanted: &str, into: usize, name: &str) -> String {
    let mut params = json!({
        "textDocument": { "uri": client.uri(LEND) },
        "position": position(text, wanted, 0, into),
        "newName": name
    });
    let result = client.request("textDocument/rename", params.take());
    match result.get("error") {
        Some(error) => error["message"].as_str().expect("a message").to_owned(),
        None => applied(text, &result["documentChanges"][0]["edits"]),
    }
}

/// The lines that differ between two texts.
fn differences(before: &str, after: &str) -> String {
    assert_eq!(before.lines().count(), after.lines().count());
    let lines = before.lines().zip(after.lines()).filter(|(a, b)| a != b);
    lines.map(|(_, b)| format!("{}\n", b.trim())).collect()
}

#[test]
fn a_step_is_renamed_with_all_its_mentions() {
    let mut client = Client::with_library();
    let text = client.on_disk(LEND);
    let after = renamed(&mut client, &text, "'Reader''s", 3, "The reader's \"名\"");
    insta::assert_snapshot!(differences(&text, &after));
    // Back again.
    client.open(LEND, &after);
    let back = renamed(&mut client, &after, "\"The_reader", 3, "Reader's_📚_title");
    assert_eq!(back.replace("\\u0027\\u0027", "''"), text.replace("\\u0027\\u0027", "''"));
    // The findings are the same.
    client.request("shutdown", Value::Null);
    assert_eq!(client.rules(LEND), ["unknown-action", "child-flow-off"]);
}

#[test]
fn a_variable_is_renamed_and_wrong_names_are_refused() {
    let mut client = Client::with_library();
    let text = client.on_disk(LEND);
    let after = renamed(&mut client, &text, "'total'", 3, "sum of it");
    insta::assert_snapshot!(differences(&text, &after));
    let mut refused = |wanted: &str, into: usize, name: &str| renamed(&mut client, &text, wanted, into, name);
    assert_eq!(refused("'Each_book'", 3, "add one"), "the flow already has a step `add_one`");
    assert_eq!(refused("'Each_book'", 3, "manual"), "the flow already has a step `manual`");
    assert_eq!(refused("'Each_book'", 3, "  "), "a name cannot be empty");
    assert_eq!(refused("'Each_book'", 3, &"x".repeat(81)), "a name has at most 80 characters");
    assert_eq!(refused("'Each_book'", 3, "a@b"), "a name cannot contain `@`");
    assert_eq!(refused("\"manual\"", 3, "x"), "callers expect the trigger to have the name `manual`");
    assert_eq!(refused("hlb_mail", 3, "x"), "only steps and variables can be renamed");
}

#[test]
fn a_rename_is_prepared_with_the_name() {
    let mut client = Client::with_library();
    let place = at(&client, LEND, "outputs('Reader\\u0027", 0, 12);
    let result = client.request("textDocument/prepareRename", place);
    let text = client.on_disk(LEND);
    let range = &result["range"];
    let shown = &text[offset(&text, &range["start"])..offset(&text, &range["end"])];
    assert_eq!(
        (shown, &result["placeholder"]),
        ("Reader\\u0027\\u0027s_📚_title", &json!("Reader's_📚_title"))
    );
    let place = at(&client, LEND, "\"schemaVersion\"", 0, 3);
    assert_eq!(client.request("textDocument/prepareRename", place), Value::Null);
}

#[test]
fn expressions_have_semantic_tokens() {
    let mut client = Client::with_library();
    let legend = client.offered["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"].clone();
    let params = json!({ "textDocument": { "uri": client.uri(LEND) } });
    let result = client.request("textDocument/semanticTokens/full", params);
    let text = client.on_disk(LEND);
    let numbers: Vec<u64> = result["data"]
        .as_array()
        .expect("numbers")
        .iter()
        .map(|one| one.as_u64().expect("a number"))
        .collect();
    let (mut line, mut start, mut out) = (0, 0, String::new());
    for token in numbers.chunks(5) {
        start = if token[0] == 0 { start + token[1] } else { token[1] };
        line += token[0];
        let at = |character: u64| offset(&text, &json!({ "line": line, "character": character }));
        let kind = legend[usize::try_from(token[3]).expect("small")].as_str().expect("a kind");
        out.push_str(&format!("{} {kind} {}\n", line + 1, &text[at(start)..at(start + token[2])]));
    }
    insta::assert_snapshot!(out);
    let range = json!({ "start": { "line": 86, "character": 0 }, "end": { "line": 87, "character": 0 } });
    let params = json!({ "textDocument": { "uri": client.uri(LEND) }, "range": range });
    let result = client.request("textDocument/semanticTokens/range", params);
    assert_eq!(result["data"].as_array().map(Vec::len), Some(4 * 5));
}

/// The code actions at a text: titles, and the edits of each.
pub(crate) fn actions(client: &mut Client, file: &str, wanted: &str) -> Vec<Value> {
    let place = position(&client.on_disk(file), wanted, 0, 1);
    let params = json!({
        "textDocument": { "uri": client.uri(file) },
        "range": { "start": place, "end": place },
        "context": { "diagnostics": [] }
    });
    client.request("textDocument/codeAction", params).as_array().cloned().expect("a list")
}

#[test]
fn a_finding_can_be_ignored_with_a_reason() {
    let mut client = Client::with_library();
    client.report(LEND);
    let actions = actions(&mut client, LEND, "@body('Look_up')");
    let titles: Vec<&str> = actions.iter().map(|action| action["title"].as_str().expect("a title")).collect();
    assert_eq!(
        titles,
        [
            "Ignore `unknown-action` in the note of `Is it new`, with a reason",
            "Ignore `unknown-action` in flowvet.toml, with a reason"
        ]
    );
    for (action, file) in actions.iter().zip([LEND, "flowvet.toml"]) {
        let text = client.on_disk(file);
        let change = &action["edit"]["documentChanges"][0];
        assert_eq!(change["textDocument"]["uri"], client.uri(file));
        let after = applied(&text, &change["edits"]);
        client.open(file, &after);
        client.report(LEND);
        assert_eq!(client.rules(LEND), ["child-flow-off"], "{after}");
        client.notify("textDocument/didClose", json!({ "textDocument": { "uri": client.uri(file) } }));
        client.report(LEND);
        assert_eq!(client.rules(LEND), ["unknown-action", "child-flow-off"]);
    }
    insta::assert_snapshot!(client.shown(&actions[1]));
}

#[test]
fn a_configuration_is_created_if_there_is_none() {
    let files: Vec<_> = library().into_iter().filter(|(name, _)| name != "flowvet.toml").collect();
    let mut client = Client::start(&files, capabilities());
    let actions = actions(&mut client, LEND, "@body('Look_up')");
    insta::assert_snapshot!(client.shown(&actions[1]["edit"]));
}

#[test]
fn only_fixes_are_offered() {
    let mut client = Client::with_library();
    let place = position(&client.on_disk(LEND), "@body('Look_up')", 0, 1);
    let params = json!({
        "textDocument": { "uri": client.uri(LEND) },
        "range": { "start": place, "end": place },
        "context": { "diagnostics": [], "only": ["source.organizeImports"] }
    });
    assert_eq!(client.request("textDocument/codeAction", params), json!([]));
}

#[test]
fn positions_are_the_same_text_in_every_encoding_and_with_crlf() {
    let crlf = String::from_utf8(library().into_iter().find(|(name, _)| name == LEND).expect("the flow").1);
    let crlf = crlf.expect("a text").replace('\n', "\r\n");
    for (kind, files) in [("utf-8", library()), ("utf-16", replaced(&library(), LEND, &crlf))] {
        let mut capabilities = capabilities();
        capabilities["general"]["positionEncodings"] = json!([kind]);
        let mut client = Client::start(&files, capabilities);
        assert_eq!(client.offered["capabilities"]["positionEncoding"], kind);
        let report = client.report(LEND);
        let range = &report["diagnostics"][0]["range"];
        assert_eq!(range["start"]["line"], 86);
        // The line has only ASCII characters up to the finding, and the one of the second name does not.
        let text = client.on_disk(LEND);
        let wanted = "string(variables('total')";
        let mut place = at(&client, LEND, wanted, 0, 19);
        if kind == "utf-8" {
            let line = text.lines().find(|line| line.contains(wanted)).expect("the line");
            place["position"]["character"] = json!(line.find(wanted).expect("there") + 19);
        }
        let result = client.request("textDocument/definition", place);
        let start = offset(&text, &result["range"]["start"]);
        assert!(text[start..].starts_with("total\", \"type\": \"integer\""), "{kind}: {result}");
    }
}
