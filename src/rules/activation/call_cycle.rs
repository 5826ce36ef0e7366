//! Flows that call each other in a circle.

use std::collections::{BTreeSet, HashMap, VecDeque};

use crate::finding::Sink;
use crate::graph::{CallSite, Callee};
use crate::model::FlowIx;
use crate::rules::{Check, Context, Rule, page};
use crate::wording::count;

pub(super) const RULE: Rule = Rule { page: page!("activation/call-cycle"), check: Check::Workspace(check) };

/// How many flows of a circle a message names.
const MOST_NAMED: usize = 6;

fn check(context: &Context<'_>, sink: &mut Sink) {
    for group in &context.activation().cycles {
        let circle = shortest_circle(context, group);
        let Some(first) = circle.first() else { continue };
        let finding = match circle.as_slice() {
            [call] => {
                let message = format!("{} calls itself", context.name(call.caller));
                sink.report(call.place(context.workspace), "this call", message)
            }
            _ => sink.report(
                first.place(context.workspace),
                "this call",
                circle_message(context, &circle, group.len()),
            ),
        };
        finding.help(
            "remove one of these calls: a flow can be turned on only after every flow that it calls has been on",
        );
        for call in circle.iter().skip(1).take(MOST_NAMED) {
            let callee = callee_of(context, call).map_or_else(String::new, |flow| context.name(flow));
            finding.relate(
                call.place(context.workspace),
                format!("{} calls {callee}", context.name(call.caller)),
            );
        }
    }
}

fn circle_message(context: &Context<'_>, circle: &[CallSite], members: usize) -> String {
    let mut names: Vec<String> = circle.iter().map(|call| context.name(call.caller)).collect();
    let start = names[0].clone();
    if names.len() > MOST_NAMED {
        let more = names.len() - MOST_NAMED;
        names.truncate(MOST_NAMED);
        names.push(count(more, "more flow"));
    }
    names.push(start);
    let others = members - circle.len();
    let tail = if others == 0 {
        String::new()
    } else {
        let belong = if others == 1 { "belongs" } else { "belong" };
        format!("; {} {belong} to circles with these", count(others, "more flow"))
    };
    format!("flows call each other in a circle: {}{tail}", names.join(" -> "))
}

/// The called flow, if it is among the inputs.
fn callee_of(context: &Context<'_>, call: &CallSite) -> Option<FlowIx> {
    match &call.callee {
        Callee::Flow(child) => Some(context.workspace.representative(*child)),
        Callee::External(_) => None,
    }
}

/// A shortest path of calls from the first flow of the group back to itself.
fn shortest_circle(context: &Context<'_>, group: &[FlowIx]) -> Vec<CallSite> {
    let members: BTreeSet<FlowIx> = group.iter().copied().collect();
    let Some(&start) = group.first() else { return Vec::new() };
    let mut came_by: HashMap<FlowIx, CallSite> = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(flow) = queue.pop_front() {
        for call in context.graph.calls_of(flow) {
            let Some(next) = callee_of(context, &call).filter(|next| members.contains(next)) else {
                continue;
            };
            if next == start {
                return path_to(call, start, &came_by);
            }
            came_by.entry(next).or_insert_with(|| {
                queue.push_back(next);
                call
            });
        }
    }
    Vec::new()
}

/// The path of calls from `start` that ends with `last`.
fn path_to(last: CallSite, start: FlowIx, came_by: &HashMap<FlowIx, CallSite>) -> Vec<CallSite> {
    let mut calls = vec![last];
    while let Some(call) =
        calls.last().filter(|call| call.caller != start).and_then(|call| came_by.get(&call.caller))
    {
        calls.push(call.clone());
    }
    calls.reverse();
    calls
}
