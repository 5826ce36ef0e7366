//! A glob of the configuration that does not match any flow or solution of the run. For globs of ignores, see
//! `ignore-unused`.

use crate::config::{Pattern, removal};
use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::model::Workspace;
use crate::rules::{Check, Context, Rule, Scope, page};
use crate::source::Place;
use crate::suggest::Suggestions;

pub(super) const RULE: Rule = Rule { page: page!("config/glob-unmatched"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    // The glob may match something in another part of the run, or something that could not be read.
    if context.scope == Scope::Flows || !context.workspace.is_complete() {
        return;
    }
    let config = context.config;
    let suggestions = Suggestions::new();
    let mut report_flows = |patterns: &[Pattern], list: List| {
        for (number, pattern) in patterns.iter().enumerate() {
            if !context.workspace.flows.iter().any(|flow| pattern.fits_flow(flow)) {
                let names = context.workspace.flows.iter().map(|flow| flow.name.as_str());
                let fix = delete(context, pattern, (number, patterns.len()), list);
                report(context, sink, pattern, ("flow", names.collect()), &suggestions, fix);
            }
        }
    };
    for (table, one) in config.overrides.iter().enumerate() {
        report_flows(&one.flows, List::Override(table, "flows"));
    }
    report_flows(&config.require_own_connections, List::RunOnly);
    for (table, one) in config.webhooks.iter().enumerate() {
        report_flows(std::slice::from_ref(&one.receiver), List::Webhook(table));
    }
    for (table, one) in config.overrides.iter().enumerate() {
        for (number, pattern) in one.solutions.iter().enumerate() {
            let names = solution_names(context.workspace);
            if !names.iter().any(|name| pattern.fits(name)) {
                let list = List::Override(table, "solutions");
                let fix = delete(context, pattern, (number, one.solutions.len()), list);
                report(context, sink, pattern, ("solution", names), &suggestions, fix);
            }
        }
    }
}

/// Where a glob is: in an override, in the policy about connections, or in the expectation of a receiver.
#[derive(Clone, Copy)]
enum List {
    Override(usize, &'static str),
    RunOnly,
    Webhook(usize),
}

/// Deletes a glob. A table without any glob would apply to everything, so it is deleted with its only one.
fn delete(
    context: &Context<'_>,
    pattern: &Pattern,
    (number, count): (usize, usize),
    list: List,
) -> Option<Fix> {
    let file = context.config.file()?;
    let (text, at) = (context.sources.get(file).text(), pattern.span.start);
    let (what, span) = match list {
        List::Override(table, _) if count == 1 => {
            ("the override", removal::table(text, "override", table, at))
        }
        List::Webhook(table) => ("the expectation", removal::table(text, "webhook", table, at)),
        List::Override(table, key) => {
            let span = removal::element(text, pattern.span, number, |all| {
                all.get_mut("override")?.as_array_mut()?.get_mut(table)?.get_mut(key)?.as_array_mut()
            });
            ("the glob", span)
        }
        List::RunOnly => {
            let span = removal::element(text, pattern.span, number, |all| {
                all.get_mut("run-only")?.get_mut("require-own-connections")?.as_array_mut()
            });
            ("the glob", span)
        }
    };
    Some(Fix::unsafe_(format!("delete {what}"), [Edit::text(Place::span(file, span?), "")]))
}

fn report(
    context: &Context<'_>,
    sink: &mut Sink,
    pattern: &Pattern,
    (what, names): (&str, Vec<&str>),
    suggestions: &Suggestions,
    fix: Option<Fix>,
) {
    let Some(place) = context.config.place(pattern.span) else { return };
    let message = format!("`{}` does not match any {what} of this run", pattern.text);
    let finding = sink.report(place, "no match", message);
    finding.key([what, &pattern.text]).fix(fix);
    finding.help(match suggestions.nearest(&pattern.text, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("`*` matches any text; without it, write the complete name of a {what}"),
    });
}

fn solution_names(workspace: &Workspace) -> Vec<&str> {
    workspace.solutions.iter().map(|one| one.name()).collect()
}
