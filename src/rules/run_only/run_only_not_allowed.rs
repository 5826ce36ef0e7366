//! A flow that uses a connection of its run-only user although the configuration demands its own.

use crate::finding::Sink;
use crate::model::{Connection, Flow, FlowContent, RuntimeSource};
use crate::rules::{Check, Context, Rule, page};
use crate::source::{Part, Place};
use crate::wording::quoted;

pub(super) const RULE: Rule =
    Rule { page: page!("run-only/run-only-not-allowed"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (_, flow, content) in context.workspace.contents() {
        let patterns = &context.config.require_own_connections;
        let Some(pattern) = patterns.iter().find(|pattern| pattern.fits_flow(flow)) else { continue };
        let found = run_only(flow, content);
        let Some((_, first)) = found.first() else { continue };
        let message = format!(
            "`{}` must have connections of its own, but takes {} from its run-only user",
            flow.name,
            quoted(found.iter().map(|(one, _)| one.key.as_str()))
        );
        const LABEL: &str = "provided by the run-only user";
        let finding = sink.report(first.clone(), LABEL, message);
        for (_, place) in &found[1..] {
            finding.also(place.clone(), LABEL);
        }
        finding.help(format!(
            "on the details page of `{}`, choose Run only users > Edit and set each of these connections to \"Use \
             this connection\", then export again",
            flow.name
        ));
        if let Some(place) = context.config.place(pattern.span) {
            finding.relate(place, "the policy that demands it");
        }
    }
}

fn run_only<'a>(flow: &Flow, content: &'a FlowContent) -> Vec<(&'a Connection, Place)> {
    let connections = content.connections.iter().filter(|one| one.source == RuntimeSource::Invoker);
    let places =
        connections.filter_map(|one| Some((one, flow.place(one.route().key("runtimeSource"), Part::Value)?)));
    places.collect()
}
