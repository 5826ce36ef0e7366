//! Globs within limits. Anyone may have written a configuration, and the library that compiles globs to regular
//! expressions recurses into braces and panics if an expression becomes too large.

use std::fmt;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// The maximum number of characters of a glob. Names of flows have a few hundred at most.
const LONGEST: usize = 500;
/// The maximum nesting depth of `{` in a glob.
const DEEPEST: usize = 8;
/// Longer names match no glob. The platform has no such names, and the cost of a match is the product of both lengths.
const LONGEST_NAME: usize = 2000;

/// A compiled glob that ignores case.
#[derive(Debug, Clone)]
pub(super) struct Glob(GlobSet);

/// Why a glob cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GlobFault {
    /// More characters than the limit.
    TooLong(usize),
    /// More levels of braces than the limit.
    TooDeep,
    /// Too large for another reason, such as many character ranges.
    TooLarge,
    /// A syntax error, in words.
    Malformed(String),
}

impl fmt::Display for GlobFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GlobFault::TooLong(length) => {
                write!(f, "it has {length} characters, and the limit is {LONGEST}")
            }
            GlobFault::TooDeep => write!(f, "its braces are nested more than {DEEPEST} levels deep"),
            GlobFault::TooLarge => write!(f, "it is too large"),
            GlobFault::Malformed(fault) => write!(f, "{fault}"),
        }
    }
}

impl Glob {
    /// Compiles a glob. If names are `paths`, `*` and `?` do not match a `/`.
    pub(super) fn new(text: &str, paths: bool) -> Result<Self, GlobFault> {
        let length = text.chars().count();
        if length > LONGEST {
            return Err(GlobFault::TooLong(length));
        }
        if depth(text) > DEEPEST {
            return Err(GlobFault::TooDeep);
        }
        let glob = GlobBuilder::new(text)
            .case_insensitive(true)
            .literal_separator(paths)
            .backslash_escape(true)
            .build()
            .map_err(|error| GlobFault::Malformed(error.kind().to_string()))?;
        // A set with one glob: for a glob that is too large, a set returns an error, and the glob itself panics.
        let set = GlobSetBuilder::new().add(glob).build().map_err(|_| GlobFault::TooLarge)?;
        Ok(Glob(set))
    }

    pub(super) fn is_match(&self, name: &str) -> bool {
        name.len() <= LONGEST_NAME && self.0.is_match(name)
    }
}

/// The nesting depth of braces. Braces in classes such as `[{]` are counted as well, so the result is never too low.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut escaped) = (0_usize, 0, false);
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<GlobFault> {
        Glob::new(text, false).err()
    }

    #[test]
    fn large_globs_are_refused() {
        assert_eq!(fault(&"?".repeat(LONGEST)), None);
        assert_eq!(fault(&"ä".repeat(LONGEST + 1)), Some(GlobFault::TooLong(LONGEST + 1)));
        assert_eq!(fault(&"?".repeat(500_000)), Some(GlobFault::TooLong(500_000)));
        let nested = |levels: usize| format!("{}a{}", "{".repeat(levels), "}".repeat(levels));
        assert_eq!(fault(&nested(DEEPEST)), None);
        assert_eq!(fault(&nested(DEEPEST + 1)), Some(GlobFault::TooDeep));
        assert_eq!(fault(&nested(230)), Some(GlobFault::TooDeep));
        assert_eq!(fault(&"\\{".repeat(200)), None);
        assert_eq!(fault(&"{a,b}".repeat(100)), None);
        for class in ["[\u{0}-\u{10ffff}]", "[!a]", "{[a-z],*,**,?}"] {
            assert_eq!(fault(&class.repeat(LONGEST / class.chars().count())), None, "{class}");
        }
    }

    #[test]
    fn faults_are_in_words() {
        for (glob, words) in [
            ("[", "unclosed character class"),
            ("{a", "unclosed alternate"),
            ("a}", "unopened alternate"),
            ("[z-a]", "invalid range"),
            ("a\\", "dangling"),
        ] {
            let fault = fault(glob).map(|fault| fault.to_string()).unwrap_or_default();
            assert!(fault.contains(words), "{glob}: {fault}");
        }
    }

    #[test]
    fn names_without_end_match_nothing() {
        let glob = Glob::new("*", false).expect("a glob");
        assert!(glob.is_match(&"n".repeat(LONGEST_NAME)));
        assert!(!glob.is_match(&"n".repeat(LONGEST_NAME + 1)));
    }
}
