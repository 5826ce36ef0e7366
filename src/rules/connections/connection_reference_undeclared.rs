//! A flow uses a connection reference that is declared nowhere.

use super::undeclared;
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/connection-reference-undeclared"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    // The declaration may be in a part of the input that could not be read.
    if !context.workspace.is_complete() {
        return;
    }
    for one in undeclared(context) {
        let Some(manifest) = &one.solution.manifest else { continue };
        if one.solution.missing(&one.requirement()).is_some() {
            continue;
        }
        let Some((first, others)) = one.places.split_first() else { continue };
        let message = format!(
            "`{}` uses the connection reference `{}`, which is not among the inputs or the missing dependencies of `{}`",
            one.flow.name, one.name, manifest.unique_name
        );
        let finding = sink.report(first.clone(), "not declared", message);
        for place in others {
            finding.also(place.clone(), "and here");
        }
        finding.help("add the connection reference to the solution (Add existing > More > Connection reference) and export again");
    }
}
