//! Calls of functions that always fail.

use std::ops::Range;

use super::StringSite;
use crate::expression::Expr;
use crate::expression::constant;
use crate::expression::functions::{self, Function, Host, ValueKind};

/// A function call that always fails.
#[derive(Debug)]
pub(crate) struct BadCall<'a> {
    /// The function name, as written.
    pub(crate) name: &'a str,
    pub(crate) fault: CallFault,
    pub(crate) site: StringSite<'a>,
}

/// What is wrong with a call.
#[derive(Debug)]
pub(crate) enum CallFault {
    /// The function does not exist.
    Unknown,
    /// The function exists in Azure Logic Apps, but not in Power Automate.
    Foreign,
    /// The function does not take this number of arguments.
    Count { function: &'static Function, given: usize },
    /// The literal argument at this index has a type that the function does not take.
    ArgumentKind { function: &'static Function, index: usize, given: ValueKind },
    /// The constants that it is given make it fail in every run.
    Constant { function: &'static Function, failure: constant::Failure },
}

/// What is wrong with a call, and the smallest range that shows it.
pub(super) fn fault(
    call: &Expr<'_>,
    name: &str,
    name_range: &Range<usize>,
    args: &[Expr<'_>],
) -> Option<(CallFault, Range<usize>)> {
    let Some(function) = functions::lookup(name) else {
        return Some((CallFault::Unknown, name_range.clone()));
    };
    if function.host == Some(Host::LogicAppsStandard) {
        return Some((CallFault::Foreign, name_range.clone()));
    }
    if !function.takes(args.len()) {
        return Some((CallFault::Count { function, given: args.len() }, call.range.clone()));
    }
    let wrong_kind = args.iter().enumerate().find_map(|(index, arg)| {
        let given = ValueKind::of_literal(arg)?;
        let takes = function.argument(index).contains(given);
        (!takes).then(|| (CallFault::ArgumentKind { function, index, given }, arg.range.clone()))
    });
    wrong_kind.or_else(|| {
        let failure = constant::failure(&function.name, args)?;
        let range = args.get(failure.argument)?.range.clone();
        Some((CallFault::Constant { function, failure }, range))
    })
}
