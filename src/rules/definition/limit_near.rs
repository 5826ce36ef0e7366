//! Almost as much of something as the platform allows.

use super::limits::{Measure, measures};
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("definition/limit-near"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for measure in measures(context).into_iter().filter(is_near) {
        let Some(place) = measure.place else { continue };
        let (count, what, limit) = (measure.count, measure.what, measure.limit);
        let message = format!("{} has {count} of at most {limit} {what}", measure.whose);
        sink.report(place, format!("{count} {what}"), message)
            .help("before the flow grows further, move a part of it into a child flow");
    }
}

/// Limits up to this are near only when they are reached.
const SMALL: usize = 10;

/// Four fifths of the limit, or more.
fn is_near(measure: &Measure) -> bool {
    let from = if measure.limit <= SMALL { measure.limit } else { measure.limit * 4 / 5 };
    measure.grows && (from..=measure.limit).contains(&measure.count)
}
