//! Errors that the platform reports when flows are turned on or run. Data: `rules/catalog/platform-errors.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// An error code of the platform.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlatformError {
    pub(crate) code: String,
    /// What it means, in our words.
    pub(crate) meaning: String,
    /// What to do about it.
    pub(crate) remedy: String,
    /// Why no rule can find its cause in a package, where that is so.
    #[serde(default)]
    pub(crate) not_in_package: Option<String>,
    /// Where the fact is from.
    pub(crate) source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    error: Vec<PlatformError>,
}

const TEXT: &str = include_str!("../rules/catalog/platform-errors.toml");

static ERRORS: LazyLock<Vec<PlatformError>> =
    LazyLock::new(|| toml::from_str::<Catalog>(TEXT).map(|catalog| catalog.error).unwrap_or_default());

/// Every error that `explain` knows.
pub(crate) fn all() -> &'static [PlatformError] {
    &ERRORS
}

/// The errors whose codes a pasted message holds, in the order of their first place. Codes are not localised,
/// messages are.
pub(crate) fn in_message(message: &str) -> Vec<&'static PlatformError> {
    let lower = message.to_ascii_lowercase();
    let mut found: Vec<(usize, &PlatformError)> =
        all().iter().filter_map(|error| Some((place_of(&lower, &error.code)?, error))).collect();
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, error)| error).collect()
}

/// The place of a code as a word of its own: `MissingConnection` is not in `FlowMissingConnection`.
fn place_of(message: &str, code: &str) -> Option<usize> {
    let code = code.to_ascii_lowercase();
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    message.match_indices(&code).map(|(at, _)| at).find(|at| {
        let bytes = message.as_bytes();
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        !is_word(before) && !is_word(bytes.get(at + code.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_is_read() {
        assert!(toml::from_str::<Catalog>(TEXT).is_ok_and(|catalog| catalog.error.len() > 10));
    }

    #[test]
    fn a_code_is_found_in_a_pasted_message() {
        let codes = |text| in_message(text).iter().map(|error| error.code.as_str()).collect::<Vec<_>>();
        let pasted = "Flow client error returned with status code \"BadRequest\" and details \
                      \"{\"error\":{\"code\":\"childflowneverpublished\",\"message\":\"…\"}}\".";
        assert_eq!(codes(pasted), ["ChildFlowNeverPublished"]);
        assert!(codes("XChildFlowNeverPublished").is_empty());
    }
}
