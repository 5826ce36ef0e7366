//! The deployment settings that were given, and what they lack.

use maud::{Markup, html};

use super::words::name;
use crate::analysis::Analysis;
use crate::model::Settings;
use crate::report::runbook::{Lack, Runbook, SettingsFile};
use crate::report::text::clean;
use crate::wording::count;

/// The section with each settings file.
pub(super) fn settings(analysis: &Analysis, runbook: &Runbook<'_>) -> Markup {
    let files = runbook.settings_files();
    html! {
        section #settings aria-labelledby="settings-title" {
            h2 #settings-title { "Deployment settings" }
            @if analysis.settings.is_empty() {
                p.empty { "No deployment settings were given, so nothing is known of the connections and values of the target." }
            }
            @for settings in &analysis.settings {
                @let file = analysis.sources.get(settings.file).name().as_str();
                h3.file { (clean(file)) }
                @if let Some(file) = files.get(file) { (provided(file)) }
                (activated(settings))
            }
        }
    }
}

/// The connections and values of a file.
fn provided(file: &SettingsFile<'_>) -> Markup {
    html! {
        p {
            "Provides " (file.given) " of the " (file.given + file.lacks.len())
            " connections and values that the flows need."
        }
        @if !file.lacks.is_empty() {
            table.cards {
                thead { tr { @for head in ["Name", "Kind", "The file"] { th scope="col" { (head) } } } }
                tbody { @for lack in &file.lacks { (row(lack)) } }
            }
        }
    }
}

fn row(lack: &Lack<'_>) -> Markup {
    html! {
        tr {
            th scope="row" {
                (name(lack.display_name.unwrap_or(lack.name)))
                @if lack.display_name.is_some() { code.logical { (clean(lack.name)) } }
            }
            td data-label="Kind" { (lack.kind) }
            td data-label="The file" { (lack.instead) }
        }
    }
}

/// The flows that a file turns on after the import.
fn activated(settings: &Settings) -> Markup {
    let Some(order) = &settings.order else { return html! {} };
    let off = order.entries.iter().filter(|entry| entry.stays_off).count();
    html! {
        p {
            "After the import, it turns on " (count(order.entries.len() - off, "flow"))
            @if off > 0 { " and leaves " (off) " off" }
            "."
        }
    }
}
