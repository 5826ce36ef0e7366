//! A call that fails in every run, because of a constant that it is given.

use crate::finding::{Severity, Sink};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::CallFault;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/constant-expression-fails"), check: Check::Flow(check) };

/// How argument positions are called in messages.
const ORDINALS: [&str; 3] = ["first", "second", "third"];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for call in &context.semantic.calls {
        let CallFault::Constant { function, failure } = &call.fault else { continue };
        let Some(place) = context.place(&call.site) else { continue };
        let which = ORDINALS.get(failure.argument).copied().unwrap_or("last");
        let message = format!(
            "{} calls `{}`, which always fails: its {which} argument {}",
            context.named(context.owner(&call.site)),
            function.name,
            failure.reason
        );
        let finding = sink.report(place, failure.reason, message);
        if failure.is_constant {
            finding.help("correct the argument: a call of constants is evaluated when the flow is saved, and the flow is refused");
        } else {
            finding.severity(Severity::Warning).help("correct the argument: the step fails in every run");
        }
    }
}
