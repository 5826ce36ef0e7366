//! Suppressions in flows, for makers without a repository: `flowvet: allow <rule> - <reason>` in the description of an
//! action or trigger. JSON has no comments, and descriptions stay with the flow.

use crate::model::{Flow, FlowContent, FlowIx, Owner, Workspace};
use crate::source::{ContentFlags, Object, Part, Place, Route};

/// A suppression in a description.
#[derive(Debug)]
pub(crate) struct Allow {
    pub(crate) rule: String,
    pub(crate) has_reason: bool,
    pub(crate) flow: FlowIx,
    /// The route to the action; `None` for the trigger, which covers the whole flow.
    pub(crate) action: Option<Route>,
    /// The place of the description.
    pub(crate) place: Place,
}

const PREFIX: &str = "flowvet:";

/// The suppressions of all flows.
pub(crate) fn allows(workspace: &Workspace) -> Vec<Allow> {
    workspace.contents().flat_map(|(index, flow, content)| allows_in(index, flow, content)).collect()
}

/// The suppressions in the descriptions of a flow.
pub(crate) fn allows_in(index: FlowIx, flow: &Flow, content: &FlowContent) -> Vec<Allow> {
    let definition = &content.definition;
    let mut allows = Vec::new();
    for (owner, body) in definition.bodies().filter(|(_, body)| has_prefix(*body)) {
        let is_trigger = matches!(owner, Owner::Trigger(_));
        collect(body, (index, flow), &definition.route_of(owner), is_trigger, &mut allows);
    }
    allows
}

/// A cheap check before a route is computed: few actions have a suppression.
fn has_prefix(body: Object<'_>) -> bool {
    body.json().may_hold(ContentFlags::COLON)
        && body.text("description").to_ascii_lowercase().contains(PREFIX)
}

fn collect(
    body: Object<'_>,
    (index, flow): (FlowIx, &Flow),
    route: &Route,
    is_trigger: bool,
    out: &mut Vec<Allow>,
) {
    for (rule, has_reason) in parse(body.text("description")) {
        let Some(place) = flow.place(route.key("description"), Part::Value) else { continue };
        let action = (!is_trigger).then(|| route.clone());
        out.push(Allow { rule, has_reason, flow: index, action, place });
    }
}

/// The rules that a description allows, each with whether it states a reason.
fn parse(description: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for line in description.lines() {
        let lower = line.to_ascii_lowercase();
        let starts: Vec<usize> = lower.match_indices(PREFIX).map(|(at, _)| at).collect();
        for (number, start) in starts.iter().enumerate() {
            let end = starts.get(number + 1).copied().unwrap_or(line.len());
            let words = line[start + PREFIX.len()..end].trim();
            let Some(rest) = words.get(..5).filter(|word| word.eq_ignore_ascii_case("allow")) else {
                continue;
            };
            let rest = words[rest.len()..].trim_start();
            let (rule, reason) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let rule = rule.trim_end_matches([':', ',', '.', ';']);
            let reason = reason.trim_matches(|c: char| c.is_whitespace() || "-–—:".contains(c));
            if !rule.is_empty() {
                found.push((rule.to_owned(), !reason.is_empty()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allow_has_a_rule_and_a_reason() {
        let first = |text| parse(text).into_iter().next();
        assert_eq!(
            first("flowvet: allow child-flow-off - on purpose"),
            Some(("child-flow-off".to_owned(), true))
        );
        assert_eq!(first("Flowvet: Allow a/b: why"), Some(("a/b".to_owned(), true)));
        assert_eq!(first("Sends mail.\nflowvet: allow a — ja"), Some(("a".to_owned(), true)));
        assert_eq!(first("flowvet: allow a -"), Some(("a".to_owned(), false)));
        assert_eq!(first("flowvet: allow a"), Some(("a".to_owned(), false)));
        assert_eq!(first("flowvet: forbid a"), None);
        assert_eq!(first("flowvet: é"), None);
        assert_eq!(parse("flowvet: allow a - x flowvet: allow b - y").len(), 2);
    }
}
