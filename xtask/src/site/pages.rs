//! The pages: documents, rules, errors, their indexes, and the search.

use maud::{Markup, PreEscaped, html};

use super::content::{Area, Content, Document, PlatformError, Rule};
use super::layout::{Link, Page, prose};
use super::markdown::{Rendered, Section, Site, relative, render};

/// A page, and what the search knows of it.
pub(crate) struct Entry {
    pub(crate) page: Page,
    pub(crate) kind: Kind,
    pub(crate) sections: Vec<Section>,
    /// Other names that people look for.
    pub(crate) names: Vec<String>,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Rule,
    Error,
    Guide,
    /// A page that the search does not find.
    Index,
}

/// The length of a description in a result of a search engine, in characters.
const LONGEST_DESCRIPTION: usize = 160;

/// The beginning of a text, up to the last whole word that fits.
fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" .", ".").replace(" ,", ",");
    let Some((end, _)) = text.char_indices().nth(LONGEST_DESCRIPTION) else { return text };
    let end = text[..end].rfind(' ').unwrap_or(end);
    format!("{}...", text[..end].trim_end_matches([',', ';', ':', '.']))
}

/// A phrase as a sentence.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), characters.as_str()))
}

/// A document of the repository.
pub(crate) fn document(site: Site<'_>, content: &Content, document: &Document) -> Result<Entry, String> {
    let Document { source, page: path, text } = document;
    let Rendered { html, sections } = render(site, source, path, text)?;
    let title = sections.first().map_or_else(|| source.clone(), |section| section.title.clone());
    let words = sections.iter().map(|section| section.text.as_str()).find(|text| !text.trim().is_empty());
    let aside = if path == "index.html" { guides(content) } else { contents(&sections) };
    let page = Page {
        path: path.clone(),
        title: if path == "index.html" { format!("flowvet: {}", site.project.description) } else { title },
        description: if path == "index.html" {
            site.project.description.clone()
        } else {
            shortened(words.unwrap_or_default())
        },
        main: PreEscaped(html),
        aside,
    };
    Ok(Entry { page, kind: Kind::Guide, sections, names: Vec::new() })
}

/// The sections of a long document.
fn contents(sections: &[Section]) -> Option<(String, Vec<Link>)> {
    let second = sections.iter().filter(|section| section.level == 2);
    let links: Vec<Link> =
        second.map(|one| Link { to: format!("#{}", one.id), text: one.title.clone() }).collect();
    (links.len() > 2).then(|| ("On this page".to_owned(), links))
}

fn guides(content: &Content) -> Option<(String, Vec<Link>)> {
    let pages = content.documents.iter().filter(|one| one.page.starts_with("docs/"));
    Some(("Guides".to_owned(), pages.map(|one| Link { to: one.page.clone(), text: title(one) }).collect()))
}

/// The first heading of a document.
fn title(document: &Document) -> String {
    let heading = document.text.lines().find_map(|line| line.strip_prefix("# "));
    heading.unwrap_or(&document.source).to_owned()
}

/// The list of documents.
pub(crate) fn index_of_guides(content: &Content, entries: &[Entry]) -> Entry {
    let path = "docs/index.html";
    let list = |folder: &str| {
        let all = entries.iter().filter(|entry| entry.page.path.starts_with(folder));
        html! {
            ul class="entries" {
                @for Entry { page, .. } in all {
                    li {
                        a href=(relative(path, &page.path)) { (page.title) }
                        p { (page.description) }
                    }
                }
            }
        }
    };
    let main = html! {
        h1 { "Guides" }
        (list("docs/"))
        h2 id="the-project" { "The project" }
        (list("project/"))
    };
    let description = "How to use flowvet, configure it, run it in a pipeline, and what it promises.";
    index(path, "Guides", description, main, guides(content))
}

fn index(
    path: &str,
    title: &str,
    description: &str,
    main: Markup,
    aside: Option<(String, Vec<Link>)>,
) -> Entry {
    let page = Page {
        path: path.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        main,
        aside,
    };
    Entry { page, kind: Kind::Index, sections: Vec::new(), names: Vec::new() }
}

fn badge(severity: &str) -> Markup {
    html! { span class={ "badge " (severity) } { (severity) } }
}

/// A rule: its head as a table, then its page.
pub(crate) fn rule(site: Site<'_>, content: &Content, rule: &Rule) -> Result<Entry, String> {
    let head = &rule.head;
    let path = rule.page();
    let Rendered { html, sections } = render(site, &rule.source, &path, &rule.body)?;
    let (heading, rest) = html.split_once("</h1>").ok_or_else(|| format!("{}: no title", rule.source))?;
    let main = html! {
        (PreEscaped(heading)) (PreEscaped("</h1>"))
        p class="lead" { (prose(&head.summary, |_| None)) }
        (facts(content, rule, &path))
        (PreEscaped(rest))
    };
    let siblings = content.rules.iter().filter(|other| other.head.category == head.category);
    let links = siblings.map(|other| Link { to: other.page(), text: other.head.id.clone() }).collect();
    let page = Page {
        title: head.id.clone(),
        description: sentence(&head.summary.replace('`', "")),
        main,
        aside: Some((format!("Rules about {}", head.category), links)),
        path,
    };
    Ok(Entry { page, kind: Kind::Rule, sections, names: head.codes.clone() })
}

fn facts(content: &Content, rule: &Rule, path: &str) -> Markup {
    let head = &rule.head;
    let confidence = match head.confidence.as_str() {
        "environment" => "depends on the target environment",
        _ => "certain: the package alone proves it",
    };
    html! {
        dl class="facts" {
            dt { "Severity" }
            dd {
                (badge(&head.severity))
                @if head.default == "off" { " off by default" }
            }
            dt { "Category" }
            dd { a href={ (relative(path, "rules/index.html")) "#" (head.category) } { (head.category) } }
            dt { "Confidence" }
            dd { (confidence) }
            @if !head.codes.is_empty() {
                dt { "Prevents" }
                dd { (codes(content, &head.codes, path)) }
            }
            dt { "Since" }
            dd { (head.since) }
        }
    }
}

/// Codes with links to the pages of the errors.
fn codes(content: &Content, codes: &[String], from: &str) -> Markup {
    html! {
        @for (index, code) in codes.iter().enumerate() {
            @if index > 0 { ", " }
            @if let Some(error) = content.error(code) {
                a href=(relative(from, &error.page())) { code { (code) } }
            } @else {
                code { (code) }
            }
        }
    }
}

/// A form that narrows down a list. It is hidden until the script has found it.
fn filter(what: &str, severities: bool) -> Markup {
    html! {
        form class="filter" hidden {
            label for="filter-text" { "Filter" }
            input id="filter-text" type="search" autocomplete="off";
            @if severities {
                label for="filter-severity" { "Severity" }
                select id="filter-severity" {
                    option value="" { "all" }
                    @for severity in ["error", "warning", "info"] { option value=(severity) { (severity) } }
                }
            }
            p role="status" data-what=(what) {}
        }
    }
}

/// The index of rules.
pub(crate) fn index_of_rules(content: &Content) -> Entry {
    let path = "rules/index.html";
    let categories = content.categories();
    let item = |rule: &Rule| {
        let head = &rule.head;
        html! {
            li data-severity=(head.severity) {
                a href=(relative(path, &rule.page())) { code { (head.id) } }
                " " (badge(&head.severity))
                @if head.default == "off" { " " span class="badge" { "off by default" } }
                p {
                    (prose(&head.summary, |_| None))
                    @if !head.codes.is_empty() {
                        span class="codes" { "Prevents " (codes(content, &head.codes, path)) }
                    }
                }
            }
        }
    };
    let main = html! {
        h1 { "Rules" }
        p {
            "flowvet has " (content.rules.len()) " rules. In the terminal, " code { "flowvet explain RULE" }
            " shows the page of a rule."
        }
        (filter("rules", true))
        @for (category, rules) in &categories {
            section class="group" {
                h2 id=(category) { (category) }
                ul class="entries" { @for rule in *rules { (item(rule)) } }
            }
        }
    };
    let links = categories
        .iter()
        .map(|(name, _)| Link { to: format!("#{name}"), text: (*name).to_owned() })
        .collect();
    let description =
        "Every rule of flowvet: what it reports, how serious it is, and which errors it prevents.";
    index(path, "Rules", description, main, Some(("Categories".to_owned(), links)))
}

/// An error of the platform.
pub(crate) fn error(site: Site<'_>, content: &Content, area: &Area, error: &PlatformError) -> Entry {
    let path = error.page();
    let prose = |text: &str| {
        let other = |name: &str| site.addresses.name(name).filter(|page| *page != path);
        prose(text, |name| other(name).map(|page| relative(&path, page)))
    };
    let rules = content.rules_for(error);
    let main = html! {
        h1 { (error.code) }
        p class="lead" { (prose(&error.meaning)) }
        (recognised(content, error, &path))
        @if !error.causes.is_empty() {
            h2 id="causes" { "Usual causes" }
            ul { @for cause in &error.causes { li { (prose(cause)) } } }
        }
        h2 id="remedy" { "What to do" }
        p { (prose(&error.remedy)) }
        h2 id="rules" { "Rules that find the cause before the import" }
        @if rules.is_empty() { p { "None." } }
        ul class="entries" {
            @for rule in &rules {
                li {
                    a href=(relative(&path, &rule.page())) { code { (rule.head.id) } }
                    " " (badge(&rule.head.severity))
                    p { (prose(&rule.head.summary)) }
                }
            }
        }
        @if let Some(reason) = &error.not_in_package { p { "A package alone cannot show it: " (prose(reason)) } }
        h2 id="source" { "Source" }
        p { (error.source) }
    };
    let text = [&[&error.meaning, &error.remedy][..], &error.causes.iter().collect::<Vec<_>>()].concat();
    let text = text.into_iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let siblings = area.errors.iter().map(|other| Link { to: other.page(), text: other.code.clone() });
    let page = Page {
        title: error.code.clone(),
        description: shortened(&error.meaning.replace('`', "")),
        main,
        aside: Some(("Similar errors".to_owned(), siblings.collect())),
        path,
    };
    let names = error.codes().chain(&error.says).cloned().collect();
    let section = Section { level: 1, text, ..Section::default() };
    Entry { page, kind: Kind::Error, sections: vec![section], names }
}

/// By what people recognise an error.
fn recognised(content: &Content, error: &PlatformError, path: &str) -> Markup {
    html! {
        dl class="facts" {
            @if !error.also.is_empty() {
                dt { "Also" }
                dd { @for (index, code) in error.also.iter().enumerate() { @if index > 0 { ", " } code { (code) } } }
            }
            @if !error.says.is_empty() {
                dt { "The platform says" }
                dd { @for text in &error.says { p { "\u{201c}" (text.replace('*', "\u{2026}")) "\u{201d}" } } }
            }
            @if let Some(general) = error.narrows.as_deref().and_then(|code| content.error(code)) {
                dt { "A kind of" }
                dd { a href=(relative(path, &general.page())) { code { (general.code) } } }
            }
            dt { "In the terminal" }
            dd { code { "flowvet explain " (error.code) } }
        }
        @if error.wrapper {
            p { "This error only says that something failed. The inner error says what: look for another code in the message." }
        }
    }
}

/// The index of errors.
pub(crate) fn index_of_errors(content: &Content) -> Entry {
    let path = "errors/index.html";
    let heading = |area: &Area| sentence(&area.name.replace('-', " ")).replace('.', "");
    let main = html! {
        h1 { "Platform errors" }
        p {
            "What Power Automate and Dataverse report when a solution is imported, when a flow is turned on, and when it \
             runs: " (content.errors().count()) " errors. In the terminal, " code { "flowvet explain" }
            " recognises them in a pasted message or a log."
        }
        (filter("errors", false))
        @for area in &content.areas {
            section class="group" {
                h2 id=(area.name) { (heading(area)) }
                p { (area.about) }
                ul class="entries" {
                    @for error in &area.errors {
                        li {
                            a href=(relative(path, &error.page())) { code { (error.code) } }
                            @for code in &error.also { " " code class="also" { (code) } }
                            p { (prose(&error.meaning, |_| None)) }
                        }
                    }
                }
            }
        }
    };
    let areas = content.areas.iter().map(|area| Link { to: format!("#{}", area.name), text: heading(area) });
    let description =
        "The errors of Power Automate and Dataverse that flowvet explains: what they mean and what to do.";
    index(path, "Platform errors", description, main, Some(("Areas".to_owned(), areas.collect())))
}

/// The page that searches all others. Its index is data inside the page, because a page on a disk cannot read files.
pub(crate) fn search(index_json: &str) -> Entry {
    let path = "search.html";
    let main = html! {
        h1 { "Search" }
        form class="filter" id="search-form" hidden {
            label for="search-text" { "Words, a rule, or an error code" }
            input id="search-text" type="search" name="q" autocomplete="off";
            p role="status" {}
        }
        noscript {
            p {
                "The search needs JavaScript. Without it, use the indexes of "
                a href="rules/index.html" { "rules" } " and " a href="errors/index.html" { "errors" } "."
            }
        }
        ol class="entries" id="search-results" {}
        // In a script, `<` could end it.
        script type="application/json" id="search-index" { (PreEscaped(index_json.replace('<', "\\u003c"))) }
    };
    index(path, "Search", "Search the rules, errors and guides of flowvet.", main, None)
}
