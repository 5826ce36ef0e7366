//! A call with too few or too many arguments.

use crate::finding::{Severity, Sink};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::CallFault;
use crate::wording::plural;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/wrong-argument-count"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for call in &context.semantic.calls {
        let CallFault::Count { function, given } = call.fault else { continue };
        let Some(place) = context.place(&call.site) else { continue };
        let count = if given == 0 { "no".to_owned() } else { given.to_string() };
        let label = format!("{count} {} here", plural(given, "argument"));
        let message = format!(
            "{} calls `{}` with {count} {}, but it takes {}",
            context.named(context.owner(&call.site)),
            function.name,
            plural(given, "argument"),
            function.arity()
        );
        let finding = sink.report(place, label, message);
        // In public flows, two functions take other numbers of arguments than their reference says. No function that
        // needs an argument works without any.
        if given > 0 {
            finding.severity(Severity::Warning);
        }
        finding.help(match function.name.as_str() {
            "createArray" if given == 0 => "write an empty array as `json('[]')`".to_owned(),
            name => format!("look up `{name}` in the reference guide to functions in expressions"),
        });
    }
}
