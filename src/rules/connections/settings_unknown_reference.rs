//! Deployment settings that name a connection reference no solution has.

use crate::finding::Sink;
use crate::model::{LogicalName, Requirement};
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/settings-unknown-reference"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let solutions = &context.workspace.solutions;
    // Where declarations are unknown, so is what is not among them.
    if !context.workspace.is_complete() || solutions.iter().all(|solution| solution.references.is_none()) {
        return;
    }
    let declared: Vec<&LogicalName> =
        solutions.iter().flat_map(|solution| solution.references.iter().flat_map(|all| all.keys())).collect();
    for entry in context.settings.iter().flat_map(|settings| settings.references.iter().flatten()) {
        let name = &entry.logical_name;
        let wanted = Requirement::ConnectionReference(name.clone());
        if declared.contains(&name) || solutions.iter().any(|solution| solution.missing(&wanted).is_some()) {
            continue;
        }
        let message = format!("the settings name the connection reference `{name}`, which no input has");
        let near = crate::suggest::nearest(name.as_str(), declared.iter().map(|name| name.as_str()));
        sink.report(entry.place.clone(), "no such reference", message).help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "take the entry out, or give the solution that has the reference as another input".to_owned()
            }
        });
    }
}
