//! A record of a flow without the flow, or with a file of another name.

use crate::finding::{Severity, Sink};
use crate::model::{Flow, FlowIx, JsonFileName, PackageKind, RecordPlaces};
use crate::rules::{Check, Context, Rule, page};
use crate::source::{FileId, Place};

pub(super) const RULE: Rule =
    Rule { page: page!("package/flow-file-missing"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (index, flow) in context.workspace.indexed() {
        let is_solution = context.workspace.solution_of(index).kind == PackageKind::Solution;
        let (true, Some(record)) = (is_solution, &flow.record) else { continue };
        match (flow.file, &record.json_file) {
            (None, _) => absent(index, flow, record, sink),
            (Some(file), Some(named)) => renamed(context, index, flow, (file, named), sink),
            (Some(_), None) => {}
        }
    }
}

fn absent(index: FlowIx, flow: &Flow, record: &RecordPlaces, sink: &mut Sink) {
    let expected = match &record.json_file {
        Some(named) => format!("`{}`", named.path.trim_start_matches('/')),
        None => format!("a JSON file with the id {} in `Workflows`", flow.id),
    };
    let message = format!("the package records the flow `{}`, but does not hold its file", flow.name);
    let finding = sink.report(record.name.clone(), format!("expected {expected}"), message);
    finding.about(index).help("restore the file, or export the solution again");
}

/// The file of the flow's id is there, under another name than the record gives.
fn renamed(
    context: &Context<'_>,
    index: FlowIx,
    flow: &Flow,
    (file, named): (FileId, &JsonFileName),
    sink: &mut Sink,
) {
    let own = context.sources.get(file).name().file_name();
    let expected = file_name(&named.path);
    // How a zip encodes other characters is told by its tools in several ways.
    if !own.is_ascii() || !expected.is_ascii() || own.eq_ignore_ascii_case(expected) {
        return;
    }
    let message = format!(
        "the record of `{}` names the file `{expected}`, but the file with its id is called `{own}`",
        flow.name
    );
    let folder = &named.path[..named.path.len() - expected.len()];
    let finding = sink.report(named.place.clone(), "not the name of its file", message);
    finding
        .about(index)
        .severity(Severity::Warning)
        .relate(Place::file(file), "the file with the id of the flow")
        .help(format!(
            "write `{folder}{own}` here, or rename the file to `{expected}`: the record says which file the flow is in"
        ));
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
