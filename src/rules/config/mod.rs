//! The configuration itself: entries that are unknown, unused or expired.

mod glob_unmatched;
mod ignore_expired;
mod ignore_unused;
mod unknown_key;
mod unknown_rule;

use super::{Context, Rule};
use crate::config::{Ignore, removal};
use crate::fix::Edit;
use crate::source::Place;

pub(super) const RULES: &[Rule] =
    &[glob_unmatched::RULE, ignore_expired::RULE, ignore_unused::RULE, unknown_key::RULE, unknown_rule::RULE];

/// Deletes an ignore.
fn delete_ignore(context: &Context<'_>, ignore: &Ignore) -> Option<Edit> {
    let file = context.config.file()?;
    let text = context.sources.get(file).text();
    let number = context.config.ignores.iter().position(|one| std::ptr::eq(one, ignore))?;
    let span = removal::table(text, "ignore", number, ignore.rule.span.start)?;
    Some(Edit::text(Place::span(file, span), ""))
}
