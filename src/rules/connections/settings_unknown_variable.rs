//! Deployment settings for an environment variable that no solution has.

use super::settings_unknown::{Section, report};
use crate::finding::Sink;
use crate::model::Requirement;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/settings-unknown-variable"), check: Check::Workspace(check) };

const SECTION: Section = Section { what: "environment variable", short: "variable" };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let solutions = &context.workspace.solutions;
    if !context.workspace.is_complete() || solutions.iter().any(|solution| solution.has_unread_variables) {
        return;
    }
    let defined = solutions.iter().flat_map(|solution| solution.variables.keys());
    let entries = context.settings.iter().flat_map(|settings| settings.variables.iter().flatten());
    let entries = entries.map(|entry| (&entry.schema_name, &entry.place));
    report(context, sink, &SECTION, defined, entries, Requirement::EnvironmentVariable);
}
