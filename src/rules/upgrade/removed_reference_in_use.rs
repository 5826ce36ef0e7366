//! An upgrade deletes a connection reference or an environment variable that another solution uses.

use std::collections::BTreeMap;

use super::{removed_references, removed_variables};
use crate::finding::Sink;
use crate::model::{Flow, SchemaName};
use crate::rules::compared::{Compared, by_reference, flows_that};
use crate::rules::{Check, Rule, page};
use crate::source::Place;

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/removed-reference-in-use"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    let others = compared.others.workspace;
    let users = by_reference(&others.flows);
    for reference in removed_references(compared) {
        let name = &reference.logical_name;
        let users = users.get(name).map(Vec::as_slice).unwrap_or_default();
        report(sink, &reference.place, ("connection reference", name.as_str()), users);
    }
    let mut users: BTreeMap<&SchemaName, Vec<&Flow>> = BTreeMap::new();
    for (_, flow, content) in others.contents() {
        content.variable_uses.iter().for_each(|one| users.entry(&one.schema_name).or_default().push(flow));
    }
    for variable in removed_variables(compared) {
        let name = &variable.schema_name;
        let users = users.get(name).map(Vec::as_slice).unwrap_or_default();
        report(sink, &variable.place, ("environment variable", name.as_str()), users);
    }
}

fn report(sink: &mut Sink, place: &Place, (kind, name): (&str, &str), users: &[&Flow]) {
    if users.is_empty() {
        return;
    }
    let message = format!(
        "the upgrade deletes the {kind} `{name}`, which {} in another solution",
        flows_that(users.iter().copied(), "still uses")
    );
    sink.report(place.clone(), "not in the new version", message).key([name]).help(format!(
        "keep the {kind} in the solution, or change these flows and import their solution first"
    ));
}
