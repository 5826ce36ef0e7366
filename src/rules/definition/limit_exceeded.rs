//! More of something than the platform allows.

use super::limits::{IN_DESCRIPTION, IN_INPUT, IN_NAME, measures};
use crate::finding::{Severity, Sink};
use crate::rules::{Check, FlowContext, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("definition/limit-exceeded"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for measure in measures(context).into_iter().filter(|measure| measure.count > measure.limit) {
        let Some(place) = measure.place else { continue };
        let (count, what, limit) = (measure.count, measure.what, measure.limit);
        let message = format!("{} has {count} {what}, and the limit is {limit}", measure.whose);
        let finding = sink.report(place, format!("{count} {what}"), message);
        finding.code(measure.code);
        if !measure.is_hard {
            finding.severity(Severity::Info);
        }
        finding.help(match what {
            "actions" | "variables" | "containers around it" => "move a part into a child flow".to_owned(),
            "cases" => "look the value up in a table, or split the `Switch` in two".to_owned(),
            IN_NAME => "shorten it: the description can hold the rest".to_owned(),
            IN_DESCRIPTION | IN_INPUT => "shorten it".to_owned(),
            _ => format!("set it to {limit} or less"),
        });
    }
}
