//! Addresses with a user and a password: `https://user:password@host`.

use std::ops::Range;

use super::Secret;
use super::keys::{PASSWORD, TOKEN};
use super::values::{SHORTEST, is_placeholder, is_random, says_something};

/// The most bytes of an address that are searched for the host, and of a word before it.
const FAR: usize = 256;

/// The byte at which the user or host of an address begins, if its `//` is at this byte, or the `:` before it.
pub(super) fn begins(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let rest = &bytes[at..];
    if rest.starts_with(b"://") {
        return Some(at + 3);
    }
    match rest {
        // Browsers take any number of slashes in any direction.
        [b':', b'/', ..] | [b':', b'\\', b'/' | b'\\', ..] if ends_with_scheme(&bytes[..at]) => {
            let slashes = rest[1..].iter().take(FAR).take_while(|byte| matches!(byte, b'/' | b'\\')).count();
            Some(at + 1 + slashes)
        }
        [b'/', b'/', ..] => {
            let may_begin = |last: &u8| !last.is_ascii_alphanumeric() && !br":/\.-_~%)".contains(last);
            bytes[..at].last().is_none_or(may_begin).then_some(at + 2)
        }
        _ => None,
    }
}

/// Whether a text ends with a scheme of addresses that have a host.
fn ends_with_scheme(before: &[u8]) -> bool {
    const SCHEMES: [&str; 8] = ["http", "https", "ftp", "ftps", "sftp", "ws", "wss", "ssh"];
    let ends = |scheme: &str| {
        let start = before.len().checked_sub(scheme.len());
        let is_word =
            |start: usize| start.checked_sub(1).is_none_or(|last| !before[last].is_ascii_alphanumeric());
        start.is_some_and(|start| before[start..].eq_ignore_ascii_case(scheme.as_bytes()) && is_word(start))
    };
    SCHEMES.into_iter().any(ends)
}

/// The secrets in the text after `//`: the password, or a token in the place of the user.
pub(super) fn secrets(rest: &str) -> Vec<Secret> {
    let Some((user, password)) = user_and_password(rest) else { return Vec::new() };
    let mut found = Vec::new();
    let is_marker = MARKERS.contains(&&rest[password.clone()]);
    let name = &rest[user.clone()];
    if is_marker && says_something(name) || is_generated(name) {
        let is_certain = is_marker && is_random(name, 16) && !is_placeholder(name);
        found.push(Secret { range: user, what: TOKEN, is_certain });
    }
    let secret = &rest[password.clone()];
    if !is_marker && says_something(secret) {
        let is_certain = is_random(secret, SHORTEST) && !is_placeholder(secret);
        found.push(Secret { range: password, what: PASSWORD, is_certain });
    }
    found
}

/// What services want as the password after a token. Sources: GitHub and Toggl, on basic authentication.
const MARKERS: [&str; 2] = ["x-oauth-basic", "api_token"];

/// The user and the password in the text after `//`. The password is empty if there is none.
fn user_and_password(rest: &str) -> Option<(Range<usize>, Range<usize>)> {
    let ends = |c: char| is_delimiter(c) || matches!(c, '/' | '?' | '#' | '\\' | '{' | ')');
    let authority = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let colon = colon(authority);
    let at = last_at(authority.len(), rest).or_else(|| after_password(rest, authority, colon.clone()?))?;
    match colon.filter(|colon| colon.end <= at) {
        Some(colon) => Some((0..colon.start, colon.end..at)),
        None => Some((0..at, at..at)),
    }
}

/// What ends an address in any text.
fn is_delimiter(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '<' | '>') || c.is_whitespace() || c.is_control()
}

/// The colon between user and password, which may be encoded.
fn colon(authority: &str) -> Option<Range<usize>> {
    let encoded = |at: usize| {
        let signs = [":", "%3a", "%253a"].into_iter();
        let found = signs.filter(|sign| authority.as_bytes()[at..].len() >= sign.len());
        let mut found = found
            .filter(|sign| authority.as_bytes()[at..at + sign.len()].eq_ignore_ascii_case(sign.as_bytes()));
        found.next().map(|sign| at..at + sign.len())
    };
    authority.match_indices([':', '%']).find_map(|(at, _)| encoded(at))
}

/// The last `@` before a byte that does not begin an expression, `@{…}`.
fn last_at(end: usize, rest: &str) -> Option<usize> {
    rest[..end].rmatch_indices('@').map(|(at, _)| at).find(|at| !rest[at + 1..].starts_with('{'))
}

/// The `@` after a password with a `/`, `?` or `#`, which should be encoded there: `https://user:pass/word@host`. What
/// follows the colon is not a port.
fn after_password(rest: &str, authority: &str, colon: Range<usize>) -> Option<usize> {
    let password = &authority[colon.end..];
    let is_port = password.bytes().all(|byte| byte.is_ascii_digit()) || password.eq_ignore_ascii_case("port");
    let is_other = password.starts_with(['@', '{', '$', '%', '(']) || authority.starts_with('[');
    if is_port || is_other || colon.start == 0 {
        return None;
    }
    let near = rest.char_indices().take(FAR).find(|(_, c)| is_delimiter(*c)).map(|(at, _)| at);
    let near = near.unwrap_or_else(|| rest.char_indices().nth(FAR).map_or(rest.len(), |(at, _)| at));
    let first = colon.end + rest[colon.end..near].find('@')?;
    let end = rest[first..near].find(['/', '?', '#']).map_or(near, |end| first + end);
    let at = last_at(end, rest)?;
    let is_host = rest[at + 1..].starts_with(|c: char| c.is_alphanumeric() || c == '[');
    is_host.then_some(at)
}

/// Whether the name of a user looks generated: letters and digits alternate in a long word. `contosodevelopment2024` does not.
fn is_generated(name: &str) -> bool {
    const SHORTEST: usize = 16;
    const CHANGES: usize = 3;
    let is_token = |word: &str| {
        let kinds = word.as_bytes().windows(2);
        word.len() >= SHORTEST
            && kinds.filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count() >= CHANGES
    };
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(is_token)
}
