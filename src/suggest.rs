//! Suggestions for misspelled names ("did you mean"), for messages about unknown names.
//!
//! A comparison costs more than reading the names, and many unknown names each want a comparison with all known ones. So
//! suggestions have a budget: once it is spent, messages come without one. Budgets depend on the input only, never on
//! time or on the number of cores.

use std::cell::Cell;

/// A name that needs more edits than this is a different name.
const MAX_CHANGES: usize = 3;
/// Longer names were not typed.
const MAX_LENGTH: usize = 200;
/// The budget of one question, of one rule about all inputs, and of all flows of a run together.
const WORK: u64 = 10_000_000;
/// What the budget of a flow has at least for each byte of its file: it grows with what is read.
const WORK_PER_BYTE: u64 = 4;

/// Finds names that were probably meant, until a budget is spent. A unit of work is a comparison of two letters.
#[derive(Debug)]
pub(crate) struct Suggestions {
    left: Cell<u64>,
}

impl Suggestions {
    /// For one question, or for one rule that looks at all inputs.
    pub(crate) fn new() -> Self {
        Suggestions { left: Cell::new(WORK) }
    }

    /// For the rules about one flow, whose file has `length` of the `total` bytes of a run.
    pub(crate) fn of_flow(length: usize, total: usize) -> Self {
        let (length, total) = (length as u64, total.max(1) as u64);
        let share = WORK.saturating_mul(length) / total;
        Suggestions { left: Cell::new(share.saturating_add(WORK_PER_BYTE.saturating_mul(length))) }
    }

    /// The known name closest to `wanted`, ignoring case; of several, the first. At most a third of the letters may
    /// differ, and at most three.
    pub(crate) fn nearest<'a>(
        &self,
        wanted: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        let max_changes = |length: usize| (length / 3).clamp(1, MAX_CHANGES);
        self.closest(wanted, known, max_changes, |_, _| false)
    }

    /// The known name that `written` misspells. At most two letters may differ, fewer in a short name, or only the case.
    /// This is much stricter than [`Suggestions::nearest`], for names of an open set: there, a new name is not a mistake.
    pub(crate) fn misspelled<'a>(
        &self,
        written: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        const LETTERS_PER_CHANGE: usize = 5;
        let max_changes = |length: usize| (length / LETTERS_PER_CHANGE).min(2);
        self.closest(written, known, max_changes, |name, best| name < best)
    }

    /// The names as long as there is work left, each at the cost of a look at it.
    pub(crate) fn within<'s, I: IntoIterator + 's>(&'s self, names: I) -> impl Iterator<Item = I::Item> + 's {
        names.into_iter().take_while(|_| self.spend(1))
    }

    /// The name with the fewest changes. Of several, the first, unless `is_better` says so of a later one. `None` if the
    /// budget does not suffice for all names: one of the others may be closer.
    fn closest<'a>(
        &self,
        wanted: &str,
        known: impl IntoIterator<Item = &'a str>,
        max_changes: impl Fn(usize) -> usize,
        is_better: impl Fn(&str, &str) -> bool,
    ) -> Option<&'a str> {
        // A letter takes at most four bytes.
        if wanted.len() > 4 * MAX_LENGTH || !self.spend(wanted.len() as u64) {
            return None;
        }
        let mut known = known.into_iter().peekable();
        known.peek()?;
        let wanted = letters(wanted);
        if wanted.len() > MAX_LENGTH {
            return None;
        }
        let most = max_changes(wanted.len());
        let mut best: Option<(usize, &str)> = None;
        for name in known {
            if !self.spend(1) {
                return None;
            }
            if name.len() + most < wanted.len() || name.len() > 4 * (wanted.len() + most) {
                continue;
            }
            let (changes, work) = distance(&wanted, &letters(name), most);
            if !self.spend(name.len() as u64 + work) {
                return None;
            }
            let Some(changes) = changes else { continue };
            if best.is_none_or(|(least, first)| changes < least || changes == least && is_better(name, first))
            {
                best = Some((changes, name));
            }
        }
        best.map(|(_, name)| name)
    }

    fn spend(&self, work: u64) -> bool {
        let left = self.left.get().checked_sub(work);
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// Answers one question; see [`Suggestions::nearest`].
pub(crate) fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    Suggestions::new().nearest(wanted, known)
}

fn letters(name: &str) -> Vec<char> {
    // The Unicode tables take ten times as long.
    if name.is_ascii() {
        return name.bytes().map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    }
    name.chars().flat_map(char::to_lowercase).collect()
}

/// The number of changes between two names, if there are at most `most`, and the work of counting them: letters are added,
/// removed, replaced, or swapped with their neighbour (optimal string alignment).
fn distance(a: &[char], b: &[char], most: usize) -> (Option<usize>, u64) {
    if a.len().abs_diff(b.len()) > most {
        return (None, 0);
    }
    // What both begin and end with needs no change.
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    // Rows of the usual table, of which only the cells near the diagonal can hold so few changes.
    let far = most + 1;
    let mut rows = [vec![far; b.len() + 1], vec![far; b.len() + 1], (0..=b.len()).collect::<Vec<_>>()];
    let mut work = 0;
    let mut was_far = false;
    for row in 1..=a.len() {
        rows.rotate_left(1);
        let (first, last) = (row.saturating_sub(most).max(1), (row + most).min(b.len()));
        // The cells around the ones that are computed, which are read as well.
        rows[2][first - 1] = if first == 1 { row.min(far) } else { far };
        if let Some(next) = rows[2].get_mut(last + 1) {
            *next = far;
        }
        for column in first..=last {
            let is_equal = a[row - 1] == b[column - 1];
            let mut changes = rows[1][column - 1] + usize::from(!is_equal);
            changes = changes.min(rows[1][column] + 1).min(rows[2][column - 1] + 1);
            if row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1] {
                changes = changes.min(rows[0][column - 2] + 1);
            }
            rows[2][column] = changes.min(far);
        }
        work += (2 * most + 1) as u64;
        // A swap looks back two rows.
        let is_far = rows[2][first - 1..=last].iter().all(|changes| *changes > most);
        if is_far && was_far {
            return (None, work);
        }
        was_far = is_far;
    }
    let changes = rows[2][b.len()];
    ((changes <= most).then_some(changes), work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn misspelled<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        Suggestions::new().misspelled(written, known)
    }

    #[test]
    fn only_close_names_are_suggested() {
        let known = ["child-flow-off", "call-cycle"];
        assert_eq!(nearest("child-flow-of", known), Some("child-flow-off"));
        assert_eq!(nearest("CALL-CYLCE", known), Some("call-cycle"));
        assert_eq!(nearest("something else", known), None);
        assert_eq!(nearest("", known), None);
        let long = "x".repeat(1 << 20);
        assert_eq!(nearest(&long, known), None);
        assert_eq!(nearest(&long, [long.as_str()]), None);
    }

    #[test]
    fn a_new_name_does_not_count_as_misspelled() {
        let known = ["referral-created", "referral-updated", "push", "star"];
        assert_eq!(misspelled("referral-create", known), Some("referral-created"));
        assert_eq!(misspelled("Referral-Created", known), Some("referral-created"));
        assert_eq!(misspelled("referral-deleted", known), None);
        assert_eq!(misspelled("PUSH", known), Some("push"));
        assert_eq!(misspelled("stat", known), None);
        assert_eq!(misspelled("", known), None);
        assert_eq!(misspelled(&"x".repeat(100_000), [&*"x".repeat(100_000)]), None);
    }

    #[test]
    fn suggestions_end_with_their_budget() {
        let names: Vec<String> =
            (0..2000).map(|at| format!("Action_name_{at:06}_{}", "x".repeat(150))).collect();
        let known = || names.iter().map(String::as_str);
        let suggestions = Suggestions::new();
        let answered = names
            .iter()
            .map(|name| name.replace("name", "nam"))
            .take_while(|wanted| suggestions.nearest(wanted, known()).is_some());
        let answered = answered.count();
        assert!((5..500).contains(&answered), "{answered}");
        assert_eq!(suggestions.nearest("Actoin", ["Action"]), None, "nothing is left");
        // A small part of a large run still gets an answer.
        assert_eq!(Suggestions::of_flow(100, 1 << 40).nearest("Actoin", ["Action"]), Some("Action"));
        assert_eq!(Suggestions::of_flow(0, 0).nearest("Actoin", ["Action"]), None);
        assert_eq!(Suggestions::of_flow(2, 1 << 40).within(0..100).count(), 8);
    }

    proptest! {
        #[test]
        fn the_distance_is_the_one_of_strsim(a in "[abcä]{0,12}", b in "[abcä]{0,12}", most in 0_usize..5) {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let whole = strsim::osa_distance(&a, &b);
            let expected = (whole <= most).then_some(whole);
            prop_assert_eq!(distance(&chars(&a), &chars(&b), most).0, expected);
        }
    }
}
