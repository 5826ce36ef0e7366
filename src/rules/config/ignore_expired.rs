//! An ignore that has expired.

use super::delete_ignore;
use crate::config::SuppressionKind;
use crate::finding::Sink;
use crate::fix::Fix;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("config/ignore-expired"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for one in context.suppressions {
        let SuppressionKind::Expired(ignore, until) = one.kind else { continue };
        let flow = ignore.flow.as_ref().map(|flow| flow.text.as_str()).unwrap_or_default();
        let message = format!("the ignore of `{}` expired on {until}", one.rule);
        let finding = sink.report(one.place.clone(), "no longer in effect", message);
        finding
            .key([one.rule, flow])
            .help("fix the ignored problem and remove the ignore, or set a later day and explain why")
            .fix(delete_ignore(context, ignore).map(|edit| Fix::safe("delete the ignore", [edit])));
    }
}
