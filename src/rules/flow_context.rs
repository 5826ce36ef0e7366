//! What a rule about one flow looks at. All of them look at a flow before the next one is opened, so that it is read
//! from memory once and the semantic model is dropped after it.

use std::collections::BTreeSet;

use super::Context;
use crate::model::{ActionIx, Flow, FlowIx, compare};
use crate::semantic::{Reference, ReferenceKind, SemanticModel, StringSite, links};
use crate::source::{Json, Place};
use crate::suggest::Suggestions;

/// A flow whose file was read, from the inside.
pub(crate) struct FlowContext<'c, 'w> {
    pub(super) run: &'c Context<'w>,
    pub(super) index: FlowIx,
    pub(super) flow: &'w Flow,
    pub(super) semantic: &'c SemanticModel<'w>,
    /// Finds names that were probably meant.
    pub(super) suggestions: Suggestions,
}

impl<'c, 'w> FlowContext<'c, 'w> {
    pub(super) fn new(
        run: &'c Context<'w>,
        index: FlowIx,
        flow: &'w Flow,
        semantic: &'c SemanticModel<'w>,
        suggestions: Suggestions,
    ) -> Self {
        FlowContext { run, index, flow, semantic, suggestions }
    }

    /// The known name nearest to an unknown one.
    pub(super) fn nearest<'a>(
        &self,
        wanted: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        self.suggestions.nearest(wanted, known)
    }

    pub(super) fn place(&self, site: &StringSite<'_>) -> Option<Place> {
        self.semantic.place(self.flow, site)
    }

    /// The references of a kind, grouped by the name they mean, in the order of the names. No group is empty.
    pub(super) fn by_name(&self, kind: ReferenceKind) -> Vec<Vec<&Reference<'w>>> {
        let mut all: Vec<&Reference<'w>> =
            self.semantic.references.iter().filter(|one| one.kind == kind).collect();
        all.sort_by(|a, b| compare(&a.name, &b.name));
        all.chunk_by(|a, b| compare(&a.name, &b.name).is_eq()).map(<[_]>::to_vec).collect()
    }

    /// The name of an action.
    pub(super) fn action(&self, index: ActionIx) -> &'w str {
        self.semantic.action(index).name
    }

    /// The name of a site's owner.
    pub(super) fn owner(&self, site: &StringSite<'_>) -> &'w str {
        self.semantic.name(site.owner)
    }

    /// The action and its containers, the nearest first.
    pub(super) fn with_containers(&self, action: ActionIx) -> impl Iterator<Item = ActionIx> {
        let above = |at: &ActionIx| self.semantic.action(*at).parent.map(|(parent, _)| parent);
        std::iter::successors(Some(action), above)
    }

    /// Whether an action runs only where one of those that count failed, timed out or was skipped: it or a container
    /// of it waits for that, or for a step that does.
    pub(super) fn runs_only_after_fault(&self, action: ActionIx, counts: impl Fn(ActionIx) -> bool) -> bool {
        let mut open: Vec<ActionIx> = self.with_containers(action).collect();
        let mut seen = BTreeSet::new();
        while let Some(at) = open.pop() {
            if !seen.insert(at) {
                continue;
            }
            for (name, statuses) in links(self.semantic.action(at)) {
                let before = self.semantic.names.sibling(at, name);
                if !may_be(statuses, "Succeeded") && before.is_none_or(&counts) {
                    return true;
                }
                // What also runs when the other step was skipped need not wait for what that one waits for.
                if !may_be(statuses, "Skipped") {
                    open.extend(before);
                }
            }
        }
        false
    }

    /// `` `x` of the flow `y` ``.
    pub(super) fn named(&self, name: &str) -> String {
        format!("`{name}` of `{}`", self.flow.name)
    }
}

/// Whether a list of statuses holds one, or is none that could be told.
fn may_be(statuses: Json<'_>, status: &str) -> bool {
    let Some(list) = statuses.as_array().filter(|list| !list.is_empty()) else { return true };
    list.iter().any(|one| one.as_str().is_none_or(|one| one.eq_ignore_ascii_case(status)))
}
