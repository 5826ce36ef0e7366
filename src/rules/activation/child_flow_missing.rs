//! A call of a flow that is nowhere, or of no flow.

use crate::finding::Sink;
use crate::graph::Callee;
use crate::model::{CALLED_FLOW_KEYS, FlowId, Requirement};
use crate::rules::{Check, Context, Rule, page};
use crate::source::{Object, Part};

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-missing"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    nothing_chosen(context, sink);
    in_no_input(context, sink);
}

/// Calls of flows that are nowhere.
fn in_no_input(context: &Context<'_>, sink: &mut Sink) {
    // A part of the input that could not be read may hold the flow.
    if !context.workspace.is_complete() {
        return;
    }
    for (caller, flow) in context.workspace.indexed() {
        let solution = context.workspace.solution(flow.solution);
        // Without a manifest nobody knows what the solution expects from elsewhere.
        let Some(manifest) = &solution.manifest else { continue };
        for (callee, calls) in context.graph.calls_by_callee(caller) {
            let Callee::External(id) = callee else { continue };
            if solution.missing(&Requirement::Flow(id.clone())).is_some() {
                continue;
            }
            let message = format!(
                "`{}` calls a flow that is in no input and not among the missing dependencies of `{}`",
                flow.name, manifest.unique_name
            );
            let finding = sink.report(calls[0].place(context.workspace), "no flow has this id", message);
            finding.help(format!(
                "add the called flow to the solution, or give the solution that has it as another input; \
                 if it was deleted, open the step `{}` and choose a flow that exists",
                context.action_name(&calls[0])
            ));
            context.relate_other_calls(finding, &calls);
        }
    }
}

/// Calls that name no flow at all.
fn nothing_chosen(context: &Context<'_>, sink: &mut Sink) {
    for (_, flow, content) in context.workspace.contents() {
        let definition = &content.definition;
        for (index, action) in definition.of_type("Workflow") {
            let host = action.body.json().at(&["inputs", "host"]);
            let (label, message) = match host.and_then(|host| host.get("workflowReferenceName")) {
                Some(written) => match written.as_str() {
                    Some(id) if id.trim().is_empty() => {
                        ("empty", "calls a child flow, and none is chosen".to_owned())
                    }
                    Some(id) if is_no_id(id) => {
                        ("not an id", format!("calls a child flow by `{id}`, which is not the id of a flow"))
                    }
                    _ => continue,
                },
                None if host.is_none_or(|host| host.as_object().is_some_and(Object::is_empty)) => {
                    ("no child flow", "calls a child flow, and none is chosen".to_owned())
                }
                None => continue,
            };
            let route = definition.action_route(index);
            let is_written = host.is_some_and(|host| host.get("workflowReferenceName").is_some());
            let place = match is_written {
                true => flow.place(route.keys(&CALLED_FLOW_KEYS), Part::Value),
                false => flow.place(route, Part::Key),
            };
            let Some(place) = place else { continue };
            let message = format!("`{}` of `{}` {message}", action.name, flow.name);
            // Which error the platform reports for it is not known.
            sink.report(place, label, message).code(None).help(format!(
                "open the step `{}` in the designer and choose the child flow, then save and export again",
                action.name
            ));
        }
    }
}

/// Whether a text can never become the id of a flow: what holds a placeholder or an expression may.
fn is_no_id(text: &str) -> bool {
    FlowId::parse(text).is_none() && !text.contains(['@', '#', '$', '%', '{', '<', '_'])
}
