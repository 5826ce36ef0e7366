//! An upgrade deletes a connection reference or an environment variable that another solution uses.

use super::{removed_references, removed_variables};
use crate::finding::Sink;
use crate::model::{Flow, FlowContent};
use crate::rules::compared::{Compared, names};
use crate::rules::{Check, Rule, page};
use crate::source::Place;

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/removed-reference-in-use"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for reference in removed_references(compared) {
        let name = &reference.logical_name;
        let users = users(compared, |content| {
            content.connections.iter().any(|one| one.logical_name.as_ref() == Some(name))
        });
        report(sink, &reference.place, ("connection reference", name.as_str()), &users);
    }
    for variable in removed_variables(compared) {
        let name = &variable.schema_name;
        let users =
            users(compared, |content| content.variable_uses.iter().any(|one| one.schema_name == *name));
        report(sink, &variable.place, ("environment variable", name.as_str()), &users);
    }
}

/// The flows of other solutions that use something.
fn users<'a>(compared: &Compared<'a>, is_used: impl Fn(&FlowContent) -> bool) -> Vec<&'a Flow> {
    let flows = compared.others.workspace.contents();
    flows.filter(|(_, _, content)| is_used(content)).map(|(_, flow, _)| flow).collect()
}

fn report(sink: &mut Sink, place: &Place, (kind, name): (&str, &str), users: &[&Flow]) {
    if users.is_empty() {
        return;
    }
    let message = format!(
        "the upgrade deletes the {kind} `{name}`, which {} of another solution still uses",
        names(users.iter().copied())
    );
    sink.report(place.clone(), "not in the new version", message).key([name]).help(format!(
        "keep the {kind} in the solution, or change these flows and import their solution first"
    ));
}
