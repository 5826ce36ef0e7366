//! A filter with an operator that OData does not have.

use super::calls;
use super::rows::DATAVERSE;
use crate::finding::Sink;
use crate::rules::odata::{OPERATORS_IN_WORDS, WrongOperator, wrong_operator};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Part, Place, Span, Target};

pub(super) const RULE: Rule = Rule { page: page!("data/filter-operator-unknown"), check: Check::Flow(check) };

/// Connectors whose `$filter` is OData.
const CONNECTORS: [&str; 4] =
    [DATAVERSE, "shared_commondataservice", "shared_sharepointonline", "shared_excelonlinebusiness"];

const FILTER: &str = "$filter";

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for call in calls::all(context) {
        if !CONNECTORS.iter().any(|name| name.eq_ignore_ascii_case(call.connector)) {
            continue;
        }
        let text = call.parameters.and_then(|parameters| parameters.get(FILTER)?.as_str());
        let Some(WrongOperator { range, instead }) = text.and_then(wrong_operator) else { continue };
        let operator = text.and_then(|text| text.get(range.clone())).unwrap_or_default();
        let Some(Place { file, target }) = call.place(context, &[FILTER], Part::Value) else { continue };
        let target = match target {
            Target::Json(route, part) => Target::Within(route, part, Span::new(range.start, range.end)),
            Target::Within(..) | Target::Span(_) | Target::File => target,
        };
        let message = format!(
            "{} filters with `{operator}`, which is not an operator of OData",
            context.named(call.step)
        );
        sink.report(Place { file, target }, format!("write `{instead}`"), message).help(format!(
            "use an operator of OData: {OPERATORS_IN_WORDS}; the service refuses other filters"
        ));
    }
}
