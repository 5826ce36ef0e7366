//! Names of actions and variables, compared as the platform compares them.

use std::cmp::Ordering;

use super::{Action, ActionIx};

/// The form in which names of actions and triggers are compared: lower case, with `_` for each space.
///
/// The designer shows `Get items`; expressions say `outputs('Get_items')`. Measured, not documented: compared like
/// this, no expression in 511 public flows names an action that its flow does not have.
pub(crate) fn fold(name: &str) -> String {
    // Nearly every name; the tables of Unicode take ten times as long.
    if name.is_ascii() {
        return name.to_ascii_lowercase().replace(' ', "_");
    }
    fold_case(name).replace(' ', "_")
}

/// The form in which names of variables and parameters are compared: lower case, spaces kept.
pub(crate) fn fold_case(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).collect()
}

/// Compares two names of actions in the form of [`fold`]. Does not copy ASCII names.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let byte = |byte: u8| if byte == b' ' { b'_' } else { byte.to_ascii_lowercase() };
    if !a.is_ascii() || !b.is_ascii() {
        return fold(a).cmp(&fold(b));
    }
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let different = a.iter().zip(b).find(|(a, b)| a != b && byte(**a) != byte(**b));
    different.map_or_else(|| a.len().cmp(&b.len()), |(a, b)| byte(*a).cmp(&byte(*b)))
}

/// The actions of a flow by name.
#[derive(Debug)]
pub(crate) struct ActionNames<'a> {
    /// Sorted.
    names: Vec<&'a str>,
    /// Their actions, those of one name in the order of the definition.
    actions: Vec<ActionIx>,
    /// For each action, the first one behind its list: the actions of a list stand side by side.
    ends: Vec<usize>,
}

/// How many actions of one name are looked at. The platform takes no two of a flow; of more than this, nothing is said.
pub(crate) const MOST_ALIKE: usize = 64;

impl<'a> ActionNames<'a> {
    pub(crate) fn of(all: &[Action<'a>]) -> Self {
        let mut sorted: Vec<(&str, ActionIx)> =
            all.iter().enumerate().map(|(index, action)| (action.name, ActionIx::of(index))).collect();
        sorted.sort_by(|(a, _), (b, _)| compare(a, b));
        let (names, actions) = sorted.into_iter().unzip();
        ActionNames { names, actions, ends: ends(all) }
    }

    /// The actions that a name means. More than one where actions of different containers share a name.
    pub(crate) fn get(&self, name: &str) -> &[ActionIx] {
        let start = self.names.partition_point(|one| compare(one, name).is_lt());
        let count = self.names[start..].partition_point(|one| compare(one, name).is_eq());
        &self.actions[start..start + count]
    }

    /// Groups of two or more actions whose names mean the same.
    pub(crate) fn alike(&self) -> impl Iterator<Item = &[ActionIx]> {
        let mut start = 0;
        let groups = self.names.chunk_by(|a, b| compare(a, b).is_eq()).map(move |names| {
            start += names.len();
            start - names.len()..start
        });
        groups.filter(|group| group.len() > 1).map(|group| &self.actions[group])
    }

    /// The actions of the list that an action stands in, with the action itself.
    pub(crate) fn beside(&self, action: ActionIx) -> impl Iterator<Item = ActionIx> {
        let end = self.ends[action.get()];
        // The lists follow each other.
        (self.ends.partition_point(|other| *other < end)..end).map(ActionIx::of)
    }

    /// The action that a name means among those of the same list as `action`; of two the last one.
    pub(crate) fn sibling(&self, action: ActionIx, name: &str) -> Option<ActionIx> {
        let (named, end) = (self.get(name), self.ends[action.get()]);
        let last = named[..named.partition_point(|other| other.get() < end)].last().copied()?;
        (self.ends[last.get()] == end).then_some(last)
    }
}

/// The ends of the lists that the actions stand in.
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
        let names = ["", "a", "A b", "a_B", "a c", "Ä b", "ä_B", "İ", "z", "_", " "];
        for a in names {
            for b in names {
                assert_eq!(compare(a, b), fold(a).cmp(&fold(b)), "{a} {b}");
            }
        }
        assert_eq!(
            (fold("Ereignisse Ä"), fold_case("Ereignisse Ä")),
            ("ereignisse_ä".into(), "ereignisse ä".into())
        );
    }

    #[test]
    fn a_name_means_every_action_of_that_name() {
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
