//! The execution order inside a flow, derived from `runAfter` and nesting alone.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::model::{Action, ActionIx, ActionNames};
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
        let direct = if is_known { Predecessors::of(all, names) } else { Predecessors::default() };
        let words = direct.ends.len().div_ceil(64);
        let names_unknown = if is_known { direct.names_unknown.clone() } else { vec![true; count] };
        let mut depths: Vec<u32> = Vec::with_capacity(count);
        for action in all {
            // A container comes before the actions in it.
            depths.push(action.parent.map_or(0, |(parent, _)| depths[parent.get()] + 1));
        }
        let is_open = names_unknown.clone();
        let before = vec![0; words * direct.ends.len()];
        let mut order = ExecutionOrder { before, words, is_open, names_unknown, depths };
        match direct.first_to_last() {
            Some(sorted) => sorted.into_iter().for_each(|late| order.inherit_all(late, late, &direct)),
            None => order.close_cycles(&direct),
        }
        order
    }

    /// Computes the transitive closure of direct predecessors that contain a cycle. Predecessors come first, and the
    /// actions of a cycle have the same predecessors.
    fn close_cycles(&mut self, direct: &Predecessors) {
        let count = direct.ends.len();
        let mut graph: DiGraph<(), (), u32> = DiGraph::with_capacity(count, count);
        for _ in 0..count {
            graph.add_node(());
        }
        for late in 0..count {
            for early in direct.of_action(late) {
                graph.add_edge(node(late), node(early.get()), ());
            }
        }
        for cycle in kosaraju_scc(&graph) {
            let Some((first, others)) = cycle.split_first() else { continue };
            let first = first.index();
            for late in cycle.iter().map(|late| late.index()) {
                self.inherit_all(first, late, direct);
                self.is_open[first] |= self.is_open[late];
            }
            for late in others.iter().map(|late| late.index()) {
                let of_first = first * self.words;
                self.before.copy_within(of_first..of_first + self.words, late * self.words);
                self.is_open[late] = self.is_open[first];
            }
        }
    }

    /// Adds the direct predecessors of `of`, and their known predecessors, to the predecessors of `late`.
    fn inherit_all(&mut self, late: usize, of: usize, direct: &Predecessors) {
        direct.of_action(of).iter().for_each(|early| self.inherit(late, early.get()));
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
    pub(super) fn relation(&self, all: &[Action<'_>], reader: ActionIx, read: ActionIx) -> Relation {
        if reader == read {
            return Relation::Itself;
        }
        let depth = |action: ActionIx| self.depths[action.get()];
        let action = |action: ActionIx| &all[action.get()];
        let above = |one: ActionIx| action(one).parent.map(|(parent, _)| parent);
        // Ancestors of the reader and of the action that it reads, or these actions themselves. Climb to the same list.
        let (mut late, mut early, mut loops) = (reader, read, 0);
        while let Some(container) = above(early).filter(|_| depth(early) > depth(late)) {
            early = container;
            loops += usize::from(action(early).is("Foreach"));
        }
        while let Some(container) = above(late).filter(|_| depth(late) > depth(early)) {
            late = container;
        }
        if late == early {
            return if late == reader { Relation::Contains } else { Relation::Contained };
        }
        while let (Some(of_late), Some(of_early)) = (above(late), above(early)) {
            if of_late == of_early {
                if action(late).parent != action(early).parent {
                    return Relation::OtherBranch(of_late);
                }
                break;
            }
            (late, early) = (of_late, of_early);
            loops += usize::from(action(early).is("Foreach"));
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

/// The direct predecessors of all actions.
#[derive(Default)]
struct Predecessors {
    /// Those of the first action, then those of the second, ...
    actions: Vec<ActionIx>,
    /// For each action, the end of its predecessors in `actions`.
    ends: Vec<usize>,
    /// For each action, whether `runAfter` names an action that the list does not have.
    names_unknown: Vec<bool>,
}

impl Predecessors {
    fn of(all: &[Action<'_>], names: &ActionNames<'_>) -> Self {
        let mut direct = Predecessors {
            actions: Vec::with_capacity(all.len()),
            ends: Vec::with_capacity(all.len()),
            names_unknown: vec![false; all.len()],
        };
        for (index, action) in all.iter().enumerate() {
            for (name, _) in links(*action) {
                match names.sibling(ActionIx::of(index), name) {
                    Some(sibling) => direct.actions.push(sibling),
                    None => direct.names_unknown[index] = true,
                }
            }
            direct.ends.push(direct.actions.len());
        }
        direct
    }

    /// The direct predecessors of an action.
    fn of_action(&self, action: usize) -> &[ActionIx] {
        let start = action.checked_sub(1).map_or(0, |previous| self.ends[previous]);
        &self.actions[start..self.ends[action]]
    }

    /// Every action after its predecessors. `None` if there is a cycle, which nearly no flow has: without one, no graph is
    /// needed, which halves the work for a flow.
    fn first_to_last(&self) -> Option<Vec<usize>> {
        #[derive(Clone, Copy)]
        enum Visit {
            Due,
            Begun,
            Done,
        }
        let mut visits = vec![Visit::Due; self.ends.len()];
        let mut sorted = Vec::with_capacity(self.ends.len());
        // Actions whose predecessors are due before them.
        let mut open: Vec<usize> = Vec::new();
        for action in 0..self.ends.len() {
            open.push(action);
            while let Some(late) = open.last().copied() {
                match visits[late] {
                    Visit::Due => {
                        visits[late] = Visit::Begun;
                        for early in self.of_action(late) {
                            match visits[early.get()] {
                                Visit::Due => open.push(early.get()),
                                Visit::Begun => return None,
                                Visit::Done => {}
                            }
                        }
                    }
                    Visit::Begun => {
                        visits[late] = Visit::Done;
                        sorted.push(late);
                        open.pop();
                    }
                    Visit::Done => {
                        open.pop();
                    }
                }
            }
        }
        Some(sorted)
    }
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
            assert_eq!(order.relation(&actions, find(reader), find(read)), expected, "{reader} reads {read}");
        }
        assert!(order.comes_after(find("X"), find("X")), "a cycle comes after itself");
    }

    #[test]
    fn the_order_is_the_same_with_and_without_a_graph() {
        let text = r#"{"actions": {
            "D": {}, "B": {"runAfter": {"D": []}}, "C": {"runAfter": {"D": []}}, "A": {"runAfter": {"B": [], "C": []}},
            "E": {"runAfter": {"A": [], "C": [], "F": []}}, "F": {"runAfter": {"Nothing": []}},
            "G": {"actions": {"I": {"runAfter": {"H": []}}, "H": {"runAfter": {"J": []}}, "J": {}}}
        }}"#;
        let definition = definition(text);
        let actions: Vec<_> = definition.actions().collect();
        let names = ActionNames::of(&actions);
        let order = ExecutionOrder::of(&actions, &names);
        let direct = Predecessors::of(&actions, &names);
        let sorted = direct.first_to_last().expect("no cycle");
        assert_eq!(sorted.len(), actions.len());
        let mut with_graph = ExecutionOrder {
            before: vec![0; order.before.len()],
            words: order.words,
            is_open: order.names_unknown.clone(),
            names_unknown: order.names_unknown.clone(),
            depths: order.depths.clone(),
        };
        with_graph.close_cycles(&direct);
        assert_eq!((order.before, order.is_open), (with_graph.before, with_graph.is_open));
    }
}
