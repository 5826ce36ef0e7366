//! Tests of the completion of fixtures, which `fixtures/README.md` describes.

use crate::fixture::complete;

const FLOW: &str = "Workflows/Ask & wait-0A1B2C3D-0000-4000-8000-00000000ABCD.json";

fn completed(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    complete(files).into_iter().map(|(path, bytes)| (path, text(bytes))).collect()
}

fn flow(text: &str) -> (String, serde_json::Value) {
    let files = completed(&[(FLOW, text)]);
    let (_, text) = files.iter().find(|(path, _)| path == FLOW).expect("the flow");
    (text.clone(), serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

#[test]
fn a_definition_becomes_a_flow_file_with_the_same_lines() {
    let written = "{\n  \"actions\": {\n    \"A\": {\"connectionName\": \"shared_teams\", \"apiId\": \"/apis/shared_teams\"}\n  }\n}\n";
    let (text, json) = flow(written);
    assert_eq!(text.lines().count(), written.lines().count());
    assert_eq!(text.lines().nth(2), written.lines().nth(2));
    let properties = &json["properties"];
    assert_eq!(properties["definition"]["triggers"]["manual"]["kind"], "Button");
    assert_eq!(properties["connectionReferences"]["shared_teams"]["api"]["name"], "shared_teams");
    let (_, json) = flow("{}");
    assert_eq!(json["properties"]["definition"]["actions"], serde_json::json!({}));
}

#[test]
fn connection_references_can_be_chosen() {
    for definition in ["\n    \"actions\": {}\n  ", "\n  "] {
        let references = "\"connectionReferences\": {\"a\": {\"connection\": {\"connectionReferenceLogicalName\": \"x_a\"}, \"api\": {\"name\": \"a\"}}}";
        let written = format!("{{\n  {references},\n  \"definition\": {{{definition}}}\n}}\n");
        let (text, json) = flow(&written);
        assert_eq!(text.lines().nth(1), written.lines().nth(1));
        assert_eq!(json["properties"]["connectionReferences"]["a"]["api"]["name"], "a");
        assert_eq!(json["properties"]["definition"]["contentVersion"], "1.0.0.0");
        let files = completed(&[(FLOW, &written)]);
        assert!(
            files.iter().any(|(path, text)| path == "Other/Customizations.xml" && text.contains("\"x_a\""))
        );
    }
}

#[test]
fn missing_files_are_added_and_existing_files_are_kept() {
    let record = format!("{FLOW}.data.xml");
    let paths = |files: &[(String, String)]| files.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    let files = completed(&[(FLOW, "{}")]);
    let expected = ["Other/Customizations.xml", "Other/Solution.xml", FLOW, record.as_str()];
    assert_eq!(paths(&files), expected);
    assert!(files[1].1.contains("{0a1b2c3d-0000-4000-8000-00000000abcd}"), "{}", files[1].1);
    assert!(files[3].1.contains("Name=\"Ask &amp; wait\""), "{}", files[3].1);
    let whole = "{\"properties\": {}}";
    let files =
        completed(&[(FLOW, whole), (&record, ""), ("Other/Solution.xml", "<a/>"), ("flowvet.toml", "b")]);
    assert_eq!(paths(&files), ["Other/Customizations.xml", "Other/Solution.xml", FLOW, "flowvet.toml"]);
    assert_eq!((files[1].1.as_str(), files[2].1.as_str()), ("<a/>", whole));
    // Two solutions in one fixture are named after their folders.
    let files = completed(&[("one/Workflows/x.json", "{}"), ("two/Connectors/y.xml", "<c/>")]);
    assert!(files.iter().any(|(path, text)| path == "two/Other/Solution.xml" && text.contains(">two<")));
    assert_eq!(completed(&[("a/definition.json", "{}")]).len(), 1);
}
