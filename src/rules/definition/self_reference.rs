//! A step that sets a variable to a value that reads the same variable.

use std::collections::BTreeMap;

use super::report_at;
use crate::finding::Sink;
use crate::model::{ActionIx, fold_case};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Owner, Reference, ReferenceKind};

pub(super) const RULE: Rule = Rule { page: page!("definition/self-reference"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let read = read_by_owner(context);
    for (index, action) in context.semantic.indexed() {
        if !action.is("SetVariable") {
            continue;
        }
        let Some(variable) = action.changed_variable_name() else { continue };
        let own = read.get(&index).into_iter().flatten();
        let own = own.filter(|reference| fold_case(&reference.name) == fold_case(variable));
        let mut places = own.filter_map(|reference| context.place(&reference.site)).peekable();
        if places.peek().is_none() {
            continue;
        }
        let message = format!(
            "{} sets the variable `{variable}` to a value that reads `{variable}`",
            context.named(action.name)
        );
        if let Some(finding) = report_at(sink, places, "the variable that is being set", message) {
            finding.help(
                "use \"Increment variable\" for a number and \"Append to string variable\" for text; otherwise compute \
                 the value in a \"Compose\" before this step, and set the variable to its output",
            );
        }
    }
}

/// The variables that each action reads in its inputs. Tracked properties are computed when the step is done.
fn read_by_owner<'c, 'w>(context: &'c FlowContext<'_, 'w>) -> BTreeMap<ActionIx, Vec<&'c Reference<'w>>> {
    let mut read: BTreeMap<ActionIx, Vec<&Reference<'_>>> = BTreeMap::new();
    let of_inputs =
        |read: &&Reference<'_>| read.kind == ReferenceKind::Variable && read.site.section == "inputs";
    for reference in context.semantic.references.iter().filter(of_inputs) {
        if let Owner::Action(owner) = reference.site.owner {
            read.entry(owner).or_default().push(reference);
        }
    }
    read
}
