//! A variable that is read or set but never initialised.

use std::collections::BTreeMap;

use super::report_at;
use crate::finding::Sink;
use crate::model::fold_case;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{ReferenceKind, Variables};
use crate::source::Place;

pub(super) const RULE: Rule = Rule { page: page!("definition/unknown-variable"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let variables = context.semantic.variables();
    if !variables.is_complete {
        return;
    }
    for (written, places) in unknown(context, variables).into_values() {
        let message =
            format!("`{}` uses the variable `{written}`, which it never initialises", context.flow.name);
        let Some(finding) = report_at(sink, places, "no such variable", message) else { continue };
        let names = variables.declared.values().flatten().map(|declaration| declaration.name);
        finding.help(match context.nearest(written, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add \"Initialize variable\" for `{written}` at the top of the flow"),
        });
    }
}

/// Unknown names as written, with the places that use them.
fn unknown<'c>(
    context: &'c FlowContext<'_, '_>,
    variables: &Variables<'c>,
) -> BTreeMap<String, (&'c str, Vec<Place>)> {
    let mut unknown: BTreeMap<String, (&str, Vec<Place>)> = BTreeMap::new();
    let mut add = |name: &'c str, place: &dyn Fn() -> Option<Place>| {
        if variables.get(name).is_empty() {
            unknown.entry(fold_case(name)).or_insert((name, Vec::new())).1.extend(place());
        }
    };
    for (index, name) in &variables.changes {
        add(name, &|| context.semantic.value_place(context.flow, *index, &["inputs", "name"]));
    }
    let references = context.semantic.references.iter();
    for reference in references.filter(|reference| reference.kind == ReferenceKind::Variable) {
        add(&reference.name, &|| context.place(&reference.site));
    }
    unknown
}
