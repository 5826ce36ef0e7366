//! One flow in two solutions, under two ids.

use std::collections::BTreeMap;

use crate::finding::Sink;
use crate::model::{Flow, FlowContent, FlowIx};
use crate::rules::{Check, Context, Rule, page};
use crate::source::{Json, Value};

pub(super) const RULE: Rule = Rule { page: page!("package/flow-copied"), check: Check::Workspace(check) };

/// How many flows of one name each flow is compared with: more of them are no copies of one.
const MOST_COMPARED: usize = 8;

fn check(context: &Context<'_>, sink: &mut Sink) {
    let mut by_name: BTreeMap<String, Vec<FlowIx>> = BTreeMap::new();
    for (index, flow, _) in context.workspace.contents().filter(|(_, flow, _)| flow.record.is_some()) {
        by_name.entry(flow.name.to_lowercase()).or_default().push(index);
    }
    for flows in by_name.into_values() {
        for (at, index) in flows.iter().enumerate() {
            let mut before = flows[..at].iter().take(MOST_COMPARED);
            let original = before.find(|other| is_copy(context, *index, **other));
            if let Some(original) = original {
                report(context, sink, *index, *original);
            }
        }
    }
}

fn report(context: &Context<'_>, sink: &mut Sink, copy: FlowIx, original: FlowIx) {
    let workspace = context.workspace;
    let (flow, other) = (workspace.flow(copy), workspace.flow(original));
    let (Some(record), Some(of_other)) = (&flow.record, &other.record) else { return };
    let message = format!(
        "the flow `{}` is in `{}` and in `{}`, under two ids",
        flow.name,
        workspace.solution_of(original).name(),
        workspace.solution_of(copy).name()
    );
    let finding = sink.report(record.name.clone(), "the same name and the same definition", message);
    finding.about(copy).relate(of_other.name.clone(), "and here").help(
        "keep the flow in one of the solutions and import that one first: both copies run, and the import of the second \
         solution was seen to turn off the flow of the first",
    );
}

/// Whether a flow has the definition of another one in another solution, and another id.
fn is_copy(context: &Context<'_>, one: FlowIx, other: FlowIx) -> bool {
    let (one, other) = (context.workspace.flow(one), context.workspace.flow(other));
    one.id != other.id
        && one.solution != other.solution
        && definition(one).is_some_and(|a| definition(other).is_some_and(|b| is_same(a, b)))
}

fn definition(flow: &Flow) -> Option<Json<'_>> {
    let content: &FlowContent = flow.content.as_ref()?;
    content.definition.document().root().at(&["properties", "definition"])
}

/// Whether two values mean the same. The depth of JSON is limited where it is read.
fn is_same(a: Json<'_>, b: Json<'_>) -> bool {
    match (a.value(), b.value()) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().zip(b.iter()).all(|((key, a), (other, b))| key == other && is_same(a, b))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| is_same(a, b))
        }
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Null, Value::Null) => true,
        _ => false,
    }
}
