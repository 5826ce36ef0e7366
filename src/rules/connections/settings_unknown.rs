//! Deployment settings that name something that no solution has.

use std::collections::BTreeSet;
use std::fmt::Display;

use crate::finding::Sink;
use crate::model::Requirement;
use crate::rules::Context;
use crate::source::Place;
use crate::suggest::Suggestions;

/// What the entries of one section name.
pub(super) struct Section {
    /// In full: `connection reference`.
    pub(super) what: &'static str,
    /// In a label: `reference`.
    pub(super) short: &'static str,
}

/// Reports the entries whose name is neither declared in a solution nor listed as a missing dependency.
pub(super) fn report<'a, N: Clone + Ord + Display + AsRef<str> + 'a>(
    context: &Context<'_>,
    sink: &mut Sink,
    section: &Section,
    declared: impl Iterator<Item = &'a N>,
    entries: impl Iterator<Item = (&'a N, &'a Place)>,
    requirement: fn(N) -> Requirement,
) {
    let Section { what, short } = section;
    let suggestions = Suggestions::new();
    let declared: BTreeSet<&N> = declared.collect();
    let solutions = &context.workspace.solutions;
    for (name, place) in entries.filter(|(name, _)| !declared.contains(name)) {
        let wanted = requirement(name.clone());
        if solutions.iter().any(|solution| solution.missing(&wanted).is_some()) {
            continue;
        }
        let message = format!("the settings name the {what} `{name}`, which no input has");
        let near = suggestions.nearest(name.as_ref(), declared.iter().map(|name| (*name).as_ref()));
        sink.report(place.clone(), format!("no such {short}"), message).help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                format!("take the entry out, or give the solution that has the {short} as another input")
            }
        });
    }
}
