//! A called flow that acts in Dataverse as its run-only user.

use crate::finding::Sink;
use crate::model::RuntimeSource;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("run-only/child-flow-run-only-identity"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let FlowContext { flow, content, .. } = *context;
    let Some(calls) = context.calls_to_it() else { return };
    // With other triggers, the setting is legitimate: the flow acts as the user who caused the event.
    if !content.definition.triggers().any(|trigger| trigger.is("Request")) {
        return;
    }
    let impersonated =
        content.connections.iter().filter(|one| one.is_impersonated && one.source == RuntimeSource::Embedded);
    let mut places = impersonated
        .filter_map(|one| flow.place(one.route().keys(&["impersonation", "source"]), Part::Value));
    let Some(first) = places.next() else { return };
    let message =
        format!("`{}` is called by another flow, but acts in Dataverse as its run-only user", flow.name);
    const LABEL: &str = "acts as the run-only user";
    let finding = sink.report(first, LABEL, message);
    for place in places {
        finding.also(place, LABEL);
    }
    finding.help(
        "test the call, because it is not documented whether the platform accepts this; or choose Run only users > \
         Edit on the details page of the child flow, set Microsoft Dataverse to \"Use this connection\", and export \
         again",
    );
    context.run.relate_callers(finding, &calls);
}
