//! More rows by pagination than a basic licence allows.

use super::report_at;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page, plural};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/pagination-over-5000"), check: Check::Flow(check) };

/// The most rows that pagination gives without a premium licence.
///
/// Source: power-platform docs, power-platform/guidance/coe/setup-core-components.md.
const MOST: u64 = 5000;

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let mut most = 0;
    let mut places = Vec::new();
    for (index, action) in context.semantic.indexed() {
        let settings = action.body.get("runtimeConfiguration");
        let count = settings.and_then(|all| all.get("paginationPolicy")?.get("minimumItemCount")?.as_u64());
        let Some(count) = count.filter(|count| *count > MOST) else { continue };
        let keys = ["runtimeConfiguration", "paginationPolicy", "minimumItemCount"];
        most = most.max(count);
        places.extend(context.semantic.value_place(context.flow, index, &keys));
    }
    let steps = places.len();
    let message = format!(
        "{steps} {} of `{}` {} for up to {most} items, and the lowest licence gives {MOST}",
        plural(steps, "step"),
        context.flow.name,
        if steps == 1 { "asks" } else { "ask" },
    );
    if let Some(finding) = report_at(sink, places, &format!("more than {MOST}"), message) {
        finding.help(
            "make sure that the flow's owner has a premium licence in the target, or ask for fewer items",
        );
    }
}
