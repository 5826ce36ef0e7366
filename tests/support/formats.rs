//! Reads every output back: each has to be valid in its format, and nothing in it may act on a terminal, a pipeline, a
//! spreadsheet or a page.

use std::sync::LazyLock;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use regex::Regex;
use serde_json::Value;

/// Names that mean something to what shows them.
pub(crate) const EVIL_NAMES: [&str; 25] = [
    "##vso[task.setvariable variable=x]y",
    "#\u{200d}#Vso[build.addbuildtag]x",
    "##[error]x",
    "::error file=x::y",
    "x\n::warning::y",
    "%%{init: {'theme': 'dark'}}%%",
    "`code` `",
    "`",
    "=HYPERLINK(\"http://x.example\")",
    "\u{200d}=1+1; \u{fe0f}@x",
    "x;=1+1|-2",
    "\t@SUM(A1)",
    "@all #1 !1 $x$ GH-1 :tada:",
    "https://x.example www.x.example mailto:a@b.c",
    "[a](javascript:x) ![b](c)",
    "x\u{fffe}\u{ffff}\u{1fffe}y",
    "\u{e0100}\u{180b}\u{2800}\u{feff}",
    "\u{202e}\u{0}\u{1b}[31m\u{9b}2J",
    "]]> --> </testcase>",
    "\"]\" \\\" \\",
    "a|b\\|c",
    "<script>alert(1)</script>&amp;",
    "1. first",
    "style x:#1;",
    "$$x$$ {{ x }} ${x}",
];

/// Every command and format that a package has an output in.
pub(crate) const OUTPUTS: [&[&str]; 29] = [
    &["check", "--format", "json"],
    &["check", "--format", "jsonl"],
    &["check", "--format", "sarif"],
    &["check", "--format", "gitlab"],
    &["check", "--format", "junit"],
    &["check", "--format", "markdown"],
    &["check", "--format", "html"],
    &["check", "--format", "github"],
    &["check", "--format", "azure"],
    &["check", "--format", "concise"],
    &["check", "--format", "human", "--all"],
    &["order", "--format", "text"],
    &["order", "--format", "json"],
    &["order", "--format", "csv"],
    &["order", "--format", "markdown"],
    &["order", "--format", "alm"],
    &["order", "--solutions"],
    &["connections", "--format", "table"],
    &["connections", "--format", "json"],
    &["connections", "--format", "csv"],
    &["connections", "--format", "markdown"],
    &["graph", "--format", "json"],
    &["graph", "--format", "mermaid"],
    &["graph", "--format", "dot"],
    &["graph", "--format", "svg", "--with", "connections,variables,events"],
    &["graph", "--format", "html"],
    &["runbook", "--format", "json"],
    &["runbook", "--format", "text"],
    &["runbook", "--format", "markdown"],
];

/// Reads an output of one of [`OUTPUTS`] back.
pub(crate) fn assert_valid(args: &[&str], output: &str) {
    let format = args.iter().skip_while(|arg| **arg != "--format").nth(1).copied().unwrap_or("text");
    assert_harmless(format, output);
    match (args[0], format) {
        (_, "json" | "alm" | "sarif") => {
            let read = json(output);
            let is_versioned = read["version"].is_u64() || read["version"] == "2.1.0" || format == "alm";
            assert!(is_versioned, "{output}");
        }
        (_, "jsonl") => output.lines().for_each(|line| assert!(json(line)["type"].is_string(), "{line}")),
        (_, "gitlab") => gitlab(output),
        (_, "junit") => junit(output),
        (_, "html") => super::html::assert_valid(output),
        (_, "csv") => csv(output),
        ("runbook", "markdown") => assert_checklist(output),
        (_, "markdown") => markdown(output),
        (_, "mermaid") => mermaid(output),
        (_, "dot") => dot(output),
        (_, "svg") => svg(output),
        _ => {}
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

static COMMAND: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*::[a-z]"));
static ANNOTATION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^::(error|warning|notice) file=[^:,]*,line=[0-9]+,[^:]*,title=[a-z0-9-]+::"));
static ELEMENT: LazyLock<Regex> = LazyLock::new(|| pattern("</?(code|br|details|summary)>"));

/// No output acts on a terminal or is a command for a pipeline, except where that is what the format is for.
fn assert_harmless(format: &str, output: &str) {
    let acts = |c: &char| {
        (c.is_control() && *c != '\n')
            || u32::from(*c) & 0xfffe == 0xfffe
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180b}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
    };
    let found = output.chars().find(acts);
    assert!(found.is_none(), "{format}: {found:?} in {output:?}");
    for line in output.lines() {
        // Searches may skip what is invisible, and ignore case.
        let invisible = ['\u{200c}', '\u{200d}', '\u{fe0f}'];
        let mut line = line.replace(invisible, "").to_lowercase();
        if format == "azure" {
            let command = "##vso[task.logissue ";
            line = line.strip_prefix(command).map_or(line.clone(), ToOwned::to_owned);
        }
        assert!(!line.contains("##[") && !line.contains("##vso["), "{format}: {line}");
        let is_command = COMMAND.is_match(&line);
        let is_ours = format == "github" && ANNOTATION.is_match(&line);
        assert!(!is_command || is_ours, "{format}: {line}");
    }
}

fn gitlab(output: &str) {
    for issue in json(output).as_array().expect("a list") {
        for key in ["description", "check_name", "fingerprint", "severity"] {
            assert!(issue[key].is_string(), "{key} of {issue}");
        }
        assert!(
            issue["location"]["path"].is_string() && issue["location"]["lines"]["begin"].is_u64(),
            "{issue}"
        );
    }
}

fn svg(output: &str) {
    let document = roxmltree::Document::parse(output).unwrap_or_else(|error| panic!("{error}: {output}"));
    assert_eq!(document.root_element().tag_name().name(), "svg");
    assert!(document.descendants().all(|node| !matches!(node.tag_name().name(), "script" | "a")), "{output}");
}

fn junit(output: &str) {
    let document = roxmltree::Document::parse(output).unwrap_or_else(|error| panic!("{error}: {output}"));
    assert_eq!(document.root_element().tag_name().name(), "testsuites");
    let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
    for case in cases {
        assert!(case.attribute("name").is_some() && case.attribute("classname").is_some(), "{output}");
    }
}

fn csv(output: &str) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(output.as_bytes());
    for record in reader.records() {
        // Every record has as many cells as the header.
        let record = record.unwrap_or_else(|error| panic!("{error}: {output}"));
        for cell in record.iter().flat_map(|cell| cell.split([';', '|'])) {
            let formula = cell
                .trim_start_matches([' ', '"', '\u{200c}', '\u{200d}', '\u{fe0f}'])
                .starts_with(['=', '+', '-', '@', '\t']);
            assert!(!formula, "{cell:?} is a formula: {output}");
        }
    }
}

/// What a reader of Markdown sees as more than text: all of it is escaped, but for the tables.
fn markdown(output: &str) {
    let mut columns = 0;
    for line in output.lines().filter(|line| !line.starts_with("<!--") && !line.starts_with('#')) {
        let cells = line.matches('|').count();
        if !line.starts_with('|') {
            columns = 0;
        } else if columns == 0 {
            columns = cells;
        }
        assert!(columns == 0 || cells == columns, "{cells} of {columns} cells: {line}");
        // Elements are ours, and stand between marks and what they would mean.
        let text = ELEMENT.replace_all(line, " ").replace("*help:*", "");
        let text = text.replace("&#64;<wbr>", "").replace("&#35;<wbr>", "");
        let is_rule = line.starts_with("|--");
        for live in [
            "@", "<s", "](", "://", "`", "$", "mailto:", "www.", "*", "&amp", "![", "~", ":tada:", "GH-1",
            "!1",
        ] {
            assert!(is_rule || !text.contains(live), "{live:?} is live in {line}");
        }
    }
}

/// A runbook: numbered parts with lists. Each box is one that a reader can tick, and nothing in a name is markup.
pub(crate) fn assert_checklist(output: &str) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    let (mut parts, mut boxes) = (Vec::new(), 0);
    let mut heading: Option<(HeadingLevel, String)> = None;
    for event in Parser::new_ext(output, options) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => heading = Some((level, String::new())),
            Event::End(TagEnd::Heading(_)) => parts.extend(heading.take()),
            // Links are ours, and lead to documentation.
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with("https://"), "{dest_url}: {output}");
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, title)) = &mut heading {
                    title.push_str(&text);
                }
            }
            Event::TaskListMarker(is_ticked) => {
                assert!(!is_ticked, "{output}");
                boxes += 1;
            }
            Event::InlineHtml(html) => assert_eq!(&*html, "<wbr>", "{output}"),
            Event::Start(Tag::Paragraph | Tag::List(_) | Tag::Item | Tag::Strong | Tag::Emphasis)
            | Event::End(_)
            | Event::SoftBreak => {}
            other => panic!("{other:?} in {output}"),
        }
    }
    let written = output.lines().filter(|line| line.trim_start().starts_with("- [ ]")).count();
    assert_eq!(boxes, written, "boxes that cannot be ticked: {output}");
    let numbers = parts
        .iter()
        .filter(|(level, _)| *level == HeadingLevel::H2)
        .map(|(_, title)| title.split_once(". ").and_then(|(number, _)| number.parse::<usize>().ok()));
    let numbers: Vec<usize> = numbers.map_while(|number| number).collect();
    assert_eq!(numbers, (1..=9).collect::<Vec<_>>(), "{output}");
    assert_eq!(parts.first().map(|(level, _)| *level), Some(HeadingLevel::H1), "{output}");
}

fn mermaid(output: &str) {
    let label = r##"[^"`%\[\]{}<>$\\*|~^&@!\n]*"##;
    let shapes = r##"(\["LABEL"\]|\("LABEL"\)|\{\{"LABEL"\}\}|\[/"LABEL"/\]|>"LABEL"\]|\(\["LABEL"\]\))"##;
    let node = format!(r"^  n[0-9]+{}:::[a-z-]+$", shapes.replace("LABEL", label));
    let node = pattern(&node);
    let edge = pattern(r"^  n[0-9]+ (-->|-\.->|==>)\|[a-z-]+\| n[0-9]+$");
    let class = pattern("^  classDef [a-z-]+ [a-z0-9#:, -]+$");
    let code = pattern("#[0-9]+;");
    let mut lines = output.lines();
    assert_eq!(lines.next(), Some("flowchart LR"));
    for line in lines.filter(|line| !class.is_match(line)) {
        assert!(node.is_match(line) || edge.is_match(line), "{line}");
        assert!(!code.replace_all(line, "").contains('#'), "{line}");
    }
}

fn dot(output: &str) {
    let quoted = r#""([^"\\]|\\.)*""#;
    let line = format!(
        r#"^  ({quoted} -> {quoted} \[label={quoted}[a-z0-9, =]*\];|{quoted} \[label={quoted}, class="[a-z-]+", shape=[a-z0-9, =]+\];|rankdir=LR;)$"#
    );
    let line = pattern(&line);
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!((lines.first(), lines.last()), (Some(&"digraph flowvet {"), Some(&"}")));
    for one in &lines[1..lines.len() - 1] {
        assert!(line.is_match(one), "{one}");
    }
}
