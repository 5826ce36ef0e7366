//! The frame of every page: head, navigation, search field and footer.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::markdown::relative;
use crate::project::Project;

const STYLE: &str = include_str!("../../site/style.css");
const SCRIPT: &str = include_str!("../../site/script.js");
const ICON: &str = include_str!("../../site/icon.svg");

/// Only the style and the script of the page itself, and pictures inside it. A page makes no requests.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; \
         form-action 'self' file:; require-trusted-types-for 'script'",
        hash(STYLE),
        hash(SCRIPT)
    )
});

/// A page of the site.
pub(crate) struct Page {
    /// Its path in the site.
    pub(crate) path: String,
    pub(crate) title: String,
    /// One sentence, for search engines.
    pub(crate) description: String,
    /// The content, with the only `h1`.
    pub(crate) main: Markup,
    /// Links beside the content, and what they are.
    pub(crate) aside: Option<(String, Vec<Link>)>,
}

/// A link to another page, or to a place in this one.
pub(crate) struct Link {
    /// A path in the site, or `#anchor`.
    pub(crate) to: String,
    pub(crate) text: String,
}

/// What the navigation of every page shows.
pub(crate) struct Frame<'a> {
    pub(crate) project: &'a Project,
    /// Whether the site has a page that checks files in the browser.
    pub(crate) has_browser_page: bool,
}

impl Frame<'_> {
    /// The complete page.
    pub(crate) fn render(&self, page: &Page) -> String {
        let to = |path: &str| relative(&page.path, path);
        let homepage = &self.project.homepage;
        let title = match page.path.as_str() {
            "index.html" => page.title.clone(),
            // A rule may have the same name.
            path if path.starts_with("errors/") && path != "errors/index.html" => {
                format!("{}: platform error - flowvet", page.title)
            }
            _ => format!("{} - flowvet", page.title),
        };
        let markup = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY.as_str());
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    title { (title) }
                    meta name="description" content=(page.description);
                    @if !homepage.is_empty() {
                        link rel="canonical" href={ (homepage) "/" (page.path) };
                    }
                    link rel="icon" href={ "data:image/svg+xml;base64," (STANDARD.encode(ICON)) };
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a class="skip" href="#page-content" { "Skip to the content" }
                    (self.header(page))
                    div class="columns" {
                        main id="page-content" tabindex="-1" { (page.main) }
                        @if let Some((about, links)) = &page.aside { (aside(page, about, links)) }
                    }
                    footer {
                        p {
                            "flowvet " (self.project.version) ", licensed under MIT or Apache-2.0. "
                            a href=(to("project/changelog.html")) { "Changes" } ", "
                            a href=(to("project/contributing.html")) { "contributing" } ", "
                            a href=(to("project/security.html")) { "reporting a vulnerability" }
                            @if !self.project.repository.is_empty() {
                                ", " a href=(self.project.repository) { "source" }
                            }
                            "."
                        }
                    }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        markup.into_string()
    }

    fn header(&self, page: &Page) -> Markup {
        let mut entries = vec![
            ("docs/getting-started.html", "Get started"),
            ("rules/index.html", "Rules"),
            ("errors/index.html", "Errors"),
            ("docs/index.html", "Guides"),
        ];
        if self.has_browser_page {
            entries.push(("flowvet.html", "In the browser"));
        }
        html! {
            header {
                a class="brand" href=(relative(&page.path, "index.html")) { "flowvet" }
                nav aria-label="Site" {
                    ul {
                        @for (path, text) in entries {
                            li { (link(page, path, text)) }
                        }
                    }
                }
                form class="search" role="search" action=(relative(&page.path, "search.html")) method="get" {
                    label class="hidden" for="page-search" { "Search" }
                    input id="page-search" type="search" name="q" placeholder="Search" autocomplete="off";
                }
            }
        }
    }
}

/// A link that says whether it leads to the page it is on.
fn link(page: &Page, to: &str, text: &str) -> Markup {
    let href = if to.starts_with('#') { to.to_owned() } else { relative(&page.path, to) };
    html! { a href=(href) aria-current=[(to == page.path).then_some("page")] { (text) } }
}

fn aside(page: &Page, about: &str, links: &[Link]) -> Markup {
    html! {
        aside {
            nav aria-label=(about) {
                p { (about) }
                ul {
                    @for one in links { li { (link(page, &one.to, &one.text)) } }
                }
            }
        }
    }
}

/// A text in which backticks mark code, as in the messages of the tool. Names of rules and errors become links.
pub(crate) fn prose(text: &str, link_to: impl Fn(&str) -> Option<String>) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 0 {
                (part)
            } @else if let Some(link) = link_to(part) {
                a href=(link) { code { (part) } }
            } @else {
                code { (part) }
            }
        }
    }
}
