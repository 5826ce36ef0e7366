//! A Dataverse row trigger with an invalid setting.

use std::ops::Range;

use crate::catalog::Choice;
use crate::finding::Sink;
use crate::model::{Flow, RowTrigger, Setting, number};
use crate::rules::odata;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Part, Place, Span, Target};

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/dataverse-trigger-invalid"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for row in context.content.row_triggers() {
        for Problem { place, label, what, help } in faults(context.flow, &row) {
            let message = format!("the trigger of `{}` {what}", context.flow.name);
            sink.report(place, label, message).help(help);
        }
    }
}

struct Problem {
    place: Place,
    label: String,
    /// What is wrong, to follow "the trigger of `X`".
    what: String,
    help: String,
}

fn faults(flow: &Flow, row: &RowTrigger<'_>) -> Vec<Problem> {
    let facts = row.facts;
    let choices = [
        (&facts.message_parameter, &facts.messages, "change type"),
        (&facts.scope_parameter, &facts.scopes, "scope"),
        (&facts.run_as_parameter, &facts.run_as, "run-as setting"),
    ];
    let chosen =
        choices.into_iter().filter_map(|(name, choices, word)| wrong_choice(flow, row, name, choices, word));
    let missing = facts.required_parameters.iter().filter_map(|name| missing(flow, row, name));
    let texts = [
        wrong_text(flow, row, &facts.entity_parameter, |text| wrong_table(text, facts.entity_max_length)),
        wrong_text(flow, row, &facts.filter_expression_parameter, |text| {
            wrong_filter(text, facts.filter_max_length)
        }),
    ];
    chosen.chain(missing).chain(texts.into_iter().flatten()).collect()
}

fn wrong_choice(
    flow: &Flow,
    row: &RowTrigger<'_>,
    name: &str,
    choices: &[Choice],
    word: &str,
) -> Option<Problem> {
    let Setting::Literal(value, route) = row.setting(name) else { return None };
    if number(value).is_some_and(|number| choices.iter().any(|choice| choice.value == number)) {
        return None;
    }
    let list: Vec<String> =
        choices.iter().map(|choice| format!("{} ({})", choice.value, choice.meaning)).collect();
    Some(Problem {
        place: flow.place(route, Part::Value)?,
        label: format!("not a {word}"),
        what: format!("has the invalid {word} `{value}`"),
        help: format!("select the {word} again in the designer: {}", list.join(", ")),
    })
}

fn missing(flow: &Flow, row: &RowTrigger<'_>, name: &str) -> Option<Problem> {
    let Setting::Absent = row.setting(name) else { return None };
    Some(Problem {
        place: flow.place(row.parameters_route(), Part::Key)?,
        label: format!("without `{name}`"),
        what: format!("has no `{name}`"),
        help: "select the change type, table name and scope again in the designer".to_owned(),
    })
}

/// What is wrong with a text.
struct Wrong {
    label: String,
    /// The end of the message.
    what: String,
    help: String,
    /// The part that is wrong, if it is not the whole text.
    range: Option<Range<usize>>,
}

impl Wrong {
    fn whole(label: &str, what: &str, help: String) -> Self {
        Wrong { label: label.to_owned(), what: what.to_owned(), help, range: None }
    }
}

fn wrong_text(
    flow: &Flow,
    row: &RowTrigger<'_>,
    name: &str,
    wrong: impl Fn(&str) -> Option<Wrong>,
) -> Option<Problem> {
    let Setting::Literal(value, route) = row.setting(name) else { return None };
    let Wrong { label, what, help, range } = wrong(value.as_str()?)?;
    let mut place = flow.place(route.clone(), Part::Value)?;
    if let Some(range) = range {
        place.target = Target::Within(route, Part::Value, Span::new(range.start, range.end));
    }
    Some(Problem { place, label, what, help })
}

fn wrong_table(text: &str, longest: usize) -> Option<Wrong> {
    (text.chars().count() > longest).then(|| {
        let help =
            format!("select the table name again in the designer: it has at most {longest} characters");
        Wrong::whole("too long", "has a table name that is too long", help)
    })
}

fn wrong_filter(text: &str, longest: usize) -> Option<Wrong> {
    if text.chars().count() > longest {
        let help = format!("shorten it to at most {longest} characters");
        return Some(Wrong::whole("too long", "has a filter that is too long", help));
    }
    if odata::without_texts(text).to_ascii_lowercase().contains("$filter=") {
        let help = "write only the expression under Filter rows, without `$filter=`".to_owned();
        let what = "has a filter with `$filter=`";
        return Some(Wrong::whole("`$filter=` does not belong here", what, help));
    }
    let wrong = odata::wrong_filter(text)?;
    Some(Wrong {
        label: wrong.label(),
        what: format!("has a filter with {}", wrong.in_words(text)),
        help: wrong.help(),
        range: Some(wrong.range),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_has_neither_its_name_nor_ampersands() {
        let label = |text: &str| wrong_filter(text, 60).map(|wrong| wrong.label);
        let expected = |label: &str| Some(label.to_owned());
        assert_eq!(label("name eq 'Hart & Sons' and statecode eq 0"), None);
        assert_eq!(label("name eq 'it''s & more'"), None);
        assert_eq!(label("name eq '@{concat('a', '&')}' and a eq @{b('&')}"), None);
        assert_eq!(label("contains(a,'$filter=')"), None);
        assert_eq!(label("a eq 1 & b eq 2"), expected("write `and`"));
        assert_eq!(label("a eq 1 &amp; b eq 2"), expected("write `and`"));
        assert_eq!(label("$Filter=a eq 1"), expected("`$filter=` does not belong here"));
        assert_eq!(label(&"a".repeat(61)), expected("too long"));
        assert!(wrong_table(&"a".repeat(255), 255).is_none() && wrong_table(&"a".repeat(256), 255).is_some());
    }
}
