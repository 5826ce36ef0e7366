//! What `flowvet explain` says: pages of rules, errors of the platform, and what a message names in packages.

mod json;
mod named;
mod text;

use crate::analysis::Analysis;
use crate::errors::{PlatformError, Search};
use crate::finding::Finding;
use crate::mentions::Mention;
use crate::rules::{RuleEntry, all};

/// What there is to say of a message.
#[derive(Clone, Copy)]
pub(crate) struct Explanation<'a> {
    pub(crate) search: &'a Search,
    /// What the message is about, where packages were given.
    pub(crate) about: Option<About<'a>>,
}

/// The packages that a message is about.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) analysis: &'a Analysis,
    /// The packages as they were given, for commands to copy.
    pub(crate) packages: &'a [String],
    /// What the message names.
    pub(crate) mentions: &'a [Mention],
    /// What the rules found that look for the causes, of what the message names.
    pub(crate) findings: &'a [Finding],
    /// How many more they found, of other parts of the packages.
    pub(crate) elsewhere: usize,
}

pub(crate) use json::{json, rule_json};
pub(crate) use text::{rule_text, text};

/// The rules that find the cause of an error: their pages list its code, or the catalog names them.
pub(crate) fn rules_for(error: &PlatformError) -> impl Iterator<Item = &'static RuleEntry> + '_ {
    all().iter().filter(|entry| {
        let lists = |code: &String| crate::errors::find(code).is_some_and(|one| one.code == error.code);
        entry.meta.codes.iter().any(lists) || error.rules.contains(&entry.meta.id)
    })
}

/// The errors that tell what happened: those that only wrap others are left out where there is another one.
fn telling(search: &Search) -> (Vec<&crate::errors::Found>, Vec<&crate::errors::Found>) {
    let (wrappers, telling): (Vec<_>, Vec<_>) = search.found.iter().partition(|one| one.error.wrapper);
    if telling.is_empty() { (wrappers, Vec::new()) } else { (telling, wrappers) }
}
