//! TODO: what the import will break.

use crate::finding::Sink;
use crate::rules::compared::Compared;
use crate::rules::{Check, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("{category}/{id}"), check: Check::Comparison(check) };

fn check(_compared: &Compared<'_>, _sink: &mut Sink) {
    // TODO: call `sink.report(place, label, message).help(help)` for each fault. `compared.kept()` has the flows of both
    // versions, and `compared.comparison` what was added, removed and changed.
}
