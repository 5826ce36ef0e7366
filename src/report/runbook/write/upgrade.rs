//! What the runbook of an upgrade has in addition: its title, what to fix and what is deleted, and how much stays.

use super::super::Runbook;
use super::super::upgrade::{Deletes, Upgrade};
use super::page::{Page, verb};
use crate::report::runbook::Markup;
use crate::wording::{count, joined};

/// How many names of a kind are listed.
const MOST_NAMED: usize = 10;

/// `Upgrade of Core from 1.0.0.3 to 1.1.0.0`.
pub(super) fn top(page: &mut Page, runbook: &Runbook<'_>, upgrade: &Upgrade<'_>) {
    let names = runbook.solutions.iter().map(|solution| {
        let name = page.markup.code(solution.name);
        let version = solution.version.unwrap_or_default();
        let old = upgrade.from.iter().find(|old| old.name.eq_ignore_ascii_case(solution.name));
        match old.and_then(|old| old.version).filter(|old| !old.is_empty()) {
            Some(old) => format!("{name} from {} to {}", page.markup.text(old), page.markup.text(version)),
            None => format!("{name} {}", page.markup.text(version)).trim_end().to_owned(),
        }
    });
    let names: Vec<String> = names.collect();
    let sign = if page.markup == Markup::Markdown { "# " } else { "" };
    let what = match upgrade.import {
        "update" => "Update",
        "patch" => "Patch",
        _ => "Upgrade",
    };
    page.intro(&format!("{sign}{what} of {}", names.join(", ")));
}

/// What to do before everything else: fix what the import breaks, and look for uses of what it deletes.
pub(super) fn before(page: &mut Page, upgrade: &Upgrade<'_>) {
    for fix in &upgrade.fix {
        let message = page.markup.message(&fix.message);
        let rule = page.markup.code(fix.rule);
        page.has_marks = true;
        page.step(&format!("Fix first: {message} ({} {rule})", fix.severity));
    }
    let Deletes { flows, references, variables } = &upgrade.deletes;
    let lists = [
        (flows.iter().map(|flow| flow.name).collect::<Vec<_>>(), "flow"),
        (references.clone(), "connection reference"),
        (variables.clone(), "environment variable"),
    ];
    let lists = lists.into_iter().filter(|(names, _)| !names.is_empty());
    let parts: Vec<String> = lists
        .map(|(names, kind)| {
            let number = names.len();
            let shown = page.names(names.into_iter(), MOST_NAMED, kind);
            format!("the {} {shown}", verb(number, kind, &format!("{kind}s")))
        })
        .collect();
    if !parts.is_empty() {
        page.step(&format!(
            "The import deletes {}. Check that nothing else in the target uses them.",
            joined(&parts, "and")
        ));
    }
}

/// What to say of a part without steps.
pub(super) fn nothing(page: &mut Page, runbook: &Runbook<'_>, ordinary: &str, stays: Option<String>) {
    if runbook.upgrade.is_none() {
        return page.line(ordinary);
    }
    let stays = stays.map(|stays| format!(" {stays}")).unwrap_or_default();
    page.line(&format!("Nothing to do: nothing is new here.{stays}"));
}

/// How much stays, after the steps of a part.
pub(super) fn stays(page: &mut Page, stays: Option<String>) {
    if let Some(stays) = stays {
        page.point(&stays);
    }
}

/// `12 connection references keep their connections.`
fn kept(number: usize, what: &str, one: &str, many: &str) -> Option<String> {
    (number > 0).then(|| format!("{} {}.", count(number, what), verb(number, one, many)))
}

impl Runbook<'_> {
    pub(super) fn kept_references(&self) -> Option<String> {
        let number = self.upgrade.as_ref()?.stays.references;
        kept(number, "connection reference", "keeps its connection", "keep their connections")
    }

    pub(super) fn kept_variables(&self) -> Option<String> {
        let number = self.upgrade.as_ref()?.stays.variables;
        kept(number, "environment variable", "keeps its value", "keep their values")
    }

    pub(super) fn kept_run_only(&self) -> Option<String> {
        let number = self.upgrade.as_ref()?.stays.run_only;
        kept(number, "flow", "keeps its run-only users", "keep their run-only users")
    }

    pub(super) fn kept_flows(&self) -> Option<String> {
        let number = self.upgrade.as_ref()?.stays.flows;
        kept(
            number,
            "flow",
            "stays on or off, as it is in the target",
            "stay on or off, as they are in the target",
        )
    }

    pub(super) fn kept_registrations(&self) -> Option<String> {
        let number = self.upgrade.as_ref()?.stays.registrations;
        kept(number, "registration", "stays valid", "stay valid")
    }

    pub(super) fn unchanged_flows(&self) -> Option<String> {
        let number = self.upgrade.as_ref()?.stays.unchanged;
        kept(number, "flow", "is unchanged", "are unchanged")
    }
}
