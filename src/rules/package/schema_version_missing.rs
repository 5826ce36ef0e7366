//! A flow file that does not state the version of its format.

use crate::finding::Sink;
use crate::fix::{Edit, Fix, NewValue};
use crate::model::PackageKind;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{FileId, Json, Place, Route, Value};

pub(super) const RULE: Rule =
    Rule { page: page!("package/schema-version-missing"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let solution = context.run.workspace.solution_of(context.index);
    let Some(file) = context.flow.file else { return };
    let root = context.content.definition.document().root();
    if solution.kind != PackageKind::Solution || !is_missing(root.get("schemaVersion")) {
        return;
    }
    let message = format!("the file of `{}` has no `schemaVersion`", context.flow.name);
    sink.report(Place::file(file), "this file", message)
        .help("add `\"schemaVersion\": \"1.0.0.0\"` next to `properties`, or export the solution again")
        .fix(Fix::safe("add `\"schemaVersion\": \"1.0.0.0\"`", [added(file, root)]));
}

/// Adds the version, or sets it where it is empty. No export has another one.
fn added(file: FileId, root: Json<'_>) -> Edit {
    const KEY: &str = "schemaVersion";
    let version = NewValue::text("1.0.0.0");
    match root.get(KEY) {
        None => Edit::member(Place::value(file, Route::root()), KEY, version),
        Some(_) => Edit::value(Place::value(file, Route::of([KEY])), version),
    }
}

fn is_missing(version: Option<Json<'_>>) -> bool {
    version.is_none_or(|version| match version.value() {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    })
}
