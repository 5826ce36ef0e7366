//! "Did you mean": the known name nearest to one that is unknown.

/// Names that need more changes than this are other names.
const MOST_CHANGES: usize = 3;
/// Names that are longer were not typed, and comparing two of them costs the product of their lengths.
const LONGEST: usize = 200;
/// Names that are compared: a suggestion for each of many unknown names must not cost all known ones.
const MOST_KNOWN: usize = 2000;

/// The name that differs least from `wanted`, in any case; of two the first. A third of the letters may differ, and
/// at most three.
pub(crate) fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let length = wanted.chars().count();
    if length > LONGEST {
        return None;
    }
    let most = (length / 3).clamp(1, MOST_CHANGES);
    let near = known.into_iter().take(MOST_KNOWN).filter_map(|name| {
        let folded = name.to_lowercase();
        // Comparing costs the product of the lengths; names of another length cannot be near.
        let changes = (folded.chars().count().abs_diff(length) <= most)
            .then(|| strsim::osa_distance(&wanted, &folded))?;
        (changes <= most).then_some((changes, name))
    });
    near.min_by_key(|(changes, _)| *changes).map(|(_, name)| name)
}

/// The known name that `written` is a misspelling of: at most two letters are wrong, and fewer in a short name; or only
/// the case is. Much stricter than [`nearest`], for names of an open set: a new name is no mistake.
pub(crate) fn misspelled<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LETTERS_FOR_ONE: usize = 5;
    let most = (written.chars().count() / LETTERS_FOR_ONE).min(2);
    let lower = written.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&lower, &name.to_lowercase());
    let near = known.into_iter().map(|name| (distance(name), name)).filter(|(distance, _)| *distance <= most);
    near.min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_is_suggested() {
        let known = ["child-flow-off", "call-cycle"];
        assert_eq!(nearest("child-flow-of", known), Some("child-flow-off"));
        assert_eq!(nearest("CALL-CYLCE", known), Some("call-cycle"));
        assert_eq!(nearest("something else", known), None);
        let long = "x".repeat(1 << 20);
        assert_eq!(nearest(&long, known), None);
        assert_eq!(nearest(&long, [long.as_str()]), None);
    }

    #[test]
    fn a_new_name_is_no_misspelling() {
        let known = ["referral-created", "referral-updated", "push", "star"];
        assert_eq!(misspelled("referral-create", known), Some("referral-created"));
        assert_eq!(misspelled("Referral-Created", known), Some("referral-created"));
        assert_eq!(misspelled("referral-deleted", known), None);
        assert_eq!(misspelled("PUSH", known), Some("push"));
        assert_eq!(misspelled("stat", known), None);
        assert_eq!(misspelled("", known), None);
    }
}
