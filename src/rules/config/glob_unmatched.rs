//! A glob of the configuration that does not match any flow or solution of the run. For globs of ignores, see
//! `ignore-unused`.

use crate::config::Pattern;
use crate::finding::Sink;
use crate::model::Workspace;
use crate::rules::{Check, Context, Rule, page};
use crate::suggest::Suggestions;

pub(super) const RULE: Rule = Rule { page: page!("config/glob-unmatched"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    // The glob may match something that could not be read.
    if !context.workspace.is_complete() {
        return;
    }
    let config = context.config;
    let suggestions = Suggestions::new();
    let receivers = config.webhooks.iter().map(|one| &one.receiver);
    let flows = config.overrides.iter().flat_map(|one| &one.flows);
    for pattern in flows.chain(&config.require_own_connections).chain(receivers) {
        if !context.workspace.flows.iter().any(|flow| pattern.fits_flow(flow)) {
            let names = context.workspace.flows.iter().map(|flow| flow.name.as_str());
            report(context, sink, pattern, ("flow", names.collect()), &suggestions);
        }
    }
    for pattern in config.overrides.iter().flat_map(|one| &one.solutions) {
        let names = solution_names(context.workspace);
        if !names.iter().any(|name| pattern.fits(name)) {
            report(context, sink, pattern, ("solution", names), &suggestions);
        }
    }
}

fn report(
    context: &Context<'_>,
    sink: &mut Sink,
    pattern: &Pattern,
    (what, names): (&str, Vec<&str>),
    suggestions: &Suggestions,
) {
    let Some(place) = context.config.place(pattern.span) else { return };
    let message = format!("`{}` does not match any {what} of this run", pattern.text);
    let finding = sink.report(place, "no match", message);
    finding.key([what, &pattern.text]);
    finding.help(match suggestions.nearest(&pattern.text, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("`*` matches any text; without it, write the complete name of a {what}"),
    });
}

fn solution_names(workspace: &Workspace) -> Vec<&str> {
    workspace.solutions.iter().map(|one| one.name()).collect()
}
