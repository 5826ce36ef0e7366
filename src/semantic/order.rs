//! The execution order inside a flow, derived from `runAfter` and nesting alone.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::model::{Action, ActionIx, ActionNames, Definition};
use crate::source::{Json, Object};

/// Which action runs before which. Stores for each action the set of actions of the same list that precede it.
#[derive(Debug)]
pub(crate) struct ExecutionOrder {
    /// For each action, `words` 64-bit words of a bit set: its direct and indirect predecessors.
    before: Vec<u64>,
    words: usize,
    /// For each action, whether it or a predecessor names an action that the list does not have. Then anything may
    /// precede it.
    is_open: Vec<bool>,
    /// For each action, whether its own `runAfter` names an action that the list does not have.
    names_unknown: Vec<bool>,
    /// For each action, how many containers enclose it.
    depths: Vec<u32>,
}

/// The maximum number of actions for which the order is computed. The platform allows 500, and the bit sets grow
/// quadratically. In a larger flow, any action may precede any other.
const MOST_ACTIONS: usize = 10_000;

/// The position of an action that is read, relative to its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The action runs before the reader. This many Apply to each loops enclose it but not the reader.
    Before { loops: usize },
    /// The action is the reader.
    Itself,
    /// The reader contains the action.
    Contains,
    /// The action contains the reader.
    Contained,
    /// The action and the reader are in different branches of this container, of which only one runs.
    OtherBranch(ActionIx),
    /// Nothing makes the reader wait for the action.
    NotBefore,
}

/// The entries of an action's `runAfter`: names as written, and statuses.
pub(crate) fn links(action: Action<'_>) -> impl Iterator<Item = (&str, Json<'_>)> {
    let map = action.body.get("runAfter").and_then(Json::as_object);
    map.into_iter().flat_map(Object::iter)
}

impl ExecutionOrder {
    pub(super) fn of(all: &[Action<'_>], names: &ActionNames<'_>) -> Self {
        let count = all.len();
        let is_known = count <= MOST_ACTIONS;
        let direct = if is_known { predecessors(all, names) } else { Vec::new() };
        let words = direct.len().div_ceil(64);
        let is_open: Vec<bool> =
            if is_known { direct.iter().map(|direct| direct.is_open).collect() } else { vec![true; count] };
        let mut depths: Vec<u32> = Vec::with_capacity(count);
        for action in all {
            // A container comes before the actions in it.
            depths.push(action.parent.map_or(0, |(parent, _)| depths[parent.get()] + 1));
        }
        let names_unknown = is_open.clone();
        let mut order =
            ExecutionOrder { before: vec![0; words * direct.len()], words, is_open, names_unknown, depths };
        order.close(&direct);
        order
    }

    /// Computes the transitive closure of the direct predecessors. Predecessors come first, and the actions of a cycle
    /// have the same predecessors.
    fn close(&mut self, direct: &[Direct]) {
        let mut graph: DiGraph<(), (), u32> = DiGraph::with_capacity(direct.len(), direct.len());
        for _ in direct {
            graph.add_node(());
        }
        for (late, predecessors) in direct.iter().enumerate() {
            for early in &predecessors.actions {
                graph.add_edge(node(late), node(early.get()), ());
            }
        }
        for cycle in kosaraju_scc(&graph) {
            let Some((first, others)) = cycle.split_first() else { continue };
            let first = first.index();
            for late in cycle.iter().map(|late| late.index()) {
                for early in &direct[late].actions {
                    self.inherit(first, early.get());
                }
                self.is_open[first] |= self.is_open[late];
            }
            for late in others.iter().map(|late| late.index()) {
                let of_first = first * self.words;
                self.before.copy_within(of_first..of_first + self.words, late * self.words);
                self.is_open[late] = self.is_open[first];
            }
        }
    }

    /// Adds `early` and its known predecessors to the predecessors of `late`.
    fn inherit(&mut self, late: usize, early: usize) {
        for word in 0..self.words {
            self.before[late * self.words + word] |= self.before[early * self.words + word];
        }
        self.before[late * self.words + early / 64] |= 1 << (early % 64);
        self.is_open[late] |= self.is_open[early];
    }

    /// How many containers enclose an action.
    pub(crate) fn depth(&self, action: ActionIx) -> usize {
        self.depths[action.get()] as usize
    }

    /// Whether the `runAfter` of an action names an action that its list does not have. In large flows, always true.
    pub(crate) fn may_name_unknown(&self, action: ActionIx) -> bool {
        self.names_unknown[action.get()]
    }

    /// Whether `late` waits for `early`, an action of the same list.
    pub(crate) fn comes_after(&self, late: ActionIx, early: ActionIx) -> bool {
        let word = self.before.get(late.get() * self.words + early.get() / 64);
        word.is_some_and(|word| word & (1 << (early.get() % 64)) != 0)
    }

    /// The position of the action `read` relative to `reader`.
    pub(crate) fn relation(&self, definition: &Definition, reader: ActionIx, read: ActionIx) -> Relation {
        if reader == read {
            return Relation::Itself;
        }
        let depth = |action: ActionIx| self.depths[action.get()];
        let above = |action: ActionIx| definition.parent(action);
        // Ancestors of the reader and of the action that it reads, or these actions themselves. Climb to the same list.
        let (mut late, mut early, mut loops) = (reader, read, 0);
        while let Some(container) = above(early).filter(|_| depth(early) > depth(late)) {
            early = container;
            loops += usize::from(definition.action(early).is("Foreach"));
        }
        while let Some(container) = above(late).filter(|_| depth(late) > depth(early)) {
            late = container;
        }
        if late == early {
            return if late == reader { Relation::Contains } else { Relation::Contained };
        }
        while let (Some(of_late), Some(of_early)) = (above(late), above(early)) {
            if of_late == of_early {
                if definition.action(late).parent != definition.action(early).parent {
                    return Relation::OtherBranch(of_late);
                }
                break;
            }
            (late, early) = (of_late, of_early);
            loops += usize::from(definition.action(early).is("Foreach"));
        }
        if self.comes_after(late, early) || self.is_open[late.get()] {
            Relation::Before { loops }
        } else {
            Relation::NotBefore
        }
    }
}

fn node(action: usize) -> NodeIndex<u32> {
    NodeIndex::new(action)
}

/// The direct predecessors of an action.
struct Direct {
    actions: Vec<ActionIx>,
    /// Whether `runAfter` names an action that the list does not have.
    is_open: bool,
}

fn predecessors(all: &[Action<'_>], names: &ActionNames<'_>) -> Vec<Direct> {
    let of = |(index, action): (usize, &Action<'_>)| {
        let mut direct = Direct { actions: Vec::new(), is_open: false };
        for (name, _) in links(*action) {
            match names.sibling(ActionIx::of(index), name) {
                Some(sibling) => direct.actions.push(sibling),
                None => direct.is_open = true,
            }
        }
        direct
    };
    all.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::definition;

    #[test]
    fn relation_follows_run_after_and_nesting() {
        let text = r#"{"actions": {
            "A": {"type": "Compose"},
            "B c": {"type": "Compose", "runAfter": {"a": ["Succeeded"]}},
            "Side": {"type": "Compose"},
            "If": {"type": "If", "runAfter": {"B_C": ["Succeeded"]}, "actions": {"Yes": {}},
                "else": {"actions": {"No": {}, "Later": {"runAfter": {"No": ["Failed"]}}}}},
            "Loop": {"type": "Foreach", "runAfter": {"If": []}, "actions": {
                "In": {}, "Deep": {"type": "Foreach", "actions": {"Deeper": {}}}}},
            "End": {"runAfter": {"Loop": []}},
            "X": {"runAfter": {"Y": []}}, "Y": {"runAfter": {"X": []}},
            "Open": {"runAfter": {"Nothing": []}}, "Behind": {"runAfter": {"Open": []}}
        }}"#;
        let definition = definition(text);
        let actions: Vec<_> = definition.actions().collect();
        let order = ExecutionOrder::of(&actions, &ActionNames::of(&actions));
        let find =
            |name: &str| definition.indexed().find(|(_, action)| action.name == name).expect("an action").0;
        let table = [
            ("B c", "A", Relation::Before { loops: 0 }),
            ("End", "A", Relation::Before { loops: 0 }),
            ("A", "B c", Relation::NotBefore),
            ("B c", "Side", Relation::NotBefore),
            ("A", "A", Relation::Itself),
            ("Yes", "No", Relation::OtherBranch(find("If"))),
            ("Later", "No", Relation::Before { loops: 0 }),
            ("No", "Later", Relation::NotBefore),
            ("In", "Yes", Relation::Before { loops: 0 }),
            ("If", "Yes", Relation::Contains),
            ("Yes", "If", Relation::Contained),
            ("End", "In", Relation::Before { loops: 1 }),
            ("End", "Deeper", Relation::Before { loops: 2 }),
            ("In", "Deeper", Relation::NotBefore),
            ("X", "Y", Relation::Before { loops: 0 }),
            ("Behind", "A", Relation::Before { loops: 0 }),
        ];
        for (reader, read, expected) in table {
            assert_eq!(
                order.relation(&definition, find(reader), find(read)),
                expected,
                "{reader} reads {read}"
            );
        }
        assert!(order.comes_after(find("X"), find("X")), "a cycle comes after itself");
    }
}
