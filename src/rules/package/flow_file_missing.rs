//! A record of a flow whose file is missing or has a different name.

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
    let message = format!("the package has a record of the flow `{}`, but not its file", flow.name);
    let finding = sink.report(record.name.clone(), format!("expected {expected}"), message);
    finding.about(index).help("restore the file, or export the solution again");
}

/// Reports a file that has the flow's id, but not the name that the record states.
fn renamed(
    context: &Context<'_>,
    index: FlowIx,
    flow: &Flow,
    (file, named): (FileId, &JsonFileName),
    sink: &mut Sink,
) {
    let own = context.sources.get(file).name().file_name();
    let expected = file_name(&named.path);
    // Tools encode other characters in the names of a zip in several ways.
    if !own.is_ascii() || !expected.is_ascii() || own.eq_ignore_ascii_case(expected) {
        return;
    }
    let message = format!(
        "the record of `{}` refers to the file `{expected}`, but the file with the flow's id is `{own}`",
        flow.name
    );
    let folder = &named.path[..named.path.len() - expected.len()];
    let finding = sink.report(named.place.clone(), "not the name of its file", message);
    finding
        .about(index)
        .severity(Severity::Warning)
        .relate(Place::file(file), "the file with the id of the flow")
        .help(format!("write `{folder}{own}` here, or rename the file to `{expected}`"));
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
