//! A call that fails in every run, because of a constant that it is given.

use crate::anatomy::CallFault;
use crate::finding::Sink;
use crate::rules::{Check, Inside, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/constant-expression-fails"), check: Check::Flow(check) };

/// How argument positions are called in messages.
const ORDINALS: [&str; 3] = ["first", "second", "third"];

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    for call in &inside.anatomy.calls {
        let CallFault::Constant { function, index, reason } = call.fault else { continue };
        let Some(place) = inside.place(&call.site) else { continue };
        let which = ORDINALS.get(index).copied().unwrap_or("last");
        let message = format!(
            "{} calls `{}`, which always fails: its {which} argument {reason}",
            inside.named(inside.owner(&call.site)),
            function.name,
        );
        sink.report(place, reason, message).help(
            "correct the argument; a call of constants is evaluated when the flow is saved, and the flow is refused",
        );
    }
}
