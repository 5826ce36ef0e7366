//! Which action of a flow runs before which, told from `runAfter` and the nesting alone.

use std::collections::HashMap;

use super::names::fold;
use crate::model::{ActionIx, Branch, Definition};
use crate::source::{Json, Object};

/// What runs before what. Each action has the set of actions of its own list that come before it.
#[derive(Debug)]
pub(crate) struct Order {
    /// For each action, as bits: the actions that it comes after, over any number of steps.
    before: Vec<Vec<u64>>,
    /// For each action, whether it comes after something that the flow does not have: then it may come after anything.
    is_open: Vec<bool>,
    /// Where each action stands, from the outermost container to itself.
    paths: Vec<Vec<ActionIx>>,
}

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

/// The list that an action stands in.
type List<'a> = Option<(ActionIx, Branch<'a>)>;

/// The entries of an action's `runAfter`: the name as written, and the statuses.
pub(crate) fn links(definition: &Definition, action: ActionIx) -> impl Iterator<Item = (&str, Json<'_>)> {
    let map = definition.action(action).body.get("runAfter").and_then(Json::as_object);
    map.into_iter().flat_map(Object::iter)
}

impl Order {
    pub(crate) fn of(definition: &Definition) -> Self {
        let direct = predecessors(definition);
        let words = definition.actions().len().div_ceil(64);
        let (before, is_open) = definition.indexed().map(|(index, _)| closure(index, &direct, words)).unzip();
        let mut paths: Vec<Vec<ActionIx>> = Vec::with_capacity(definition.actions().len());
        for (index, action) in definition.indexed() {
            // A container stands before what it contains.
            let above = action.parent.map(|(parent, _)| paths[parent.get()].clone());
            let mut path = above.unwrap_or_default();
            path.push(index);
            paths.push(path);
        }
        Order { before, is_open, paths }
    }

    /// Whether `late` waits for `early`, an action of the same list.
    pub(crate) fn comes_after(&self, late: ActionIx, early: ActionIx) -> bool {
        self.before[late.get()][early.get() / 64] & (1 << (early.get() % 64)) != 0
    }

    /// How the action `reader` stands to `read`.
    pub(crate) fn relation(&self, definition: &Definition, reader: ActionIx, read: ActionIx) -> Relation {
        if reader == read {
            return Relation::Itself;
        }
        let (of_reader, of_read) = (&self.paths[reader.get()], &self.paths[read.get()]);
        let shared = of_reader.iter().zip(of_read).take_while(|(a, b)| a == b).count();
        let (Some(late), Some(early)) = (of_reader.get(shared), of_read.get(shared)) else {
            return if shared == of_reader.len() { Relation::Contains } else { Relation::Contained };
        };
        if let (Some((container, one)), Some((_, other))) =
            (definition.action(*late).parent, definition.action(*early).parent)
            && one != other
        {
            return Relation::OtherBranch(container);
        }
        if !self.comes_after(*late, *early) && !self.is_open[late.get()] {
            return Relation::NotBefore;
        }
        let around = &of_read[shared..of_read.len() - 1];
        let loops = around.iter().filter(|action| definition.action(**action).is("Foreach")).count();
        Relation::Before { loops }
    }
}

/// What one action waits for directly.
struct Direct {
    actions: Vec<ActionIx>,
    /// Whether a name is no sibling's.
    is_open: bool,
}

fn predecessors(definition: &Definition) -> Vec<Direct> {
    let mut lists: HashMap<(List<'_>, String), ActionIx> = HashMap::new();
    for (index, action) in definition.indexed() {
        lists.insert((action.parent, fold(action.name)), index);
    }
    let of = |index: ActionIx| {
        let list = definition.action(index).parent;
        let mut direct = Direct { actions: Vec::new(), is_open: false };
        for (name, _) in links(definition, index) {
            match lists.get(&(list, fold(name))) {
                Some(found) => direct.actions.push(*found),
                None => direct.is_open = true,
            }
        }
        direct
    };
    definition.indexed().map(|(index, _)| of(index)).collect()
}

/// Everything that an action waits for, as bits, and whether that is not all known.
fn closure(start: ActionIx, direct: &[Direct], words: usize) -> (Vec<u64>, bool) {
    let mut seen = vec![0_u64; words];
    let mut is_open = direct[start.get()].is_open;
    let mut todo = direct[start.get()].actions.clone();
    while let Some(next) = todo.pop() {
        let (word, bit) = (next.get() / 64, 1_u64 << (next.get() % 64));
        if seen[word] & bit == 0 {
            seen[word] |= bit;
            is_open |= direct[next.get()].is_open;
            todo.extend(&direct[next.get()].actions);
        }
    }
    (seen, is_open)
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
        let order = Order::of(&definition);
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
