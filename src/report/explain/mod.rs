//! The output of `flowvet explain`: pages of rules, errors of the platform, and the parts of packages that a message
//! mentions.

mod json;
mod named;
mod text;

use crate::analysis::Analysis;
use crate::errors::{PlatformError, Search};
use crate::finding::Finding;
use crate::mentions::Mention;
use crate::rules::{Rule, all};

/// The explanation of a message.
#[derive(Clone, Copy)]
pub(crate) struct Explanation<'a> {
    pub(crate) search: &'a Search,
    /// The packages that the message is about, if some were given.
    pub(crate) about: Option<About<'a>>,
}

/// The packages that a message is about.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) analysis: &'a Analysis,
    /// The paths of the packages as on the command line, for commands to copy.
    pub(crate) packages: &'a [String],
    /// The parts that the message mentions.
    pub(crate) mentions: &'a [Mention],
    /// The findings of rules about the causes, for the mentioned parts.
    pub(crate) findings: &'a [Finding],
    /// The number of findings of these rules for other parts.
    pub(crate) elsewhere: usize,
}

pub(crate) use json::{json, rule_json};
pub(crate) use text::{rule_text, text};

/// The rules that find the cause of an error: their pages list its code, or the catalog lists them.
pub(crate) fn rules_for(error: &PlatformError) -> impl Iterator<Item = &'static Rule> + '_ {
    all().filter(|rule| {
        let lists = |code: &&str| crate::errors::find(code).is_some_and(|one| one.code == error.code);
        rule.page.codes.iter().any(lists) || error.rules.iter().any(|id| id == rule.page.id)
    })
}

/// The errors that say what happened, and the errors that only wrap them. If there are only wrappers, they are the
/// first part.
fn without_wrappers(search: &Search) -> (Vec<&crate::errors::Found>, Vec<&crate::errors::Found>) {
    let (wrappers, inner): (Vec<_>, Vec<_>) = search.found.iter().partition(|found| found.error.wrapper);
    if inner.is_empty() { (wrappers, Vec::new()) } else { (inner, wrappers) }
}
