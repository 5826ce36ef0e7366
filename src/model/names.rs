//! Names of actions and variables, compared as the platform compares them.

use std::cmp::Ordering;

use super::{Action, ActionIx};
use crate::bytes::{all, exactly, last_eight};

/// The form in which names of actions and triggers are compared: lower case, with `_` for each space.
///
/// The designer shows `Get items`; expressions say `outputs('Get_items')`. Measured, not documented: compared like
/// this, no expression in 511 public flows names an action that its flow does not have.
pub(crate) fn fold(name: &str) -> String {
    // Nearly every name is ASCII, and the Unicode tables take ten times as long.
    if name.is_ascii() {
        return name.to_ascii_lowercase().replace(' ', "_");
    }
    fold_case(name).replace(' ', "_")
}

/// The form in which names of variables and parameters are compared: lower case, spaces kept.
pub(crate) fn fold_case(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.chars().flat_map(char::to_lowercase).collect()
}

/// Compares two names of actions in the form of [`fold`]. Copies them only if they differ at a character that is not
/// ASCII: characters are folded one by one, so an equal start stays equal.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let fold_byte = |byte: u8| if byte == b' ' { b'_' } else { byte.to_ascii_lowercase() };
    for (x, y) in a.bytes().zip(b.bytes()) {
        if x == y {
            continue;
        }
        if !x.is_ascii() || !y.is_ascii() {
            return fold(a).cmp(&fold(b));
        }
        if fold_byte(x) != fold_byte(y) {
            return fold_byte(x).cmp(&fold_byte(y));
        }
    }
    a.len().cmp(&b.len())
}

/// A name after a hash of its form as [`fold`] returns it. Names that mean the same have the same hash; few others do.
type Hashed<'a> = (u64, &'a str);

fn hashed(name: &str) -> Hashed<'_> {
    let hash = if name.is_ascii() { hash_of(name.as_bytes()) } else { hash_of(fold(name).as_bytes()) };
    (hash, name)
}

/// Compares names by their hashes, and those with the same hash as [`compare`] does. Nobody can make a search slow with
/// names of the same hash.
fn compare_hashed((a_hash, a): Hashed<'_>, (b_hash, b): Hashed<'_>) -> Ordering {
    // Expressions nearly always spell a name as its step does.
    a_hash.cmp(&b_hash).then_with(|| if a == b { Ordering::Equal } else { compare(a, b) })
}

fn hash_of(name: &[u8]) -> u64 {
    // `_` for each space, and one bit set that distinguishes small letters from capitals.
    let fold = |word: u64| {
        let spaces = exactly(word, b' ') >> 7;
        (word ^ (spaces * u64::from(b' ' ^ b'_'))) | all(0x20)
    };
    let add = |hash: u64, word: u64| (hash.rotate_left(5) ^ fold(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let words = name.chunks_exact(8).filter_map(<[u8]>::first_chunk).map(|word| u64::from_le_bytes(*word));
    // The last eight bytes contain what is left, and some of what was added before.
    add(words.fold(name.len() as u64, add), last_eight(name))
}

/// The actions of a flow, by name.
#[derive(Debug)]
pub(crate) struct ActionNames<'a> {
    /// The hashes and names, sorted. A search compares few names.
    names: Vec<Hashed<'a>>,
    /// The action of each name. Actions with equal names are in the order of the definition.
    actions: Vec<ActionIx>,
    /// For each action, the end index of its list. Actions of the same list are adjacent.
    ends: Vec<usize>,
}

/// How many actions with the same name are compared. The platform refuses two in a flow; beyond this number, rules stay
/// silent.
pub(crate) const MOST_ALIKE: usize = 64;

/// What [`ActionNames::find`] found.
#[derive(Debug, Clone)]
pub(crate) struct Found(std::ops::Range<usize>);

impl<'a> ActionNames<'a> {
    pub(crate) fn of(all: &[Action<'a>]) -> Self {
        let mut sorted: Vec<(Hashed<'_>, ActionIx)> = all
            .iter()
            .enumerate()
            .map(|(index, action)| (hashed(action.name), ActionIx::of(index)))
            .collect();
        sorted.sort_by(|(a, _), (b, _)| compare_hashed(*a, *b));
        let (names, actions) = sorted.into_iter().unzip();
        ActionNames { names, actions, ends: ends(all) }
    }

    /// The actions with this name. There may be several, in different containers.
    pub(crate) fn get(&self, name: &str) -> &[ActionIx] {
        self.at(&self.find(name))
    }

    /// The actions of a name that was looked up before.
    pub(crate) fn at(&self, found: &Found) -> &[ActionIx] {
        &self.actions[found.0.clone()]
    }

    /// Looks up a name.
    pub(crate) fn find(&self, name: &str) -> Found {
        let name = hashed(name);
        let start = self.names.partition_point(|known| compare_hashed(*known, name).is_lt());
        let is_it = |at: usize| self.names.get(at).is_some_and(|known| compare_hashed(*known, name).is_eq());
        // A name nearly always has no action or one.
        let count = match (is_it(start), is_it(start + 1)) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => self.names[start..].partition_point(|known| compare_hashed(*known, name).is_eq()),
        };
        Found(start..start + count)
    }

    /// Groups of two or more actions whose names mean the same.
    pub(crate) fn alike(&self) -> impl Iterator<Item = &[ActionIx]> {
        let mut start = 0;
        let groups = self.names.chunk_by(|a, b| compare_hashed(*a, *b).is_eq()).map(move |names| {
            start += names.len();
            start - names.len()..start
        });
        groups.filter(|group| group.len() > 1).map(|group| &self.actions[group])
    }

    /// The actions in the same list as an action, including itself.
    pub(crate) fn beside(&self, action: ActionIx) -> impl Iterator<Item = ActionIx> {
        let end = self.ends[action.get()];
        // The lists are consecutive.
        (self.ends.partition_point(|other| *other < end)..end).map(ActionIx::of)
    }

    /// The action with this name in the same list as `action`. If there are several, the last.
    pub(crate) fn sibling(&self, action: ActionIx, name: &str) -> Option<ActionIx> {
        let (named, end) = (self.get(name), self.ends[action.get()]);
        let last = named[..named.partition_point(|other| other.get() < end)].last().copied()?;
        (self.ends[last.get()] == end).then_some(last)
    }
}

/// For each action, the end index of the list that contains it.
fn ends(all: &[Action<'_>]) -> Vec<usize> {
    let mut ends = vec![all.len(); all.len()];
    for index in (1..all.len()).rev() {
        ends[index - 1] = if all[index - 1].parent == all[index].parent { ends[index] } else { index };
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_as_they_fold() {
        let names = [
            "", "a", "A b", "a_B", "a c", "Ä b", "ä_B", "ä_Bc", "Öb", "ö", "İ", "i̇", "k", "\u{212A}", "z",
            "_", " ",
        ];
        for a in names {
            for b in names {
                assert_eq!(compare(a, b), fold(a).cmp(&fold(b)), "{a} {b}");
                assert_eq!(hashed(a).0 == hashed(b).0, fold(a) == fold(b), "{a} {b}");
            }
        }
        assert_eq!(
            (fold("Ereignisse Ä"), fold_case("Ereignisse Ä")),
            ("ereignisse_ä".into(), "ereignisse ä".into())
        );
    }

    #[test]
    fn get_finds_every_action_of_a_name() {
        let text = r#"{"actions": {"B": {}, "Get it": {"actions": {"b": {}, "C": {}}}, "a": {}}}"#;
        let definition = crate::parse::definition(text);
        let actions: Vec<_> = definition.actions().collect();
        let names = ActionNames::of(&actions);
        let found = |name| names.get(name).iter().map(|at| definition.action(*at).name).collect::<Vec<_>>();
        assert_eq!(found("b"), ["B", "b"]);
        assert_eq!(found("GET_IT"), ["Get it"]);
        let alike: Vec<Vec<&str>> =
            names.alike().map(|group| group.iter().map(|at| definition.action(*at).name).collect()).collect();
        assert_eq!(alike, [["B", "b"]]);
        let sibling = |of, name| names.sibling(names.get(of)[0], name).map(|at| definition.action(at).name);
        let beside =
            |of| names.beside(names.get(of)[0]).map(|at| definition.action(at).name).collect::<Vec<_>>();
        assert_eq!((beside("a"), beside("c")), (vec!["B", "Get it", "a"], vec!["C", "b"]));
        assert_eq!((sibling("a", "b"), sibling("c", "b"), sibling("c", "a")), (Some("B"), Some("b"), None));
        assert_eq!((found("0"), found("zz"), found("bb")), (vec![], vec![], vec![]));
    }
}
