//! What `flowvet graph` draws: the choice of nodes and flows, marks, limits, and names of any kind.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Document, Node};
use serde_json::Value;
use support::formats::EVIL_NAMES;
use support::{TestFlow, flowvet, id, solution, transcript, write_all};
use tempfile::TempDir;

fn package(flows: &[TestFlow]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write_all(&folder.path().join("s"), &solution("Kit", flows));
    folder
}

/// The output and the notes of `flowvet graph`.
fn graph(folder: &TempDir, args: &[&str]) -> (String, String) {
    let output = flowvet().current_dir(folder.path()).args(["graph", "s"]).args(args).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr))
}

/// Two chains, a cycle and a flow without calls: 1 -> 2 -> 3, 4 -> 2, 5 -> 6 -> 5, 7.
fn several() -> TempDir {
    let calls: [&[usize]; 7] = [&[2], &[3], &[], &[2], &[6], &[5], &[]];
    let flows = calls.iter().enumerate().map(|(at, calls)| TestFlow::new(at + 1, calls.iter().copied()));
    package(&flows.collect::<Vec<_>>())
}

fn flows<'a>(svg: &'a Document<'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    svg.descendants().filter(|node| node.attribute("data-flow").is_some())
}

/// The pairs of flows with a line between them, as numbers.
fn lines(svg: &str) -> BTreeSet<(String, String)> {
    let document = Document::parse(svg).expect("XML");
    let number = |node: &Node<'_, '_>, name| node.attribute(name).map(|id: &str| id[..8].to_owned());
    let edges = document
        .descendants()
        .filter_map(|node| Some((number(&node, "data-from")?, number(&node, "data-to")?)));
    edges.collect()
}

fn pairs(pairs: &[(usize, usize)]) -> BTreeSet<(String, String)> {
    pairs.iter().map(|(from, to)| (format!("{from:08x}"), format!("{to:08x}"))).collect()
}

#[test]
fn a_flow_is_drawn_with_all_that_it_calls_and_is_called_by() {
    let folder = several();
    let (all, _) = graph(&folder, &["--format", "svg"]);
    assert_eq!(lines(&all), pairs(&[(1, 2), (2, 3), (4, 2), (5, 6), (6, 5)]));
    for (args, expected) in [
        (&["--flow", "*1"][..], &[(1, 2), (2, 3)][..]),
        (&["--flow", "Flow 0002"], &[(1, 2), (2, 3), (4, 2)]),
        (&["--flow", "*3"], &[(1, 2), (2, 3), (4, 2)]),
        (&["--flow", "*1", "--flow", "*5"], &[(1, 2), (2, 3), (5, 6), (6, 5)]),
        (&["--flow", &id(4)], &[(2, 3), (4, 2)]),
        (&["--flow", "*7"], &[]),
    ] {
        let (svg, _) = graph(&folder, &[args, &["--format", "svg"]].concat());
        assert_eq!(lines(&svg), pairs(expected), "{args:?}");
        let (json, _) = graph(&folder, args);
        let json: Value = serde_json::from_str(&json).expect("JSON");
        let edges = json["edges"].as_array().expect("a list").len();
        assert_eq!(edges, expected.len(), "{args:?}");
    }
    let nothing = flowvet().current_dir(folder.path()).args(["graph", "s", "--flow", "Nope*"]).output();
    let nothing = nothing.expect("runs");
    assert_eq!(nothing.status.code(), Some(2));
    let message = String::from_utf8_lossy(&nothing.stderr);
    assert!(message.contains("no flow matches `Nope*`"), "{message}");
}

#[test]
fn json_has_everything_unless_parts_are_chosen() {
    let kinds = |args: &[&str]| {
        let bad = "fixtures/webhooks/event-unhandled/bad";
        let output = flowvet().args(["graph", bad, "--format", "json"]).args(args).output().expect("runs");
        let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let edges = json["edges"].as_array().expect("a list").iter();
        edges.map(|edge| edge["kind"].as_str().expect("a kind").to_owned()).collect::<BTreeSet<_>>()
    };
    let set = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(kinds(&[]), set(&["uses", "registers", "delivers-to"]));
    assert_eq!(kinds(&["--with", "events"]), set(&["registers", "delivers-to"]));
    // Without events, a flow registers the flows that receive them.
    assert_eq!(kinds(&["--with", "connections"]), set(&["registers", "uses"]));
}

#[test]
fn states_and_cycles_are_marked() {
    let mut off = TestFlow::new(3, []);
    off.is_on = false;
    let folder = package(&[
        TestFlow::new(1, [2]),
        TestFlow::new(2, [1, 3]),
        off,
        TestFlow::new(4, [5, 9]),
        TestFlow::new(5, []),
    ]);
    let (svg, _) = graph(&folder, &["--format", "svg"]);
    let document = Document::parse(&svg).expect("XML");
    let mut classes: Vec<String> = flows(&document)
        .map(|node| {
            let texts = node.descendants().filter(|node| node.attribute("class") == Some("caption"));
            let texts: Vec<&str> = texts.filter_map(|node| node.text()).collect();
            let (id, class) = (&node.attribute("data-flow").expect("an id")[..8], node.attribute("class"));
            format!("{id} {} [{}]", class.unwrap_or_default(), texts.join(", "))
        })
        .collect();
    classes.sort();
    insta::assert_snapshot!(classes.join("\n"), @r"
    00000001 flow blocked [will not turn on: circle of calls]
    00000002 flow blocked [will not turn on: circle of calls]
    00000003 flow stays-off [stays off]
    00000004 flow blocked [will not turn on]
    00000005 flow turns-on []
    00000009 flow external [not in the inputs]
    ");
    let in_cycle = document.descendants().filter(|node| node.attribute("class") == Some("edge calls cycle"));
    assert_eq!(in_cycle.count(), 2);
}

#[test]
fn mermaid_and_graphviz_mark_states_and_cycles() {
    let folder = several();
    let (mermaid, notes) = graph(&folder, &["--format", "mermaid"]);
    insta::assert_snapshot!("mermaid_marks", mermaid + "---\n" + &notes);
    let (dot, _) = graph(&folder, &["--format", "dot"]);
    insta::assert_snapshot!("dot_marks", dot);
}

#[test]
fn a_graph_that_mermaid_refuses_has_a_note() {
    let calls = |number| TestFlow::new(number, 1000..1000 + if number == 1 { 501 } else { 0 });
    let (_, notes) = graph(&package(&[calls(1), calls(2)]), &["--format", "mermaid"]);
    insta::assert_snapshot!(notes, @r"
    note: 1 flow without calls is not drawn; `--format svg` lists it
    note: the graph has 501 edges, and Mermaid draws at most 500; draw a part with `--flow`, or use `--format svg`
    ");
    let (_, notes) = graph(&package(&[TestFlow::new(1, 1000..1500)]), &["--format", "mermaid"]);
    assert_eq!(notes, "");
}

/// A package whose flows have these names. The first flow calls all others but the last.
fn named(names: &[&str]) -> TempDir {
    let calls = |number| if number == 1 { 2..names.len() } else { 0..0 };
    let flows: Vec<TestFlow> = (1..=names.len()).map(|number| TestFlow::new(number, calls(number))).collect();
    // XML cannot hold these.
    let is_allowed = |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    let folder = TempDir::new().expect("a folder");
    let files = solution("Kit", &flows).into_iter().map(|(path, bytes)| {
        let mut text = String::from_utf8(bytes).expect("UTF-8");
        for (at, name) in names.iter().enumerate() {
            let name: String = name.chars().filter(is_allowed).collect();
            let name = name.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
            text = text.replace(&format!("Name=\"Flow {:04}\"", at + 1), &format!("Name=\"{name}\""));
        }
        (path, text.into_bytes())
    });
    write_all(&folder.path().join("s"), &files.collect::<Vec<_>>());
    folder
}

/// The name in the picture of a flow.
fn name(flow: &Node<'_, '_>) -> String {
    let mut names =
        flow.descendants().filter(|node| node.is_element() && node.attribute("class") == Some("name"));
    let texts = names.next_back().expect("a name").descendants().filter(Node::is_text);
    texts.filter_map(|node| node.text()).collect()
}

#[test]
fn names_are_whole_and_are_not_markup() {
    let (long, word) = ("Very long name ".repeat(40), "w".repeat(300));
    let others = [
        "</svg><script>alert(1)</script>",
        "a &amp; b",
        "注文を受け取ったら在庫を確認して担当者に通知する",
        &long,
        &word,
    ];
    let names: Vec<&str> = EVIL_NAMES.iter().copied().chain(others).collect();
    let folder = named(&names);
    let (json, _) = graph(&folder, &[]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let (svg, _) = graph(&folder, &["--format", "svg"]);
    let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
    let known = ["svg", "title", "desc", "style", "rect", "path", "circle", "g", "text", "tspan"];
    for node in document.descendants().filter(Node::is_element) {
        assert!(known.contains(&node.tag_name().name()), "{node:?}");
        assert!(node.attributes().all(|a| a.name() != "style" && !a.name().starts_with("on")), "{node:?}");
    }
    let drawn: BTreeMap<&str, String> =
        flows(&document).map(|flow| (flow.attribute("data-flow").expect("an id"), name(&flow))).collect();
    assert_eq!(drawn.len(), names.len());
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    for node in json["nodes"].as_array().expect("a list") {
        let (id, name) = (node["id"].as_str().expect("an id"), node["name"].as_str().expect("a name"));
        let is_escaped = drawn[id].contains("\\u{");
        assert!(is_escaped || plain(&drawn[id]) == plain(name), "{name:?} is {:?}", drawn[id]);
    }
    let (html, _) = graph(&folder, &["--format", "html"]);
    support::formats::assert_valid(&["graph", "--format", "html"], &html);
}

#[test]
fn the_page_has_the_picture_and_the_same_as_text() {
    let (page, _) = graph(&several(), &["--format", "html"]);
    support::html::assert_valid(&page);
    insta::assert_snapshot!(support::html::outline(&support::html::read(&page)));
}

#[test]
fn small_graphs_are_drawn_as_before() {
    for (name, path) in [
        ("svg_external", "fixtures/activation/child-flow-external/bad"),
        ("svg_cycle", "fixtures/activation/call-cycle/bad"),
        ("svg_events", "fixtures/webhooks/event-unhandled/bad"),
    ] {
        let output = transcript(flowvet().args(["graph", path, "--format", "svg"]));
        // The style sheet is the same in all of them.
        let (head, rest) = output.split_once("<style>").expect("a style sheet");
        let (_, rest) = rest.split_once("</style>").expect("an end of the style sheet");
        insta::assert_snapshot!(name, format!("{head}<style>…</style>{rest}"));
    }
}
