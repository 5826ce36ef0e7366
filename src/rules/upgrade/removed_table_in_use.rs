//! An upgrade deletes a table that a flow uses, or that is deleted together with the flow.

use std::collections::BTreeMap;

use super::deleted_flows;
use crate::finding::Sink;
use crate::model::{Component, Flow, Shipped, Workspace};
use crate::rules::compared::{Compared, flow_place, flows_that};
use crate::rules::data::rows::tables_of;
use crate::rules::{Check, MOST_RELATED, Rule, page};
use crate::wording::{plural, quoted};

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/removed-table-in-use"), check: Check::Comparison(check) };

/// The component type of tables.
const TABLE: &str = "1";

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    let deleted = deleted_tables(compared);
    if deleted.is_empty() {
        return;
    }
    // Only the old version contains the tables, and so the names of their entity sets.
    let shipped = &compared.old.workspace.shipped;
    let after = flows_of(compared.new.workspace).chain(flows_of(compared.others.workspace));
    let after = by_table(shipped, after);
    let gone = by_table(shipped, deleted_flows(compared).map(|(_, flow)| flow));
    for (table, component) in deleted {
        let (message, help, flows, role) = if let Some(flows) = after.get(&table) {
            let users = flows_that(flows.iter().copied(), "still uses");
            let message = format!("the upgrade deletes the table `{table}`, which {users}");
            (message, KEEP, flows, "uses it")
        } else if let Some(flows) = gone.get(&table) {
            let (noun, verb) = (plural(flows.len(), "flow"), if flows.len() == 1 { "uses" } else { "use" });
            let names = quoted(flows.iter().map(|flow| flow.name.as_str()));
            let message = format!(
                "the upgrade deletes the table `{table}` together with the {noun} that {verb} it: {names}"
            );
            (message, LATER, flows, "uses it, and is deleted too")
        } else {
            continue;
        };
        let finding = sink.report(component.place.clone(), "not in the new version", message);
        finding.key([table.as_str()]).help(help);
        for flow in flows.iter().take(MOST_RELATED) {
            if let Some(place) = flow_place(flow) {
                finding.relate(place, format!("`{}` {role}", flow.name));
            }
        }
    }
}

const KEEP: &str =
    "keep the table in the solution, or remove the steps that use it from these flows and export them again";

const LATER: &str = "keep the table in this version and remove it in the next one, or import this version as Update, \
    which deletes nothing";

/// The tables that the import deletes, by logical name. Tables without the prefix of the publisher belong to another
/// solution or to the platform, and tables that are not contained as a whole exist without the solution.
fn deleted_tables<'a>(compared: &Compared<'a>) -> Vec<(String, &'a Component)> {
    let (old, new, others) = (compared.old.workspace, compared.new.workspace, compared.others.workspace);
    let mut deleted = Vec::new();
    for pair in compared.replaced().filter(|_| compared.deletes()) {
        let manifests = (&old.solution(pair.old).manifest, &new.solution(pair.new).manifest);
        let (Some(before), Some(after)) = manifests else { continue };
        // Without a list of components, nothing is known to be missing.
        let (Some(prefix), true) = (&before.prefix, after.components.is_some()) else { continue };
        let own = format!("{prefix}_");
        for component in before.components_of(TABLE).filter(|component| component.is_whole) {
            let Some(name) = component.schema_name.as_deref().map(str::to_lowercase) else { continue };
            let is_elsewhere = |workspace: &Workspace| {
                workspace.solutions.iter().filter_map(|one| one.manifest.as_ref()).any(|manifest| {
                    let mut tables = manifest.components_of(TABLE);
                    manifest.names_missing(&name)
                        || tables.any(|one| {
                            one.schema_name.as_deref().is_some_and(|other| other.eq_ignore_ascii_case(&name))
                        })
                })
            };
            if name.starts_with(&own) && !is_elsewhere(new) && !is_elsewhere(others) {
                deleted.push((name, component));
            }
        }
    }
    deleted
}

/// Each flow once.
fn flows_of(workspace: &Workspace) -> impl Iterator<Item = &Flow> {
    let all = workspace.indexed().filter(|(index, _)| workspace.representative(*index) == *index);
    all.map(|(_, flow)| flow)
}

/// Flows by the tables that they use.
fn by_table<'a>(
    shipped: &Shipped,
    flows: impl IntoIterator<Item = &'a Flow>,
) -> BTreeMap<String, Vec<&'a Flow>> {
    let mut users: BTreeMap<String, Vec<&Flow>> = BTreeMap::new();
    for flow in flows {
        let tables = flow.content.iter().flat_map(|content| tables_of(content, shipped));
        tables.for_each(|table| users.entry(table).or_default().push(flow));
    }
    users
}
