//! Reads what the site shows: documents, pages of rules, and errors of the platform.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::read;

/// The categories in the order of `src/rules/mod.rs`. A new category comes last until it is added here.
const CATEGORIES: [&str; 9] = [
    "activation",
    "run-only",
    "connections",
    "data",
    "definition",
    "webhooks",
    "package",
    "upgrade",
    "config",
];

/// The guides in the order of a first reading. A new one comes last until it is added here.
const GUIDES: [&str; 8] =
    ["getting-started", "configuration", "ci", "compare", "formats", "exit-codes", "co-sell", "security"];

/// A Markdown file of the repository.
pub(crate) struct Document {
    /// Its path in the repository.
    pub(crate) source: String,
    /// The path of its page in the site.
    pub(crate) page: String,
    pub(crate) text: String,
}

/// The head of a rule's page, as `src/rules/page.rs` defines it.
#[derive(Deserialize)]
pub(crate) struct Head {
    pub(crate) id: String,
    pub(crate) category: String,
    pub(crate) severity: String,
    pub(crate) confidence: String,
    pub(crate) codes: Vec<String>,
    pub(crate) since: String,
    pub(crate) summary: String,
    #[serde(default = "on")]
    pub(crate) default: String,
}

fn on() -> String {
    "on".to_owned()
}

pub(crate) struct Rule {
    pub(crate) head: Head,
    pub(crate) source: String,
    /// The Markdown below the head.
    pub(crate) body: String,
}

/// An error of the platform. `rules/catalog/platform-errors/README.md` describes the keys.
#[derive(Deserialize)]
pub(crate) struct PlatformError {
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) also: Vec<String>,
    #[serde(default)]
    pub(crate) says: Vec<String>,
    #[serde(default)]
    pub(crate) wrapper: bool,
    pub(crate) narrows: Option<String>,
    pub(crate) meaning: String,
    #[serde(default)]
    pub(crate) causes: Vec<String>,
    pub(crate) remedy: String,
    #[serde(default)]
    pub(crate) rules: Vec<String>,
    pub(crate) not_in_package: Option<String>,
    pub(crate) source: String,
}

#[derive(Deserialize)]
struct Catalog {
    error: Vec<PlatformError>,
}

/// The errors of a file.
pub(crate) struct Area {
    /// The name of the file.
    pub(crate) name: String,
    /// Its first comment, which says what the errors are about.
    pub(crate) about: String,
    pub(crate) errors: Vec<PlatformError>,
}

/// Everything that becomes a page.
pub(crate) struct Content {
    /// The README first, then the guides, then other files of the repository.
    pub(crate) documents: Vec<Document>,
    /// In the order of the categories, and by id.
    pub(crate) rules: Vec<Rule>,
    pub(crate) areas: Vec<Area>,
}

impl Content {
    /// Reads the files of the repository.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or the head of a page or an error is not valid.
    pub(crate) fn read(root: &Path) -> Result<Content, String> {
        Ok(Content { documents: documents(root)?, rules: rules(root)?, areas: areas(root)? })
    }

    pub(crate) fn errors(&self) -> impl Iterator<Item = &PlatformError> {
        self.areas.iter().flat_map(|area| &area.errors)
    }

    /// The error with this code or spelling.
    pub(crate) fn error(&self, code: &str) -> Option<&PlatformError> {
        self.errors().find(|error| error.codes().any(|own| own.eq_ignore_ascii_case(code)))
    }

    /// The rules that find the cause of an error: their pages list one of its codes, or the catalog lists them.
    pub(crate) fn rules_for(&self, error: &PlatformError) -> Vec<&Rule> {
        let names = |code: &String| self.error(code).is_some_and(|named| named.code == error.code);
        let finds = |rule: &&Rule| rule.head.codes.iter().any(names) || error.rules.contains(&rule.head.id);
        self.rules.iter().filter(finds).collect()
    }

    /// The categories with their rules.
    pub(crate) fn categories(&self) -> Vec<(&str, &[Rule])> {
        let same = |one: &Rule, other: &Rule| one.head.category == other.head.category;
        let groups = self.rules.chunk_by(same);
        groups.filter_map(|rules| Some((rules.first()?.head.category.as_str(), rules))).collect()
    }
}

impl PlatformError {
    /// Its code, and other codes and spellings.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.code).chain(&self.also)
    }

    /// The path of its page.
    pub(crate) fn page(&self) -> String {
        format!("errors/{}.html", self.code)
    }
}

impl Rule {
    /// The path of its page. The tool links to it: see `page_address` in `src/rules/mod.rs`.
    pub(crate) fn page(&self) -> String {
        format!("rules/{}.html", self.head.id)
    }
}

/// Names of files in a folder that end with this, without the ending, in order.
fn names(root: &Path, folder: &str, ending: &str) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(root.join(folder)).map_err(|error| format!("{folder}: {error}"))?;
    let files = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> =
        files.filter_map(|file| file.strip_suffix(ending).map(str::to_owned)).collect();
    names.sort();
    Ok(names)
}

/// The position in a list, or behind it.
fn rank(list: &[&str], name: &str) -> usize {
    list.iter().position(|item| *item == name).unwrap_or(list.len())
}

fn documents(root: &Path) -> Result<Vec<Document>, String> {
    let mut guides = names(root, "docs", ".md")?;
    // The site has its own index of rules.
    guides.retain(|name| name != "rules");
    guides.sort_by_key(|name| rank(&GUIDES, name));
    let mut pages = vec![("README.md".to_owned(), "index.html".to_owned())];
    pages.extend(guides.iter().map(|name| (format!("docs/{name}.md"), format!("docs/{name}.html"))));
    for name in ["CHANGELOG", "CONTRIBUTING", "RELEASING", "SECURITY"] {
        let source = format!("{name}.md");
        if root.join(&source).is_file() {
            pages.push((source, format!("project/{}.html", name.to_lowercase())));
        }
    }
    for (source, name) in [
        ("fixtures/README.md", "fixtures"),
        ("rules/catalog/platform-errors/README.md", "platform-errors"),
        ("rules/catalog/webhooks/README.md", "webhook-providers"),
    ] {
        pages.push((source.to_owned(), format!("project/{name}.html")));
    }
    let read = |(source, page): (String, String)| {
        Ok(Document { text: read(root, &source)?.replace("\r\n", "\n"), source, page })
    };
    pages.into_iter().map(read).collect()
}

fn rules(root: &Path) -> Result<Vec<Rule>, String> {
    let mut rules = Vec::new();
    let folders = fs::read_dir(root.join("rules")).map_err(|error| format!("rules: {error}"))?;
    for folder in folders.flatten().filter(|entry| entry.file_name() != "catalog" && entry.path().is_dir()) {
        let category = folder.file_name().to_string_lossy().into_owned();
        for id in names(root, &format!("rules/{category}"), ".md")? {
            rules.push(rule(root, format!("rules/{category}/{id}.md"))?);
        }
    }
    rules.sort_by(|a, b| key(&a.head).cmp(&key(&b.head)));
    Ok(rules)
}

fn key(head: &Head) -> (usize, &str, &str) {
    (rank(&CATEGORIES, &head.category), &head.category, &head.id)
}

fn rule(root: &Path, source: String) -> Result<Rule, String> {
    let text = read(root, &source)?.replace("\r\n", "\n");
    let parts = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n"));
    let (head, body) = parts.ok_or_else(|| format!("{source}: there is no head between `+++` lines"))?;
    let head: Head = toml::from_str(head).map_err(|error| format!("{source}: {error}"))?;
    Ok(Rule { head, body: body.trim_start().to_owned(), source })
}

fn areas(root: &Path) -> Result<Vec<Area>, String> {
    const FOLDER: &str = "rules/catalog/platform-errors";
    let mut areas = Vec::new();
    for name in names(root, FOLDER, ".toml")? {
        let path = format!("{FOLDER}/{name}.toml");
        let text = read(root, &path)?;
        let Catalog { error: errors } = toml::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
        let about = text.lines().map_while(|line| line.strip_prefix("# ")).collect::<Vec<_>>().join(" ");
        areas.push(Area { name, about, errors });
    }
    Ok(areas)
}

/// Where each Markdown file and each name has its page.
pub(crate) struct Addresses {
    pages: HashMap<String, String>,
    names: HashMap<String, String>,
}

impl Addresses {
    pub(crate) fn of(content: &Content) -> Addresses {
        let documents = content.documents.iter().map(|one| (one.source.clone(), one.page.clone()));
        let rules = content.rules.iter().map(|rule| (rule.source.clone(), rule.page()));
        let mut pages: HashMap<String, String> = documents.chain(rules).collect();
        pages.insert("docs/rules.md".to_owned(), "rules/index.html".to_owned());
        let errors =
            content.errors().flat_map(|error| error.codes().map(|code| (code.clone(), error.page())));
        // A rule that has the name of an error wins: documents mention rules more often.
        let rules = content.rules.iter().map(|rule| (rule.head.id.clone(), rule.page()));
        Addresses { pages, names: errors.chain(rules).collect() }
    }

    /// The page of a file of the repository.
    pub(crate) fn page(&self, source: &str) -> Option<&str> {
        self.pages.get(source).map(String::as_str)
    }

    /// The page of a rule or an error.
    pub(crate) fn name(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(String::as_str)
    }
}
