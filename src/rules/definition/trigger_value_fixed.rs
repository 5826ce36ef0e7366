//! A time or a random value in the registration of a trigger, which is made once.

use std::collections::BTreeMap;

use super::report_at;
use crate::expression::{self, ExprKind};
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::Owner;
use crate::source::{ContentFlags, Part, Place, Span, Target, leaves};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/trigger-value-fixed"), check: Check::Flow(check) };

/// Functions that return a different value each time they are called.
pub(super) const CHANGING_FUNCTIONS: [&str; 5] = ["utcNow", "guid", "rand", "getFutureTime", "getPastTime"];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let Some(file) = context.flow.file else { return };
    for (index, trigger) in context.semantic.definition.triggers().enumerate() {
        let kind = trigger.type_name().to_ascii_lowercase();
        let Some(inputs) = trigger.body.get("inputs") else { continue };
        // Other triggers poll a service, or are called.
        if !kind.ends_with("webhook") && !kind.ends_with("notification") {
            continue;
        }
        leaves(inputs, "inputs", ContentFlags::AT, &mut |leaf| {
            let Some(template) = leaf.value.as_str().and_then(|text| expression::parse(text).ok()) else {
                return;
            };
            let mut found: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
            for call in template.walk() {
                let ExprKind::Call { name, .. } = call.kind else { continue };
                let known = CHANGING_FUNCTIONS.iter().find(|function| function.eq_ignore_ascii_case(name));
                if let Some(known) = known {
                    let route = leaf.route(&context.semantic.route(Owner::Trigger(index)));
                    let span = Span::new(call.range.start, call.range.end);
                    let target = Target::Within(route, Part::Value, span);
                    found.entry(known).or_default().push(Place { file, target });
                }
            }
            for (name, places) in found {
                let message = format!(
                    "the trigger of `{}` calls `{name}` in its registration, which is evaluated only when the flow is \
                     saved or turned on",
                    context.flow.name
                );
                if let Some(finding) = report_at(sink, places, "the same for every event", message) {
                    finding.help(
                        "test the value in a trigger condition or in the first step: these are evaluated for every event",
                    );
                }
            }
        });
    }
}
