//! A record of a flow without the flow.

use crate::finding::Sink;
use crate::model::PackageKind;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("package/flow-file-missing"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (index, flow) in context.workspace.indexed() {
        let is_solution = context.workspace.solution_of(index).kind == PackageKind::Solution;
        let (true, None, Some(record)) = (is_solution, flow.file, &flow.record) else { continue };
        let expected = match &record.json_file {
            Some(path) => format!("`{}`", path.trim_start_matches('/')),
            None => format!("a JSON file with the id {} in `Workflows`", flow.id),
        };
        let message = format!("the package records the flow `{}`, but does not hold its file", flow.name);
        let finding = sink.report(record.name.clone(), format!("expected {expected}"), message);
        finding.about(index).help("restore the file, or export the solution again");
    }
}
