//! Tests of the whole site: what a browser, a screen reader and a search engine need of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use sha2::{Digest as _, Sha256};

use super::*;
use crate::new_rule::tests::root;

fn project(repository: &str, homepage: &str) -> Project {
    let project = Project::read(root()).expect("a project");
    Project { repository: repository.to_owned(), homepage: homepage.to_owned(), ..project }
}

static SITE: LazyLock<Files> = LazyLock::new(|| files(root(), &project("", "")).expect("a site"));

/// The pages of our own: the page that checks files comes from elsewhere.
fn pages(files: &Files) -> impl Iterator<Item = (&str, Parsed)> {
    let html = files.iter().filter(|(path, _)| path.ends_with(".html") && *path != "flowvet.html");
    html.map(|(path, bytes)| (path.as_str(), Parsed::of(path, bytes)))
}

/// An element with its attributes and the text inside.
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
}

impl Element {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The elements of a page in their order.
struct Parsed(Vec<Element>);

impl Parsed {
    fn of(path: &str, bytes: &[u8]) -> Parsed {
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        let dom = html5ever::parse_document(RcDom::default(), Default::default()).one(text);
        assert!(dom.errors.borrow().is_empty(), "{path}: {:?}", dom.errors.borrow());
        let mut elements = Vec::new();
        collect(&dom.document, &mut elements);
        Parsed(elements)
    }

    fn all(&self, names: &[&str]) -> impl Iterator<Item = &Element> {
        self.0.iter().filter(move |element| names.contains(&element.name.as_str()))
    }

    fn ids(&self) -> Vec<&str> {
        self.0.iter().filter_map(|element| element.get("id")).collect()
    }

    fn meta(&self, key: &str, name: &str) -> &str {
        let meta = self.all(&["meta"]).find(|meta| meta.get(key) == Some(name)).expect("a meta element");
        meta.get("content").expect("a content")
    }
}

fn collect(node: &Handle, elements: &mut Vec<Element>) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let attributes =
            attrs.borrow().iter().map(|one| (one.name.local.to_string(), one.value.to_string())).collect();
        elements.push(Element { name: name.local.to_string(), attributes, text: text_of(node) });
    }
    for child in node.children.borrow().iter() {
        collect(child, elements);
    }
}

fn text_of(node: &Handle) -> String {
    match &node.data {
        NodeData::Text { contents } => contents.borrow().to_string(),
        _ => node.children.borrow().iter().map(text_of).collect(),
    }
}

/// Where a link on a page leads: the path of a file in the site, and the anchor.
fn target(page: &str, link: &str) -> (String, Option<String>) {
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let mut parts: Vec<&str> = page.split('/').collect();
    if !file.is_empty() {
        parts.pop();
        for part in file.split('/') {
            if part == ".." {
                parts.pop().expect("a folder of the site");
            } else {
                parts.push(part);
            }
        }
    }
    (parts.join("/"), anchor.map(str::to_owned))
}

fn is_elsewhere(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

fn check_links(files: &Files, links: impl Iterator<Item = (String, String)>) {
    let ids: BTreeMap<&str, BTreeSet<String>> = pages(files)
        .map(|(path, page)| (path, page.ids().into_iter().map(str::to_owned).collect()))
        .collect();
    for (page, link) in links {
        if is_elsewhere(&link) {
            continue;
        }
        let (file, anchor) = target(&page, &link);
        assert!(files.contains_key(&file), "{page}: {link} leads to no file");
        if let Some(anchor) = anchor {
            assert!(ids.get(file.as_str()).is_some_and(|ids| ids.contains(&anchor)), "{page}: {link}");
        }
    }
}

#[test]
fn every_link_leads_to_a_page_and_a_place_in_it() {
    let links = pages(&SITE).flat_map(|(path, page)| {
        let links = page.all(&["a"]).map(|link| link.get("href").expect("a link").to_owned());
        let forms = page.all(&["form"]).filter_map(|form| form.get("action").map(str::to_owned));
        links.chain(forms).map(|link| (path.to_owned(), link)).collect::<Vec<_>>()
    });
    check_links(&SITE, links.collect::<Vec<_>>().into_iter());
}

#[test]
fn the_search_knows_every_rule_error_and_guide() {
    let (_, page) = pages(&SITE).find(|(path, _)| *path == "search.html").expect("the search");
    let index = page.all(&["script"]).find(|script| script.get("id") == Some("search-index"));
    let index: serde_json::Value = serde_json::from_str(&index.expect("an index").text).expect("JSON");
    let urls = index.as_array().expect("a list").iter().map(|one| one["url"].as_str().expect("a URL"));
    let urls: BTreeSet<String> = urls.map(str::to_owned).collect();
    for (path, _) in pages(&SITE).filter(|(path, _)| !path.ends_with("/index.html") && *path != "search.html")
    {
        assert!(urls.contains(path), "{path}");
    }
    check_links(&SITE, urls.into_iter().map(|url| ("search.html".to_owned(), url)));
}

#[test]
fn every_rule_and_every_error_has_a_page() {
    let content = Content::read(root()).expect("content");
    assert!(content.rules.len() > 150 && content.errors().count() > 90);
    let paths = content.rules.iter().map(content::Rule::page).chain(content.errors().map(|one| one.page()));
    let paths: Vec<String> = paths.collect();
    // Some file systems do not distinguish between capital and small letters.
    let distinct: BTreeSet<String> = paths.iter().map(|path| path.to_lowercase()).collect();
    assert_eq!(distinct.len(), paths.len());
    for path in paths {
        assert!(SITE.contains_key(&path), "{path}");
        assert!(path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-./".contains(&byte)), "{path}");
    }
    for rule in &content.rules {
        let Some(code) = rule.head.codes.iter().find(|code| content.error(code).is_none()) else { continue };
        panic!("{}: there is no page for {code}", rule.head.id);
    }
}

#[test]
fn every_page_has_a_title_a_description_and_an_outline() {
    let mut titles = BTreeSet::new();
    for (path, page) in pages(&SITE) {
        let title = page.all(&["title"]).next().expect("a title").text.clone();
        assert!(title.contains("flowvet") && titles.insert(title), "{path}: the title is not its own");
        let description = page.meta("name", "description");
        assert!((10..=170).contains(&description.chars().count()), "{path}: {description}");
        let levels: Vec<u8> = page.all(&["h1", "h2", "h3", "h4"]).map(|one| one.name.as_bytes()[1]).collect();
        assert!(levels[0] == b'1' && !levels[1..].contains(&b'1'), "{path}: {levels:?}");
        assert!(levels.is_sorted_by(|above, below| *below <= above + 1), "{path}: {levels:?}");
    }
}

#[test]
fn pages_are_accessible() {
    for (path, page) in pages(&SITE) {
        let ids = page.ids();
        let distinct: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), distinct.len(), "{path}: two elements have the same id");
        for landmark in ["header", "main", "footer", "nav"] {
            assert!(page.all(&[landmark]).next().is_some(), "{path}: {landmark}");
        }
        let first = page.all(&["a"]).next().expect("a link");
        assert_eq!(first.get("href"), Some("#page-content"), "{path}: the first link skips to the content");
        assert!(page.all(&["nav"]).all(|nav| nav.get("aria-label").is_some()), "{path}");
        assert!(page.all(&["img"]).all(|image| image.get("alt").is_some_and(|alt| alt.len() > 20)), "{path}");
        assert_eq!(page.all(&["html"]).next().and_then(|html| html.get("lang")), Some("en"), "{path}");
        let labels: BTreeSet<&str> = page.all(&["label"]).filter_map(|label| label.get("for")).collect();
        for field in page.all(&["input", "select"]) {
            assert!(field.get("id").is_some_and(|id| labels.contains(id)), "{path}: a field has no label");
        }
        for link in page.all(&["a"]) {
            assert!(!link.text.trim().is_empty(), "{path}: the link to {:?} has no text", link.get("href"));
        }
    }
}

/// The policy admits the style and the script of the page and nothing else, so these have to match their hashes.
#[test]
fn pages_need_no_other_file_and_admit_none() {
    for (path, page) in pages(&SITE) {
        let policy = page.meta("http-equiv", "Content-Security-Policy");
        assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{path}: {policy}");
        for inline in page.all(&["style", "script"]) {
            if inline.get("type") == Some("application/json") {
                continue;
            }
            let hash = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(&inline.text)));
            assert!(policy.contains(&format!("{}-src {hash}", inline.name)), "{path}: {}", inline.name);
        }
        for element in &page.0 {
            for (name, value) in &element.attributes {
                let is_link = name == "href" && element.name == "a";
                let is_inside = ["svg+xml", "png"]
                    .iter()
                    .any(|kind| value.starts_with(&format!("data:image/{kind};base64,")));
                assert!(
                    is_link || !["src", "href", "srcset"].contains(&name.as_str()) || is_inside,
                    "{path}: {value}"
                );
                assert!(name != "style" && !name.starts_with("on"), "{path}: {name}");
            }
        }
    }
}

#[test]
fn links_to_sources_need_the_address_of_the_repository() {
    let links = |files: &Files, page: &str| {
        let page = Parsed::of(page, &files[page]);
        page.all(&["a", "link"]).filter_map(|link| link.get("href").map(str::to_owned)).collect::<Vec<_>>()
    };
    let source = |link: &&String| link.contains("action.yml");
    assert_eq!(links(&SITE, "index.html").iter().find(source), None);
    let homed = project("https://git.example/me/flowvet", "https://flowvet.example/docs");
    let expected = format!("https://git.example/me/flowvet/blob/v{}/action.yml", homed.version);
    let homed = files(root(), &homed).expect("a site");
    assert_eq!(links(&homed, "index.html").iter().find(source), Some(&expected));
    let rule = links(&homed, "rules/child-flow-off.html");
    assert!(rule.contains(&"https://flowvet.example/docs/rules/child-flow-off.html".to_owned()), "{rule:?}");
}

#[test]
fn a_site_replaces_a_site_and_nothing_else() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let count = write(root(), folder.path()).expect("an empty folder takes a site");
    fs::write(folder.path().join("rules/of-an-earlier-version.html"), "").expect("a file");
    assert_eq!(write(root(), folder.path()), Ok(count));
    assert!(!folder.path().join("rules/of-an-earlier-version.html").exists());
    let other = tempfile::TempDir::new().expect("a folder");
    fs::write(other.path().join("index.html"), "").expect("a file");
    assert!(write(root(), other.path()).expect_err("refused").contains("has other files"));
    assert!(other.path().join("index.html").exists());
}
