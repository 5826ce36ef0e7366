//! "Did you mean": the known name nearest to one that is unknown.

/// The name that differs least from `wanted`, if it differs by less than a third.
pub(crate) fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let most = wanted.chars().count().div_ceil(3);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wanted, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, name)| name)
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
    }
}
