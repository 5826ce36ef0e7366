//! Suggestions for misspelled names ("did you mean"), for messages about unknown names.

/// A name that needs more edits than this is a different name.
const MAX_CHANGES: usize = 3;
/// Longer names were not typed by hand, and the cost of a comparison is the product of the lengths.
const MAX_LENGTH: usize = 200;
/// At most this many names are compared, so that many unknown names do not each cost a comparison with all known names.
const MAX_KNOWN: usize = 2000;

/// The known name closest to `wanted`, ignoring case; of several, the first. At most a third of the letters may differ,
/// and at most three.
pub(crate) fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let length = wanted.chars().count();
    if length > MAX_LENGTH {
        return None;
    }
    let max_changes = (length / 3).clamp(1, MAX_CHANGES);
    let candidates = known.into_iter().take(MAX_KNOWN).filter_map(|name| {
        let folded = name.to_lowercase();
        // The cost of a comparison is the product of the lengths, and a name of a very different length cannot be
        // close.
        let changes = (folded.chars().count().abs_diff(length) <= max_changes)
            .then(|| strsim::osa_distance(&wanted, &folded))?;
        (changes <= max_changes).then_some((changes, name))
    });
    candidates.min_by_key(|(changes, _)| *changes).map(|(_, name)| name)
}

/// The known name that `written` misspells. At most two letters may differ, fewer in a short name, or only the case.
/// This is much stricter than [`nearest`], for names of an open set: there, a new name is not a mistake.
pub(crate) fn misspelled<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LETTERS_PER_CHANGE: usize = 5;
    let max_changes = (written.chars().count() / LETTERS_PER_CHANGE).min(2);
    let lower = written.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&lower, &name.to_lowercase());
    let candidates =
        known.into_iter().map(|name| (distance(name), name)).filter(|(distance, _)| *distance <= max_changes);
    candidates.min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_close_names_are_suggested() {
        let known = ["child-flow-off", "call-cycle"];
        assert_eq!(nearest("child-flow-of", known), Some("child-flow-off"));
        assert_eq!(nearest("CALL-CYLCE", known), Some("call-cycle"));
        assert_eq!(nearest("something else", known), None);
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
    }
}
