//! The context of rules about a single flow. All of them inspect a flow before the next flow is processed, so that its
//! semantic model is built once and can be dropped.

use std::collections::BTreeSet;

use super::Context;
use crate::graph::CallSite;
use crate::model::{ActionIx, Flow, FlowContent, FlowIx, compare};
use crate::semantic::{Reference, ReferenceKind, SemanticModel, StringSite, links};
use crate::source::{Json, Place};
use crate::suggest::Suggestions;

/// A flow whose file could be read, with its semantic model.
pub(crate) struct FlowContext<'c, 'w> {
    pub(super) run: &'c Context<'w>,
    pub(super) index: FlowIx,
    pub(super) flow: &'w Flow,
    pub(super) content: &'w FlowContent,
    pub(super) semantic: &'c SemanticModel<'w>,
    /// Finds the names that were probably meant.
    pub(super) suggestions: Suggestions,
}

impl<'c, 'w> FlowContext<'c, 'w> {
    /// The known name closest to an unknown one, if any is close and the budget of the run is not used up.
    pub(super) fn nearest<'a>(
        &self,
        unknown: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        self.suggestions.nearest(unknown, known)
    }

    /// The calls to this flow, also by itself. `None` if there are none.
    pub(super) fn calls_to_it(&self) -> Option<Vec<CallSite>> {
        Some(self.run.graph.calls_to(self.index)).filter(|calls| !calls.is_empty())
    }

    pub(super) fn place(&self, site: &StringSite<'_>) -> Option<Place> {
        self.semantic.place(self.flow, site)
    }

    /// The references of a kind that count, grouped and sorted by name. No group is empty.
    pub(super) fn by_name(
        &self,
        kind: ReferenceKind,
        counts: impl Fn(&Reference<'w>) -> bool,
    ) -> Vec<Vec<&Reference<'w>>> {
        let of_kind = self.semantic.references.iter().filter(|reference| reference.kind == kind);
        let mut all: Vec<&Reference<'w>> = of_kind.filter(|reference| counts(reference)).collect();
        all.sort_by(|a, b| compare(&a.name, &b.name));
        all.chunk_by(|a, b| compare(&a.name, &b.name).is_eq()).map(<[_]>::to_vec).collect()
    }

    /// The name of an action.
    pub(super) fn action(&self, index: ActionIx) -> &'w str {
        self.semantic.action(index).name
    }

    /// The name of the step that contains a string.
    pub(super) fn owner(&self, site: &StringSite<'_>) -> &'w str {
        self.semantic.name(site.owner)
    }

    /// The action and its containers, innermost first.
    pub(super) fn with_containers(&self, action: ActionIx) -> impl Iterator<Item = ActionIx> {
        let parent = |action: &ActionIx| self.semantic.action(*action).parent.map(|(parent, _)| parent);
        std::iter::successors(Some(action), parent)
    }

    /// Whether an action runs only if one of the actions that `counts` accepts failed, timed out or was skipped: the
    /// action or a container of it waits for that, directly or through other steps.
    pub(super) fn runs_only_after_fault(&self, action: ActionIx, counts: impl Fn(ActionIx) -> bool) -> bool {
        let mut open: Vec<ActionIx> = self.with_containers(action).collect();
        let mut seen = BTreeSet::new();
        while let Some(action) = open.pop() {
            if !seen.insert(action) {
                continue;
            }
            for (name, statuses) in links(self.semantic.action(action)) {
                let predecessor = self.semantic.names.sibling(action, name);
                if !may_be(statuses, "Succeeded") && predecessor.is_none_or(&counts) {
                    return true;
                }
                // A step that also runs after a skipped predecessor does not depend on what the predecessor waits for.
                if !may_be(statuses, "Skipped") {
                    open.extend(predecessor);
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

/// Whether a list of statuses contains a status. True for lists that cannot be interpreted.
fn may_be(statuses: Json<'_>, status: &str) -> bool {
    let Some(list) = statuses.as_array().filter(|list| !list.is_empty()) else { return true };
    list.iter().any(|entry| entry.as_str().is_none_or(|entry| entry.eq_ignore_ascii_case(status)))
}
