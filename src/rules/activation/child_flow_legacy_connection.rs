//! A called flow with connector actions in an old format.

use crate::finding::Sink;
use crate::model::ActionIx;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;
use crate::wording::{plural, quoted};

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-legacy-connection"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let FlowContext { flow, content, .. } = *context;
    let Some(calls) = context.calls_to_it() else { return };
    let old: Vec<ActionIx> = content.definition.of_type("ApiConnection").map(|(index, _)| index).collect();
    let type_of =
        |index: &ActionIx| flow.place(content.definition.action_route(*index).key("type"), Part::Value);
    let mut places = old.iter().filter_map(type_of);
    let Some(first) = places.next() else { return };
    let message = format!(
        "`{}` is called by another flow, but its {} {} {} an old format",
        flow.name,
        plural(old.len(), "step"),
        quoted(old.iter().map(|index| content.definition.action(*index).name)),
        if old.len() == 1 { "has" } else { "have" }
    );
    let finding = sink.report(first, "old format", message);
    for place in places {
        finding.also(place, "old format");
    }
    finding.help("replace each of these steps by the connector's current action in the designer, then save and export again");
    context.run.relate_callers(finding, &calls);
}
