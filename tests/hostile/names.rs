//! Names that would move the cursor, hide text or reverse it, in every format for humans.

use flowvet::cli::Cli;
use flowvet::{Outcome, Style};

use crate::support::formats::{EVIL_NAMES, OUTPUTS, assert_valid};
use crate::support::{TestFlow, id, zip_of};

/// Terminal escapes in both forms, a bell, a carriage return, and text reversed by override and by isolate; a backtick
/// and a pipe for Markdown, quotes for Graphviz and Mermaid.
const EVIL: &str = "x\\u001b[31m\\u009b2J\\u0007\\r\\u202egnp.\\u2066y\\u200b\\u061c`|\\\"]z";

fn evil() -> String {
    serde_json::from_str(&format!("\"{EVIL}\"")).expect("a JSON string")
}

/// The same name without the characters that XML cannot contain.
fn evil_in_xml() -> String {
    evil().replace(['\u{1b}', '\u{7}'], "").replace('"', "&quot;").replace('\r', "&#13;")
}

fn flow() -> String {
    let missing = id(9);
    format!(
        r#"{{"properties": {{
            "connectionReferences": {{"{EVIL}": {{"connection": {{"connectionReferenceLogicalName": "{EVIL}"}}, "api": {{"name": "shared_{EVIL}"}}, "runtimeSource": "embedded"}}}},
            "definition": {{
                "parameters": {{"{EVIL}": {{"metadata": {{"schemaName": "{EVIL}"}}}}}},
                "triggers": {{"{EVIL}": {{"type": "Request", "kind": "{EVIL}", "inputs": {{"schema": {{"properties": {{"{EVIL}": {{"title": "{EVIL}"}}}}, "required": ["{EVIL}"]}}}}}}}},
                "actions": {{
                    "{EVIL}": {{"type": "Workflow", "inputs": {{"host": {{"workflowReferenceName": "{missing}"}}, "body": {{"{EVIL}": "@{EVIL}("}}}}}},
                    "self": {{"type": "Workflow", "inputs": {{"host": {{"workflowReferenceName": "{}"}}, "body": {{"{EVIL}": 1}}}}}},
                    "use {EVIL}": {{"type": "OpenApiConnection", "inputs": {{"host": {{"connectionName": "{EVIL}", "operationId": "{EVIL}", "apiId": "/apis/shared_{EVIL}"}}}}}}
                }}}}}}}}"#,
        id(1)
    )
}

fn package() -> Vec<u8> {
    let name = evil_in_xml();
    let evil_path = format!("Workflows/{}-{}.json", evil(), id(1).to_uppercase());
    let record = format!(
        r#"<Workflow WorkflowId="{{{}}}" Name="{name}"><JsonFileName>/x</JsonFileName><Category>5</Category><StateCode>1</StateCode></Workflow>
           <Workflow WorkflowId="{{{}}}" Name="{name} 2"><JsonFileName>/{name}</JsonFileName><Category>5</Category><StateCode>0</StateCode></Workflow>"#,
        id(1),
        id(2)
    );
    let customizations = format!(
        r#"<ImportExportXml><Workflows>{record}</Workflows><connectionreferences><connectionreference connectionreferencelogicalname="unused {name}"><connectorid>/apis/shared_{name}</connectorid></connectionreference></connectionreferences></ImportExportXml>"#
    );
    let manifest = format!(
        r#"<ImportExportXml><SolutionManifest><UniqueName>{name}</UniqueName><Version>{name}</Version><MissingDependencies><MissingDependency><Required type="29" displayName="{name}" solution="{name}" id="{{{}}}"/></MissingDependency></MissingDependencies></SolutionManifest></ImportExportXml>"#,
        id(9)
    );
    let folder = evil();
    let files = [
        (format!("{folder}/solution.xml"), manifest.into_bytes()),
        (format!("{folder}/customizations.xml"), customizations.into_bytes()),
        (format!("{folder}/{evil_path}"), flow().into_bytes()),
        (format!("{folder}/Workflows/{} broken.json", evil()), b"{\x1b]0;title\x07}".to_vec()),
        (format!("{folder}/{}.cab", evil()), b"MSCF".to_vec()),
        (format!("{folder}/{}.zip", evil()), b"PK\x1b[31m".to_vec()),
    ];
    zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
}

fn run(args: &[&str]) -> Outcome {
    use clap::Parser;
    let cli = Cli::try_parse_from(std::iter::once("flowvet").chain(args.iter().copied())).expect("arguments");
    flowvet::run(cli, Style { color: false, links: false, width: 80, progress: false })
}

fn unsafe_in(text: &str) -> Option<char> {
    text.chars().find(|c| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
    })
}

#[test]
fn formats_for_humans_contain_printable_characters_only() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let zip = file("in.zip", &package());
    let settings = file("settings.json", format!(r#"{{"EnvironmentVariables": [{{"SchemaName": "{EVIL}", "Value": ""}}], "ConnectionReferences": [{{"LogicalName": "{EVIL}", "ConnectionId": ""}}]}}"#).as_bytes());
    let given = file("order.txt", evil().replace('\r', "").as_bytes());
    let broken = file("broken.json", format!("{{{}", evil()).as_bytes());
    let commands: [&[&str]; 29] = [
        &["check", &zip, "--all"],
        &["check", &zip, "--statistics"],
        &["check", &zip, "--format", "concise"],
        &["check", &zip, "--format", "jsonl"],
        &["check", &zip, "--format", "json"],
        &["check", &zip, "--format", "sarif"],
        &["check", &zip, "--format", "github"],
        &["check", &zip, "--format", "azure"],
        &["check", &zip, "--format", "gitlab"],
        &["check", &zip, "--format", "junit"],
        &["check", &zip, "--format", "markdown"],
        &["check", &zip, "--format", "html"],
        &["runbook", &zip],
        &["graph", &zip],
        &["check", &zip],
        &["check", &zip, "--settings", &settings],
        &["check", &zip, "--settings", &broken],
        &["check", &broken],
        &["order", &zip],
        &["order", &zip, "--reverse"],
        &["order", &zip, "--solutions"],
        &["order", &zip, "--format", "markdown"],
        &["order", &zip, "--check", &given],
        &["order", &zip, "--only", "x\u{1b}\u{202e}"],
        &["connections", &zip],
        &["connections", &zip, "--format", "markdown"],
        &["graph", &zip, "--format", "mermaid"],
        &["graph", &zip, "--format", "dot"],
        &["explain", "\u{1b}[31m\u{202e}"],
    ];
    for args in commands {
        let outcome = run(args);
        for text in [&outcome.output, &outcome.stderr] {
            assert_eq!(unsafe_in(text), None, "{args:?}: {text:?}");
        }
        assert!(!(outcome.output.is_empty() && outcome.stderr.is_empty()), "{args:?}");
    }
    let report = run(&["check", &zip]).output;
    assert!(report.contains("\\u{202e}") && report.contains("\\u{1b}"), "{report}");
}

/// A package in which flows, steps, references and the solution have these names.
fn package_of(names: &[&str]) -> Vec<u8> {
    let in_xml = |name: &str| {
        let kept = name.chars().filter(|c| !c.is_control() && !"\u{fffe}\u{ffff}".contains(*c));
        kept.collect::<String>().replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
    };
    let file = |at: usize| format!("Workflows/Flow-{}.json", id(at + 1).to_uppercase());
    let mut files = Vec::new();
    let (mut records, mut references) = (String::new(), String::new());
    for (at, name) in names.iter().enumerate() {
        let (xml, path, id) = (in_xml(name), file(at), id(at + 1));
        let state = at % 2;
        records.push_str(&format!("<Workflow WorkflowId=\"{{{id}}}\" Name=\"{xml}\"><JsonFileName>/{path}</JsonFileName><Category>5</Category><StateCode>{state}</StateCode></Workflow>"));
        references.push_str(&format!("<connectionreference connectionreferencelogicalname=\"{xml}\"><connectionreferencedisplayname>{xml}</connectionreferencedisplayname><connectorid>/apis/shared_{xml}</connectorid></connectionreference>"));
        let call = |number: usize| serde_json::json!({"type": "Workflow", "inputs": {"host": {"workflowReferenceName": self::id(number)}}});
        let step = serde_json::json!({"type": "OpenApiConnection", "runAfter": {*name: ["Succeeded"]}, "inputs": {"host": {"connectionName": name, "operationId": name, "apiId": format!("/apis/shared_{name}")}, "parameters": {*name: format!("@outputs('{name}!')")}}});
        let actions = serde_json::json!({format!("call {name}"): call(at + 2), format!("{name} missing"): call(900), format!("use {name}"): step, *name: {"type": "Compose", "inputs": format!("@nosuch({name}")}});
        let definition = serde_json::json!({"triggers": {*name: {"type": "Request", "kind": "Button", "inputs": {"schema": {}}}}, "actions": actions});
        let connections = serde_json::json!({*name: {"connection": {"connectionReferenceLogicalName": name}, "api": {"name": format!("shared_{name}")}, "runtimeSource": "invoker"}});
        files.push((path, serde_json::json!({"properties": {"connectionReferences": connections, "definition": definition}}).to_string()));
    }
    let solution = in_xml(names[0]);
    files.push(("customizations.xml".to_owned(), format!("<ImportExportXml><Workflows>{records}</Workflows><connectionreferences>{references}</connectionreferences></ImportExportXml>")));
    files.push(("solution.xml".to_owned(), format!("<ImportExportXml><SolutionManifest><UniqueName>{solution}</UniqueName><Version>{solution}</Version><Managed>0</Managed></SolutionManifest></ImportExportXml>")));
    zip_of(files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())))
}

#[test]
fn names_do_nothing_in_any_format() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("in.zip");
    for names in EVIL_NAMES.chunks(8) {
        std::fs::write(&path, package_of(names)).expect("a file");
        let path = path.to_string_lossy();
        for args in OUTPUTS {
            let outcome = run(&[args, &["--", &path]].concat());
            assert!(outcome.code < 2, "{args:?}: {}", outcome.stderr);
            assert_valid(args, &outcome.output);
        }
        let baseline = folder.path().join("known.json");
        run(&["check", &path, "-q", "--write-baseline", &baseline.to_string_lossy()]);
        assert_valid(&["check", "--format", "json"], &std::fs::read_to_string(&baseline).expect("written"));
    }
}

#[test]
fn quotes_and_brackets_cannot_break_out_of_drawings() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("in.zip");
    std::fs::write(&path, package()).expect("a file");
    let path = path.to_string_lossy();
    let dot = run(&["graph", &path, "--format", "dot"]).output;
    for line in dot.lines().filter(|line| line.contains("label=")) {
        let bare = line.replace("\\\\", "").replace("\\\"", "");
        assert_eq!(bare.matches('"').count() % 2, 0, "{line}");
    }
    let mermaid = run(&["graph", &path, "--format", "mermaid"]).output;
    for line in mermaid.lines().filter(|line| line.contains("[\"")) {
        assert_eq!(line.matches('"').count(), 2, "{line}");
    }
}

#[test]
fn machine_formats_preserve_names_and_stay_valid() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("in.zip");
    std::fs::write(&path, package()).expect("a file");
    let path = path.to_string_lossy();
    for args in [["check", &path], ["order", &path], ["connections", &path], ["graph", &path]] {
        let outcome = run(&[args[0], args[1], "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&outcome.output).expect("JSON");
        assert!(json["version"].is_u64());
        assert_eq!(unsafe_in(&outcome.output), None, "JSON has escapes of its own");
        assert!(json.to_string().contains("\u{202e}"), "{}: names are those of the input", args[0]);
    }
    let flow = TestFlow::new(1, []).json();
    assert!(serde_json::from_str::<serde_json::Value>(&flow).is_ok());
}

/// A shell may expand `*` to the name of a file that looks like an option.
#[test]
fn errors_about_arguments_are_printable() {
    for argument in ["--##vso[task.x]y", "--\u{1b}[31m\u{202e}x"] {
        let output = crate::support::flowvet().args(["check", argument]).output().expect("runs");
        let text = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains("unexpected argument") && !text.contains("##vso["), "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    }
}
