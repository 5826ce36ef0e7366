//! The configuration itself: entries that are unknown, unused or expired.

mod glob_unmatched;
mod ignore_expired;
mod ignore_unused;
mod unknown_key;
mod unknown_rule;

use super::Rule;

pub(super) const RULES: &[Rule] =
    &[glob_unmatched::RULE, ignore_expired::RULE, ignore_unused::RULE, unknown_key::RULE, unknown_rule::RULE];
