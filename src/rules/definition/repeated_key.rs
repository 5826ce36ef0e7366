//! A key that is written twice in one object: all but one of the members are lost.

use std::collections::BTreeMap;

use crate::finding::{Severity, Sink};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Json, Part, Place, Route, Span, Step};

pub(super) const RULE: Rule = Rule { page: page!("definition/repeated-key"), check: Check::Flow(check) };

/// The members of one object that have the same key.
struct Repeated<'a> {
    /// Where the keys of those that do not count stand.
    lost: Vec<Span>,
    counts: Json<'a>,
    /// Whether all of them have the same value.
    is_same: bool,
}

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let (Some(file), Some(content)) = (context.flow.file, &context.flow.content) else { return };
    let document = content.definition.document();
    let mut groups: BTreeMap<usize, Repeated<'_>> = BTreeMap::new();
    for (key, lost, counts) in document.repeated_keys() {
        let group = groups.entry(counts.span().start);
        let group = group.or_insert(Repeated { lost: Vec::new(), counts, is_same: true });
        group.lost.push(key);
        group.is_same &= lost.raw() == counts.raw();
    }
    for Repeated { lost, counts, is_same } in groups.into_values() {
        let route = document.route_to(counts.id());
        let Some(Step::Key(key)) = route.steps().last() else { continue };
        // There is no way to what stands in a member that is lost itself.
        if document.locate(&route, Part::Value) != Some(counts.span()) {
            continue;
        }
        let times = if lost.len() == 1 { "twice".to_owned() } else { format!("{} times", lost.len() + 1) };
        let message =
            format!("{} is written {times} in one object of `{}`", named(&route, key), context.flow.name);
        let finding = sink.report(Place::key(file, route.clone()), "the last one", message);
        for span in lost {
            finding.also(Place::span(file, span), "the same key");
        }
        if is_same {
            finding.severity(Severity::Info).help("all have the same value: delete all but one");
        } else {
            finding.help(
                "rename or delete all but one: the platform keeps one of them, most likely the last, and drops the \
                 others without a message",
            );
        }
    }
}

/// What the key names: a step of the flow, or anything else.
fn named(route: &Route, key: &str) -> String {
    let parent = route.steps().len().checked_sub(2).and_then(|at| route.steps()[at].key());
    let what = match parent {
        Some("actions") => "the action",
        Some("triggers") => "the trigger",
        _ => "the key",
    };
    format!("{what} `{key}`")
}
