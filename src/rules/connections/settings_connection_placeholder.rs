//! Deployment settings with a token in the place of a value.

use crate::finding::Sink;
use crate::model::SettingValue;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/settings-connection-placeholder"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for settings in context.settings {
        let references = settings.references.iter().flatten();
        let references =
            references.map(|one| (one.logical_name.as_str(), "the connection of", &one.connection));
        let variables = settings.variables.iter().flatten();
        let variables = variables.map(|one| (one.schema_name.as_str(), "the value of", &one.value));
        for (name, what, value) in references.chain(variables) {
            let SettingValue::Token(token, place) = value else { continue };
            let message = format!("{what} `{name}` is still the token `{token}`");
            sink.report(place.clone(), "a token", message).key([name]).help(
                "let the pipeline replace the tokens before this file is used, and check the file that comes out",
            );
        }
    }
}
