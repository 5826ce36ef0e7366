//! The entry points of the fuzzers, and the properties that they check for every input. Not part of the public API: only
//! `fuzz/` and the test that replays its corpora use it.
#![allow(clippy::missing_panics_doc, reason = "to panic is how a fuzz target says that it found something")]

mod command_line;
mod companions;
mod html;

use std::io::{Cursor, Write};

use serde_json::Value;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::analysis::Analysis;
use crate::baseline::fingerprint;
use crate::config::FailOn;
use crate::errors;
use crate::expression;
use crate::graph::Graph;
use crate::load::limits::Limits;
use crate::load::{self, Input, Package, PackageFile, PackageKind, Role};
use crate::mentions;
use crate::model::{self, Prefer, Workspace};
use crate::parse::{json, locate as locate_place, xml as xml_reader};
use crate::report::explain::{self, About, Explanation};
use crate::report::human;
use crate::report::layout::{Layout, Style};
use crate::report::{
    Report, alm, connections, github, gitlab, graph, html as html_report, json as json_report, junit,
    markdown,
};
use crate::report::{order as order_report, picture, runbook, sarif, solutions};
use crate::session::Session;
use crate::source::{self, Document, FileName, Json, Part, Place, Route, Sources, Text};
use crate::verdict::Verdicts;
use crate::webhooks::Webhooks;

pub use command_line::CommandLine;
pub use companions::{baseline, config, order, settings};
pub use html::ELEMENTS;

/// Limits so low that an input that evades them is noticed, and not only slow.
fn small_limits() -> Limits {
    Limits { file_bytes: 1 << 20, total_bytes: 4 << 20, files: 1000, ..Limits::default() }
}

/// Reads any bytes as a zip. Loading ends, and stays within the limits.
pub fn zip(bytes: &[u8]) {
    let limits = small_limits();
    let loaded =
        load::load(Sources::default(), vec![input("fuzz.zip", bytes)], &load::Replaced::new(), limits);
    // An invalid byte becomes U+FFFD, which has three bytes.
    let read: u64 = loaded.sources.iter().map(|text| text.text().len() as u64).sum();
    assert!(read <= 3 * limits.total_bytes, "{read} bytes were read");
    assert!(loaded.packages.is_empty() || loaded.errors.is_empty(), "an input is read or refused");
}

/// Reads any text as JSON. It agrees with serde_json on whether the text is valid and on the values, and every node is found
/// by its route.
pub fn locate(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let document = match json::parse(text.into()) {
        Ok(document) => document,
        Err(error) => {
            assert!(error.offset <= text.len());
            assert!(serde_json::from_str::<Value>(text).is_err(), "serde_json reads {text:?}");
            return;
        }
    };
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text:?}"));
    let mut nodes = vec![(Route::root(), document.root(), &value)];
    while let Some((route, json, value)) = nodes.pop() {
        assert_node(&document, text, (&route, json, value));
        match value {
            Value::Object(map) => {
                let members = json.as_object().unwrap_or_else(|| panic!("no object at {route}"));
                assert!(members.keys().eq(map.keys()), "the keys at {route}");
                nodes.extend(members.iter().map(|(key, one)| (route.key(key), one, &map[key])));
            }
            Value::Array(list) => {
                let elements = json.as_array().unwrap_or_else(|| panic!("no array at {route}"));
                assert_eq!(elements.len(), list.len(), "the elements at {route}");
                let pairs = elements.iter().zip(list).enumerate();
                nodes.extend(pairs.map(|(at, (one, value))| (route.index(at), one, value)));
            }
            Value::String(text) => assert_eq!(json.as_str(), Some(text.as_str()), "at {route}"),
            // serde_json reads a negative zero as a float.
            Value::Number(_) if json.raw() == "-0" => assert_eq!(json.as_i64(), Some(0)),
            Value::Number(number) => {
                assert_eq!(json.as_i64(), number.as_i64(), "at {route}");
                assert_eq!(json.as_u64(), number.as_u64(), "at {route}");
            }
            Value::Bool(value) => assert_eq!(json.as_bool(), Some(*value), "at {route}"),
            Value::Null => assert!(matches!(json.value(), source::Value::Null), "at {route}"),
        }
    }
}

/// The route of a node leads back to the node, and its range in the text is the node's.
fn assert_node(document: &Document, text: &str, (route, json, value): (&Route, Json<'_>, &Value)) {
    let Some(span) = document.locate(route, Part::Value) else { panic!("nothing at {route}") };
    assert_eq!(span, json.span(), "at {route}");
    let quotes = usize::from(value.is_string());
    let found = &text[span.start - quotes..span.end + quotes];
    assert_eq!(serde_json::from_str::<Value>(found).ok().as_ref(), Some(value), "at {route}");
    let Some(key) = document.locate(route, Part::Key) else { panic!("no key at {route}") };
    assert!(text.get(key.start..key.end).is_some(), "the key at {route}");
}

/// Reads any text as each XML file of a solution. Every place in the model is inside the text, and both XML readers agree.
pub fn xml(bytes: &[u8]) {
    descriptions(bytes, "xml");
    std::str::from_utf8(bytes).into_iter().for_each(xml_reader::compare);
}

/// Reads any text as each YAML file of a solution. Every place in the model is inside the text.
pub fn yaml(bytes: &[u8]) {
    descriptions(bytes, "yml");
}

fn descriptions(bytes: &[u8], ending: &str) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut sources = Sources::default();
    let roles = [
        Role::Manifest,
        Role::Customizations,
        Role::Record,
        Role::App,
        Role::VariableDefinition,
        Role::Table,
    ];
    let files = roles.map(|role| {
        let path = format!("{role:?}.{ending}");
        let file = sources.add(Text::new(path.clone(), text));
        PackageFile { role, file, path, readable: true }
    });
    let (kind, has_agents, custom_apis) = (PackageKind::Solution, false, Vec::new());
    let package = Package { path: FileName::default(), kind, files: files.into(), has_agents, custom_apis };
    let workspace = model::build(&sources, vec![package], Vec::new(), Prefer::default());
    for place in remembered(&workspace) {
        assert_place(&sources, place);
    }
    Graph::build(&workspace, &Webhooks::of(&workspace));
}

/// Every place of the XML files in the model.
fn remembered(workspace: &Workspace) -> impl Iterator<Item = &Place> {
    let solutions = workspace.solutions.iter().flat_map(|solution| {
        let missing = solution.manifest.iter().flat_map(|one| &one.missing).map(|one| &one.place);
        let references = solution.references.iter().flat_map(|all| all.values());
        let references = references.flat_map(|one| [&one.place, &one.connector_place]);
        let variables = solution.variables.values();
        let variables = variables.flat_map(|one| std::iter::once(&one.place).chain(&one.value));
        let components = solution.manifest.iter().filter_map(|one| one.components.as_ref());
        let components = components.flat_map(|all| all.list.iter().map(|one| &one.place).chain([&all.place]));
        let apps = solution.apps.iter().flat_map(|app| &app.flows).map(|flow| &flow.place);
        missing.chain(references).chain(variables).chain(components).chain(apps)
    });
    let records = workspace.flows.iter().filter_map(|flow| flow.record.as_ref());
    let faults = workspace.faults.iter().map(|fault| &fault.place);
    let records = records.flat_map(|one| {
        [&one.id, &one.name, &one.state].into_iter().chain(one.json_file.iter().map(|file| &file.place))
    });
    solutions.chain(records).chain(faults)
}

fn assert_place(sources: &Sources, place: &Place) {
    let span = locate_place(sources, place);
    let text = sources.get(place.file).text();
    assert!(text.get(span.start..span.end).is_some(), "{place:?} is no text of {text:?}");
}

/// Reads any text as a string of a definition. All ranges are inside the text, and a printed tree parses to the same tree.
pub fn expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let inside = |range: &std::ops::Range<usize>| {
        assert!(text.get(range.clone()).is_some(), "{range:?} of {text:?}");
    };
    let template = match expression::parse(text) {
        Ok(template) => template,
        Err(error) => {
            inside(&error.range);
            error.opened.iter().for_each(inside);
            return;
        }
    };
    for expr in template.walk() {
        inside(&expr.range);
    }
    for part in &template.parts {
        let expression::TemplatePart::Expression(expr) = part else { continue };
        let written = expr.to_string();
        let text = format!("@{{{written}}}");
        let again = expression::parse(&text).map(|template| template.parts);
        match again.as_deref() {
            Ok([expression::TemplatePart::Expression(again)]) => assert_eq!(again.to_string(), written),
            other => panic!("`{written}` of {text:?} reads back as {other:?}"),
        }
    }
}

/// Reads any bytes as an input, or any texts as the files of a solution, and creates every report of every command.
pub fn check(bytes: &[u8]) {
    let input = match std::str::from_utf8(bytes) {
        Ok(text) if text.starts_with(FILE) => input("fuzz.zip", &packed(text)),
        _ => input("fuzz.json", bytes),
    };
    let Ok(session) = Session::load([input.clone()], small_limits()) else { return };
    assert_same_when_released(&session, input);
    for diagnostic in session.check().diagnostics {
        assert_printable(&diagnostic.to_string());
    }
    let analysis = session.analysis();
    let findings = session.findings().findings;
    for finding in &findings {
        finding.labels.iter().chain(&finding.related).for_each(|label| {
            assert_place(&analysis.sources, &label.place);
        });
    }
    let fingerprints = fingerprint::of_all(analysis, &findings);
    let verdicts = analysis.verdicts(&findings);
    let report = Report {
        analysis,
        findings: &findings,
        fingerprints: &fingerprints,
        ignored: 0,
        known: 0,
        not_selected: 0,
        fixed: 0,
        fail_on: FailOn::Error,
        verdicts: &verdicts,
    };
    for json in [json_report::render(&report), sarif::render(&report), gitlab::render(&report)] {
        let read: Result<Value, _> = serde_json::from_str(&json);
        assert!(read.is_ok(), "{read:?}");
    }
    let texts = [
        human::render(&report, &Layout::new(STYLE)),
        markdown::render(&report, markdown::Limit::Comment),
        github::render(&report),
        junit::render(&report),
    ];
    texts.iter().for_each(|text| assert_printable(text));
    let read = roxmltree::Document::parse(&texts[3]);
    assert!(read.is_ok(), "{read:?} in {:?}", texts[3]);
    let page = html_report::render(&report);
    html::assert_html(&page);
    assert_printable(&page);
    let runbook = runbook::Runbook::of(analysis, &findings, &verdicts);
    assert_printable(&runbook.text(runbook::Markup::Markdown));
    orders(analysis, &verdicts);
    graphs(analysis, &verdicts);
    let list = connections::list(analysis);
    [connections::table(&list), connections::markdown(&list)].iter().for_each(|text| assert_printable(text));
    assert!(connections::csv(&list).is_ok());
}

/// Releasing flows changes neither findings nor their locations.
fn assert_same_when_released(kept: &Session, input: Input) {
    let released = Session::load([input], Limits { kept_bytes: 0, ..small_limits() });
    let mut released = released.unwrap_or_else(|errors| panic!("it was read before, but now: {errors}"));
    let findings = released.check_and_release().findings;
    let fingerprints = fingerprint::of_all(released.analysis(), &findings);
    let expected = kept.findings().findings;
    assert_eq!(fingerprints, fingerprint::of_all(kept.analysis(), &expected));
    for (finding, expected) in findings.iter().zip(&expected) {
        assert_eq!(
            serde_json::to_string(&json_report::one(released.analysis(), finding)).ok(),
            serde_json::to_string(&json_report::one(kept.analysis(), expected)).ok(),
        );
    }
}

fn graphs(analysis: &Analysis, verdicts: &Verdicts) {
    for parts in [graph::Parts::default(), graph::Parts::ALL] {
        let view = graph::View::of(analysis, Some(verdicts), parts, &[]);
        let svg = picture::svg(&view);
        let read = roxmltree::Document::parse(&svg);
        assert!(read.is_ok(), "{read:?} in {svg:?}");
        let page = html_report::graph(&view);
        html::assert_html(&page);
        let texts = [graph::json(&view), graph::mermaid(&view), graph::dot(&view), page, svg];
        texts.iter().for_each(|text| assert_printable(text));
    }
}

fn orders(analysis: &Analysis, verdicts: &Verdicts) {
    let activation = analysis.activation();
    let mut alm = "{}".to_owned();
    for _ in 0..2 {
        let merged = alm::merged(&alm, &alm::entries(analysis, activation));
        alm = merged.unwrap_or_else(|error| panic!("{error:?}"));
    }
    let shown = order_report::Shown { analysis, order: activation, verdicts, reversed: false };
    [shown.text(), shown.markdown()].iter().for_each(|text| assert_printable(text));
    assert!(shown.csv().is_ok());
    assert_printable(&solutions::text(analysis, &analysis.import_order()));
    let reversed = analysis.activation().clone().reversed();
    assert_printable(&order_report::Shown { analysis, order: &reversed, verdicts, reversed: true }.text());
}

/// Explains any text as a message, with and without a package, and prints both answers.
pub fn explain(bytes: &[u8]) {
    let Ok(message) = std::str::from_utf8(bytes) else { return };
    let search = errors::in_message(message);
    let Ok(session) = Session::load([input("fuzz.json", NAMED.as_bytes())], small_limits()) else {
        panic!("the package that messages name things of cannot be read");
    };
    let mentions = mentions::of(message, &session.analysis().workspace, &session.analysis().sources);
    let about = About {
        analysis: session.analysis(),
        packages: &["fuzz.json".to_owned()],
        mentions: &mentions,
        findings: &[],
        elsewhere: 0,
    };
    for about in [None, Some(about)] {
        let explanation = Explanation { search: &search, about };
        assert_printable(&explain::text(&explanation, STYLE));
        let json: Result<Value, _> = serde_json::from_str(&explain::json(&explanation));
        assert!(json.is_ok(), "{json:?}");
    }
}

/// A flow with a component of each kind that a message can name.
const NAMED: &str = r#"{
    "properties": {
        "connectionReferences": {
            "shared_office365": {
                "runtimeSource": "embedded",
                "connection": { "connectionReferenceLogicalName": "hlb_office" },
                "api": { "name": "shared_office365" }
            }
        },
        "definition": {
            "parameters": {
                "Mailbox (hlb_Mailbox)": {
                    "type": "String", "defaultValue": "", "metadata": { "schemaName": "hlb_Mailbox" }
                }
            },
            "triggers": { "manual": { "type": "Request", "kind": "Button", "inputs": { "schema": {} } } },
            "actions": {
                "Send_an_email": {
                    "type": "OpenApiConnection",
                    "runAfter": {},
                    "inputs": {
                        "host": {
                            "apiId": "/providers/Microsoft.PowerApps/apis/shared_office365",
                            "connectionName": "shared_office365",
                            "operationId": "SendEmailV2"
                        },
                        "parameters": { "emailMessage/To": "@parameters('Mailbox (hlb_Mailbox)')" }
                    }
                }
            }
        }
    },
    "schemaVersion": "1.0.0.0"
}"#;

const STYLE: Style = Style { color: false, links: false, width: 80, progress: false };

/// Checks that a report contains no character that moves the cursor, or hides or reorders text.
fn assert_printable(text: &str) {
    let bad = text.chars().find(|character| crate::characters::is_unsafe(*character) && *character != '\n');
    assert!(bad.is_none(), "{bad:?} in {text:?}");
}

/// The start of a line that names the file whose text follows.
const FILE: &str = "--- ";

/// A zip of the texts below lines `--- path`, so that a fuzzer does not have to create valid zips.
pub fn packed(text: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file in format!("\n{text}").split(&format!("\n{FILE}")).skip(1) {
        let (name, text) = file.split_once('\n').unwrap_or((file, ""));
        // The name occurs twice, or is too long for a zip. The other files still form a solution.
        if zip.start_file(name, SimpleFileOptions::default()).is_ok() {
            let _ = zip.write_all(text.as_bytes());
        }
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}

fn input(name: &str, bytes: &[u8]) -> Input {
    Input::Bytes { name: name.to_owned(), bytes: bytes.to_vec() }
}
