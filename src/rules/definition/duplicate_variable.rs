//! A variable that a flow initialises twice.

use super::report_all;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::Declaration;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/duplicate-variable"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for declarations in context.semantic.variables().declared.values().filter(|all| all.len() > 1) {
        let name = declarations[0].name;
        let times = match declarations.len() {
            2 => "twice".to_owned(),
            more => format!("{more} times"),
        };
        let message = format!("`{}` initialises the variable `{name}` {times}", context.flow.name);
        let place = |declaration: &Declaration<'_>| declaration.place(context.semantic, context.flow, "name");
        let places = declarations.iter().filter_map(place);
        if let Some(finding) = report_all(sink, places, "initialised here", message) {
            finding.help(
                "initialise it in one step, and change it later with \"Set variable\" (type `SetVariable`); if the second \
                 step is meant to create another variable, choose a different name",
            );
        }
    }
}
