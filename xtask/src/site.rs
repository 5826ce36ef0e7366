//! `cargo xtask site`: the documentation as a static site. It works from a server, in any folder of it, and from a disk.
//!
//! `content.rs` reads the files of the repository, `markdown.rs` converts them, `pages.rs` makes the pages, and
//! `layout.rs` puts them into a frame.

mod content;
mod layout;
mod markdown;
mod pages;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::project::Project;
use content::{Addresses, Content};
use layout::Frame;
use markdown::Site;
use pages::{Entry, Kind};

/// The page that checks files in the browser, if `packaging/web.sh` has made it.
const BROWSER_PAGE: &str = "target/web/flowvet.html";

/// The files of the site by their paths.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Makes the site and writes it to a folder, which may be that of an earlier site. Returns the number of files.
///
/// # Errors
///
/// A file of the repository cannot be read, or the folder cannot be written or has other files.
pub(crate) fn write(root: &Path, out: &Path) -> Result<usize, String> {
    let files = files(root, &Project::read(root)?)?;
    let shown = out.display();
    if out.is_dir() {
        let is_site = out.join("index.html").is_file() && out.join("rules/index.html").is_file();
        let is_empty = fs::read_dir(out).map_err(|error| format!("{shown}: {error}"))?.next().is_none();
        if !is_site && !is_empty {
            return Err(format!("{shown} has other files than those of a site: choose another folder"));
        }
        fs::remove_dir_all(out).map_err(|error| format!("{shown}: {error}"))?;
    }
    for (path, bytes) in &files {
        crate::write(&out.join(path), bytes).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(files.len())
}

/// Makes all files of the site.
fn files(root: &Path, project: &Project) -> Result<Files, String> {
    let content = Content::read(root)?;
    let addresses = Addresses::of(&content);
    let entries = entries(Site { root, project, addresses: &addresses }, &content)?;
    let browser_page = fs::read(root.join(BROWSER_PAGE)).ok();
    let frame = Frame { project, has_browser_page: browser_page.is_some() };
    let pages = entries.iter().map(|entry| &entry.page);
    let mut files: Files = pages.map(|page| (page.path.clone(), frame.render(page).into_bytes())).collect();
    if let Some(page) = browser_page {
        files.insert("flowvet.html".to_owned(), page);
    }
    // Editors read it from its address.
    let schema = "schema/flowvet.schema.json";
    files.insert(schema.to_owned(), crate::read(root, schema)?.into_bytes());
    // Without it, GitHub Pages may treat the files as sources of a site.
    files.insert(".nojekyll".to_owned(), Vec::new());
    Ok(files)
}

fn entries(site: Site<'_>, content: &Content) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    for document in &content.documents {
        entries.push(pages::document(site, content, document)?);
    }
    let guides = pages::index_of_guides(content, &entries);
    for rule in &content.rules {
        entries.push(pages::rule(site, content, rule)?);
    }
    for area in &content.areas {
        entries.extend(area.errors.iter().map(|error| pages::error(site, content, area, error)));
    }
    let index = serde_json::to_string(&search_index(&entries)).map_err(|error| error.to_string())?;
    entries.extend([
        guides,
        pages::index_of_rules(content),
        pages::index_of_errors(content),
        pages::search(&index),
    ]);
    Ok(entries)
}

/// What the search finds: a rule, an error, or a section of a guide. `xtask/site/script.js` reads it.
#[derive(Serialize)]
struct Target<'a> {
    url: String,
    kind: &'static str,
    title: String,
    about: &'a str,
    /// Each word of the text once, in lower case.
    words: String,
}

fn search_index(entries: &[Entry]) -> Vec<Target<'_>> {
    let mut targets = Vec::new();
    for entry in entries {
        let Entry { page, kind, sections, names } = entry;
        let text = |section: &markdown::Section| format!("{} {}", section.title, section.text);
        let kind = match kind {
            Kind::Rule => "rule",
            Kind::Error => "error",
            Kind::Guide => {
                targets.extend(sections.iter().map(|section| {
                    let is_first = section.level == 1;
                    Target {
                        url: if is_first {
                            page.path.clone()
                        } else {
                            format!("{}#{}", page.path, section.id)
                        },
                        kind: "guide",
                        title: if is_first {
                            page.title.clone()
                        } else {
                            format!("{}: {}", page.title, section.title)
                        },
                        about: if is_first { &page.description } else { "" },
                        words: words(&text(section)),
                    }
                }));
                continue;
            }
            Kind::Index => continue,
        };
        let all = sections.iter().map(text).chain(names.iter().cloned()).collect::<Vec<_>>().join(" ");
        let (url, title, about) = (page.path.clone(), page.title.clone(), page.description.as_str());
        targets.push(Target { url, kind, title, about, words: words(&all) });
    }
    targets
}

fn words(text: &str) -> String {
    let text = text.to_lowercase();
    let all = text.split(|character: char| !character.is_alphanumeric() && !"-_.".contains(character));
    let all = all.map(|word| word.trim_matches(['-', '_', '.'])).filter(|word| word.chars().count() > 1);
    all.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}
