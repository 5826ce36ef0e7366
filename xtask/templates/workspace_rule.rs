//! TODO: what is wrong.

use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("{category}/{id}"), check: Check::Workspace(check) };

fn check(_context: &Context<'_>, _sink: &mut Sink) {
    // TODO: call `sink.report(place, label, message).help(help)` for each fault.
}
