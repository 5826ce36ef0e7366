//! The runbook, with boxes to tick.

use maud::{Markup, html};

use super::markdown::{self, Links, Top};
use crate::report::runbook::{Markup as Format, Runbook};

/// The section with the nine parts and the appendices. A browser keeps the ticked boxes under `key`.
pub(super) fn runbook(runbook: &Runbook<'_>, key: &str, links: &Links) -> Markup {
    html! {
        section #runbook aria-labelledby="runbook-title" data-key=(key) {
            h2 #runbook-title { "Runbook" }
            p.lead {
                "Follow the nine parts in order on the day of the import. "
                @if runbook.is_upgrade() { "They contain only what is new in this version. What stays is counted. " }
                "A rule in parentheses marks a step that may fail. "
                span #ticked role="status" {}
            }
            @if !runbook.is_complete() {
                p.warning-line { "flowvet could not read all files of the package, so steps may be missing." }
            }
            div.runbook { (markdown::render(&runbook.parts(Format::Markdown), Top::H3, links)) }
        }
    }
}
