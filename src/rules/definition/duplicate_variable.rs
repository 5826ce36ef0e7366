//! A variable that a flow initialises twice.

use super::MOST_LABELS;
use super::variables::Declared;
use crate::finding::Sink;
use crate::rules::{Check, Inside, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/duplicate-variable"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    for declarations in Declared::of(inside).by_name.values_mut().filter(|one| one.len() > 1) {
        declarations.sort_by_key(|one| one.entry.span().start);
        let [first, second, others @ ..] = declarations.as_slice() else { continue };
        let (Some(taken), Some(again)) = (first.place(inside, "name"), second.place(inside, "name")) else {
            continue;
        };
        let name = second.name;
        let times = match declarations.len() {
            2 => "twice".to_owned(),
            more => format!("{more} times"),
        };
        let message = format!("`{}` initialises the variable `{name}` {times}", inside.flow.name);
        let finding = sink.report(again, "initialised again", message);
        finding.also(taken, "first initialised here");
        for place in others.iter().filter_map(|one| one.place(inside, "name")).take(MOST_LABELS - 2) {
            finding.also(place, "and here");
        }
        finding.help(format!(
            "give it another value with \"Set variable\" (type `SetVariable`), or choose another name than `{name}`"
        ));
    }
}
