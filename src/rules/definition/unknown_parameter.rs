//! A parameter that an expression reads and the flow does not declare.

use std::collections::BTreeSet;

use super::report_at;
use crate::finding::Sink;
use crate::model::fold_case;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::ReferenceKind;
use crate::source::Object;

pub(super) const RULE: Rule = Rule { page: page!("definition/unknown-parameter"), check: Check::Flow(check) };

/// Parameters that the platform fills in. Some exported flows have an empty name for the second one.
const GIVEN: [&str; 3] = ["$connections", "$authentication", ""];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let parameters = || context.semantic.definition.parameters().into_iter().flat_map(Object::keys);
    let known: BTreeSet<String> = parameters().map(fold_case).collect();
    for references in context.by_name(ReferenceKind::Parameter, |_| true) {
        let written = &references[0].name;
        if GIVEN.contains(&&**written) || known.contains(&fold_case(written)) {
            continue;
        }
        let message =
            format!("`{}` reads the parameter `{written}`, which it does not declare", context.flow.name);
        let places = references.iter().filter_map(|reference| context.place(&reference.site));
        let Some(finding) = report_at(sink, places, "no such parameter", message) else { continue };
        finding.help(match context.nearest(written, parameters()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "open the step, choose the environment variable again and save; in the file, add the parameter to \
                 `definition.parameters`"
                    .to_owned()
            }
        });
    }
}
