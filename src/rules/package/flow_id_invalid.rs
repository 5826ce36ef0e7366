//! A flow whose id is not a GUID.

use crate::finding::{Severity, Sink};
use crate::model::{DoubledRecord, FlowId};
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("package/flow-id-invalid"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    records(context, sink);
    components(context, sink);
    doubled(context, sink);
}

/// Reports flows with the id of another flow. An import cannot keep both, but how it reacts is not documented.
fn doubled(context: &Context<'_>, sink: &mut Sink) {
    for record in context.workspace.solutions.iter().flat_map(|solution| &solution.doubled) {
        let DoubledRecord { id, name, .. } = record;
        let message = format!("the flow `{name}` has the id `{id}`, which belongs to another flow");
        sink.report(record.place.clone(), "the id of another flow", message)
            .severity(Severity::Warning)
            .key([name.as_str()])
            .relate(record.other.clone(), "the other flow")
            .help(
                "give the flow an id of its own: write a new GUID to its record, its `RootComponent` in `Solution.xml`, \
                 and the names of its files; or delete the record if it is a copy",
            );
    }
}

/// Reports components that the manifest lists, if there is no record with the same id.
fn components(context: &Context<'_>, sink: &mut Sink) {
    for solution in &context.workspace.solutions {
        let listed = solution.manifest.iter().flat_map(|manifest| manifest.workflows());
        let invalid =
            listed.filter_map(|component| Some((component, FlowId::of_record(component.id.as_deref()?)?)));
        for (component, id) in invalid.filter(|(_, id)| !id.is_guid()) {
            if solution.recorded.as_ref().is_none_or(|recorded| recorded.contains(&id)) {
                continue;
            }
            let message =
                format!("`{}` lists a workflow with the id `{id}`, which is not a GUID", solution.name());
            sink.report(component.place.clone(), "not a GUID", message)
                .key([id.as_str()])
                .help("restore the line from the history of the repository or from a new export");
        }
    }
}

fn records(context: &Context<'_>, sink: &mut Sink) {
    for (index, flow) in context.workspace.indexed() {
        let Some(record) = flow.record.as_ref().filter(|_| !flow.id.is_guid() || flow.id.is_nil()) else {
            continue;
        };
        if flow.id.is_nil() {
            let message = format!("the id of the flow `{}` contains only zeros", flow.name);
            sink.report(record.id.clone(), "not an id", message).about(index).severity(Severity::Warning).help(
                "create a GUID, and write it to the record, to `Solution.xml` and to the names of the flow's files",
            );
            continue;
        }
        let message = format!("the id of the flow `{}` is `{}`, which is not a GUID", flow.name, flow.id);
        sink.report(record.id.clone(), "not a GUID", message).about(index).help(
            "restore the record from the history of the repository or from a new export. A GUID has 32 hexadecimal digits \
             in groups of 8-4-4-4-12; `Solution.xml`, the name of the flow's file, and every flow that calls it have to \
             contain the same one",
        );
    }
}
