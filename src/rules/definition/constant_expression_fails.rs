//! A call that fails in every run because of a constant argument.

use super::report_at;
use crate::finding::{Severity, Sink};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{BadCall, CallFault};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/constant-expression-fails"), check: Check::Flow(check) };

/// The names of argument positions in messages.
const ORDINALS: [&str; 3] = ["first", "second", "third"];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let failing = |call: &BadCall<'_>| match &call.fault {
        CallFault::Constant { failure, .. } => Some(failure.reason),
        _ => None,
    };
    // The same problem twice in a string is reported once.
    let is_alike = |a: &BadCall<'_>, b: &BadCall<'_>| {
        (a.site.node, a.name, failing(a)) == (b.site.node, b.name, failing(b))
    };
    for calls in context.semantic.calls.chunk_by(is_alike) {
        let Some(CallFault::Constant { function, failure }) = calls.first().map(|call| &call.fault) else {
            continue;
        };
        let which = ORDINALS.get(failure.argument).copied().unwrap_or("last");
        let message = format!(
            "{} calls `{}`, which {} fails: its {which} argument {}",
            context.named(context.owner(&calls[0].site)),
            function.name,
            if failure.is_deduced { "probably" } else { "always" },
            failure.reason
        );
        let places = calls.iter().filter_map(|call| context.place(&call.site));
        let Some(finding) = report_at(sink, places, failure.reason, message) else { continue };
        if failure.is_deduced {
            finding
                .severity(Severity::Warning)
                .help("choose one of the values in the reference of the function");
        } else if failure.is_constant {
            finding.help("correct the argument: the platform evaluates constant expressions when the flow is saved, and refuses the flow");
        } else {
            finding.severity(Severity::Warning).help("correct the argument: the step fails in every run");
        }
    }
}
