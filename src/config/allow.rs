//! What a maker without a repository can write: `flowvet: allow <rule> - <reason>` in the description of an action or
//! of the trigger. JSON has no comments, and descriptions travel with the flow.

use crate::model::{Flow, FlowIx, Workspace};
use crate::source::{ContentFlags, Object, Part, Place, Route};

/// One such line.
#[derive(Debug)]
pub(crate) struct Allow {
    pub(crate) rule: String,
    pub(crate) has_reason: bool,
    pub(crate) flow: FlowIx,
    /// The action it stands in; none for the trigger, which stands for its flow.
    pub(crate) action: Option<Route>,
    /// The description.
    pub(crate) place: Place,
}

const MARK: &str = "flowvet:";

/// Every line in the descriptions of the flows.
pub(crate) fn gather(workspace: &Workspace) -> Vec<Allow> {
    let mut allows = Vec::new();
    for (index, flow, content) in workspace.contents() {
        let definition = &content.definition;
        for trigger in definition.triggers() {
            collect(trigger.body, (index, flow), &definition.trigger_route(trigger), true, &mut allows);
        }
        for (action, body) in definition.indexed() {
            if has_mark(body.body) {
                let route = definition.action_route(action);
                collect(body.body, (index, flow), &route, false, &mut allows);
            }
        }
    }
    allows
}

/// Asked first: routes are only made for the few actions that need one.
fn has_mark(body: Object<'_>) -> bool {
    body.json().may_hold(ContentFlags::COLON) && body.text("description").to_ascii_lowercase().contains(MARK)
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

/// The rules that a description allows, and whether it says why.
fn parse(description: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for line in description.lines() {
        let lower = line.to_ascii_lowercase();
        let starts: Vec<usize> = lower.match_indices(MARK).map(|(at, _)| at).collect();
        for (number, start) in starts.iter().enumerate() {
            let end = starts.get(number + 1).copied().unwrap_or(line.len());
            let words = line[start + MARK.len()..end].trim();
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
    fn a_line_names_a_rule_and_says_why() {
        let one = |text| parse(text).into_iter().next();
        assert_eq!(
            one("flowvet: allow child-flow-off - on purpose"),
            Some(("child-flow-off".to_owned(), true))
        );
        assert_eq!(one("Flowvet: Allow a/b: why"), Some(("a/b".to_owned(), true)));
        assert_eq!(one("Sends mail.\nflowvet: allow a — ja"), Some(("a".to_owned(), true)));
        assert_eq!(one("flowvet: allow a -"), Some(("a".to_owned(), false)));
        assert_eq!(one("flowvet: allow a"), Some(("a".to_owned(), false)));
        assert_eq!(one("flowvet: forbid a"), None);
        assert_eq!(one("flowvet: é"), None);
        assert_eq!(parse("flowvet: allow a - x flowvet: allow b - y").len(), 2);
    }
}
