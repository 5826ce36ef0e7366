//! A flow that reads an output which its child flow does not return.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::report_at;
use crate::expression::may_hold_interpolation;
use crate::finding::Sink;
use crate::graph::Callee;
use crate::model::{ActionIx, Definition, FlowIx};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Owner, Reference, ReferenceKind, Relation};
use crate::wording::listed;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/child-output-unknown"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let children = children(context);
    let mut unknown: BTreeMap<(ActionIx, &str), Vec<&Reference<'_>>> = BTreeMap::new();
    let references = context.semantic.references.iter();
    for reference in references.filter(|reference| reference.kind == ReferenceKind::Action) {
        let Some(output) = output_of(reference) else { continue };
        let [call] = context.semantic.named(reference) else { continue };
        let Some((_, outputs)) = children.get(call) else { continue };
        let is_known = outputs.contains_key(&output.to_lowercase());
        if !is_known && !may_be_of_failed_call(context, *call, reference, output) {
            unknown.entry((*call, output)).or_default().push(reference);
        }
    }
    for ((call, output), references) in unknown {
        let Some((child, outputs)) = children.get(&call) else { continue };
        let name = &context.run.workspace.flow(*child).name;
        let message = format!(
            "`{}` reads the output `{output}`, which its child flow `{name}` does not return",
            context.flow.name
        );
        let places = references.iter().filter_map(|reference| context.place(&reference.site));
        let Some(finding) = report_at(sink, places, "no such output", message) else { continue };
        finding.help(match context.nearest(output, outputs.values().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if outputs.is_empty() => {
                format!("`{name}` returns no outputs: add the output to its response, or do not read it")
            }
            None => format!(
                "choose an output that `{name}` returns: {}",
                listed(outputs.values(), |output| format!("`{output}`"))
            ),
        });
    }
}

/// Whether the value may come from a call that failed: then its body is an error of the platform.
fn may_be_of_failed_call(
    context: &FlowContext<'_, '_>,
    call: ActionIx,
    reference: &Reference<'_>,
    output: &str,
) -> bool {
    let semantic = context.semantic;
    // The call itself, a container of it, or a step after it, which is skipped if the call fails.
    let follows_call = |failed: ActionIx| {
        let relation = semantic.relation(failed, call);
        matches!(relation, Relation::Itself | Relation::Contains | Relation::Before { .. })
    };
    output.eq_ignore_ascii_case("error")
        || matches!(reference.site.owner, Owner::Action(reader) if context.runs_only_after_fault(reader, follows_call))
}

/// The outputs that a child flow returns: the names in lower case, and as written.
type Outputs<'w> = BTreeMap<String, &'w str>;

/// The calls of child flows whose outputs are all known.
fn children<'w>(context: &FlowContext<'_, 'w>) -> BTreeMap<ActionIx, (FlowIx, Rc<Outputs<'w>>)> {
    let calls = context.run.graph.calls_of(context.index).into_iter();
    // A child may be called many times.
    let mut known: BTreeMap<FlowIx, Option<Rc<Outputs<'_>>>> = BTreeMap::new();
    calls
        .filter_map(|call| {
            let Callee::Flow(child) = call.callee else { return None };
            let content = context.run.workspace.flow(child).content.as_ref()?;
            let outputs = known.entry(child).or_insert_with(|| outputs(&content.definition).map(Rc::new));
            Some((call.action, (child, Rc::clone(outputs.as_ref()?))))
        })
        .collect()
}

/// The outputs of all responses of a flow; `None` if one of them is computed, or if there is no response.
fn outputs(child: &Definition) -> Option<Outputs<'_>> {
    let mut outputs = BTreeMap::new();
    let mut responses = child.of_type("Response").map(|(_, action)| action).peekable();
    responses.peek()?;
    for response in responses {
        let inputs = response.body.get("inputs")?;
        let properties = inputs.get("schema").and_then(|schema| schema.get("properties")?.as_object());
        outputs.extend(properties.into_iter().flatten().map(|(key, _)| (key.to_lowercase(), key)));
        let Some(body) = inputs.get("body") else { continue };
        for key in body.as_object()?.keys() {
            // A computed name may be any name.
            if may_hold_interpolation(key) {
                return None;
            }
            outputs.insert(key.to_lowercase(), key);
        }
    }
    Some(outputs)
}

/// The output that a reference reads: `a` in `body('x')?['a']`, `outputs('x')?['body/a']` and
/// `outputs('x')?['body']?['a']`.
pub(in crate::rules) fn output_of<'r>(reference: &'r Reference<'_>) -> Option<&'r str> {
    let first = reference.keys.first()?;
    let output = match reference.function {
        "body" | "actionBody" => first,
        "outputs" | "actionOutputs" if first.eq_ignore_ascii_case("body") => reference.keys.get(1)?,
        "outputs" | "actionOutputs" => {
            first.get(..5).filter(|head| head.eq_ignore_ascii_case("body/")).map(|_| &first[5..])?
        }
        _ => return None,
    };
    // A part after a slash is inside the output.
    output.split('/').next()
}
