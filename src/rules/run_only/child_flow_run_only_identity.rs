//! A called flow that acts in Dataverse as its run-only user.

use crate::finding::Sink;
use crate::model::RuntimeSource;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("run-only/child-flow-run-only-identity"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (child, calls) in context.children() {
        let flow = context.workspace.flow(child);
        let Some(content) = &flow.content else { continue };
        // With other triggers the setting is legitimate: it is the identity of the user who caused the event.
        if !content.definition.triggers().any(|trigger| trigger.is("Request")) {
            continue;
        }
        let impersonated = content
            .connections
            .iter()
            .filter(|one| one.is_impersonated && one.source == RuntimeSource::Embedded);
        let mut places = impersonated
            .filter_map(|one| flow.place(one.route().keys(&["impersonation", "source"]), Part::Value));
        let Some(first) = places.next() else { continue };
        let message =
            format!("`{}` is called by another flow, and acts in Dataverse as its run-only user", flow.name);
        const LABEL: &str = "the identity of the run-only user";
        let finding = sink.report(first, LABEL, message);
        for place in places {
            finding.also(place, LABEL);
        }
        finding.help(
            "whether the platform accepts this in a child flow is not documented: try it in a test environment, or \
             choose \"Use this connection\" under Run only users",
        );
        context.relate_callers(finding, &calls);
    }
}
