//! The pages of the rules that have findings.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::markdown::{self, Links, Top};
use crate::finding::Finding;
use crate::rules::{Page, find};

/// The section with a folded page for each rule.
pub(super) fn rules(findings: &[Finding], links: &Links) -> Markup {
    let found: BTreeSet<&str> = findings.iter().map(|finding| finding.rule).collect();
    html! {
        @if !found.is_empty() {
            section #rules aria-labelledby="rules-title" {
                h2 #rules-title { "Rules" }
                p.lead { "What each rule checks, why it matters, and what it does not see." }
                @for rule in found.into_iter().filter_map(find) { (folded(&rule.page, links)) }
            }
        }
    }
}

fn folded(page: &Page, links: &Links) -> Markup {
    html! {
        details.page #{ "rule-" (page.id) } {
            summary { h3 { (page.id) } " " span.about { (page.summary) } }
            (markdown::render(page.body, Top::H4, links))
        }
    }
}
