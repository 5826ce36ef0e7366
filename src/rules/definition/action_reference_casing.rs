//! An expression that writes the name of an action in another case.

use super::report_at;
use crate::anatomy::Kind;
use crate::finding::Sink;
use crate::rules::{Context, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("definition/action-reference-casing"), check };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for inside in context.insides() {
        for (name, mut references) in inside.by_name(Kind::Action) {
            let [action] = inside.anatomy.names.get(&name) else { continue };
            let actual = inside.action(*action);
            references.retain(|one| one.name != actual && one.name.replace(' ', "_") != actual);
            let Some(first) = references.first() else { continue };
            let message = format!("`{}` writes the action `{actual}` as `{}`", inside.flow.name, first.name);
            let places = references.iter().filter_map(|one| inside.place(&one.site));
            if let Some(finding) = report_at(sink, places, "another case", message) {
                finding.help(format!("write `{actual}`, so that a search for the name finds every use"));
            }
        }
    }
}
