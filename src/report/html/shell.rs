//! The page around a report: its head, styles, script, icons, and the bar at the top. Nothing here knows what a report is about.
//!
//! The page loads nothing. Its content security policy allows only the style and the script in it, by their hashes, so that
//! even markup in a name could not run or load anything. This file has the only strings that are not escaped.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The styles. Tests compare the hash with the text.
const STYLE: &str = include_str!("report.css");
const STYLE_HASH: &str = "sha256-t1cNIzoBKASciocjAouD2F5HdE4ZVRsncf5KLmfLnwg=";

/// The styles of the picture, which is also a format of its own.
const PICTURE_STYLE: &str = crate::report::picture::STYLE;
const PICTURE_STYLE_HASH: &str = "sha256-yepu9a21D1gcbnWhUSLiJyQ32JBdMu1GxO2QMAp0Nbg=";

/// The script. The report is complete without it.
const SCRIPT: &str = include_str!("report.js");
const SCRIPT_HASH: &str = "sha256-FpCBFJJXwyU/FqYS9sEcgLzotW0g9o+sHLZFTpNhpcg=";

/// A page to be written.
pub(super) struct Page<'a> {
    /// What the page is about, for the bar and the tab of the browser.
    pub(super) subject: &'a str,
    /// Counts in the bar.
    pub(super) counts: Markup,
    /// The sections with a link in the bar: their ids and titles.
    pub(super) sections: &'a [(&'static str, &'static str)],
    pub(super) content: Markup,
}

impl Page<'_> {
    /// The complete document.
    pub(super) fn render(&self) -> String {
        let policy = format!(
            "default-src 'none'; style-src '{STYLE_HASH}' '{PICTURE_STYLE_HASH}'; \
             script-src '{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'"
        );
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    title { (self.subject) " - flowvet" }
                    style { (PreEscaped(STYLE)) }
                    style { (PreEscaped(PICTURE_STYLE)) }
                }
                body {
                    a.skip href="#main" { "Skip to the report" }
                    (self.bar())
                    main #main tabindex="-1" { (self.content) }
                    footer {
                        "Made by flowvet " (env!("CARGO_PKG_VERSION")) " from the files of the package. This page loads nothing and sends nothing."
                    }
                    (icons())
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        let mut text = page.into_string();
        text.push('\n');
        text
    }

    fn bar(&self) -> Markup {
        html! {
            header.bar {
                div.bar-line {
                    a.brand href="#main" { b { "flowvet" } " " span { (self.subject) } }
                    div.counts { (self.counts) }
                    nav aria-label="Sections" {
                        ul { @for (id, title) in self.sections { li { a href={ "#" (id) } { (title) } } } }
                    }
                }
            }
        }
    }
}

/// A drawing, whose texts are escaped already.
pub(super) fn drawing(svg: String) -> Markup {
    PreEscaped(svg)
}

/// The shapes of the icons, which the page uses by name.
fn icons() -> Markup {
    let shapes = [
        (
            "error",
            "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm2.9 8.8-1.1 1.1L8 9.1l-1.8 1.8-1.1-1.1L6.9 8 5.1 6.2l1.1-1.1L8 6.9l1.8-1.8 1.1 1.1L9.1 8l1.8 1.8Z",
        ),
        (
            "warning",
            "M8.9 1.9a1 1 0 0 0-1.8 0l-6 11.2A1 1 0 0 0 2 14.6h12a1 1 0 0 0 .9-1.5l-6-11.2ZM7.2 5.5h1.6v4.3H7.2V5.5Zm0 5.6h1.6v1.6H7.2v-1.6Z",
        ),
        ("info", "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm.8 10.9H7.2V7h1.6v4.9Zm0-6.2H7.2V4.1h1.6v1.6Z"),
        ("on", "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm-1 10.3L3.8 8l1.1-1.1L7 9l4.1-4.2 1.1 1.1L7 11.3Z"),
        (
            "off",
            "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.6a5.4 5.4 0 1 1 0 10.8A5.4 5.4 0 0 1 8 2.6Zm-3 4.6v1.6h6V7.2H5Z",
        ),
        (
            "unknown",
            "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm.8 11.4H7.2v-1.6h1.6v1.6Zm1.5-5.1c-1 .9-1.5 1.2-1.5 2.2H7.2c0-1.7.8-2.4 1.5-3 .5-.5.8-.8.8-1.3 0-.7-.5-1.1-1.4-1.1-.8 0-1.3.4-1.5 1.3l-1.5-.4C5.4 3.4 6.5 2.600 8.1 2.600c1.800 0 3 1 3 2.5 0 1-.3 1.7-.8 2.2Z",
        ),
    ];
    html! {
        svg.icons aria-hidden="true" width="0" height="0" {
            @for (name, shape) in shapes {
                symbol id={ "icon-" (name) } viewBox="0 0 16 16" { path fill="currentColor" d=(shape) {} }
            }
        }
    }
}
