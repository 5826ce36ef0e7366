//! Which action of a flow runs before which, told from `runAfter` and the nesting alone.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::model::{Action, ActionIx, ActionNames, Definition};
use crate::source::{Json, Object};

/// What runs before what. Each action has the set of actions of its own list that come before it.
#[derive(Debug)]
pub(crate) struct ExecutionOrder {
    /// For each action, `words` words of bits: the actions that it comes after, over any number of steps.
    before: Vec<u64>,
    words: usize,
    /// For each action, whether it comes after something that the flow does not have: then it may come after anything.
    is_open: Vec<bool>,
    /// For each action, whether a name in its own `runAfter` is no sibling's.
    names_unknown: Vec<bool>,
    /// For each action, how many containers are around it.
    depths: Vec<u32>,
}

/// The most actions of a flow of which the order is told. The platform takes 500, and the sets of all that an action
/// waits for grow with the square; of a larger flow anything may come before anything.
const MOST_ACTIONS: usize = 10_000;

/// How an action stands to another one that it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The other one comes before; so many For each loops stand around it and not around the reader.
    Before { loops: usize },
    /// Both are the same action.
    Itself,
    /// The reader contains the other one.
    Contains,
    /// The other one contains the reader.
    Contained,
    /// They stand in different branches of this container, of which one runs.
    OtherBranch(ActionIx),
    /// Nothing makes the reader wait for the other one.
    NotBefore,
}

/// The entries of an action's `runAfter`: the name as written, and the statuses.
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
            if is_known { direct.iter().map(|one| one.is_open).collect() } else { vec![true; count] };
        let mut depths: Vec<u32> = Vec::with_capacity(count);
        for action in all {
            // A container stands before what it contains.
            depths.push(action.parent.map_or(0, |(parent, _)| depths[parent.get()] + 1));
        }
        let names_unknown = is_open.clone();
        let mut order =
            ExecutionOrder { before: vec![0; words * direct.len()], words, is_open, names_unknown, depths };
        order.close(&direct);
        order
    }

    /// Makes of what each action waits for directly what it waits for over any number of steps: what comes before is
    /// done first, and the actions of a circle wait for the same.
    fn close(&mut self, direct: &[Direct]) {
        let mut graph: DiGraph<(), (), u32> = DiGraph::with_capacity(direct.len(), direct.len());
        for _ in direct {
            graph.add_node(());
        }
        for (late, one) in direct.iter().enumerate() {
            for early in &one.actions {
                graph.add_edge(node(late), node(early.get()), ());
            }
        }
        for circle in kosaraju_scc(&graph) {
            let Some((first, others)) = circle.split_first() else { continue };
            let first = first.index();
            for late in circle.iter().map(|late| late.index()) {
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

    /// `late` waits for `early`, and for all that `early` is known to wait for.
    fn inherit(&mut self, late: usize, early: usize) {
        for word in 0..self.words {
            self.before[late * self.words + word] |= self.before[early * self.words + word];
        }
        self.before[late * self.words + early / 64] |= 1 << (early % 64);
        self.is_open[late] |= self.is_open[early];
    }

    /// How many containers are around an action.
    pub(crate) fn depth(&self, action: ActionIx) -> usize {
        self.depths[action.get()] as usize
    }

    /// Whether an action may run after something that is no sibling; of large flows nothing is known.
    pub(crate) fn may_name_unknown(&self, action: ActionIx) -> bool {
        self.names_unknown[action.get()]
    }

    /// Whether `late` waits for `early`, an action of the same list.
    pub(crate) fn comes_after(&self, late: ActionIx, early: ActionIx) -> bool {
        let word = self.before.get(late.get() * self.words + early.get() / 64);
        word.is_some_and(|word| word & (1 << (early.get() % 64)) != 0)
    }

    /// How the action `reader` stands to `read`.
    pub(crate) fn relation(&self, definition: &Definition, reader: ActionIx, read: ActionIx) -> Relation {
        if reader == read {
            return Relation::Itself;
        }
        let depth = |action: ActionIx| self.depths[action.get()];
        let above = |action: ActionIx| definition.action(action).parent;
        // The two actions of one list that are or contain the reader and what it reads.
        let (mut late, mut early, mut loops) = (reader, read, 0);
        while let Some((container, _)) = above(early).filter(|_| depth(early) > depth(late)) {
            early = container;
            loops += usize::from(definition.action(early).is("Foreach"));
        }
        while let Some((container, _)) = above(late).filter(|_| depth(late) > depth(early)) {
            late = container;
        }
        if late == early {
            return if late == reader { Relation::Contains } else { Relation::Contained };
        }
        while let (Some((of_late, one)), Some((of_early, other))) = (above(late), above(early)) {
            if of_late == of_early {
                if one != other {
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

/// What one action waits for directly.
struct Direct {
    actions: Vec<ActionIx>,
    /// Whether a name is no sibling's.
    is_open: bool,
}

fn predecessors(all: &[Action<'_>], names: &ActionNames<'_>) -> Vec<Direct> {
    let of = |(index, action): (usize, &Action<'_>)| {
        let mut direct = Direct { actions: Vec::new(), is_open: false };
        for (name, _) in links(*action) {
            match names.sibling(ActionIx::of(index), name) {
                Some(found) => direct.actions.push(found),
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
    fn who_comes_before_whom() {
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
        assert!(order.comes_after(find("X"), find("X")), "a circle comes after itself");
    }
}
