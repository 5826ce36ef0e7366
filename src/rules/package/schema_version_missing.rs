//! A flow file that does not say which version of the format it has.

use crate::finding::Sink;
use crate::model::PackageKind;
use crate::rules::{Check, Inside, Rule, page};
use crate::source::Place;

pub(super) const RULE: Rule =
    Rule { page: page!("package/schema-version-missing"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    let solution = inside.context.workspace.solution_of(inside.index);
    let (Some(file), Some(content)) = (inside.flow.file, &inside.flow.content) else { return };
    let root = content.definition.document().root();
    if solution.kind != PackageKind::Solution || root.get("schemaVersion").is_some() {
        return;
    }
    let message = format!("the file of `{}` has no `schemaVersion`", inside.flow.name);
    sink.report(Place::file(file), "this file", message)
        .help("add `\"schemaVersion\": \"1.0.0.0\"` beside `properties`, or export the solution again");
}
