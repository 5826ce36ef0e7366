//! Secrets that the text before them reveals: `?sig=…`, `Bearer …`, `"password": "…"`. The text may be quoted, encoded,
//! or cut off.
//!
//! Each byte is read a bounded number of times, even in a hostile text: the search for a name goes back only a few bytes,
//! and a value is either skipped, or ends where the next name could begin.

use std::ops::Range;

use super::keys::{self, COOKIE, CREDENTIAL, Named, PASSWORD, SIGNATURE, TOKEN, Trust};
use super::values::{
    FUNCTION_KEY_LENGTH, SHORTEST, carried, cookies, has_digit, is_other, is_placeholder, is_random,
    literal_parts, says_something,
};
use super::{Secret, address, values};
use crate::characters::floor_char_boundary;

/// The secrets of a text, from left to right.
pub(super) fn secrets(text: &str) -> Vec<Secret> {
    Scan::of(text).found
}

/// Whether the text names a variable. If it does, names before the text do not affect values after it.
pub(crate) fn names_variable(text: &str) -> bool {
    Scan::of(text).has_variable
}

/// The bytes before which a name may stand.
const IS_SIGN: [bool; 256] = {
    let mut table = [false; 256];
    let (signs, mut at) = (b"=:%\\, >&/", 0);
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};

struct Scan<'a> {
    text: &'a str,
    found: Vec<Secret>,
    /// The current byte.
    at: usize,
    /// Whether a variable has been named so far.
    has_variable: bool,
    /// Whether the name of the last variable suggests a secret.
    names_secret: bool,
}

/// The sign between a name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Equals,
    /// `%3D`, `\u003d`.
    Encoded,
    Colon,
    /// Between two arguments of an expression.
    Comma,
    /// The end of an XML tag.
    Tag,
}

/// The text after a sign.
struct Candidate {
    range: Range<usize>,
    is_quoted: bool,
}

impl<'a> Scan<'a> {
    fn of(text: &'a str) -> Self {
        let mut scan = Scan { text, found: Vec::new(), at: 0, has_variable: false, names_secret: false };
        while let Some(next) = text.as_bytes()[scan.at..].iter().position(|byte| IS_SIGN[usize::from(*byte)])
        {
            scan.at += next;
            scan.look();
            scan.at += 1;
        }
        scan
    }

    fn look(&mut self) {
        let (text, at) = (self.text, self.at);
        let byte = text.as_bytes()[at];
        let may_begin = match byte {
            b':' => true,
            b'/' => text.as_bytes().get(at + 1) == Some(&b'/'),
            _ => false,
        };
        if let Some(start) = may_begin.then(|| address::begins(text, at)).flatten() {
            return self.address(start);
        }
        let (sign, length) = match byte {
            b'=' => (Sign::Equals, 1),
            b'/' => return,
            b':' => (Sign::Colon, 1),
            // A name is a text of its own.
            b',' if !text[..at].ends_with('\'') => return,
            b',' => (Sign::Comma, 1),
            b'>' => (Sign::Tag, 1),
            b' ' => return self.scheme(1),
            b'&' if text[at..].starts_with("&gt;") => (Sign::Tag, 4),
            b'\\' if encoded(&text[at..], &["\\u003e"]).is_some() => (Sign::Tag, 6),
            b'&' => return,
            _ => match encoded(&text[at..], &["%3d", "%253d", "\\u003d"]) {
                Some(length) => (Sign::Encoded, length),
                None => {
                    let blank = encoded(&text[at..], &["%20", "\\u0020"]);
                    return blank.map_or((), |length| self.scheme(length));
                }
            },
        };
        let Some(name) = name_before(text, at, sign) else { return };
        let word = &text[name.clone()];
        let is_variable_name = is_any(word, &["schemaname", "name", "key"]);
        let is_of_variable = self.names_secret && is_any(word, &["value", "defaultvalue"]);
        let of_variable = Named { what: PASSWORD, trust: Trust::Words };
        let named = keys::named(word).or_else(|| is_of_variable.then_some(of_variable));
        if named.is_none() && !is_variable_name {
            return;
        }
        // A masked value may be long, because it is skipped.
        let is_masked = named.is_some_and(|named| matches!(named.trust, Trust::Whole | Trust::Words));
        let value = value_after(text, at + length, sign, is_masked);
        if is_variable_name && value.is_quoted {
            let variable = keys::named(&text[value.range.clone()]);
            self.has_variable = true;
            self.names_secret = variable.is_some_and(|named| named.trust != Trust::Hint);
        } else if let Some(named) = named {
            self.value(named, name, value, sign);
        }
    }

    /// Takes the value of a name that suggests a secret.
    fn value(&mut self, named: Named, name: Range<usize>, value: Candidate, sign: Sign) {
        let Candidate { mut range, is_quoted } = value;
        if !is_quoted {
            range.end = end_in_path(self.text, &name, range.clone());
        }
        let shown = &self.text[range.clone()];
        if named.what == COOKIE {
            return self.cookie(range.start, is_quoted);
        }
        let is_secret = match (named.trust, sign) {
            (Trust::Hint, _) => is_random(shown, 16),
            (Trust::Masked, Sign::Colon) if !is_quoted => shown.len() >= 4 && has_digit(shown),
            (Trust::Masked, _) => has_digit(shown),
            (Trust::Ending, Sign::Equals) => has_digit(shown),
            (Trust::Ending, _) => is_random(shown, SHORTEST),
            // `password: step 2` is a name; `"password": "step"` is not.
            (_, Sign::Colon) if !is_quoted => shown.len() >= SHORTEST && has_digit(shown),
            _ => true,
        };
        if !is_secret || range.start < self.found.last().map_or(0, |last| last.range.end) {
            return;
        }
        let is_certain = match named.trust {
            Trust::Hint => self.is_function_key(&name, &range),
            _ => sign == Sign::Equals && !is_quoted && self.is_certain(named, &name, &range),
        };
        // Expressions begin at the beginning of a text, or with `@{`, where a value without quotes ends.
        let whole = 0..shown.len();
        let parts = if is_quoted { literal_parts(shown) } else { vec![whole] };
        for part in parts {
            let part = range.start + part.start..range.start + part.end;
            let carried =
                if named.what == CREDENTIAL { carried(&self.text[part.clone()]) } else { 0..part.len() };
            self.push(part.start + carried.start..part.start + carried.end, named.what, is_certain);
        }
    }

    /// Takes the values of a cookie, up to the end of its quotes or line.
    fn cookie(&mut self, start: usize, is_quoted: bool) {
        /// Browsers limit cookies and their names to this length.
        const LONGEST: usize = 4096;
        const LONGEST_NAME: usize = 128;
        let rest = &self.text[start..];
        let rest = &rest[..floor_char_boundary(rest, LONGEST)];
        let has_name = rest.as_bytes().iter().take(LONGEST_NAME).any(|byte| *byte == b'=');
        let rest = if has_name { rest } else { token(rest) };
        let is_end = |at: &usize| match rest.as_bytes()[*at] {
            b'\n' | b'\r' | b'"' => true,
            b'\'' => is_quoted,
            b'\\' => matches!(rest.as_bytes().get(at + 1), Some(b'n' | b'r' | b'"')),
            _ => false,
        };
        let end = start + (0..rest.len()).find(is_end).unwrap_or(rest.len());
        for value in cookies(&self.text[start..end]) {
            let range = start + value.start..start + value.end;
            // A word after `cookie:` is just a word; after a name and `=`, it is a value.
            if range.start > start || is_random(&self.text[range.clone()], SHORTEST) {
                self.push(range, COOKIE, false);
            }
        }
    }

    fn push(&mut self, range: Range<usize>, what: &'static str, is_certain: bool) {
        if says_something(&self.text[range.clone()]) {
            // A value may include the next name: `sig=…/password: …`.
            let is_sign = self.text.as_bytes()[range.end - 1] == b':';
            self.at = self.at.max(range.end - 1 - usize::from(is_sign));
            self.found.push(Secret { range, what, is_certain });
        }
    }

    /// Whether `name=value` is a certain secret.
    fn is_certain(&self, named: Named, name: &Range<usize>, value: &Range<usize>) -> bool {
        let start = name.start;
        let before = self.text[..start].chars().next_back();
        let value = token(&self.text[value.clone()]);
        let fewest = match named.what {
            PASSWORD => SHORTEST,
            "a client secret" => 8,
            _ => 16,
        };
        // `sig` is a signature only as a parameter: `sp=...&sig=`.
        let is_parameter = named.what != SIGNATURE || matches!(before, None | Some('?' | '&' | ';'));
        let is_secret = is_random(value, fewest) && !is_other(value);
        named.trust == Trust::Whole && is_parameter && is_secret && !self.is_prose(start)
    }

    /// Whether the word before a name is a plain word, as in a sentence: `The password=field1 is required`.
    fn is_prose(&self, name: usize) -> bool {
        const LONGEST_WORD: usize = 32;
        let Some(before) = self.text[..name].strip_suffix(' ') else { return false };
        let word = before.bytes().rev().take(LONGEST_WORD).take_while(|byte| !byte.is_ascii_whitespace());
        let mut word = word.peekable();
        word.peek().is_some() && word.all(|byte| byte.is_ascii_alphabetic())
    }

    /// Whether `code=value` is the key of an Azure function: by its host, or below the path that functions have.
    fn is_function_key(&self, name: &Range<usize>, value: &Range<usize>) -> bool {
        const LONGEST_URL: usize = 2048;
        let is_parameter = matches!(self.text.as_bytes().get(name.start.wrapping_sub(1)), Some(b'?' | b'&'));
        let is_code = self.text[name.clone()].eq_ignore_ascii_case("code");
        // A key that somebody chose may be shorter.
        const FEWEST: usize = 40;
        let value = token(&self.text[value.clone()]);
        if !is_parameter || !is_code || !values::is_function_key(value, FEWEST) {
            return false;
        }
        let start = floor_char_boundary(self.text, name.start.saturating_sub(LONGEST_URL));
        let url = self.text[start..name.start].to_ascii_lowercase();
        url.contains(FUNCTION_HOST) || value.len() >= FUNCTION_KEY_LENGTH && url.contains("/api/")
    }

    /// `Bearer …`, `Basic …` and the like, at the blank of this length.
    fn scheme(&mut self, blank: usize) {
        const SCHEMES: [(&str, &str); 3] =
            [("bearer", TOKEN), ("basic", CREDENTIAL), ("sharedkey", "an access key")];
        let before = &self.text.as_bytes()[..self.at];
        // Nearly all blanks are told by the letter before them.
        if !before.last().is_some_and(|last| matches!(last | 0x20, b'r' | b'c' | b'y')) {
            return;
        }
        let is_last = |word: &str| {
            let start = before.len().checked_sub(word.len());
            let is_it = start.is_some_and(|start| before[start..].eq_ignore_ascii_case(word.as_bytes()));
            is_it && start.is_some_and(|start| begins_word(&before[..start]))
        };
        let Some((scheme, what)) = SCHEMES.into_iter().find(|(word, _)| is_last(word)) else { return };
        let start = self.at + blank;
        let start = start + next_argument(&self.text[start..]).unwrap_or(0);
        let value = token(&self.text[start..]);
        let is_bearer = scheme == "bearer";
        // `Basic information` and `the bearer` are words.
        let is_secret = has_digit(value) || value.ends_with('=') || is_bearer && value.len() >= 20;
        if is_secret {
            let is_certain = is_bearer && blank == 1 && is_random(value, 16) && !is_placeholder(value);
            self.push(start..start + value.len(), what, is_certain);
        }
    }

    /// `https://user:password@host`, from the user on.
    fn address(&mut self, start: usize) {
        for Secret { range, what, is_certain } in address::secrets(&self.text[start..]) {
            self.push(start + range.start..start + range.end, what, is_certain);
        }
    }
}

/// The hosts of Azure functions, in every cloud.
const FUNCTION_HOST: &str = ".azurewebsites.";

/// Whether a text contains an address with a user and a password, or a token.
pub(crate) fn has_user_and_password(text: &str) -> bool {
    let signs = text.match_indices([':', '/']).filter_map(|(at, _)| address::begins(text, at));
    signs.into_iter().any(|start| !address::secrets(&text[start..]).is_empty())
}

/// The length of the sign at the start, if it is one of these. Signs are given in lower case.
fn encoded(text: &str, signs: &[&str]) -> Option<usize> {
    let begins = |sign: &str| text.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign));
    signs.iter().find(|sign| begins(sign)).map(|sign| sign.len())
}

/// Whether a word may begin after this text, which may end with an escape: `\nBearer`.
pub(super) fn begins_word(before: &[u8]) -> bool {
    match before {
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., last] => !last.is_ascii_alphanumeric(),
        [] => true,
    }
}

/// More bytes than blanks or names need.
const FAR: usize = 64;

/// The name before a sign.
fn name_before(text: &str, sign_at: usize, sign: Sign) -> Option<Range<usize>> {
    if sign == Sign::Tag {
        return tag_before(text, sign_at);
    }
    let bytes = text.as_bytes();
    let back = |from: usize, is_it: &dyn Fn(u8) -> bool| {
        let most = from.saturating_sub(FAR);
        (most..from).rev().take_while(|at| is_it(bytes[*at])).last().unwrap_or(from)
    };
    let mut end = sign_at;
    if matches!(sign, Sign::Equals | Sign::Colon) {
        end = back(end, &|byte| byte.is_ascii_whitespace());
    }
    let unquoted = back(end, &|byte| matches!(byte, b'"' | b'\'' | b'\\'));
    let is_argument = unquoted + 1 == end && bytes[unquoted] == b'\'';
    match sign {
        Sign::Comma if !is_argument => return None,
        // `a '='` is a separate text.
        Sign::Equals | Sign::Colon | Sign::Comma => end = unquoted,
        Sign::Encoded | Sign::Tag => {}
    }
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let start = back(end, &is_word);
    let start = start + encoded_head(&bytes[..start], &bytes[start..end]);
    (start < end).then_some(start..end)
}

/// The name of the tag that ends at a byte, without its namespace: `Password` of `<wsse:Password Type="x">`.
fn tag_before(text: &str, end: usize) -> Option<Range<usize>> {
    /// More bytes than attributes need.
    const FAR: usize = 256;
    let from = floor_char_boundary(text, end.saturating_sub(FAR));
    let before = &text[from..end];
    let (at, length) = match text.as_bytes()[end] {
        b'>' => (memchr::memrchr(b'<', before.as_bytes())?, "<".len()),
        b'&' => (before.rfind("&lt;")?, "&lt;".len()),
        // The last letter may be upper or lower case.
        _ => (before.rfind("\\u003")?, "\\u003c".len()),
    };
    let tag = before.get(at + length..)?;
    if tag.contains('>') {
        return None;
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let name = &tag[..tag.find(|c| !is_name(c)).unwrap_or(tag.len())];
    let local = name.rfind(':').map_or(0, |colon| colon + 1);
    let start = from + at + length;
    (local < name.len()).then_some(start + local..start + name.len())
}

/// How many bytes of a word belong to an encoded sign before it: `%26sig`, `%2526sig`, `\u0026sig`, `\nsig`.
fn encoded_head(before: &[u8], word: &[u8]) -> usize {
    let length = match before.last() {
        Some(b'%') if word.starts_with(b"25") => 4,
        Some(b'%') => 2,
        Some(b'\\') if word.first() == Some(&b'u') => 5,
        Some(b'\\') if matches!(word.first(), Some(b'n' | b'r' | b't')) => 1,
        _ => 0,
    };
    length.min(word.len())
}

/// The value after a sign.
fn value_after(text: &str, start: usize, sign: Sign, is_masked: bool) -> Candidate {
    let rest = &text[start..];
    if sign == Sign::Tag {
        const CDATA: &str = "<![CDATA[";
        // A masked value is skipped; only a part of any other value is read.
        let rest = if is_masked { rest } else { &rest[..floor_char_boundary(rest, FAR)] };
        if let Some(inner) = rest.strip_prefix(CDATA) {
            let length = inner.find("]]>").unwrap_or(inner.len());
            let start = start + CDATA.len();
            return Candidate { range: start..start + length, is_quoted: true };
        }
        let is_end = |(at, _): &(usize, &str)| {
            let end = &rest[*at..];
            end.starts_with('<') || encoded(end, &["&lt;", "\\u003c"]).is_some()
        };
        let length = rest.match_indices(['<', '&', '\\']).find(is_end).map_or(rest.len(), |(at, _)| at);
        return Candidate { range: start..start + length, is_quoted: true };
    }
    // A list is read as its first value.
    let blanks =
        rest.bytes().take(FAR).take_while(|byte| byte.is_ascii_whitespace() || *byte == b'[').count();
    let closing = sign == Sign::Equals && blanks == 0 && is_closing(rest);
    let start = match next_argument(rest) {
        Some(length) if sign == Sign::Equals => start + length - 1,
        _ if closing => return Candidate { range: start..start, is_quoted: false },
        _ => start + blanks,
    };
    let rest = &text[start..];
    let quote = ["\\\"", "\"", "'", "&quot;"].into_iter().find(|quote| rest.starts_with(quote));
    let (inner, length) = match quote {
        Some(quote) => (start + quote.len(), quoted(&rest[quote.len()..], quote)),
        None if sign == Sign::Comma => (start, 0),
        None if sign == Sign::Colon => (start, colon_value(rest)),
        None if is_masked => (start, unquoted(rest)),
        None => (start, token(rest).len()),
    };
    Candidate { range: inner..inner + length, is_quoted: quote.is_some() }
}

/// The end of a value that is a part of a path, such as `in/Password=…/flow.json`: the secret is in this part only.
fn end_in_path(text: &str, name: &Range<usize>, value: Range<usize>) -> usize {
    const ENDINGS: [&str; 9] = [".json", ".xml", ".zip", ".yml", ".yaml", ".toml", ".csv", ".log", ".txt"];
    let shown = &text[value.clone()];
    // Error messages start with the path: `Password=…/in: no such file`.
    let starts_message = name.start == 0 && shown.ends_with(':') && text[value.end..].starts_with(' ');
    let is_part = text[..name.start].ends_with(['/', '\\']) || starts_message;
    let bare = shown.trim_end_matches([':', ',', '.', ')']);
    let is_file = || ENDINGS.iter().any(|ending| bare.to_ascii_lowercase().ends_with(ending));
    let after_zip = shown.find(".zip!").map(|at| at + ".zip".len());
    let separator = shown.find(['/', '\\']).into_iter().chain(after_zip).min();
    match separator {
        Some(length) if is_part || is_file() => value.start + length,
        None if is_part => value.start + bare.len(),
        _ => value.end,
    }
}

/// Whether a text begins with the closing quote of the surrounding text: `'&sig=', variables('x')`.
fn is_closing(rest: &str) -> bool {
    let behind = rest.strip_prefix('\'').map(|rest| rest.trim_start_matches(' '));
    behind.is_some_and(|behind| behind.is_empty() || behind.starts_with([',', ')', ']', '}']))
}

/// The length of `', '` at the start, where one argument of an expression ends and the next one begins.
fn next_argument(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?.trim_start_matches(' ').strip_prefix(',')?;
    let inner = inner.trim_start_matches(' ').strip_prefix('\'')?;
    Some(rest.len() - inner.len())
}

/// The length of a value up to its quote. A JSON string does not continue on the next line, and may be cut off.
fn quoted(rest: &str, quote: &str) -> usize {
    let (mut escaped, bytes) = (false, rest.as_bytes());
    for (at, byte) in bytes.iter().enumerate() {
        let is_end = bytes[at..].starts_with(quote.as_bytes()) && !escaped;
        if is_end || *byte == b'\n' {
            return at;
        }
        escaped = quote == "\"" && *byte == b'\\' && !escaped;
    }
    rest.len()
}

fn unquoted(rest: &str) -> usize {
    let ends = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '`' | '&' | ';' | '<' | '>')
    };
    let length = rest.find(ends).unwrap_or(rest.len());
    rest[..length].find("@{").unwrap_or(length)
}

/// The length of a value after a colon, including a scheme.
fn colon_value(rest: &str) -> usize {
    let first = token(rest).len();
    let is_scheme = first > 0 && rest[..first].bytes().all(|byte| byte.is_ascii_alphabetic());
    match rest[first..].strip_prefix(' ') {
        Some(behind) if is_scheme && has_digit(token(behind)) => first + 1 + token(behind).len(),
        _ => first,
    }
}

/// The key or token at the start. It can only end with `=`; another one belongs to the next name.
fn token(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_inner = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_.~%+/!$*".contains(byte);
    let inner = bytes.iter().take_while(is_inner).count();
    let padding = bytes[inner..].iter().take_while(|byte| **byte == b'=').count();
    &text[..inner + padding]
}

fn is_any(name: &str, names: &[&str]) -> bool {
    names.iter().any(|one| name.eq_ignore_ascii_case(one))
}
