//! Converts Markdown to HTML: headings get anchors, links lead to pages of the site or to the repository, and names of
//! rules and errors become links.

use std::collections::HashMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pulldown_cmark::{
    Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html,
};

use super::content::Addresses;
use crate::project::Project;

/// What every page needs to know of the others.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    pub(crate) root: &'a Path,
    pub(crate) project: &'a Project,
    pub(crate) addresses: &'a Addresses,
}

/// A heading and the text up to the next one.
#[derive(Default)]
pub(crate) struct Section {
    pub(crate) level: u8,
    pub(crate) id: String,
    pub(crate) title: String,
    /// The words below the heading, for the search.
    pub(crate) text: String,
}

/// A converted document.
pub(crate) struct Rendered {
    pub(crate) html: String,
    pub(crate) sections: Vec<Section>,
}

/// The relative link from one page of the site to another. Relative links work in every folder of a server and from a disk.
pub(crate) fn relative(from: &str, to: &str) -> String {
    let shared = match (from.rsplit_once('/'), to.rsplit_once('/')) {
        (Some((folder, _)), Some((other, name))) if folder == other => return name.to_owned(),
        (folder, _) => folder.map_or(0, |(folder, _)| folder.split('/').count()),
    };
    format!("{}{to}", "../".repeat(shared))
}

/// Converts a Markdown file of the repository for a page of the site.
///
/// # Errors
///
/// A picture cannot be read.
pub(crate) fn render(site: Site<'_>, source: &str, page: &str, text: &str) -> Result<Rendered, String> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut writer = Writer::new(site, source, page);
    let events: Vec<Event<'_>> = Parser::new_ext(text, options).collect();
    let mut ids = heading_ids(&events).into_iter();
    for event in events {
        writer.add(event, &mut ids)?;
    }
    let mut out = String::new();
    html::push_html(&mut out, writer.out.into_iter());
    Ok(Rendered { html: out, sections: writer.sections })
}

/// The anchor and the text of each heading. Anchors are those of GitHub, so that links work in both places.
fn heading_ids(events: &[Event<'_>]) -> Vec<(String, String)> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut found = Vec::new();
    let mut title: Option<String> = None;
    for event in events {
        match event {
            Event::Start(Tag::Heading { .. }) => title = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(title) = &mut title {
                    title.push_str(text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let title = title.take().unwrap_or_default();
                let slug = slug(&title);
                let count = seen.entry(slug.clone()).and_modify(|count| *count += 1).or_insert(0);
                found.push((if *count == 0 { slug } else { format!("{slug}-{count}") }, title));
            }
            _ => {}
        }
    }
    found
}

fn slug(title: &str) -> String {
    let kept = title.chars().filter_map(|character| match character {
        ' ' => Some('-'),
        '-' | '_' => Some(character),
        _ => character.is_alphanumeric().then_some(character),
    });
    kept.collect::<String>().to_lowercase()
}

struct Writer<'a> {
    site: Site<'a>,
    source: &'a str,
    page: &'a str,
    out: Vec<Event<'a>>,
    sections: Vec<Section>,
    /// For each open link, whether it is written. A link without a target becomes plain text.
    links: Vec<bool>,
    heading: Option<String>,
    in_picture: bool,
    in_code_block: bool,
}

impl<'a> Writer<'a> {
    fn new(site: Site<'a>, source: &'a str, page: &'a str) -> Writer<'a> {
        Writer {
            site,
            source,
            page,
            out: Vec::new(),
            sections: Vec::new(),
            links: Vec::new(),
            heading: None,
            in_picture: false,
            in_code_block: false,
        }
    }

    fn html(&mut self, html: impl Into<CowStr<'a>>) {
        self.out.push(Event::Html(html.into()));
    }

    fn add(
        &mut self,
        event: Event<'a>,
        headings: &mut impl Iterator<Item = (String, String)>,
    ) -> Result<(), String> {
        self.collect(&event);
        match event {
            Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                let (id, title) = headings.next().unwrap_or_default();
                self.heading = Some(id.clone());
                let section = Section { level: level as u8, id: id.clone(), title, text: String::new() };
                self.sections.push(section);
                self.out.push(Event::Start(Tag::Heading { level, id: Some(id.into()), classes, attrs }));
            }
            Event::End(TagEnd::Heading(level)) => self.end_heading(level),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let target = self.target(&dest_url);
                self.links.push(target.is_some());
                let link = target.map(|target| Tag::Link { link_type, dest_url: target.into(), title, id });
                self.out.extend(link.map(Event::Start));
            }
            Event::End(TagEnd::Link) => {
                if self.links.pop() == Some(true) {
                    self.out.push(Event::End(TagEnd::Link));
                }
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                self.in_picture = true;
                // A badge is a picture on the web: its text replaces it.
                if dest_url.contains("://") {
                    return Ok(());
                }
                let dest_url = self.picture(&dest_url)?.into();
                self.out.push(Event::Start(Tag::Image { link_type, dest_url, title, id }));
            }
            Event::Start(Tag::Table(columns)) => {
                self.html("<div class=\"scroll\">");
                // The content security policy forbids the style attributes of aligned cells.
                self.out.push(Event::Start(Tag::Table(vec![Alignment::None; columns.len()])));
            }
            Event::End(TagEnd::Table) => {
                self.out.push(Event::End(TagEnd::Table));
                self.html("</div>\n");
            }
            Event::Code(code) => self.code(code),
            // Comments are for people who edit the document.
            Event::Html(text) if text.starts_with("<!--") => {}
            // Markup in a document is shown, not used.
            Event::Html(text) | Event::InlineHtml(text) => self.out.push(Event::Text(text)),
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
            other => self.plain(other),
        }
        Ok(())
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        if let Some(id) = self.heading.take().filter(|_| level > HeadingLevel::H1) {
            self.html(format!(
                " <a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to this section\">#</a>"
            ));
        }
        self.out.push(Event::End(TagEnd::Heading(level)));
    }

    fn plain(&mut self, event: Event<'a>) {
        match &event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented)) => {
                self.in_code_block = true;
            }
            Event::End(TagEnd::CodeBlock) => self.in_code_block = false,
            Event::End(TagEnd::Image) => self.in_picture = false,
            _ => {}
        }
        self.out.push(event);
    }

    /// Adds the words to the section they are in.
    fn collect(&mut self, event: &Event<'a>) {
        let (Event::Text(text) | Event::Code(text)) = event else { return };
        if self.heading.is_some() || self.in_code_block {
            return;
        }
        if let Some(section) = self.sections.last_mut() {
            section.text.push_str(text);
            section.text.push(' ');
        }
    }

    /// Code that is the name of a rule or an error is a link to its page.
    fn code(&mut self, code: CowStr<'a>) {
        let is_free = self.heading.is_none() && self.links.is_empty() && !self.in_picture;
        let page = self.site.addresses.name(&code).filter(|page| is_free && *page != self.page);
        let link = page.map(|page| relative(self.page, page));
        if let Some(link) = &link {
            self.html(format!("<a href=\"{link}\">"));
        }
        self.out.push(Event::Code(code));
        if link.is_some() {
            self.html("</a>");
        }
    }

    /// Where a link leads: a place on the web, a page of the site, or a file of the repository, if it has an address.
    fn target(&self, link: &str) -> Option<String> {
        if link.contains("://") || link.starts_with('#') {
            return Some(link.to_owned());
        }
        let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
        let path = joined(self.source, file);
        let target = match self.site.addresses.page(&path) {
            Some(page) => relative(self.page, page),
            None => self.site.project.source_file(&path)?,
        };
        Some(anchor.map_or_else(|| target.clone(), |anchor| format!("{target}#{anchor}")))
    }

    /// A picture as part of the page, so that the page needs no other file.
    fn picture(&self, link: &str) -> Result<String, String> {
        let path = joined(self.source, link);
        let kind = match path.rsplit_once('.') {
            Some((_, "svg")) => "svg+xml",
            Some((_, "png")) => "png",
            _ => return Err(format!("{path}: pictures are SVG or PNG files")),
        };
        let bytes = std::fs::read(self.site.root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
        Ok(format!("data:image/{kind};base64,{}", STANDARD.encode(bytes)))
    }
}

/// The path of a link in a file of the repository.
fn joined(source: &str, link: &str) -> String {
    let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            "." | "" => {}
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_to_the_page() {
        assert_eq!(relative("index.html", "rules/a.html"), "rules/a.html");
        assert_eq!(relative("rules/a.html", "rules/b.html"), "b.html");
        assert_eq!(relative("rules/a.html", "errors/b.html"), "../errors/b.html");
        assert_eq!(relative("rules/a.html", "index.html"), "../index.html");
    }

    #[test]
    fn links_in_documents_are_paths_of_the_repository() {
        assert_eq!(joined("docs/ci.md", "../action.yml"), "action.yml");
        assert_eq!(joined("README.md", "./docs/ci.md"), "docs/ci.md");
        assert_eq!(joined("README.md", "../../etc/passwd"), "etc/passwd");
    }

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(slug("0.1.0 (unreleased)"), "010-unreleased");
        assert_eq!(slug("C1: the trigger could not be found"), "c1-the-trigger-could-not-be-found");
        let events: Vec<Event<'_>> = Parser::new("# A\n## A\n## `b` c\n").collect();
        let ids: Vec<String> = heading_ids(&events).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["a", "a-1", "b-c"]);
    }
}
