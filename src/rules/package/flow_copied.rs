//! A flow that is in two solutions with different ids.

use std::collections::BTreeMap;

use crate::finding::Sink;
use crate::model::FlowIx;
use crate::rules::{Check, Context, Rule, page};
use crate::source::{Json, Value};

pub(super) const RULE: Rule = Rule { page: page!("package/flow-copied"), check: Check::Workspace(check) };

/// The maximum number of flows with the same name and digest that each flow is compared with.
const MOST_COMPARED: usize = 8;

fn check(context: &Context<'_>, sink: &mut Sink) {
    let mut by_name: BTreeMap<String, Vec<FlowIx>> = BTreeMap::new();
    for (index, flow, _) in context.workspace.contents().filter(|(_, flow, _)| flow.record.is_some()) {
        by_name.entry(flow.name.to_lowercase()).or_default().push(index);
    }
    // A digest reads a whole flow, so it is computed only for names that occur in several solutions.
    let solution = |flow: &FlowIx| context.workspace.flow(*flow).solution;
    let in_several = |flows: &Vec<FlowIx>| flows.iter().any(|flow| solution(flow) != solution(&flows[0]));
    for flows in by_name.into_values().filter(in_several) {
        let mut alike: BTreeMap<Option<u64>, Vec<FlowIx>> = BTreeMap::new();
        for index in flows {
            alike.entry(context.workspace.flow(index).digest()).or_default().push(index);
        }
        alike.into_values().for_each(|flows| compare(context, sink, &flows));
    }
}

/// Compares flows with equal names and digests.
fn compare(context: &Context<'_>, sink: &mut Sink, flows: &[FlowIx]) {
    for (at, index) in flows.iter().enumerate() {
        let mut earlier = flows[..at].iter().take(MOST_COMPARED);
        if let Some(original) = earlier.find(|other| is_copy(context, *index, **other)) {
            report(context, sink, *index, *original);
        }
    }
}

fn report(context: &Context<'_>, sink: &mut Sink, copy: FlowIx, original: FlowIx) {
    let workspace = context.workspace;
    let (flow, other) = (workspace.flow(copy), workspace.flow(original));
    let (Some(record), Some(of_other)) = (&flow.record, &other.record) else { return };
    let message = format!(
        "the flow `{}` is in `{}` and in `{}` with different ids",
        flow.name,
        workspace.solution_of(original).name(),
        workspace.solution_of(copy).name()
    );
    let finding = sink.report(record.name.clone(), "the same name and the same definition", message);
    finding.about(copy).relate(of_other.name.clone(), "the flow with the other id").help(
        "keep the flow in one of the solutions, and import that solution first: otherwise both copies run, or the import \
         of the second solution turns off the flow of the first one",
    );
}

/// Whether two flows are in different solutions and have the same definition but different ids.
fn is_copy(context: &Context<'_>, flow: FlowIx, other: FlowIx) -> bool {
    let (flow, other) = (context.workspace.flow(flow), context.workspace.flow(other));
    flow.id != other.id
        && flow.solution != other.solution
        && flow.definition().is_some_and(|a| other.definition().is_some_and(|b| is_same(a, b)))
}

/// Whether two values are equal. Parsing limits the depth of the recursion.
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
