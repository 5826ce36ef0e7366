//! Secrets in texts: passwords, keys and tokens. Shared by the rules that report secrets and the reports that mask them.
//!
//! There are two levels. A *certain* secret is reported as an error: its key must suggest a secret, and its value must
//! look random. A *possible* secret is only masked: an unreadable label does less harm than a readable password.

mod address;
mod keys;
mod readings;
mod scan;
mod shapes;
mod values;

use std::borrow::Cow;
use std::cell::LazyCell;
use std::ops::Range;

use keys::{COOKIE, CREDENTIAL, FUNCTION_KEY, Named, PASSWORD, SIGNATURE, Trust};
pub(crate) use scan::{has_user_and_password, names_variable};
use values::{
    FUNCTION_KEY_LENGTH, SHORTEST, carried, cookies, has_digit, is_of_all_kinds, is_other, is_random,
    literal_parts,
};

/// A secret in a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Secret {
    /// Its bytes.
    pub range: Range<usize>,
    /// What it is: `a password`.
    pub what: &'static str,
    /// Whether it is certain. Possible secrets are masked, but not reported.
    pub is_certain: bool,
}

/// Where a value is. An empty key suggests nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ValueContext<'a> {
    /// The key of the surrounding object.
    pub around: &'a str,
    pub key: &'a str,
}

const CLIENT_SECRET: &str = "a client secret";

const PRIVATE_KEY: &str = "a private key";

/// The secrets in a value.
pub(crate) fn find(site: ValueContext<'_>, value: &str) -> Vec<Secret> {
    let mut found = find_written(site, value);
    let what = "a possible secret";
    found.extend(in_readings(value).into_iter().map(|range| Secret { range, what, is_certain: false }));
    found
}

/// The secrets that a value shows as it is written. Only these can be certain.
pub(crate) fn find_written(site: ValueContext<'_>, value: &str) -> Vec<Secret> {
    let mut found = find_named(site, value);
    for shape in shapes::secrets(value) {
        // A secret is not reported twice under different names.
        let is_in = |one: &Secret| {
            one.is_certain && one.range.start < shape.range.end && shape.range.start < one.range.end
        };
        if !found.iter().any(is_in) {
            found.push(shape);
        }
    }
    found
}

/// The secrets that only other readings of a text show. They are possible secrets.
fn in_readings(text: &str) -> Vec<Range<usize>> {
    readings::found(text, |text| {
        let found = scan::secrets(text).into_iter().chain(shapes::secrets(text));
        found.map(|secret| secret.range).collect()
    })
}

/// The secrets in a value that its key, or the text before them, suggests.
fn find_named(site: ValueContext<'_>, value: &str) -> Vec<Secret> {
    let site = site.split();
    let is_query = site.around.eq_ignore_ascii_case(QUERIES) && site.key.eq_ignore_ascii_case("code");
    if is_query && values::is_function_key(value, FUNCTION_KEY_LENGTH) {
        return vec![Secret { range: 0..value.len(), what: FUNCTION_KEY, is_certain: true }];
    }
    let Some(named) = site.named() else { return scan::secrets(value) };
    let is_certain = is_certain(site, named, value);
    if named.trust == Trust::Hint && !is_random(value, 16) {
        return scan::secrets(value);
    }
    if named.what == COOKIE {
        return cookies(value).into_iter().map(|range| Secret { range, what: COOKIE, is_certain }).collect();
    }
    let parts = literal_parts(value).into_iter();
    let parts =
        parts.filter_map(|part| if named.what == CREDENTIAL { carried_in(value, part) } else { Some(part) });
    let mut found: Vec<Secret> = parts.map(|range| Secret { range, what: named.what, is_certain }).collect();
    if !is_certain {
        found.extend(scan::secrets(value));
    }
    found
}

/// The bytes of a text that must not be printed, for messages and files that are not JSON.
pub(crate) fn ranges(text: &str) -> Vec<Range<usize>> {
    if has_only_short_words(text) {
        return Vec::new();
    }
    let found = scan::secrets(text).into_iter().chain(shapes::secrets(text)).map(|secret| secret.range);
    found.chain(in_readings(text)).collect()
}

/// A text whose secrets are replaced by stars of the same length.
pub(crate) fn masked(text: &str) -> Cow<'_, str> {
    let ranges = ranges(text);
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = text.as_bytes().to_vec();
    for range in ranges {
        out[range].fill(b'*');
    }
    // Only complete characters were replaced, so the text is still valid.
    String::from_utf8(out).map_or(Cow::Borrowed(""), Cow::Owned)
}

/// Whether a text consists of words that are too short for a secret with a known format, as most names do. A word with
/// digits counts only alone: it may follow the name of a scheme, as in `Basic c2VjcmV0MQ`.
fn has_only_short_words(text: &str) -> bool {
    let (mut length, mut has_digits, mut has_blanks) = (0, false, false);
    for byte in text.bytes() {
        length += 1;
        match byte {
            b' ' => (length, has_blanks) = (0, true),
            b'0'..=b'9' | b'-' => has_digits = true,
            b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'(' | b')' => {}
            _ => return false,
        }
        if length == shapes::FEWEST {
            return false;
        }
    }
    !(has_digits && has_blanks)
}

/// Whether a text may contain the value of a variable, such as `value="…"`, as written or decoded. The value is a secret if the
/// last name before it suggests one.
pub(crate) fn may_have_value(text: &str) -> bool {
    readings::may_differ(text) || text.to_ascii_lowercase().contains("value")
}

/// The secrets with a known format in a text for people, which may contain anything else.
pub(crate) fn with_shape(text: &str) -> Vec<Secret> {
    shapes::secrets(text)
}

/// Whether a text contains a secret with a known format.
pub(crate) fn has_shape(text: &str) -> bool {
    shapes::is_in(text)
}

/// Whether a number under this key is masked.
pub(crate) fn hides_number(key: &str) -> bool {
    keys::named(key).is_some_and(|named| named.trust != Trust::Hint)
}

/// Whether a literal value under this key may be a secret that is reported. A key may be a path: `headers/X-Token`.
#[inline]
pub(crate) fn suggests_secret(key: &str) -> bool {
    let is_below = |above: &&str| {
        let bytes = key.as_bytes();
        bytes.get(above.len()) == Some(&b'/') && bytes[..above.len()].eq_ignore_ascii_case(above.as_bytes())
    };
    keys::suggests_secret(key) || WITH_SECRETS.iter().any(is_below)
}

/// Whether the members of an object under this key may be secrets, although their own keys need not suggest one: a header
/// such as `X-Token`, and the query parameter `code`.
pub(crate) fn members_may_be_secrets(key: &str) -> bool {
    WITH_SECRETS.iter().any(|name| key.eq_ignore_ascii_case(name))
}

/// The keys of objects whose members may be secrets.
const WITH_SECRETS: [&str; 3] = [AUTHENTICATION, HEADERS, QUERIES];

/// Whether an object under this key says how a request signs in.
fn is_authentication(key: &str) -> bool {
    key.eq_ignore_ascii_case(AUTHENTICATION)
}

const AUTHENTICATION: &str = "authentication";
const HEADERS: &str = "headers";
const QUERIES: &str = "queries";

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

/// The secret part of a credential, without `Bearer`.
fn carried_in(value: &str, part: Range<usize>) -> Option<Range<usize>> {
    let text = &value[part.clone()];
    let carried = carried(text);
    values::says_something(&text[carried.clone()])
        .then(|| part.start + carried.start..part.start + carried.end)
}

/// Whether a value under a key that suggests a secret is certainly one: not an expression, a placeholder or a word.
fn is_certain(site: ValueContext<'_>, named: Named, value: &str) -> bool {
    let whole = 0..value.len();
    let is_literal = literal_parts(value).first() == Some(&whole);
    let is_in_headers = site.around.eq_ignore_ascii_case(HEADERS);
    if named.what == COOKIE {
        return is_literal
            && is_in_headers
            && !is_other(value)
            && cookies(value)
                .into_iter()
                .any(|one| is_random(&value[one.clone()], 16) && !is_other(&value[one]));
    }
    // A header with such a name carries nothing else, except the token of the next page.
    let key = site.key.to_ascii_lowercase();
    let is_token = is_in_headers && key.ends_with("token") && !key.contains("continuation");
    let is_never = named.trust == Trust::Masked || named.trust == Trust::Hint && !is_token;
    if !is_literal || is_never || value.split_whitespace().nth(2).is_some() {
        return false;
    }
    let secret = if named.what == CREDENTIAL { &value[carried(value)] } else { value };
    // `"apiKey": "X-API-Key"` is the name of a header, `"secret": "client_secret_post"` a way to send a secret.
    // `hlb_ApiKey1` is a name too. `MyPassword1` is what people choose.
    let is_digit = |c: char| c.is_ascii_digit() && named.what != PASSWORD;
    let numbered = secret.trim_end_matches(is_digit);
    let is_name = keys::named(numbered).is_some_and(|one| one.trust != Trust::Ending)
        || ["client_secret_post", "client_secret_basic"].contains(&secret);
    if secret.len() < SHORTEST || is_name || is_other(secret) {
        return false;
    }
    match named.trust {
        // `Authorization: token` is a scheme.
        _ if named.what == CREDENTIAL => {
            secret.len() < value.len() && (has_digit(secret) || secret.ends_with('='))
                || is_random(secret, 16)
        }
        // A value here is used as a password, so it may be a word.
        Trust::Whole if is_in_headers || is_authentication(site.around) => true,
        Trust::Whole => is_random(secret, SHORTEST) || named.what == PASSWORD && is_of_all_kinds(secret),
        // `resetPassword` may be an address or a page.
        Trust::Words | Trust::Ending => is_random(secret, 8) && !secret.contains(['/', ':', ' ']),
        Trust::Hint => is_random(secret, 16),
        Trust::Masked => false,
    }
}

/// The secrets in the default value of a parameter. `is_secure` means that the type of the parameter is a secure one.
pub(crate) fn find_default(name: &str, is_secure: bool, value: &str) -> Vec<Secret> {
    if is_secure {
        let found = find_written(ValueContext { around: AUTHENTICATION, key: "password" }, value);
        return found.into_iter().map(|one| Secret { what: "a secure value", ..one }).collect();
    }
    find_written(ValueContext { around: "", key: name }, value)
}

/// The secrets of a text that are reported. The signature in the URL of a flow is not: `webhook-url-hardcoded` reports
/// the URL.
pub(crate) fn reported(mut secrets: Vec<Secret>, text: &str) -> Vec<Secret> {
    // Computed once, because a text may contain many signatures.
    let is_flow_url = LazyCell::new(|| {
        text.contains("/workflows/") && FLOW_HOSTS.iter().any(|host| text.to_ascii_lowercase().contains(host))
    });
    secrets.retain(|secret| secret.is_certain && !(secret.what == SIGNATURE && *is_flow_url));
    secrets
}

const FLOW_HOSTS: [&str; 2] = [".logic.azure.com", ".api.powerplatform.com"];

#[cfg(test)]
mod tests;
