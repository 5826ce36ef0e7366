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
            "{} gives `{}` {count} {}, and it takes {}",
            context.named(context.owner(&call.site)),
            function.name,
            plural(given, "argument"),
            function.arity()
        );
        let finding = sink.report(place, label, message);
        // Two functions of public flows take other numbers of arguments than their reference says; none of those
        // that need an argument does without.
        if given > 0 {
            finding.severity(Severity::Warning);
        }
        finding.help(match function.name.as_str() {
            "createArray" if given == 0 => "an empty array is `json('[]')`".to_owned(),
            name => format!("see `{name}` in the reference of functions in expressions"),
        });
    }
}
