//! A new flow that is off and that other flows call.

use crate::finding::Sink;
use crate::model::State;
use crate::rules::compared::{Compared, flows_that};
use crate::rules::{Check, MOST_RELATED, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("upgrade/new-flow-off"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for index in compared.comparison.added_flows() {
        let flow = compared.new.workspace.flow(index);
        if !matches!(flow.state, State::Off | State::Suspended) {
            continue;
        }
        let callers = compared.callers(&flow.id);
        let on = |state: State| state == State::On;
        let callers: Vec<_> = callers.iter().filter(|caller| on(caller.flow().state)).collect();
        let place = flow.record.as_ref().map(|record| record.state.clone());
        let Some(place) = place.filter(|_| !callers.is_empty()) else { continue };
        let message = format!(
            "`{}` is new and turned off, and {}",
            flow.name,
            flows_that(callers.iter().map(|caller| caller.flow()), "calls it")
        );
        let finding = sink.report(place, "turned off", message);
        finding.about(index).help(format!(
            "turn `{}` on in the source environment and export again, or turn it on after the import, before the flows \
             that call it",
            flow.name
        ));
        for caller in callers.iter().take(MOST_RELATED) {
            finding.relate(caller.place(), format!("`{}` calls it here", caller.flow().name));
        }
    }
}
