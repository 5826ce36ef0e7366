//! A Dataverse row trigger with a setting that Dataverse does not know.

use super::row_trigger::{self, RowTrigger, Setting, number};
use crate::catalog::Choice;
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};
use crate::source::{Part, Place};

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/dataverse-trigger-invalid"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for row in row_trigger::all(context) {
        for Problem { place, label, what, help } in faults(&row) {
            let message = format!("the trigger of {} {what}", context.name(row.index));
            sink.report(place, label, message).help(help);
        }
    }
}

struct Problem {
    place: Place,
    label: String,
    /// Goes on where "the trigger of `X`" ends.
    what: String,
    help: String,
}

fn faults(row: &RowTrigger<'_>) -> Vec<Problem> {
    let facts = row.facts;
    let choices = [
        (&facts.message_parameter, &facts.messages, "change type"),
        (&facts.scope_parameter, &facts.scopes, "scope"),
        (&facts.run_as_parameter, &facts.run_as, "run-as setting"),
    ];
    let chosen =
        choices.into_iter().filter_map(|(name, choices, word)| wrong_choice(row, name, choices, word));
    let missing = facts.required_parameters.iter().filter_map(|name| missing(row, name));
    let texts = [
        wrong_text(row, &facts.entity_parameter, |text| wrong_table(text, facts.entity_max_length)),
        wrong_text(row, &facts.filter_expression_parameter, |text| {
            wrong_filter(text, facts.filter_max_length)
        }),
    ];
    chosen.chain(missing).chain(texts.into_iter().flatten()).collect()
}

fn wrong_choice(row: &RowTrigger<'_>, name: &str, choices: &[Choice], word: &str) -> Option<Problem> {
    let Setting::Literal(value, route) = row.setting(name) else { return None };
    if number(value).is_some_and(|number| choices.iter().any(|choice| choice.value == number)) {
        return None;
    }
    let list: Vec<String> =
        choices.iter().map(|choice| format!("{} ({})", choice.value, choice.meaning)).collect();
    Some(Problem {
        place: row.place(route, Part::Value)?,
        label: format!("no {word} of Dataverse"),
        what: format!("has `{value}` as {word}"),
        help: format!("choose it anew from its list in the designer: {}", list.join(", ")),
    })
}

fn missing(row: &RowTrigger<'_>, name: &str) -> Option<Problem> {
    let Setting::Absent = row.setting(name) else { return None };
    Some(Problem {
        place: row.parameters_place()?,
        label: format!("no `{name}`"),
        what: format!("does not say its `{name}`"),
        help: "choose change type, table and scope anew in the designer".to_owned(),
    })
}

/// What is wrong with a text: the label, the end of the message, the help.
type Wrong = (&'static str, &'static str, String);

fn wrong_text(row: &RowTrigger<'_>, name: &str, wrong: impl Fn(&str) -> Option<Wrong>) -> Option<Problem> {
    let Setting::Literal(value, route) = row.setting(name) else { return None };
    let (label, what, help) = wrong(value.as_str()?)?;
    let place = row.place(route, Part::Value)?;
    Some(Problem { place, label: label.to_owned(), what: what.to_owned(), help })
}

fn wrong_table(text: &str, longest: usize) -> Option<Wrong> {
    (text.chars().count() > longest).then(|| {
        let help = format!("choose the table anew: a name has at most {longest} characters");
        ("too long for a table's name", "names a table that cannot exist", help)
    })
}

fn wrong_filter(text: &str, longest: usize) -> Option<Wrong> {
    if text.chars().count() > longest {
        let help = format!("shorten it to at most {longest} characters");
        return Some(("too long", "has a filter that is too long", help));
    }
    let bare = without_texts(text);
    if bare.to_ascii_lowercase().contains("$filter=") {
        let help = "write the expression alone, without `$filter=`".to_owned();
        return Some(("`$filter=` does not belong here", "has a filter that begins with `$filter=`", help));
    }
    bare.contains('&').then(|| {
        let help = "write `and` between the terms".to_owned();
        ("`&` is no word of a filter", "has a filter that joins terms by `&`", help)
    })
}

/// A filter without the texts in quotes and the expressions in it, whose signs mean something else.
fn without_texts(filter: &str) -> String {
    let mut out = String::new();
    let (mut quoted, mut braces) = (false, 0_usize);
    let mut characters = filter.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '@' if characters.peek() == Some(&'{') => {
                braces += 1;
                characters.next();
            }
            '{' if braces > 0 => braces += 1,
            '}' if braces > 0 => braces -= 1,
            _ if braces > 0 => {}
            '\'' => quoted = !quoted,
            _ if quoted => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_has_neither_its_name_nor_ampersands() {
        let label = |text: &str| wrong_filter(text, 60).map(|wrong| wrong.0);
        assert_eq!(label("name eq 'Hart & Sons' and statecode eq 0"), None);
        assert_eq!(label("name eq 'it''s & more'"), None);
        assert_eq!(label("name eq '@{concat('a', '&')}' and a eq @{b('&')}"), None);
        assert_eq!(label("contains(a,'$filter=')"), None);
        assert_eq!(label("a eq 1 & b eq 2"), Some("`&` is no word of a filter"));
        assert_eq!(label("a eq 1 &amp; b eq 2"), Some("`&` is no word of a filter"));
        assert_eq!(label("$Filter=a eq 1"), Some("`$filter=` does not belong here"));
        assert_eq!(label(&"a".repeat(61)), Some("too long"));
        assert!(wrong_table(&"a".repeat(255), 255).is_none() && wrong_table(&"a".repeat(256), 255).is_some());
    }
}
