//! A flow that exceeds a limit of the platform.

use super::limits::{IN_DESCRIPTION, IN_NAME, measures};
use crate::finding::{Severity, Sink};
use crate::rules::{Check, FlowContext, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("definition/limit-exceeded"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for measure in measures(context, |count, limit, _| count > limit) {
        let Some(place) = measure.place else { continue };
        let (count, what, limit) = (measure.count, measure.what, measure.limit);
        let message = format!("{} has {count} {what}, but the limit is {limit}", measure.owner);
        let finding = sink.report(place, format!("{count} {what}"), message);
        finding.code(measure.code);
        if !measure.is_hard {
            finding.severity(Severity::Info);
        }
        finding.help(match what {
            "actions" | "variables" | "containers around it" => "move a part to a child flow".to_owned(),
            "cases" => "look the value up in a table, or split the \"Switch\" in two".to_owned(),
            IN_NAME => "shorten the name, and put the rest into the description".to_owned(),
            IN_DESCRIPTION => "shorten the description".to_owned(),
            _ => format!("set it to {limit} or less"),
        });
    }
}
