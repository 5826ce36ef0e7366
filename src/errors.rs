//! The errors that the platform reports when solutions are imported, flows are turned on and flows run: what
//! `flowvet explain` knows, and how it finds them in whatever somebody pastes. A leaf.
//!
//! A pasted text is reduced to its letters (`letters.rs`), in which `search.rs` looks for codes and sentences
//! (`sentence.rs`) and for numbers (`number.rs`). Data: `rules/catalog/platform-errors/`.

mod context;
mod hints;
mod letters;
mod number;
mod search;
mod sentence;
mod tokens;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

pub(crate) use letters::plain;
pub(crate) use number::notations;
pub(crate) use search::{Found, Search, in_message};

/// An error of the platform. The README beside the data describes each member.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlatformError {
    /// The platform's code, or a name of our own where it prints none.
    pub(crate) code: String,
    /// Other codes and spellings.
    #[serde(default)]
    pub(crate) also: Vec<String>,
    /// Sentences that the platform prints, with `*` for names.
    #[serde(default)]
    pub(crate) says: Vec<String>,
    /// Texts of which one stands near its codes and sentences, where these are general.
    #[serde(default)]
    near: Vec<String>,
    /// Texts near which it is an error of something else.
    #[serde(default)]
    unless: Vec<String>,
    /// Whether its code is a word that other services use, too.
    #[serde(default)]
    general: bool,
    /// Which things that a message names have a next step of their own: `flow`, `reference`, `variable`, `connector`.
    #[serde(default)]
    pub(crate) steps: Option<Vec<String>>,
    /// Whether it only says that something failed.
    #[serde(default)]
    pub(crate) wrapper: bool,
    /// The code of a general error that is not shown beside this one.
    #[serde(default)]
    pub(crate) narrows: Option<String>,
    /// What happened, in our words.
    pub(crate) meaning: String,
    /// What usually causes it.
    #[serde(default)]
    pub(crate) causes: Vec<String>,
    /// What to do about it.
    pub(crate) remedy: String,
    /// Rules that find its cause, beside those whose pages list the code.
    #[serde(default)]
    pub(crate) rules: Vec<String>,
    /// Why a package alone cannot show the cause, where that is so.
    #[serde(default)]
    pub(crate) not_in_package: Option<String>,
    /// Where the facts are from.
    pub(crate) source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    error: Vec<PlatformError>,
}

macro_rules! files {
    ($($name:literal),*) => {
        [$(($name, include_str!(concat!("../rules/catalog/platform-errors/", $name)))),*]
    };
}

const FILES: [(&str, &str); 10] = files![
    "accounts.toml",
    "child-flows.toml",
    "connections.toml",
    "definition.toml",
    "flow-service.toml",
    "import.toml",
    "policies.toml",
    "run.toml",
    "solutions.toml",
    "wrappers.toml"
];

static ERRORS: LazyLock<Vec<PlatformError>> = LazyLock::new(|| {
    // A test reads every file; a broken one is never shipped.
    FILES
        .iter()
        .flat_map(|(_, text)| crate::embedded::read::<Catalog>(text).map(|all| all.error).unwrap_or_default())
        .collect()
});

/// Every error that `explain` knows.
pub(crate) fn all() -> &'static [PlatformError] {
    &ERRORS
}

/// Every code in lower case, and every number, with its error.
static INDEX: LazyLock<HashMap<String, &'static PlatformError>> = LazyLock::new(|| {
    let codes = all().iter().flat_map(|error| error.codes().map(move |code| (index_key(code), error)));
    codes.collect()
});

fn index_key(code: &str) -> String {
    number::of_code(code).map_or_else(|| code.to_ascii_lowercase(), |number| number.to_string())
}

/// The error with this code, in any case and in any notation of a number.
pub(crate) fn find(code: &str) -> Option<&'static PlatformError> {
    INDEX.get(&index_key(code)).copied()
}

impl PlatformError {
    /// Every code and spelling of it.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.code.as_str()).chain(self.also.iter().map(String::as_str))
    }

    /// The codes that the platform prints. A name of our own, in small letters, is in no message.
    fn printed_codes(&self) -> impl Iterator<Item = &str> {
        self.codes().filter(|code| !code.starts_with(|first: char| first.is_ascii_lowercase()))
    }
}

#[cfg(test)]
mod tests;
