//! Entries of deployment settings that do not belong to any solution.

use std::collections::BTreeSet;
use std::fmt::Display;

use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::model::Requirement;
use crate::rules::Context;
use crate::source::Place;
use crate::suggest::Suggestions;

/// The kind of the entries of a section.
pub(super) struct Section {
    /// In messages: `connection reference`.
    pub(super) what: &'static str,
    /// In labels: `reference`.
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
        let message = format!("the settings contain the {what} `{name}`, which is not among the inputs");
        let near = suggestions.nearest(name.as_ref(), declared.iter().map(|name| (*name).as_ref()));
        let finding = sink.report(place.clone(), format!("no such {short}"), message);
        finding.fix(match near {
            Some(near) => Some(Fix::unsafe_(format!("write `{near}`"), [Edit::text(place.clone(), near)])),
            None => entry(place)
                .map(|entry| Fix::unsafe_(format!("delete the entry of `{name}`"), [Edit::remove(entry)])),
        });
        finding.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                format!("remove the entry, or pass the solution that contains the {short} to flowvet too")
            }
        });
    }
}

/// The entry of a settings file that a name is in.
pub(super) fn entry(name: &Place) -> Option<Place> {
    let steps = name.route()?.steps().get(..2)?;
    Some(Place::value(name.file, steps.iter().cloned().collect()))
}
