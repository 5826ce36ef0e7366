//! A connection reference or variable that a settings file contains more than once.

use std::collections::BTreeMap;

use super::settings_unknown::entry;
use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::model::Settings;
use crate::parse;
use crate::rules::{Check, Context, Rule, page};
use crate::source::{Place, Sources};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/settings-duplicate"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for settings in context.settings {
        let file = context.sources.get(settings.file).name();
        for ((kind, name), places) in named(settings) {
            let [first, others @ ..] = places.as_slice() else { continue };
            let Some(second) = others.first() else { continue };
            let message = match others.len() {
                1 => format!("`{file}` contains the {kind} `{name}` twice"),
                more => format!("`{file}` contains the {kind} `{name}` {} times", more + 1),
            };
            let finding = sink.report((*second).clone(), "again here", message);
            finding.key([kind, name.as_str()]).also((*first).clone(), "first here");
            for place in others.iter().skip(1).take(MOST_LABELS) {
                finding.also((*place).clone(), "and here");
            }
            finding.help("keep the entry with the value that you want, and delete the others");
            finding.fix(deleted(context.sources, first, others));
        }
    }
}

/// Deletes the other entries, if they are the same.
fn deleted(sources: &Sources, first: &Place, others: &[&Place]) -> Option<Fix> {
    let document = parse::document(sources.get(first.file))?;
    let entries: Vec<Place> = others.iter().map(|place| entry(place)).collect::<Option<_>>()?;
    let text = |place: &Place| {
        let text = document.value_at(place.route()?)?.raw();
        Some(text.split_whitespace().collect::<String>())
    };
    let kept = text(&entry(first)?)?;
    let are_same = entries.iter().all(|entry| text(entry).as_ref() == Some(&kept));
    are_same.then(|| Fix::safe("delete the equal entries", entries.into_iter().map(Edit::remove)))
}

/// The most places after the second one that a finding points at.
const MOST_LABELS: usize = 6;

/// The entries of a file, by kind and name in lower case, with their places.
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
