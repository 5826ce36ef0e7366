//! What every environment has, from `rules/catalog/platform-solutions.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlatformFile {
    /// Where the names stand.
    #[expect(dead_code, reason = "for readers of the file")]
    source: String,
    solutions: Vec<String>,
    tables: Vec<String>,
}

const TEXT: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/catalog/platform-solutions.toml"));

static FILE: LazyLock<PlatformFile> = LazyLock::new(|| {
    // The file is part of the program, and a test reads it.
    crate::embedded::read(TEXT).unwrap_or_default()
});

/// Whether every environment has the solution with this unique name, or gets it with the first use of a feature.
pub(crate) fn is_platform_solution(name: &str) -> bool {
    FILE.solutions.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether every environment has the table with this logical name, or gets it with the first use of a feature.
pub(crate) fn is_platform_table(name: &str) -> bool {
    FILE.tables.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read() {
        crate::embedded::read::<PlatformFile>(TEXT).unwrap_or_else(|error| panic!("{error}"));
        assert!(is_platform_solution("environmentvariables") && !is_platform_solution("Active"));
        assert!(is_platform_table("Bot") && !is_platform_table("account"));
    }
}
