//! A key that appears twice in one object: all but one of the values are lost.

use std::collections::BTreeMap;

use crate::finding::{Severity, Sink};
use crate::fix::{Edit, Fix};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Json, Part, Place, Route, Span, Step};

pub(super) const RULE: Rule = Rule { page: page!("definition/repeated-key"), check: Check::Flow(check) };

/// The members of an object that have the same key.
struct Repeated<'a> {
    /// The keys of the members that do not count.
    lost: Vec<Span>,
    /// The members that do not count.
    items: Vec<Span>,
    /// The value that counts.
    kept: Json<'a>,
    /// Whether all members have the same value.
    is_same: bool,
}

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let Some(file) = context.flow.file else { return };
    let document = context.content.definition.document();
    let mut groups: BTreeMap<usize, Repeated<'_>> = BTreeMap::new();
    for (key, lost, kept) in document.repeated_keys() {
        let group = groups.entry(kept.span().start);
        let group = group.or_insert(Repeated { lost: Vec::new(), items: Vec::new(), kept, is_same: true });
        group.lost.push(key);
        group.items.push(item(key, lost));
        group.is_same &= lost.raw() == kept.raw();
    }
    for Repeated { lost, items, kept, is_same } in groups.into_values() {
        let route = document.route_to(kept.id());
        let Some(Step::Key(key)) = route.steps().last() else { continue };
        // A value inside a lost member has no route of its own.
        if document.locate(&route, Part::Value) != Some(kept.span()) {
            continue;
        }
        let times = if lost.len() == 1 { "twice".to_owned() } else { format!("{} times", lost.len() + 1) };
        let message =
            format!("{} appears {times} in one object of `{}`", named(&route, key), context.flow.name);
        let finding = sink.report(Place::key(file, route.clone()), "the last one", message);
        for span in lost {
            finding.also(Place::span(file, span), "the same key");
        }
        if is_same {
            let edits = items.into_iter().map(|item| Edit::remove(Place::span(file, item)));
            finding
                .severity(Severity::Info)
                .help("delete all but one: they have the same value")
                .fix(Fix::safe(format!("delete the other `{key}`"), edits));
        } else {
            finding.help(
                "rename or delete all but one in a text editor: the platform keeps one of them, most likely the last, and \
                 drops the rest without a message",
            );
        }
    }
}

/// The range of a member, from the quote of its key.
fn item(key: Span, value: Json<'_>) -> Span {
    let quote = usize::from(value.as_str().is_some());
    Span::new(key.start - 1, value.span().end + quote)
}

/// The key with its kind: an action, a trigger, or any other key.
fn named(route: &Route, key: &str) -> String {
    let parent = route.steps().len().checked_sub(2).and_then(|at| route.steps()[at].key());
    let what = match parent {
        Some("actions") => "the action",
        Some("triggers") => "the trigger",
        _ => "the key",
    };
    format!("{what} `{key}`")
}
