//! A step that asks for more rows than a basic licence allows.

use std::collections::BTreeMap;

use crate::finding::Sink;
use crate::model::{PAGINATION_KEYS, SolutionIx};
use crate::rules::{Check, Context, Rule, page};
use crate::source::{Part, Place};
use crate::wording::plural;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/pagination-over-5000"), check: Check::Workspace(check) };

/// The maximum number of rows that pagination returns without a premium licence.
///
/// Source: power-platform docs, power-platform/guidance/coe/setup-core-components.md.
const MAX: u64 = 5000;

/// The maximum number of other flows that a finding points at.
const MAX_RELATED: usize = 8;

/// Reports one finding for each solution: an owner has a licence for all flows or for none.
fn check(context: &Context<'_>, sink: &mut Sink) {
    let mut asking: BTreeMap<SolutionIx, Vec<(&str, u64, Place)>> = BTreeMap::new();
    for (_, flow, content) in context.workspace.contents() {
        let first = content.requested_rows.iter().find(|(_, count)| *count > MAX);
        let Some((action, count)) = first else { continue };
        let route = content.definition.action_route(*action).keys(&PAGINATION_KEYS);
        let Some(place) = flow.place(route, Part::Value) else { continue };
        asking.entry(flow.solution).or_default().push((flow.name.as_str(), *count, place));
    }
    for (solution, asking) in &asking {
        let [(name, count, place), others @ ..] = asking.as_slice() else { continue };
        let who = match others.len() {
            0 => format!("`{name}` asks"),
            more => format!("`{name}` and {more} more {} ask", plural(more, "flow")),
        };
        let message =
            format!("{who} for more than {MAX} rows with pagination, which requires a premium licence");
        let finding = sink.report(place.clone(), format!("{count} rows"), message);
        finding.help(
            "make sure that the owner of the flows in the target environment has a premium licence, or lower the \
             \"Threshold\" of \"Pagination\" in the settings of the step",
        );
        finding.key([context.workspace.solution(*solution).unique_name().unwrap_or_default()]);
        for (name, count, place) in others.iter().take(MAX_RELATED) {
            finding.relate(place.clone(), format!("`{name}` asks for {count} rows"));
        }
    }
}
