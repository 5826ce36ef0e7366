//! JSON and XML that is deeply nested, very large, or not text.

use flowvet::Limits;

use crate::support::{TestFlow, flowvet, solution, zip_of};
use crate::{findings, findings_in};

/// The findings in a solution with a file replaced.
fn with_file(path: &str, bytes: &[u8]) -> String {
    let limits = Limits { ratio: 10_000, ..Limits::default() };
    findings("texts.zip", zip_with(path, bytes), limits)
}

fn zip_with(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut files = solution("Texts", &[TestFlow::new(1, [])]);
    match files.iter_mut().find(|(other, _)| other == path) {
        Some((_, old)) => *old = bytes.to_vec(),
        None => files.push((path.to_owned(), bytes.to_vec())),
    }
    zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
}

fn flow_file() -> String {
    TestFlow::new(1, []).file()
}

#[test]
fn entities_are_refused() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">
        <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><a>&d;</a>"#;
    let external = r#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"#;
    let remote = r#"<!DOCTYPE a PUBLIC "-//x" "http://127.0.0.1:1/x.dtd"><a/>"#;
    for text in [bomb, external, remote] {
        for path in ["solution.xml", "customizations.xml", "Workflows/x.data.xml"] {
            let found = with_file(path, text.as_bytes());
            assert!(found.contains("unreadable-file") && !found.contains("root:"), "{path}: {found}");
        }
    }
    let found = with_file("customizations.xml", b"<a>&undefined;</a>");
    assert!(found.contains("unreadable-file"), "{found}");
}

#[test]
fn deep_json_is_a_finding() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let found = with_file(&flow_file(), deep.as_bytes());
        assert!(found.contains("exceeds the limit of 127 levels of JSON (`--max-json-depth`)"), "{found}");
        let refused = findings_in("deep.json", deep.into_bytes());
        assert!(refused.starts_with("refused: "), "{refused}");
        let unfinished = findings_in("deep.json", open.repeat(100_000).into_bytes());
        assert!(unfinished.starts_with("refused: "), "{unfinished}");
    }
    let flow = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        format!(
            r#"{{"x": {open}{close}, "properties": {{"definition": {{"triggers": {{"manual": {{"type": "Request", "kind": "Button"}}}}, "actions": {{}}}}}}}}"#
        )
    };
    let limits = Limits { json_depth: 20, ..Limits::default() };
    assert_eq!(findings("flow.json", flow(126).into_bytes(), Limits::default()), "");
    assert!(findings("flow.json", flow(127).into_bytes(), Limits::default()).contains("limit of 127 levels"));
    assert_eq!(findings("flow.json", flow(19).into_bytes(), limits), "");
    assert_eq!(
        findings("flow.json", flow(20).into_bytes(), limits),
        "refused: flow.json: exceeds the limit of 20 levels of JSON (`--max-json-depth`)"
    );
    let found = findings("texts.zip", zip_with(&flow_file(), flow(20).as_bytes()), limits);
    assert!(found.contains("exceeds the limit of 20 levels of JSON"), "{found}");
}

#[test]
fn deep_xml_is_a_finding() {
    let deep = format!("{}{}", "<a>".repeat(300_000), "</a>".repeat(300_000));
    for path in ["solution.xml", "customizations.xml"] {
        let found = with_file(path, deep.as_bytes());
        assert!(found.contains("exceeds the limit of 256 levels of XML (`--max-xml-depth`)"), "{found}");
    }
    // Nothing recurses, so a higher limit works too.
    let limits = Limits { xml_depth: usize::MAX, ratio: 10_000, ..Limits::default() };
    let deep = deep.replacen("<a>", "<a><Workflow WorkflowId='{00000009-0000-4000-8000-000000000000}'/>", 1);
    let found = findings("texts.zip", zip_with("customizations.xml", deep.as_bytes()), limits);
    assert!(!found.contains("levels of XML"), "{found}");
}

#[test]
fn xml_with_quadratic_parsing_time_is_a_finding() {
    let attributes: String = (0..600).map(|at| format!(" a{at}='1'")).collect();
    let found = with_file("customizations.xml", format!("<a{attributes}/>").as_bytes());
    assert!(found.contains("exceeds the limit of 512 attributes of one XML element"), "{found}");
    let namespaces: String = (0..70).map(|at| format!(" xmlns:n{at}='{at}'")).collect();
    let found = with_file("customizations.xml", format!("<a{namespaces}/>").as_bytes());
    assert!(found.contains("exceeds the limit of 64 XML namespaces in scope"), "{found}");
}

#[test]
fn a_string_of_64_megabytes_is_read() {
    let text = "x".repeat(64 << 20);
    let flow = format!(
        r#"{{"properties": {{"definition": {{"triggers": {{"manual": {{"type": "Request", "kind": "Button"}}}},
            "actions": {{"a": {{"type": "Compose", "inputs": "{text}"}}}}}}}}}}"#
    );
    assert_eq!(findings_in("long.json", flow.clone().into_bytes()), "");
    let limits = Limits { file_bytes: 1 << 20, ..Limits::default() };
    assert_eq!(
        findings("long.json", flow.into_bytes(), limits),
        "refused: long.json: exceeds the limit of 1 MiB for one file (`--max-file-size`)"
    );
}

#[test]
fn binary_files_are_findings() {
    let utf16 = |units: &[u16]| -> Vec<u8> {
        std::iter::once(0xFEFF).chain(units.iter().copied()).flat_map(u16::to_le_bytes).collect()
    };
    let json: Vec<u16> = "{\"properties\": \"".encode_utf16().collect();
    let cases: [(&str, Vec<u8>); 8] = [
        ("a lone surrogate", utf16(&[&json[..], &[0xD800, 0x22, 0x7D]].concat())),
        ("an escaped half", br#"{"properties": "\ud800"}"#.to_vec()),
        ("two escaped halves, turned round", br#"{"properties": "\udc00\ud800"}"#.to_vec()),
        ("half a unit", utf16(&json)[..9].to_vec()),
        ("no UTF-8", b"{\"properties\": \"\xC3\x28\"}".to_vec()),
        ("a NUL", b"{\"properties\": \"\0\"}".to_vec()),
        ("nothing", Vec::new()),
        ("a mark alone", vec![0xEF, 0xBB, 0xBF]),
    ];
    for (name, bytes) in cases {
        let found = with_file(&flow_file(), &bytes);
        assert!(found.contains("unreadable-file"), "{name}: {found}");
        let _ = with_file("customizations.xml", &bytes);
        let _ = findings_in("loose.json", bytes);
    }
}

#[test]
fn escaped_nuls_and_lone_surrogates_in_keys_are_read() {
    let flow = r#"{"properties": {"definition": {"triggers": {"\u0000": {}}, "actions": {"a\u0000\udbff\udfff": {
        "type": "Workflow", "inputs": {"host": {"workflowReferenceName": "00000009-0000-4000-8000-000000000000"}}}}}}}"#;
    let found = with_file(&flow_file(), flow.as_bytes());
    assert!(found.contains("child-flow-missing") || found.contains("child-flow-external"), "{found}");
}

/// A flow whose actions all use connections that it does not have, while it has the same number of others.
fn lost_connections(count: usize) -> String {
    let step = |at: usize| {
        format!(
            "\n\"s{at}\": {{\"type\": \"OpenApiConnection\", \"inputs\": {{\"host\": {{\"connectionName\": \"lost{at}\"}}}}}}"
        )
    };
    let key =
        |at: usize| format!("\n\"kept{at}\": {{\"connection\": {{}}, \"api\": {{\"name\": \"shared_x\"}}}}");
    let list = |item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(",");
    format!(
        "{{\"properties\": {{\"connectionReferences\": {{{}}}, \"definition\": {{\"triggers\": {{}}, \"actions\": {{{}}}}}}}}}",
        list(&key),
        list(&step)
    )
}

#[test]
fn reports_grow_with_the_input_and_have_the_right_lines() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let flow = lost_connections(2000);
    std::fs::write(folder.path().join("flow.json"), &flow).expect("a file");
    let run = |args: &[&str]| flowvet().current_dir(folder.path()).args(args).output().expect("runs").stdout;
    let report = run(&["check", "flow.json", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&report).expect("JSON");
    let lines: Vec<&str> = flow.lines().collect();
    let mut seen = 0;
    for finding in json["findings"].as_array().expect("a list") {
        let lost = finding["message"]
            .as_str()
            .and_then(|text| text.split('`').find(|name| name.starts_with("lost")));
        let Some(lost) = lost else { continue };
        let line = finding["line"].as_u64().and_then(|line| usize::try_from(line).ok()).expect("a line");
        let column =
            finding["column"].as_u64().and_then(|column| usize::try_from(column).ok()).expect("a column");
        assert!(lines[line - 1][column - 1..].starts_with(&format!("{lost}\"")), "{finding}");
        seen += 1;
    }
    assert_eq!(seen, 2000);
    assert!(report.len() < 20 * flow.len(), "{} bytes about {}", report.len(), flow.len());
    let human = run(&["check", "flow.json"]);
    assert!(human.len() < 20 * flow.len(), "{} bytes about {}", human.len(), flow.len());
}

#[test]
fn limits_are_options_that_refusals_name() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let zip = zip_with("x.json", b"{}");
    std::fs::write(folder.path().join("in.zip"), &zip).expect("a file");
    crate::support::write_all(&folder.path().join("tree"), &solution("Tree", &[TestFlow::new(1, [])]));
    let mut report = String::new();
    for (limit, input) in [
        ("--max-entries=2", "in.zip"),
        ("--max-file-size=100", "in.zip"),
        ("--max-total-size=1200", "in.zip"),
        ("--max-json-depth=2", "in.zip"),
        ("--max-xml-depth=1", "in.zip"),
        ("--max-files=2", "tree"),
        ("--max-json-depth=128", "in.zip"),
        ("--max-ratio=many", "in.zip"),
        ("--max-file-size=1T", "in.zip"),
    ] {
        let run =
            crate::support::transcript(flowvet().current_dir(folder.path()).args(["check", limit, input]));
        report += &format!("$ flowvet check {limit} {input}\n{run}\n\n");
    }
    insta::assert_snapshot!(report);
}
