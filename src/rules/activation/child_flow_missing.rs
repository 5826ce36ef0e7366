//! A call of a flow that does not exist, or without a flow.

use crate::finding::Sink;
use crate::graph::Callee;
use crate::model::{CALLED_FLOW_KEYS, FlowId, Requirement};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Json, Part, Value};

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-missing"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    without_flow(context, sink);
    of_unknown_flow(context, sink);
}

/// Calls of flows that are neither among the inputs nor among the missing dependencies.
fn of_unknown_flow(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let FlowContext { run, flow, .. } = *context;
    // The flow may be in a part of the input that could not be read.
    if !run.workspace.is_complete() {
        return;
    }
    let solution = run.workspace.solution(flow.solution);
    // Without a manifest, it is not known what the solution needs from elsewhere.
    let Some(manifest) = &solution.manifest else { return };
    for (callee, calls) in run.graph.calls_by_callee(context.index) {
        let Callee::External(id) = callee else { continue };
        if solution.missing(&Requirement::Flow(id.clone())).is_some() {
            continue;
        }
        let message = format!(
            "`{}` calls a child flow that is not among the inputs or the missing dependencies of `{}`",
            flow.name, manifest.unique_name
        );
        let finding = sink.report(calls[0].place(run.workspace), "no flow has this id", message);
        finding.help(format!(
            "add the child flow to the solution, or pass the solution that contains it to flowvet too; if it was \
             deleted, open the step `{}` in the designer and choose another flow",
            run.action_name(&calls[0])
        ));
        run.relate_other_calls(finding, &calls);
    }
}

/// Calls without a child flow.
fn without_flow(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let (flow, definition) = (context.flow, &context.content.definition);
    for (index, action) in definition.of_type("Workflow") {
        let host = action.body.json().at(&["inputs", "host"]);
        let (label, message) = match host.and_then(|host| host.get("workflowReferenceName")) {
            Some(written) => match written.value() {
                Value::String(id) if can_be_id(id) => continue,
                Value::String(id) if !id.trim().is_empty() => {
                    ("not an id", format!("calls a child flow as `{id}`, which is not the id of a flow"))
                }
                Value::String(_) | Value::Null => {
                    ("empty", "calls a child flow, but none is chosen".to_owned())
                }
                _ => ("not an id", "calls a child flow, but its id is not a text".to_owned()),
            },
            None if may_state_flow(host) => continue,
            None => ("no child flow", "calls a child flow, but none is chosen".to_owned()),
        };
        let route = definition.action_route(index);
        let is_written = host.is_some_and(|host| host.get("workflowReferenceName").is_some());
        let place = match is_written {
            true => flow.place(route.keys(&CALLED_FLOW_KEYS), Part::Value),
            false => flow.place(route, Part::Key),
        };
        let Some(place) = place else { continue };
        let message = format!("the step `{}` of `{}` {message}", action.name, flow.name);
        // Which error the platform reports for it is not known.
        sink.report(place, label, message).code(None).help(format!(
            "open the step `{}` in the designer and choose the child flow, then save and export again",
            action.name
        ));
    }
}

/// Whether a host without `workflowReferenceName` may state its flow in another way: as an expression, or as the id of a
/// resource, which Azure Logic Apps does.
fn may_state_flow(host: Option<Json<'_>>) -> bool {
    host.is_some_and(|host| match host.value() {
        Value::Null => false,
        Value::Object(host) => host.contains_key("workflow"),
        _ => true,
    })
}

/// Whether a text is the id of a flow, or can become one because it may contain an expression or a placeholder.
fn can_be_id(text: &str) -> bool {
    FlowId::parse(text).is_some() || text.contains(['@', '#', '$', '%', '{', '<', '_'])
}
