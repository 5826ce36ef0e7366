//! A flow that is on in one version and off in the other.

use crate::finding::Sink;
use crate::model::State;
use crate::rules::compared::Compared;
use crate::rules::{Check, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/flow-state-differs"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for kept in compared.kept() {
        let (old, new) = (kept.old.state, kept.new.state);
        let is_known = old != State::Unknown && new != State::Unknown;
        let place = kept.new.record.as_ref().map(|record| record.state.clone());
        let Some(place) = place.filter(|_| is_known && old != new) else { continue };
        let message = format!(
            "`{}` was {} in the old version and is {} in the new one; the import does not change it",
            kept.new.name,
            old.as_str(),
            new.as_str()
        );
        let help = match new {
            State::On => "if it is off in the target, turn it on after the import",
            _ => "if it is to be off in the target, turn it off after the import",
        };
        sink.report(place, new.as_str(), message).about(kept.index).help(help);
    }
}
