//! A flow file without a record, which an import leaves out.

use super::is_yaml_format;
use crate::finding::Sink;
use crate::model::DoubledRecord;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;

pub(super) const RULE: Rule =
    Rule { page: page!("package/flow-record-missing"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (index, flow) in context.workspace.indexed() {
        let (true, Some(file)) = (context.workspace.is_left_out(flow), flow.file) else { continue };
        let solution = context.workspace.solution_of(index);
        let own = context.sources.get(file).name().file_name();
        let is_doubled = |record: &DoubledRecord| {
            let path = record.json_file.as_deref().unwrap_or_default();
            path.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case(own))
        };
        // `flow-id-invalid` reports the record.
        if solution.doubled.iter().any(is_doubled) {
            continue;
        }
        if solution.recorded.as_ref().is_some_and(|recorded| recorded.contains(&flow.id)) {
            let message = format!("`{}` has a second file, which its record does not refer to", flow.name);
            let finding = sink.report(Place::file(file), "this file", message);
            finding.help(format!(
                "delete this file if it is not needed; otherwise write its name to `JsonFileName` in the record with the \
                 id {}, and delete the other file",
                flow.id
            ));
            continue;
        }
        let (folder, record) = if is_yaml_format(context, file) {
            ("modernflows", "`workflow.yml` next to it")
        } else {
            ("Workflows", "`.data.xml` file of the flow (or its `Workflow` element in `customizations.xml`)")
        };
        let message = format!("`{}` has a file in `{folder}`, but no record", flow.name);
        let finding = sink.report(Place::file(file), "this file", message);
        finding.help(format!(
            "add the {record}, or delete this file: without a record with the id {}, the flow is not imported",
            flow.id
        ));
    }
}
