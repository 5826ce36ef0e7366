//! A called flow with connector actions in an old format.

use crate::finding::Sink;
use crate::model::ActionIx;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Part;
use crate::wording::{plural, quoted};

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-legacy-connection"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (child, calls) in context.children() {
        let flow = context.workspace.flow(child);
        let Some(content) = &flow.content else { continue };
        let old: Vec<ActionIx> =
            content.definition.of_type("ApiConnection").map(|(index, _)| index).collect();
        let type_of =
            |index: &ActionIx| flow.place(content.definition.action_route(*index).key("type"), Part::Value);
        let mut places = old.iter().filter_map(type_of);
        let Some(first) = places.next() else { continue };
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
        context.relate_callers(finding, &calls);
    }
}
