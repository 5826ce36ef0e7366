//! Deployment settings for a connection reference that no solution has.

use super::settings_unknown::{Section, report};
use crate::finding::Sink;
use crate::model::Requirement;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/settings-unknown-reference"), check: Check::Workspace(check) };

const SECTION: Section = Section { what: "connection reference", short: "reference" };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let solutions = &context.workspace.solutions;
    // Without declarations, it is not known which references do not exist.
    if !context.workspace.is_complete() || solutions.iter().all(|solution| solution.references.is_none()) {
        return;
    }
    let declared =
        solutions.iter().flat_map(|solution| solution.references.iter().flat_map(|all| all.keys()));
    let entries = context.settings.iter().flat_map(|settings| settings.references.iter().flatten());
    let entries = entries.map(|entry| (&entry.logical_name, &entry.place));
    report(context, sink, &SECTION, declared, entries, Requirement::ConnectionReference);
}
