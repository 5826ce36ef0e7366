//! The appendices: what is only looked up.

use super::super::connections::Bound;
use super::super::markup::Markup;
use super::super::{Runbook, TurnOn};
use super::page::Page;
use super::turn_on::{Folds, earlier, is_automatic, is_plain};
use crate::model::step_title;
use crate::report::flow_name::FlowName;

/// The titles of the pages that the parts cite. Those of providers are in the catalog.
const TITLES: [(&str, &str); 10] = [
    (
        "https://learn.microsoft.com/power-platform/admin/power-automate-licensing/types",
        "Types of Power Automate licenses",
    ),
    (
        "https://learn.microsoft.com/power-platform/admin/dlp-connector-classification",
        "Connector classification in data policies",
    ),
    (
        "https://learn.microsoft.com/power-apps/maker/data-platform/create-connection-reference",
        "Use a connection reference in a solution",
    ),
    ("https://learn.microsoft.com/power-automate/import-flow-solution", "Import a solution"),
    (
        "https://learn.microsoft.com/power-apps/maker/data-platform/environmentvariables-azure-key-vault-secrets",
        "Environment variables for Azure Key Vault secrets",
    ),
    ("https://learn.microsoft.com/power-platform/developer/cli/reference/solution", "pac solution"),
    ("https://learn.microsoft.com/power-automate/create-child-flows", "Create child flows"),
    (
        "https://learn.microsoft.com/troubleshoot/power-platform/power-automate/flow-run-issues/triggers-troubleshoot",
        "Troubleshoot common issues with triggers",
    ),
    ("https://learn.microsoft.com/power-automate/fix-flow-failures", "Troubleshoot a cloud flow"),
    (
        "https://learn.microsoft.com/power-platform/guidance/coe/faq",
        "Frequently asked questions about the CoE Starter Kit",
    ),
];

/// The flows that part 6 does not list.
pub(super) fn waves(page: &mut Page, runbook: &Runbook<'_>, folds: &Folds) {
    let is_folded = |one: &TurnOn<'_>| folds.on && is_automatic(one) || folds.plain && is_plain(one);
    if !runbook.turn_on.iter().flatten().any(is_folded) {
        return;
    }
    page.part("Appendix: flows by wave");
    for (number, wave) in runbook.turn_on.iter().enumerate() {
        if !wave.iter().any(is_folded) {
            continue;
        }
        page.heading(&format!("Wave {}", number + 1));
        for one in wave.iter().filter(|one| is_folded(one)) {
            let name = page.markup.name(one.flow.name);
            let earlier = earlier(page, one);
            if is_automatic(one) {
                page.point(&format!("{name}, on by the import{earlier}"));
            } else {
                page.step(&name);
            }
        }
    }
}

/// The steps of built-in premium operations. Those of connectors are in the last appendix.
pub(super) fn premium(page: &mut Page, runbook: &Runbook<'_>) {
    const BUILT_IN: [&str; 2] = ["HTTP", "When an HTTP request is received"];
    let uses = runbook.needs.licences.iter().flat_map(|licence| {
        let pairs = licence.premium.iter().zip(&licence.steps);
        pairs.map(move |(name, steps)| (licence.flow, name, steps))
    });
    let uses: Vec<_> = uses.filter(|(_, name, _)| BUILT_IN.contains(&name.as_str())).collect();
    if uses.is_empty() {
        return;
    }
    page.part("Appendix: built-in premium steps");
    for (flow, name, steps) in uses {
        let flow = page.markup.name(flow.name);
        for step in steps {
            let path = path(page, step);
            page.point(&format!("{name}: {flow}: {path}"));
        }
    }
}

/// Each step that uses a connection.
pub(super) fn steps(page: &mut Page, runbook: &Runbook<'_>) {
    if runbook.connections.is_empty() {
        return;
    }
    page.part("Appendix: steps by connection");
    page.line("To give a single step its connection, open the flow, expand the containers on the way, and select the step.");
    for reference in &runbook.references {
        let uses = uses(runbook, |bound| {
            bound.reference.is_some_and(|name| name.eq_ignore_ascii_case(reference.name))
        });
        if !uses.is_empty() {
            let name = page.markup.code(reference.name);
            page.heading(&match reference.display_name {
                Some(display) => format!("{} ({name})", page.markup.name(display)),
                None => name,
            });
            listed(page, &uses);
        }
    }
    let direct = uses(runbook, |bound| bound.reference.is_none());
    if !direct.is_empty() {
        page.heading("Without a connection reference");
        listed(page, &direct);
    }
}

fn uses<'a>(
    runbook: &'a Runbook<'a>,
    is_wanted: impl Fn(&Bound<'a>) -> bool,
) -> Vec<(FlowName<'a>, &'a Bound<'a>)> {
    let flows = runbook.connections.iter();
    let all = flows.flat_map(|one| one.connections.iter().map(move |bound| (one.flow, bound)));
    all.filter(|(_, bound)| is_wanted(bound)).collect()
}

fn listed(page: &mut Page, uses: &[(FlowName<'_>, &Bound<'_>)]) {
    for (flow, bound) in uses {
        let run_only = if bound.run_only { ", connection of the run-only user" } else { "" };
        let name = page.markup.name(flow.name);
        page.point(&format!("{name}{run_only}"));
        for step in &bound.steps {
            let path = path(page, step);
            page.detail(&path);
        }
    }
}

/// The way to a step, by the titles that the designer shows.
fn path(page: &Page, step: &[&str]) -> String {
    let titles: Vec<String> = step.iter().map(|key| page.markup.text(&step_title(key))).collect();
    titles.join(" > ")
}

/// The pages that the parts cite.
pub(super) fn sources(page: &mut Page, runbook: &Runbook<'_>) {
    if page.cited.is_empty() {
        return;
    }
    let known = TITLES.into_iter();
    let of_providers = runbook.outside.iter().flat_map(|one| &one.sources).map(|link| (link.url, link.title));
    let titles: Vec<(&str, &str)> = known.chain(of_providers).collect();
    page.part("Sources");
    for (number, url) in page.cited.clone().into_iter().enumerate() {
        let title = titles.iter().find(|(known, _)| *known == url).map_or(url, |(_, title)| title);
        let line = match page.markup {
            Markup::Markdown => format!("{}. [{title}]({url})\n", number + 1),
            Markup::Plain => format!("[{}] {title}\n    {url}\n", number + 1),
        };
        page.out.push_str(&line);
    }
}
