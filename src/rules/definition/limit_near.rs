//! A flow that is close to a limit of the platform.

use super::limits::measures;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("definition/limit-near"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for measure in measures(context, is_near) {
        let Some(place) = measure.place else { continue };
        let (count, what, limit) = (measure.count, measure.what, measure.limit);
        let message = format!("{} has {count} of at most {limit} {what}", measure.owner);
        sink.report(place, format!("{count} {what}"), message)
            .help("move a part of the flow to a child flow before you extend it further");
    }
}

/// A flow is near a limit up to this value only when it has reached the limit.
const SMALL: usize = 10;

/// Whether a count is at four fifths of its limit or above, but not beyond the limit.
fn is_near(count: usize, limit: usize, grows: bool) -> bool {
    let from = if limit <= SMALL { limit } else { limit * 4 / 5 };
    grows && (from..=limit).contains(&count)
}
