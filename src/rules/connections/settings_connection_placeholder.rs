//! Deployment settings with tokens instead of values.

use crate::finding::Sink;
use crate::model::{SettingValue, Settings};
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;
use crate::wording::{self, listed, plural};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/settings-connection-placeholder"), check: Check::Workspace(check) };

/// How many tokens a finding points at.
const MOST_LABELS: usize = 4;

fn check(context: &Context<'_>, sink: &mut Sink) {
    for settings in context.settings {
        let (connections, variables) = tokens(settings);
        let count = connections.len() + variables.len();
        let mut places = connections.iter().chain(&variables).map(|(_, place)| (*place).clone());
        let Some(first) = places.next() else { continue };
        let kinds = [("connection", &connections), ("value", &variables)];
        let kinds: Vec<String> = kinds
            .into_iter()
            .filter(|(_, tokens)| !tokens.is_empty())
            .map(|(what, tokens)| {
                let names = listed(tokens.iter(), |(name, _)| format!("`{name}`"));
                format!("the {} of {names}", plural(tokens.len(), what))
            })
            .collect();
        let message = format!(
            "{} in the settings {}: {}",
            wording::count(count, "value"),
            if count == 1 { "is still a token" } else { "are still tokens" },
            kinds.join("; ")
        );
        let finding = sink.report(first, "a token", message);
        for place in places.take(MOST_LABELS - 1) {
            finding.also(place, "a token");
        }
        if connections.is_empty() {
            // The code belongs to missing connections.
            finding.without_codes();
        }
        finding.key(connections.iter().chain(&variables).map(|(name, _)| *name)).help(
            "let the pipeline replace the tokens before this file is used, and check the resulting file; if this file \
             is only a template, turn off this rule",
        );
    }
}

type Token<'a> = (&'a str, &'a Place);

/// The connections and variables whose values are tokens.
fn tokens(settings: &Settings) -> (Vec<Token<'_>>, Vec<Token<'_>>) {
    let references = settings.references.iter().flatten();
    let variables = settings.variables.iter().flatten();
    (
        references.filter_map(|one| Some((one.logical_name.as_str(), token(&one.connection)?))).collect(),
        variables.filter_map(|one| Some((one.schema_name.as_str(), token(&one.value)?))).collect(),
    )
}

/// The place of the token, if the value is a token.
fn token(value: &SettingValue) -> Option<&Place> {
    match value {
        SettingValue::Token(_, place) => Some(place),
        SettingValue::Empty(_) | SettingValue::Given => None,
    }
}
