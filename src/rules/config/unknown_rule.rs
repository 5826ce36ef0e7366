//! The name of an unknown rule: in the severities, in an ignore, or in a flow's `flowvet: allow`.

use crate::config::SpannedText;
use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::rules::{Check, Context, Rule, Scope, all, page};
use crate::source::{Place, Target};
use crate::suggest::Suggestions;

pub(super) const RULE: Rule = Rule { page: page!("config/unknown-rule"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let suggestions = Suggestions::new();
    let mut report = |place, name: &str, what, more| report(sink, place, (name, what), more, &suggestions);
    for entry in context.config.all_levels().filter(|_| context.scope != Scope::Flows) {
        let SpannedText { text, span } = &entry.name;
        let Some(place) = context.config.place(*span) else { continue };
        if !is_rule(text) && !is_category(text) {
            report(place, text, "rule or category", categories());
        }
    }
    for one in context.suppressions.iter().filter(|one| !is_rule(one.rule)) {
        report(one.place.clone(), one.rule, "rule", Vec::new());
    }
}

fn report(
    sink: &mut Sink,
    place: Place,
    (name, what): (&str, &str),
    more: Vec<&str>,
    suggestions: &Suggestions,
) {
    let ids = all().map(|rule| rule.page.id);
    let near = suggestions.nearest(bare(name), ids.chain(more));
    // In a flow, the place is the whole description.
    let in_config = matches!(place.target, Target::Span(_));
    let edit = near.filter(|_| in_config).map(|near| (near, Edit::text(place.clone(), near)));
    let finding = sink.report(place, "unknown", format!("unknown {what} `{name}`"));
    finding.fix(edit.map(|(near, edit)| Fix::unsafe_(format!("write `{near}`"), [edit])));
    finding.key([name]);
    finding.help(match near {
        Some(near) => format!("did you mean `{near}`? `flowvet rules` lists the rules"),
        None => "`flowvet rules` lists the rules".to_owned(),
    });
}

fn bare(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, id)| id)
}

/// Whether a rule has this name, with or without its category.
pub(super) fn is_rule(name: &str) -> bool {
    let category = name.split_once('/').map(|(category, _)| category);
    all().any(|rule| {
        rule.page.id == bare(name) && category.is_none_or(|category| category == rule.page.category)
    })
}

fn is_category(name: &str) -> bool {
    all().any(|rule| rule.page.category == name)
}

fn categories() -> Vec<&'static str> {
    let mut categories: Vec<&str> = all().map(|rule| rule.page.category).collect();
    categories.dedup();
    categories
}
