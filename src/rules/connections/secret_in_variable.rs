//! A password, key or token in clear text as the value of an environment variable.

use crate::finding::Sink;
use crate::model::EnvironmentVariable;
use crate::parse::locate;
use crate::rules::{Check, Context, REVOKE, Rule, page};
use crate::secrets::{self, Secret};
use crate::source::{Place, Sources, Span};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/secret-in-variable"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for variable in context.workspace.solutions.iter().flat_map(|solution| solution.variables.values()) {
        let name = variable.schema_name.as_str();
        if let Some((what, place)) = in_default(context.sources, variable) {
            let message =
                format!("the default value of the environment variable `{name}` is {what} in clear text");
            let help = format!("{REVOKE}; flows that use the variable contain a copy of its default value");
            sink.report(place, what, message).key([name, "default"]).help(help);
        }
        if let Some(what) = in_value(context.sources, variable) {
            let message =
                format!("the current value of the environment variable `{name}` is {what} in clear text");
            let label = "its current value is in the solution";
            // The place is the definition: the file with the value does not contain the name of the variable, so a
            // report would not know what to mask.
            sink.report(variable.place.clone(), label, message).key([name, "value"]).help(REVOKE);
        }
    }
}

fn in_default(sources: &Sources, variable: &EnvironmentVariable) -> Option<(&'static str, Place)> {
    let place = variable.default.as_ref().filter(|_| variable.has_default)?;
    let span = locate(sources, place);
    let text = sources.get(place.file).text().get(span.start..span.end)?;
    let Secret { what, range, .. } = secret(variable, text)?;
    let start = span.start + range.start;
    Some((what, Place::span(place.file, Span::new(start, start + range.len()))))
}

fn in_value(sources: &Sources, variable: &EnvironmentVariable) -> Option<&'static str> {
    let place = variable.value.as_ref()?;
    let span = locate(sources, place);
    let text = sources.get(place.file).text().get(span.start..span.end)?;
    // The span of a string is without its quotes.
    let value: String = serde_json::from_str(&format!("\"{text}\"")).ok()?;
    Some(secret(variable, &value)?.what)
}

/// The first part of a value that is certainly a secret.
fn secret(variable: &EnvironmentVariable, value: &str) -> Option<Secret> {
    let found = secrets::find_default(variable.schema_name.as_str(), false, value.trim());
    let offset = value.len() - value.trim_start().len();
    let found = secrets::reported(found, value).into_iter().next()?;
    Some(Secret { range: found.range.start + offset..found.range.end + offset, ..found })
}
