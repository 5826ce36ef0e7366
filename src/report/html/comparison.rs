//! The page of a comparison: what the import breaks, what differs with both versions side by side, and the runbook.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::finding::Heading;
use super::markdown::Links;
use super::shell::Page;
use super::words::{flow_anchor, flow_number};
use super::{concerned, counts, filters, finding, flows, rules, runbook};
use crate::model::FlowIx;
use crate::report::compare::{Compared, Detail, Fate, Item, Section, Sides, sections};
use crate::report::runbook::Runbook;
use crate::report::text::clean;
use crate::report::{Counts, Report};
use crate::wording::capitalised;
use crate::wording::first;

/// The solutions that the title names.
const MOST_TITLED: usize = 2;

/// The findings of the rules about two versions.
const FINDINGS: Heading<'_> = Heading {
    title: "What the import breaks",
    empty: "The rules about two versions found nothing. A check of the new version runs the others.",
};

/// The comparison as an HTML document.
pub(crate) fn comparison(compared: &Compared<'_>, plan: &Runbook<'_>) -> String {
    let report = compared.report;
    let Report { analysis, findings, .. } = *report;
    let links = Links { rules: findings.iter().map(|finding| finding.rule).collect() };
    let of_flows = concerned::by_flow(report);
    let changes = sections(compared);
    let listed: BTreeSet<FlowIx> =
        changes.iter().flat_map(|section| &section.items).filter_map(|item| item.flow).collect();
    let is_listed = |flow: FlowIx| listed.contains(&analysis.workspace.representative(flow));
    let headlines = compared.headlines();
    let title = first(MOST_TITLED, &headlines, |line| line.clone());
    let content = html! {
        (summary(compared, &title, &headlines, &changes))
        (finding::findings(report, &FINDINGS, &filters::filters(report, &of_flows), &is_listed))
        section #changes aria-labelledby="changes-title" {
            h2 #changes-title { "Changes" }
            @if changes.is_empty() { p.empty { (capitalised(compared.no_differences())) "." } }
            @for section in &changes {
                h3.changes #(anchor(section)) { (section.headline(compared)) }
                @for item in &section.items { (change(compared, item, &of_flows)) }
            }
        }
        (runbook::runbook(plan, &headlines.join(", "), &links))
        (rules::rules(findings, &links))
    };
    let mut sections = vec![("findings", "Findings"), ("changes", "Changes"), ("runbook", "Runbook")];
    sections.extend((!findings.is_empty()).then_some(("rules", "Rules")));
    let page = Page { subject: &title, counts: counts(&Counts::of(findings)), sections: &sections, content };
    page.render()
}

/// What is compared, and how much differs.
fn summary(compared: &Compared<'_>, title: &str, headlines: &[String], changes: &[Section]) -> Markup {
    let paths = |analysis: &crate::analysis::Analysis| -> Vec<String> {
        analysis.workspace.solutions.iter().map(|solution| clean(solution.path.as_str())).collect()
    };
    let versions = [("Old ", paths(&compared.versions.old)), ("New ", paths(&compared.versions.new))];
    html! {
        section.summary #summary aria-labelledby="title" {
            p.kind { "Comparison of two versions" }
            h1 #title { (title) }
            @for (index, remark) in compared.remarks().iter().enumerate() {
                p.verdict.more[index > 0] { (super::words::cleaned(remark)) }
            }
            ul.facts {
                li { b { "Found " } (compared.summary()) }
                @for section in changes {
                    li { b { (capitalised(&section.plural())) " " } a href={ "#" (anchor(section)) } { (section.headline(compared)) } }
                }
                @if headlines.len() > MOST_TITLED { @for line in headlines { li { b { "Solution " } (line) } } }
                @for (label, paths) in versions {
                    @for path in paths { li { b { (label) } span.file { (path) } } }
                }
            }
        }
    }
}

/// The id of the changes of a kind of component: `changes-connection-reference`.
fn anchor(section: &Section) -> String {
    format!("changes-{}", section.kind.replace(' ', "-"))
}

/// A component that differs.
fn change(compared: &Compared<'_>, item: &Item, of_flows: &BTreeMap<FlowIx, Counts>) -> Markup {
    let analysis = compared.report.analysis;
    let id = item.flow.map(|flow| flow_anchor(analysis, flow));
    let counts = item.flow.and_then(|flow| of_flows.get(&analysis.workspace.representative(flow)));
    let class = match item.fate {
        Fate::Added => "added",
        Fate::Removed => "removed",
        Fate::Changed => "changed",
    };
    let title = item.title();
    html! {
        article id=[id] class={ "change " (class) } {
            div.change-head {
                h4 { span.sign aria-hidden="true" { (item.fate.sign()) " " } (title) }
                span.tag { (item.fate.word(compared.kind)) }
                @if let (Some(flow), Some(counts)) = (item.flow, counts) {
                    (flows::found(flow_number(analysis, flow), &title, counts))
                }
            }
            @if !item.details.is_empty() { (table(&item.details)) }
        }
    }
}

/// What changed in a component, the old version on the left and the new one on the right.
fn table(details: &[Detail]) -> Markup {
    html! {
        table.cards.sides {
            thead { tr { @for head in ["What", "Old version", "New version"] { th scope="col" { (head) } } } }
            tbody { @for detail in details { (rows(detail)) } }
        }
    }
}

fn rows(detail: &Detail) -> Markup {
    let label = capitalised(detail.label);
    match &detail.sides {
        Sides::Values(old, new) => row(&html! { (label) }, &text(old), &text(new)),
        Sides::Added(names) => row(&html! { (label) }, &html! {}, &list(names)),
        Sides::Removed(names) => row(&html! { (label) }, &list(names), &html! {}),
        Sides::Differ(names) => html! {
            tr { th scope="row" { (label) } td.both colspan="2" { (list(names)) } }
        },
        Sides::Connections(all) => html! {
            @for (key, old, new) in all {
                @let side = |side: &Option<String>| text(side.as_deref().unwrap_or("none"));
                (row(&html! { "Connection " code { (clean(key)) } }, &side(old), &side(new)))
            }
        },
    }
}

fn row(label: &Markup, old: &Markup, new: &Markup) -> Markup {
    html! {
        tr {
            th scope="row" { (label) }
            td.old data-label="Old version" { (old) }
            td.new data-label="New version" { (new) }
        }
    }
}

fn text(value: &str) -> Markup {
    html! { (clean(value)) }
}

/// Names, one per line.
fn list(names: &[String]) -> Markup {
    match names {
        [name] => text(name),
        names => html! { ul { @for name in names { li { (clean(name)) } } } },
    }
}
