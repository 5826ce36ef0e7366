//! Secrets in texts: what looks like a password, a key or a token. A leaf: the rule that reports them and the reports
//! that must not print them ask the same question.
//!
//! Two things are told apart. What is a secret *for sure* is reported as an error, so it takes a telling place and a
//! value that nobody would say. What only *may* be one is masked: a label that nobody can read costs less than a
//! password that everybody can.

mod keys;
mod scan;
mod values;

use std::ops::Range;

pub(crate) use keys::SIGNATURE;
use keys::{CREDENTIAL, Named, PASSWORD, Trust};
pub(crate) use scan::has_user_and_password;
use values::{SHORTEST, carried, has_digit, is_of_all_kinds, is_placeholder, is_random, literal_parts};

/// A secret in a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Secret {
    /// Its bytes.
    pub range: Range<usize>,
    /// What it is: `a password`.
    pub what: &'static str,
    /// Whether it is one for sure. What is not is masked all the same.
    pub is_sure: bool,
}

/// Where a value stands. An empty key tells nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ValueContext<'a> {
    /// The key of the object around.
    pub around: &'a str,
    pub key: &'a str,
}

/// The secrets in a value.
pub(crate) fn find(site: ValueContext<'_>, value: &str) -> Vec<Secret> {
    let site = site.split();
    let Some(named) = site.named() else { return scan::secrets(value) };
    let is_sure = is_sure(site, named, value);
    if named.trust == Trust::Hint && !is_random(value, 16) {
        return scan::secrets(value);
    }
    let parts = literal_parts(value).into_iter();
    let parts =
        parts.filter_map(|part| if named.what == CREDENTIAL { carried_in(value, part) } else { Some(part) });
    let mut found: Vec<Secret> = parts.map(|range| Secret { range, what: named.what, is_sure }).collect();
    if !is_sure {
        found.extend(scan::secrets(value));
    }
    found
}

/// The bytes of a text, such as a message or a file that is no JSON, that must not be printed.
pub(crate) fn ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    scan::secrets(text).into_iter().map(|secret| secret.range)
}

/// Whether a literal value under this key may be a secret that is reported.
pub(crate) fn is_telling(key: &str) -> bool {
    keys::is_telling(key)
}

/// Whether the members of an object under this key may be secrets whatever their own keys are.
pub(crate) fn is_authentication(key: &str) -> bool {
    key.eq_ignore_ascii_case(AUTHENTICATION)
}

const AUTHENTICATION: &str = "authentication";

impl<'a> ValueContext<'a> {
    /// A key may be a path: `headers/Authorization`.
    fn split(self) -> Self {
        let Some((above, key)) = self.key.rsplit_once('/') else { return self };
        ValueContext { around: above.rsplit('/').next().unwrap_or(above), key }
    }

    fn named(self) -> Option<Named> {
        let of_authentication = |what| Some(Named { what, trust: Trust::Words });
        match self.key {
            "value" if is_authentication(self.around) => of_authentication(CREDENTIAL),
            "pfx" if is_authentication(self.around) => of_authentication("a certificate"),
            key => keys::named(key),
        }
    }
}

/// The part of a credential that is secret: `Bearer` alone is none.
fn carried_in(value: &str, part: Range<usize>) -> Option<Range<usize>> {
    let text = &value[part.clone()];
    let carried = carried(text);
    values::says_something(&text[carried.clone()])
        .then(|| part.start + carried.start..part.start + carried.end)
}

/// Whether a value under a telling key is a secret: no expression, no placeholder, no word for people.
fn is_sure(site: ValueContext<'_>, named: Named, value: &str) -> bool {
    let whole = 0..value.len();
    let is_literal = literal_parts(value).first() == Some(&whole);
    if !is_literal || named.trust == Trust::Hint || value.split_whitespace().nth(2).is_some() {
        return false;
    }
    let secret = if named.what == CREDENTIAL { &value[carried(value)] } else { value };
    // `"apiKey": "X-API-Key"` names the header, `"secret": "client_secret_post"` a way to send one.
    let is_name = keys::named(secret).is_some_and(|one| one.trust != Trust::Ending)
        || ["client_secret_post", "client_secret_basic"].contains(&secret);
    if secret.len() < SHORTEST || is_name || is_placeholder(secret) {
        return false;
    }
    let is_in_headers = site.around.eq_ignore_ascii_case("headers");
    match named.trust {
        // `Authorization: token` names a scheme.
        _ if named.what == CREDENTIAL => {
            secret.len() < value.len() && (has_digit(secret) || secret.ends_with('='))
                || is_random(secret, 16)
        }
        // A password here is used as one, whatever it is made of.
        Trust::Whole if is_in_headers || is_authentication(site.around) => true,
        Trust::Whole => is_random(secret, SHORTEST) || named.what == PASSWORD && is_of_all_kinds(secret),
        // `resetPassword` may be an address or a page.
        Trust::Words | Trust::Ending => is_random(secret, 8) && !secret.contains(['/', ':', ' ']),
        Trust::Hint => false,
    }
}

/// Whether the default value of a parameter is a secret: `is_secure` where its type says so.
pub(crate) fn find_default(name: &str, is_secure: bool, value: &str) -> Vec<Secret> {
    if is_secure {
        let found = find(ValueContext { around: AUTHENTICATION, key: "password" }, value);
        return found.into_iter().map(|one| Secret { what: "a secure value", ..one }).collect();
    }
    find(ValueContext { around: "", key: name }, value)
}

#[cfg(test)]
mod tests;
