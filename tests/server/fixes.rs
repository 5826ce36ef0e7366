//! Fixes of findings as code actions: the editor applies one, and the finding is gone.

use serde_json::{Value, json};

use crate::client::{Client, LEND, applied, capabilities, library, position, replaced, rules};
use crate::requests::actions;

const RECORDS: &str = "src/customizations.xml";
const SETTINGS: &str = "settings/test.json";

/// The name of a step in the wrong case, on a line with characters that take different numbers of bytes and UTF-16 units.
fn with_wrong_case() -> Vec<(String, Vec<u8>)> {
    let bytes = library().into_iter().find(|(name, _)| name == LEND).expect("the flow").1;
    let text = String::from_utf8(bytes).expect("a text");
    let (name, wrong) = ("outputs('Reader''s_📚_title'))\"", "outputs('reader''s_📚_title'))\"");
    assert!(text.contains(name));
    let files = replaced(&library(), LEND, &text.replace(name, wrong));
    let config = "settings = [\"settings/test.json\"]\n\n[rules]\nno-failure-path = \"off\"\naction-reference-casing = \"info\"\n";
    replaced(&files, "flowvet.toml", config)
}

/// Opens a file and applies the edits of an action to it, as an editor does.
fn apply(client: &mut Client, file: &str, action: &Value) {
    let text = client.on_disk(file);
    client.open(file, &text);
    let changes = action["edit"]["documentChanges"].as_array().expect("edits");
    assert_eq!(changes.len(), 1, "{action}");
    assert_eq!(changes[0]["textDocument"]["uri"], client.uri(file));
    let after = applied(&text, &changes[0]["edits"]);
    client.change(file, json!([{ "text": after }]));
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().expect("a title")).collect()
}

/// The code actions of a kind in a file.
fn of_kind(client: &mut Client, file: &str, kind: &str) -> Vec<Value> {
    let place = json!({ "line": 0, "character": 0 });
    let params = json!({
        "textDocument": { "uri": client.uri(file) },
        "range": { "start": place, "end": place },
        "context": { "diagnostics": [], "only": [kind] }
    });
    client.request("textDocument/codeAction", params).as_array().cloned().expect("a list")
}

#[test]
fn a_safe_fix_is_preferred_and_removes_the_finding() {
    let mut client = Client::start(&with_wrong_case(), capabilities());
    let before = rules(&client.report(LEND));
    let is_casing = |rule: &&String| *rule == "action-reference-casing";
    assert_eq!(before.iter().filter(is_casing).count(), 1, "{before:?}");
    let found = actions(&mut client, LEND, "outputs('reader");
    assert_eq!(titles(&found)[0], "Write `Reader's_📚_title`");
    assert_eq!((&found[0]["kind"], &found[0]["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!(found[0]["diagnostics"][0]["code"], "action-reference-casing");
    let text = client.on_disk(LEND);
    client.open(LEND, &text);
    // The editor and the server count the positions of the edit in the same way.
    let edit = &found[0]["edit"]["documentChanges"][0]["edits"][0];
    client.change(LEND, json!([{ "range": edit["range"], "text": edit["newText"] }]));
    let after = rules(&client.report_current(LEND));
    assert_eq!(after.iter().filter(is_casing).count(), 0, "{after:?}");
    assert_eq!(after.len(), before.len() - 1);
}

#[test]
fn all_safe_fixes_of_a_file_are_applied_together() {
    let mut client = Client::start(&with_wrong_case(), capabilities());
    client.report(LEND);
    for kind in ["source", "source.fixAll", "source.fixAll.flowvet"] {
        let found = of_kind(&mut client, LEND, kind);
        assert_eq!(titles(&found), ["Apply the safe fixes of this file"], "{kind}");
        assert_eq!(found[0]["kind"], "source.fixAll.flowvet");
    }
    assert_eq!(of_kind(&mut client, LEND, "source.fixAll.other"), [] as [Value; 0]);
    assert_eq!(of_kind(&mut client, RECORDS, "source.fixAll"), [] as [Value; 0]);
    let found = of_kind(&mut client, LEND, "source.fixAll");
    apply(&mut client, LEND, &found[0]);
    let after = rules(&client.report_current(LEND));
    assert!(!after.contains(&"action-reference-casing".to_owned()), "{after:?}");
    assert_eq!(of_kind(&mut client, LEND, "source.fixAll"), [] as [Value; 0]);
}

#[test]
fn a_fix_that_would_cause_another_finding_is_not_offered() {
    // The name of a rule can be corrected if the ignore is used then.
    for (rule, corrected) in [("child-flow-of", Some("child-flow-off")), ("call-cycl", None)] {
        let config = format!(
            "[rules]\nno-failure-path = \"off\"\n\n[[ignore]]\nrule = \"{rule}\"\nreason = \"it is on in production\"\n"
        );
        let mut client = Client::start(&replaced(&library(), "flowvet.toml", &config), capabilities());
        assert_eq!(rules(&client.report("flowvet.toml")), ["unknown-rule"]);
        let found = actions(&mut client, "flowvet.toml", rule);
        let titles = titles(&found).join("\n");
        assert_eq!(titles.contains("child-flow-off"), corrected.is_some(), "{rule}: {titles}");
        assert!(!titles.contains("call-cycle"), "{titles}");
        let all = of_kind(&mut client, "flowvet.toml", "source.fixAll");
        assert!(all.is_empty() || corrected.is_some(), "{all:?}");
    }
}

#[test]
fn an_unsafe_fix_says_so_and_may_change_another_file() {
    let mut client = Client::with_library();
    client.report(LEND);
    let found = actions(&mut client, LEND, "5e1f0000-0002");
    assert_eq!(titles(&found)[0], "Record `Tell the reader` as on (unsafe)");
    assert_eq!(found[0].get("isPreferred"), None);
    apply(&mut client, RECORDS, &found[0]);
    assert_eq!(rules(&client.report(LEND)), ["unknown-action"]);
}

#[test]
fn a_fix_that_is_only_shown_is_not_offered() {
    let settings = r#"{"ConnectionReferences": [], "EnvironmentVariables": []}"#;
    let mut client = Client::start(&replaced(&library(), SETTINGS, settings), capabilities());
    assert_eq!(rules(&client.report(SETTINGS)), ["settings-connection-missing"]);
    let found = actions(&mut client, SETTINGS, "ConnectionReferences");
    assert_eq!(titles(&found), ["Ignore `settings-connection-missing` in flowvet.toml, with a reason"]);
}

#[test]
fn old_clients_get_plain_changes() {
    let mut capabilities = capabilities();
    capabilities["workspace"]["workspaceEdit"] = json!({});
    let mut client = Client::start(&with_wrong_case(), capabilities);
    client.report(LEND);
    let found = actions(&mut client, LEND, "outputs('reader");
    let uri = client.uri(LEND);
    let text = client.on_disk(LEND);
    let after = applied(&text, &found[0]["edit"]["changes"][&uri]);
    assert_eq!(after, text.replace("outputs('reader", "outputs('Reader"));
    let place = position(&text, "outputs('reader", 0, 9);
    assert_eq!(found[0]["edit"]["changes"][&uri][0]["range"]["start"]["line"], place["line"]);
}
