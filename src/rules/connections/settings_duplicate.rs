//! A connection reference or variable that one settings file names twice.

use std::collections::BTreeMap;

use crate::finding::Sink;
use crate::model::Settings;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;

pub(super) const RULE: Rule =
    Rule { page: page!("connections/settings-duplicate"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for settings in context.settings {
        let file = context.sources.get(settings.file).name();
        for ((kind, name), places) in named(settings) {
            let [first, others @ ..] = places.as_slice() else { continue };
            let Some(second) = others.first() else { continue };
            let message = match others.len() {
                1 => format!("`{file}` names the {kind} `{name}` twice"),
                more => format!("`{file}` names the {kind} `{name}` {} times", more + 1),
            };
            let finding = sink.report((*second).clone(), "named again", message);
            finding.key([kind, name.as_str()]).also((*first).clone(), "named here first");
            for place in others.iter().skip(1).take(MOST_LABELS) {
                finding.also((*place).clone(), "and again");
            }
            finding.help("keep the entry with the value that you want, and delete the others");
        }
    }
}

/// How many places more than two a finding points at.
const MOST_LABELS: usize = 6;

/// What a file names, by kind and name in lower case, with every place that does.
fn named(settings: &Settings) -> BTreeMap<(&'static str, String), Vec<&Place>> {
    let mut named: BTreeMap<(&'static str, String), Vec<&Place>> = BTreeMap::new();
    for one in settings.references.iter().flatten() {
        let name = one.logical_name.as_str().to_lowercase();
        named.entry(("connection reference", name)).or_default().push(&one.place);
    }
    for one in settings.variables.iter().flatten() {
        let name = one.schema_name.as_str().to_lowercase();
        named.entry(("environment variable", name)).or_default().push(&one.place);
    }
    named
}
