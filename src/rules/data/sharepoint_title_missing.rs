//! A step that adds or changes an item of a SharePoint list without its title.

use super::calls;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("data/sharepoint-title-missing"), check: Check::Flow(check) };

pub(super) const SHAREPOINT: &str = "shared_sharepointonline";
const WRITING: [&str; 2] = ["PostItem", "PatchItem"];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for call in calls::of(context, SHAREPOINT, &WRITING) {
        // An item that is a single expression is not checked.
        let item = call.parameters().and_then(|parameters| parameters.get("item"));
        let is_computed = call.parameters().is_none() || item.is_some_and(|item| item.as_object().is_none());
        if is_computed || call.members("item").iter().any(|(name, ..)| name.eq_ignore_ascii_case("Title")) {
            continue;
        }
        let Some(place) = call.parameters_place(context) else { continue };
        let message = format!(
            "{} {} an item of a SharePoint list without its `Title`",
            context.named(call.step()),
            if call.operation.eq_ignore_ascii_case("PostItem") { "adds" } else { "changes" }
        );
        sink.report(place, "no `item/Title`", message).help(
            "fill in \"Title\", or make it optional in the settings of the list: lists require it by default, and the flow \
             cannot be turned on without it",
        );
    }
}
