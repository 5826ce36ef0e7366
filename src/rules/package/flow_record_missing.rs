//! A flow without its record: packing leaves it out.

use crate::finding::Sink;
use crate::model::PackageKind;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;

pub(super) const RULE: Rule =
    Rule { page: page!("package/flow-record-missing"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (index, flow) in context.workspace.indexed() {
        let solution = context.workspace.solution_of(index);
        // A folder of flows without any record is not a solution that lost one.
        if solution.kind != PackageKind::Solution || !solution.has_records || flow.record.is_some() {
            continue;
        }
        let Some(file) = flow.file else { continue };
        let message = format!("`{}` has a file in `Workflows`, but no record", flow.name);
        let finding = sink.report(Place::file(file), "this file", message);
        finding.help(format!(
            "add the `.data.xml` that belongs to it (or its `Workflow` element in `customizations.xml`), or delete the \
             file: without a record with the id {} it is not imported",
            flow.id
        ));
    }
}
