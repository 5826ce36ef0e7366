//! A filter with an operator that OData does not have.

use super::calls;
use super::rows::DATAVERSE;
use crate::finding::Sink;
use crate::rules::odata::wrong_filter;
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
        let Some((text, wrong)) = text.and_then(|text| Some((text, wrong_filter(text)?))) else { continue };
        let Some(Place { file, target }) = call.place(context, &[FILTER], Part::Value) else { continue };
        let span = Span::new(wrong.range.start, wrong.range.end);
        let target = match target {
            Target::Json(route, part) => Target::Within(route, part, span),
            Target::Within(..) | Target::Span(_) | Target::File => target,
        };
        let message = format!("{} has a filter with {}", context.named(call.step), wrong.in_words(text));
        sink.report(Place { file, target }, wrong.label(), message)
            .help(format!("{}; the service refuses other filters", wrong.help()));
    }
}
