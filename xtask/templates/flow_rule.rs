//! TODO: what is wrong.

use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("{category}/{id}"), check: Check::Flow(check) };

fn check(_flow: &FlowContext<'_, '_>, _sink: &mut Sink) {
    // TODO: call `sink.report(place, label, message).help(help)` for each fault.
}
