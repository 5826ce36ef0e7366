//! Reports while texts change: they are those of the texts in the editor, whatever the way to them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::client::{Client, LEND, TELL, library, rules};
use crate::support::{flowvet, write_all};

const CONFIG: &str = "flowvet.toml";
const RECORDS: &str = "src/customizations.xml";
const SETTINGS: &str = "settings/test.json";

#[test]
fn unsaved_texts_count() {
    let mut client = Client::with_library();
    assert_eq!(rules(&client.report(LEND)), ["unknown-action", "child-flow-off"]);
    let records = client.on_disk(RECORDS);
    client.open(RECORDS, &records);
    client.change(RECORDS, json!([{ "text": records.replace("<StateCode>0<", "<StateCode>1<") }]));
    assert_eq!(rules(&client.report(LEND)), ["unknown-action"]);
    let config = client.on_disk(CONFIG);
    client.open(CONFIG, &format!("{config}unknown-action = \"off\"\n"));
    assert_eq!(client.report(LEND)["diagnostics"], json!([]));
    let close = |client: &Client, file| json!({ "textDocument": { "uri": client.uri(file) } });
    client.notify("textDocument/didClose", close(&client, RECORDS));
    assert_eq!(rules(&client.report(LEND)), ["child-flow-off"]);
    assert_eq!(client.end(), 0);
}

#[test]
fn a_changed_text_gets_its_findings_again() {
    let mut client = Client::with_library();
    let before = client.report(LEND)["diagnostics"].clone();
    let text = client.on_disk(LEND);
    client.open(LEND, &text);
    client.report_current(LEND);
    // An editor may move the findings with the text that is gone for a moment.
    client.change(LEND, json!([{ "text": "" }, { "text": text }]));
    assert_eq!(client.report_current(LEND)["diagnostics"], before);
}

#[test]
fn mistakes_in_the_configuration_and_the_settings_are_reported() {
    let mut client = Client::with_library();
    client.report(LEND);
    let config = client.on_disk(CONFIG);
    client.open(CONFIG, &config.replace("no-failure-path", "no-failure-pat"));
    assert_eq!(rules(&client.report(CONFIG)), ["unknown-rule"]);
    client.change(CONFIG, json!([{ "text": "profile = \"strit\"\n" }]));
    let report = client.report(CONFIG);
    insta::assert_snapshot!(client.shown(&report["diagnostics"]));
    client.change(CONFIG, json!([{ "text": config.replace("settings/test", "../secret") }]));
    let report = client.report(CONFIG);
    insta::assert_snapshot!(report["diagnostics"][0]["message"].as_str().expect("a message"));
    client.change(CONFIG, json!([{ "text": config }]));
    assert_eq!(client.report(CONFIG)["diagnostics"], json!([]));
    client.open(SETTINGS, "{\"ConnectionReferences\": [");
    assert_eq!(rules(&client.report(SETTINGS)), ["configuration"]);
    client.change(
        SETTINGS,
        json!([{ "text": "{\"ConnectionReferences\": [], \"EnvironmentVariables\": []}" }]),
    );
    let report = client.report(SETTINGS);
    assert_eq!(rules(&report), ["settings-connection-missing"], "{}", client.shown(&report));
}

/// A change of a part of a text, as an editor sends it.
#[derive(Debug, Clone)]
struct Change {
    file: &'static str,
    /// Where it starts and ends, as a fraction of the text.
    start: usize,
    length: usize,
    new: String,
    whole: bool,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let file = prop_oneof![Just(LEND), Just(TELL), Just(RECORDS), Just(CONFIG), Just(SETTINGS)];
    let new = prop_oneof![
        Just(String::new()),
        Just("\"".to_owned()),
        Just("📚".to_owned()),
        Just("\r\n".to_owned()),
        Just("\r".to_owned()),
        "[a-z名{}\\[\\]'@(),:]{1,6}"
    ];
    let change = (file, 0..10_000usize, 0..12usize, new, prop::bool::weighted(0.1))
        .prop_map(|(file, start, length, new, whole)| Change { file, start, length, new, whole });
    prop::collection::vec(change, 1..8)
}

/// The text after a change, and the change for the server.
fn change(text: &str, change: &Change) -> (String, Value) {
    let boundary = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) || text[..at].ends_with('\r') {
            at -= 1;
        }
        at
    };
    let start = boundary(text.len() * change.start / 10_000);
    let end = boundary(start + change.length).max(start);
    let after = format!("{}{}{}", &text[..start], change.new, &text[end..]);
    if change.whole {
        return (after.clone(), json!({ "text": after }));
    }
    // As the protocol counts lines: a `\r` alone ends one, too.
    let position = |at: usize| {
        let before = text[..at].replace("\r\n", "\n").replace('\r', "\n");
        let line = before.rsplit('\n').next().unwrap_or_default();
        json!({ "line": before.matches('\n').count(), "character": line.encode_utf16().count() })
    };
    let range = json!({ "start": position(start), "end": position(end) });
    (after, json!({ "range": range, "text": change.new }))
}

/// The findings of the command line for these files, by file: rule and line.
fn checked(files: &[(String, Vec<u8>)]) -> Option<Vec<(String, String, u64)>> {
    let folder = tempfile::TempDir::new().expect("a folder");
    write_all(folder.path(), files);
    let output = flowvet()
        .current_dir(folder.path())
        .env("SOURCE_DATE_EPOCH", "1775000000")
        .args(["check", ".", "--format", "json"])
        .output()
        .expect("runs");
    // The command line refuses a configuration or settings file that it cannot read.
    let report: Value = serde_json::from_slice(&output.stdout).ok()?;
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut found: Vec<_> = report["findings"]
        .as_array()?
        .iter()
        .map(|one| (text(&one["file"]), text(&one["rule"]), one["line"].as_u64().expect("a line")))
        .collect();
    found.sort();
    Some(found)
}

/// The same of the reports of a server.
fn reported(client: &Client) -> Vec<(String, String, u64)> {
    let found = client.diagnostics.iter().flat_map(|(file, report)| {
        let found = report["diagnostics"].as_array().cloned().unwrap_or_default();
        found.into_iter().map(move |one| {
            let line = one["range"]["start"]["line"].as_u64().expect("a line") + 1;
            (file.clone(), one["code"].as_str().expect("a code").to_owned(), line)
        })
    });
    let mut found: Vec<_> = found.collect();
    found.sort();
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reports_are_those_of_the_final_texts(changes in changes()) {
        let files = library();
        let mut texts: BTreeMap<&str, String> = BTreeMap::new();
        let mut client = Client::with_library();
        for one in &changes {
            let file = one.file;
            if !texts.contains_key(file) {
                let text = client.on_disk(file);
                client.open(file, &text);
                texts.insert(file, text);
            }
            let (after, sent) = change(&texts[file], one);
            client.change(file, json!([sent]));
            texts.insert(file, after);
        }
        let final_files: Vec<(String, Vec<u8>)> = files
            .iter()
            .map(|(name, bytes)| {
                let text = texts.get(name.as_str()).map(|text| with_line_feeds(text).into_bytes());
                (name.clone(), text.unwrap_or_else(|| bytes.clone()))
            })
            .collect();
        let Some(expected) = checked(&final_files) else { return Ok(()) };
        // Everything is reported before the server shuts down.
        client.request("shutdown", Value::Null);
        prop_assert_eq!(reported(&client), expected);
    }
}

/// The protocol counts a `\r` alone as a line break.
fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\u{0}").replace('\r', "\n").replace('\u{0}', "\r\n")
}
