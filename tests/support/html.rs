//! Reads an HTML report back: it has only the elements and attributes that flowvet writes, so that nothing of the input
//! became markup, and it loads nothing.

use std::collections::BTreeSet;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flowvet::fuzzing::ELEMENTS;
use scraper::{ElementRef, Html, Node, Selector};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("../../src/report/html/report.css");
const PICTURE_STYLE: &str = include_str!("../../src/report/picture/picture.css");
const SCRIPT: &str = include_str!("../../src/report/html/report.js");

/// The document of a report.
pub(crate) fn read(output: &str) -> Html {
    assert!(output.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{}", &output[..output.len().min(200)]);
    let document = Html::parse_document(output);
    assert!(document.errors.is_empty(), "{:?}", document.errors);
    document
}

/// The elements that match a selector.
pub(crate) fn all<'a>(document: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector");
    document.select(&selector).collect()
}

/// The text of an element.
pub(crate) fn text(element: ElementRef<'_>) -> String {
    element.text().collect()
}

/// The page without its script, as text for a snapshot.
pub(crate) fn outline(document: &Html) -> String {
    let mut out = String::new();
    for element in all(document, "body > :not(script)") {
        outline_of(element, 0, &mut out);
    }
    out
}

/// The elements with their classes, ids and texts, one per line. Icons are left out.
fn outline_of(element: ElementRef<'_>, depth: usize, out: &mut String) {
    let value = element.value();
    if value.name() == "svg" {
        return;
    }
    let indent = "  ".repeat(depth);
    let mut attributes: Vec<String> = value
        .attrs()
        .filter(|(name, _)| *name != "class")
        .map(|(name, text)| if text.is_empty() { format!(" {name}") } else { format!(" {name}={text:?}") })
        .collect();
    attributes.sort();
    let classes: String = value.classes().map(|class| format!(".{class}")).collect();
    out.push_str(&format!("{indent}{}{classes}{}\n", value.name(), attributes.concat()));
    for child in element.children() {
        match child.value() {
            Node::Text(text) => out.push_str(&format!("{indent}  {:?}\n", &**text)),
            _ => ElementRef::wrap(child).into_iter().for_each(|child| outline_of(child, depth + 1, out)),
        }
    }
}

/// Checks a report.
pub(crate) fn assert_valid(output: &str) {
    let document = read(output);
    assert_structure(&document);
    assert_policy(&document);
}

/// Checks that there are only known elements, and that every link leads to a place in the document.
fn assert_structure(document: &Html) {
    let mut ids = BTreeSet::new();
    for element in all(document, "*") {
        assert_known(element);
        if let Some(id) = element.value().id() {
            assert!(ids.insert(id), "two elements have the id {id}");
        }
    }
    for element in all(document, "[href]") {
        let address = element.value().attr("href").expect("there");
        match address.strip_prefix('#') {
            Some(id) => assert!(ids.contains(id), "nothing has the id {id}"),
            None => assert!(element.value().name() == "a" && address.starts_with("https://"), "{address}"),
        }
    }
    for element in all(document, "[for], [aria-labelledby]") {
        let value = element.value();
        let id = value.attr("for").or(value.attr("aria-labelledby")).expect("there");
        assert!(ids.contains(id), "nothing has the id {id}");
    }
}

/// Checks that the policy allows the styles and the script of the report, and nothing else.
fn assert_policy(document: &Html) {
    let only = |name: &str| match all(document, name).as_slice() {
        [element] => text(*element),
        found => panic!("{} elements {name}", found.len()),
    };
    assert_eq!(only("script"), SCRIPT);
    let styles: Vec<String> = all(document, "style").into_iter().map(text).collect();
    assert_eq!(styles, [STYLE, PICTURE_STYLE]);
    let policy = all(document, "meta[http-equiv='Content-Security-Policy']");
    assert_eq!(
        policy.first().and_then(|meta| meta.value().attr("content")),
        Some(&*format!(
            "default-src 'none'; style-src '{}' '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            hash(STYLE),
            hash(PICTURE_STYLE),
            hash(SCRIPT)
        )),
        "`shell.rs` has the hashes of the style and the script"
    );
}

fn assert_known(element: ElementRef<'_>) {
    let (name, value) = (element.value().name(), element.value());
    let Some((_, attributes)) = ELEMENTS.iter().find(|(known, _)| *known == name) else {
        panic!("<{name}> is not an element of the report: {}", element.html())
    };
    for (attribute, _) in value.attrs() {
        let is_general = ["class", "id"].contains(&attribute)
            || attribute.starts_with("data-")
            || attribute.starts_with("aria-");
        assert!(is_general || attributes.contains(&attribute), "{name} has {attribute}: {}", element.html());
    }
}

/// The hash of a text as a content security policy has it.
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}
