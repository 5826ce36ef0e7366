//! A step that sets a variable from itself.

use super::report_at;
use super::variables::{changed, key};
use crate::anatomy::{Kind, Owner};
use crate::finding::Sink;
use crate::rules::{Check, Inside, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("definition/self-reference"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    for (index, action) in inside.anatomy.indexed() {
        if !action.is("SetVariable") {
            continue;
        }
        let Some(variable) = changed(action) else { continue };
        let own = inside.anatomy.references.iter().filter(|one| {
            one.kind == Kind::Variable
                && one.site.owner == Owner::Action(index)
                // What is tracked is read when the step is done.
                && one.site.section == "inputs"
                && key(&one.name) == key(variable)
        });
        let places = own.filter_map(|one| inside.place(&one.site));
        let message = format!("{} sets the variable `{variable}` from itself", inside.named(action.name));
        if let Some(finding) = report_at(sink, places, "the variable that is being set", message) {
            finding.help(
                "for a number use \"Increment variable\", for a text \"Append to string variable\"; else compute \
                 the value in a \"Compose\" before, and set the variable to its output",
            );
        }
    }
}
