//! A filter with an operator that OData does not have.

use super::calls::{self, Call};
use super::rows::DATAVERSE;
use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::rules::odata::wrong_filter;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Part, Place, Span, Target};

pub(super) const RULE: Rule = Rule { page: page!("data/filter-operator-unknown"), check: Check::Flow(check) };

/// Connectors whose `$filter` is OData.
const CONNECTORS: [&str; 4] =
    [DATAVERSE, "shared_commondataservice", "shared_sharepointonline", "shared_excelonlinebusiness"];

const FILTER: &str = "$filter";

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let has_filters =
        |call: &Call<'_>| CONNECTORS.iter().any(|name| name.eq_ignore_ascii_case(call.connector));
    for call in calls::all(context).filter(has_filters) {
        let text = call.parameters().and_then(|parameters| parameters.get(FILTER)?.as_str());
        let Some((text, wrong)) = text.and_then(|text| Some((text, wrong_filter(text)?))) else { continue };
        let Some(Place { file, target }) = call.place(context, &[FILTER], Part::Value) else { continue };
        let span = Span::new(wrong.range.start, wrong.range.end);
        let Target::Json(route, part) = target else { continue };
        let at = |span| Place { file, target: Target::Within(route.clone(), part, span) };
        let message = format!("{} has a filter with {}", context.named(call.step()), wrong.in_words(text));
        sink.report(at(span), wrong.label(), message)
            .help(format!("{}; the service refuses other filters", wrong.help()))
            .fix(corrected(text).map(|(span, new)| {
                let title = format!("write `{}`", new.trim());
                Fix::unsafe_(title, [Edit::text(at(span), new)])
            }));
    }
}

/// The range of a filter from its first to its last wrong operator, and that part with operators of OData. `None` if
/// something else is wrong, too.
fn corrected(filter: &str) -> Option<(Span, String)> {
    /// More operators than a filter has that people write.
    const MOST_OPERATORS: usize = 50;
    let mut text = filter.to_owned();
    for _ in 0..MOST_OPERATORS {
        let Some(wrong) = wrong_filter(&text) else { break };
        let instead =
            wrong.instead.filter(|instead| instead.bytes().all(|byte| byte.is_ascii_lowercase()))?;
        let (before, after) = (&text[..wrong.range.start], &text[wrong.range.end..]);
        let is_word = |text: Option<char>| text.is_some_and(|next| !next.is_whitespace());
        let space = |needed| if needed { " " } else { "" };
        let [before_space, after_space] =
            [before.chars().next_back(), after.chars().next()].map(|next| space(is_word(next)));
        text = format!("{before}{before_space}{instead}{after_space}{after}");
    }
    if wrong_filter(&text).is_some() {
        return None;
    }
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let start: usize = filter.chars().zip(text.chars()).take_while(same).map(|(one, _)| one.len_utf8()).sum();
    let (old, new) = (&filter[start..], &text[start..]);
    let end: usize =
        old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(one, _)| one.len_utf8()).sum();
    Some((Span::new(start, filter.len() - end), new[..new.len() - end].to_owned()))
}

#[cfg(test)]
mod tests {
    use super::corrected;

    #[test]
    fn every_wrong_operator_is_corrected() {
        for (filter, expected) in [
            ("a eq 1 & b eq 2", Some("a eq 1 and b eq 2")),
            ("a==1&&b!=2", Some("a eq 1 and b ne 2")),
            ("name eq 'é' || x >= 1", Some("name eq 'é' or x ge 1")),
            ("a like 'x'", None),
            ("a eq \"x\"", None),
            ("a == 1 and", None),
        ] {
            let found = corrected(filter)
                .map(|(span, new)| format!("{}{new}{}", &filter[..span.start], &filter[span.end..]));
            assert_eq!(found.as_deref(), expected, "{filter}");
        }
    }
}
