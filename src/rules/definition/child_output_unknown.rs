//! A parent that reads an output which its child does not give.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::report_at;
use crate::anatomy::{Kind, Reference};
use crate::finding::Sink;
use crate::graph::Callee;
use crate::model::{ActionIx, Definition, FlowIx};
use crate::rules::{Check, Inside, Rule, listed, page};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/child-output-unknown"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    let children = children(inside);
    let mut unknown: BTreeMap<(ActionIx, &str), Vec<&Reference<'_>>> = BTreeMap::new();
    for one in inside.anatomy.references.iter().filter(|one| one.kind == Kind::Action) {
        let ([call], Some(output)) = (inside.anatomy.names.get(&one.name), output_of(one)) else {
            continue;
        };
        let Some((_, outputs)) = children.get(call) else { continue };
        if !outputs.contains(&output.to_lowercase()) {
            unknown.entry((*call, output)).or_default().push(one);
        }
    }
    for ((call, output), references) in unknown {
        let Some((child, outputs)) = children.get(&call) else { continue };
        let name = &inside.context.workspace.flow(*child).name;
        let message = format!(
            "`{}` reads the output `{output}` of `{name}`, which no `Response` of it gives",
            inside.flow.name
        );
        let places = references.iter().filter_map(|one| inside.place(&one.site));
        let Some(finding) = report_at(sink, places, "no such output", message) else { continue };
        finding.help(match inside.nearest(output, outputs.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if outputs.is_empty() => format!("`{name}` gives no outputs"),
            None => format!("`{name}` gives {}", listed(outputs.iter(), |output| format!("`{output}`"))),
        });
    }
}

/// The calls of a flow whose child's outputs are all known: the child, and its outputs in lower case.
fn children(inside: &Inside<'_, '_>) -> BTreeMap<ActionIx, (FlowIx, Rc<BTreeSet<String>>)> {
    let calls = inside.context.graph.calls_of(inside.index).into_iter();
    // A child may be called many times.
    let mut known: BTreeMap<FlowIx, Option<Rc<BTreeSet<String>>>> = BTreeMap::new();
    calls
        .filter_map(|call| {
            let Callee::Flow(child) = call.callee else { return None };
            let content = inside.context.workspace.flow(child).content.as_ref()?;
            let outputs = known.entry(child).or_insert_with(|| outputs(&content.definition).map(Rc::new));
            Some((call.action, (child, Rc::clone(outputs.as_ref()?))))
        })
        .collect()
}

/// What all responses of a flow give; `None` where one is computed, or there is none.
fn outputs(child: &Definition) -> Option<BTreeSet<String>> {
    let mut outputs = BTreeSet::new();
    let mut responses = child.actions().filter(|action| action.is("Response")).peekable();
    responses.peek()?;
    for response in responses {
        let inputs = response.body.get("inputs")?;
        if let Some(body) = inputs.get("body") {
            outputs.extend(body.as_object()?.keys().map(|key| key.to_lowercase()));
        }
        let properties = inputs.get("schema").and_then(|schema| schema.get("properties")?.as_object());
        outputs.extend(properties.into_iter().flatten().map(|(key, _)| key.to_lowercase()));
    }
    Some(outputs)
}

/// The output that a reference reads: of `body('x')?['a']`, `outputs('x')?['body/a']` and `outputs('x')?['body']?['a']`.
fn output_of<'r>(one: &'r Reference<'_>) -> Option<&'r str> {
    let first = one.keys.first()?;
    let output = match one.function {
        "body" => first,
        "outputs" if first.eq_ignore_ascii_case("body") => one.keys.get(1)?,
        "outputs" => first.get(..5).filter(|head| head.eq_ignore_ascii_case("body/")).map(|_| &first[5..])?,
        _ => return None,
    };
    // What follows a slash is inside the output.
    output.split('/').next()
}
