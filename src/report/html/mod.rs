//! The report as an HTML file, for people without a shell: it can be mailed, opened in any browser, and printed.
//!
//! `shell` is the page around a report; the other files are its sections. The file loads nothing, is complete without its
//! script, and escapes every text of the input.

mod comparison;
mod concerned;
mod connections;
mod excerpt;
mod filters;
mod finding;
mod flows;
#[cfg(feature = "cli")]
mod graph;
mod markdown;
mod order;
mod picture;
mod rules;
mod runbook;
mod settings;
mod shell;
mod summary;
mod words;

use maud::{Markup, html};

use super::runbook::Runbook;
use super::{Counts, Report};
pub(crate) use comparison::comparison;
use finding::Heading;
#[cfg(feature = "cli")]
pub(crate) use graph::graph;
use markdown::Links;
use shell::Page;

const FINDINGS: Heading<'_> = Heading { title: "Findings", empty: "Nothing found." };

/// The report of a check as an HTML document.
pub(crate) fn render(report: &Report<'_>) -> String {
    let Report { analysis, findings, verdicts, .. } = *report;
    let links = Links { rules: findings.iter().map(|finding| finding.rule).collect() };
    let plan = Runbook::of(analysis, findings, verdicts);
    let of_flows = concerned::by_flow(report);
    let picture = picture::picture(report);
    let mut sections = vec![("flows", "Flows"), ("findings", "Findings")];
    sections.extend(picture.is_some().then_some(("picture", "Picture")));
    sections.extend([
        ("order", "Order"),
        ("connections", "Connections"),
        ("runbook", "Runbook"),
        ("settings", "Settings"),
    ]);
    sections.extend((!findings.is_empty()).then_some(("rules", "Rules")));
    let title = summary::title(analysis);
    let content = html! {
        (summary::summary(report))
        (flows::flows(report, &of_flows))
        (finding::findings(report, &FINDINGS, &filters::filters(report, &of_flows), &|_| true))
        @if let Some(picture) = &picture {
            section #picture aria-labelledby="picture-title" { h2 #picture-title { "Picture" }
                div.picture role="region" aria-label="Picture of the calls" tabindex="0" { (picture) } }
        }
        (order::order(analysis, analysis.activation()))
        (connections::connections(analysis))
        (runbook::runbook(&plan, &summary::key(analysis), &links))
        (settings::settings(analysis, &plan))
        (rules::rules(findings, &links))
    };
    let page = Page { subject: &title, counts: counts(&Counts::of(findings)), sections: &sections, content };
    page.render()
}

/// The number of findings of each severity, as links that show only these.
fn counts(counts: &Counts) -> Markup {
    html! {
        @for (severity, number) in flows::numbers(counts) {
            @if number > 0 {
                a.badge.(severity.as_str()) href="#findings" data-filter-severity=(severity.as_str()) {
                    (words::icon(severity.as_str())) (number) span.word { " " (words::severities(severity, number)) }
                }
                " "
            }
        }
        @if counts.total() == 0 { span.badge.on { (words::icon("on")) "no findings" } }
    }
}
