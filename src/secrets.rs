//! Secrets in texts: what looks like a password, a key or a token. A leaf: the rule that reports them and the reports
//! that must not print them ask the same question.

use std::ops::Range;

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

/// Keys whose literal values are secrets, in lower case without `-`, `_` and blanks.
const KEYS: [(&str, &str); 17] = [
    ("password", "a password"),
    ("pwd", "a password"),
    ("secret", "a client secret"),
    ("clientsecret", "a client secret"),
    ("appsecret", "a client secret"),
    ("sharedsecret", "a client secret"),
    ("apikey", "an API key"),
    ("xapikey", "an API key"),
    ("subscriptionkey", "an API key"),
    ("ocpapimsubscriptionkey", "an API key"),
    ("xfunctionskey", "a function key"),
    ("accesskey", "an access key"),
    ("accountkey", "an access key"),
    ("sharedaccesskey", "an access key"),
    ("accesstoken", "a token"),
    ("refreshtoken", "a token"),
    ("authorization", CREDENTIAL),
];

/// What makes a shared access URL valid.
pub(crate) const SIGNATURE: &str = "a signature";

/// A scheme and what it carries: `Basic aGxiOnNlY3JldA==`.
const CREDENTIAL: &str = "a credential";

/// Texts in front of a secret, and the fewest characters that make it sure. All but one end in `=`.
const PREFIXES: [(&str, &str, usize); 8] = [
    ("sig=", SIGNATURE, 16),
    ("bearer ", "a token", 16),
    ("accountkey=", "an access key", 16),
    ("sharedaccesskey=", "an access key", 16),
    ("sharedaccesssignature=", SIGNATURE, 16),
    ("password=", "a password", SHORTEST),
    ("pwd=", "a password", SHORTEST),
    ("client_secret=", "a client secret", 8),
];

/// The shortest value under a telling key that is taken for a secret.
const SHORTEST: usize = 6;

/// The secrets in a value that stands under a key; an empty key tells nothing.
pub(crate) fn find(key: &str, value: &str) -> Vec<Secret> {
    if let Some(what) = what_of_key(key).filter(|what| is_literal_secret(what, value)) {
        return vec![Secret { range: 0..value.len(), what, is_sure: true }];
    }
    in_text(value)
}

/// The secrets that a text shows by its own form, from left to right.
fn in_text(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut seen_to = 0;
    let ends = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'=' | b' '));
    for (at, _) in ends {
        // What stands inside a secret is part of it; looking again would take forever in a hostile text.
        if at < seen_to {
            continue;
        }
        let start = at + 1;
        let Some((prefix, what, fewest)) = prefix_before(&text.as_bytes()[..start]) else { continue };
        let before = text[..start - prefix.len()].chars().next_back();
        let is_part_of_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
        // A path of words is an example, and `sp=...&sig=` is only told from a design by its parameters.
        let is_parameter = prefix != "sig=" || matches!(before, None | Some('?' | '&' | ';'));
        if is_part_of_word || !is_parameter {
            continue;
        }
        let length = text[start..].bytes().take_while(is_token).count();
        if length > 0 {
            let found_text = &text[start..start + length];
            // Keys and tokens are random, so that one without a digit is a word.
            let is_random = fewest <= SHORTEST || found_text.contains(|c: char| c.is_ascii_digit());
            let is_sure = length >= fewest && is_random && !is_placeholder(found_text);
            found.push(Secret { range: start..start + length, what, is_sure });
            seen_to = start + length;
        }
    }
    found
}

/// The prefix that a text ends in, in any case.
fn prefix_before(text: &[u8]) -> Option<(&'static str, &'static str, usize)> {
    let ends_in = |prefix: &str| {
        let start = text.len().checked_sub(prefix.len())?;
        text[start..].eq_ignore_ascii_case(prefix.as_bytes()).then_some(())
    };
    PREFIXES.into_iter().find(|(prefix, ..)| ends_in(prefix).is_some())
}

fn is_token(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~%+/=!$*".contains(byte)
}

/// Whether a literal value under this key may be a secret.
pub(crate) fn is_telling(key: &str) -> bool {
    what_of_key(key).is_some()
}

/// What the value of a key is, if it is a secret. Of `item/hlb_password` the last name counts.
fn what_of_key(key: &str) -> Option<&'static str> {
    // Every key of every flow comes through here; all that tell of a secret end in one of these.
    let end = key.as_bytes().last_chunk::<2>()?.map(|byte| byte.to_ascii_lowercase());
    if !matches!(&end, b"rd" | b"wd" | b"et" | b"ey" | b"en" | b"on") {
        return None;
    }
    let last = key.rsplit('/').next().unwrap_or(key);
    let folded = || {
        let bytes = last.bytes().filter(|byte| !matches!(byte, b'-' | b'_' | b' '));
        bytes.map(|byte| byte.to_ascii_lowercase()).rev()
    };
    KEYS.iter().find(|(name, _)| folded().eq(name.bytes().rev())).map(|(_, what)| *what)
}

/// Whether a value under a telling key is a secret: no expression, no placeholder, no word for people.
fn is_literal_secret(what: &str, value: &str) -> bool {
    let is_expression = value.contains("@{") || (value.starts_with('@') && !value.starts_with("@@"));
    let words: Vec<&str> = value.split_whitespace().collect();
    let is_prose = words.len() > 2;
    let is_scheme_only = what == CREDENTIAL && words.get(1).is_none_or(|carried| carried.len() < SHORTEST);
    value.len() >= SHORTEST && !is_expression && !is_prose && !is_scheme_only && !is_placeholder(value)
}

/// Whether a text stands for a secret that somebody is to fill in.
fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let first = value.chars().next();
    let is_one_character = value.chars().all(|c| Some(c) == first);
    let words =
        ["your", "placeholder", "changeme", "example", "string", "password", "secret", "insert", "replace"];
    is_one_character
        || matches!(first, Some('<' | '{' | '[' | '#' | '$' | '%'))
        || words.iter().any(|word| lower.starts_with(word))
}

/// The bytes of a text, such as a line of JSON, that must not be printed.
pub(crate) fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = in_text(text).into_iter().map(|secret| secret.range).collect();
    let strings = quoted(text);
    for pair in strings.windows(2) {
        let (key, value) = (pair[0].clone(), pair[1].clone());
        if text[key.end + 1..value.start - 1].trim() != ":" {
            continue;
        }
        let secrets = find(&text[key], &text[value.clone()]);
        ranges.extend(
            secrets.into_iter().map(|one| value.start + one.range.start..value.start + one.range.end),
        );
    }
    ranges
}

/// The strings of a line of JSON, without their quotes.
fn quoted(text: &str) -> Vec<Range<usize>> {
    let mut strings = Vec::new();
    let (mut open, mut escaped) = (None, false);
    for (at, byte) in text.bytes().enumerate() {
        match (byte, open) {
            _ if escaped => escaped = false,
            (b'\\', Some(_)) => escaped = true,
            (b'"', None) => open = Some(at + 1),
            (b'"', Some(start)) => {
                strings.push(start..at);
                open = None;
            }
            _ => {}
        }
    }
    strings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sure(key: &str, value: &str) -> bool {
        find(key, value).iter().any(|secret| secret.is_sure)
    }

    #[test]
    fn the_quick_look_misses_nothing() {
        for (key, what) in KEYS {
            assert_eq!(what_of_key(&key.to_uppercase()), Some(what));
        }
        for (prefix, what, _) in PREFIXES {
            assert!(prefix.ends_with('=') || prefix.ends_with("r "), "{prefix}: `Marks` has to know its end");
            let text = format!("ä {}0123456789abcdefg", prefix.to_uppercase());
            // `sig=` is a parameter of a URL.
            let text = if prefix == "sig=" { text.replace(' ', "?") } else { text };
            let found: Vec<_> = in_text(&text).into_iter().map(|one| (one.what, one.is_sure)).collect();
            assert_eq!(found, [(what, true)], "{text}");
        }
    }

    #[test]
    fn what_is_a_secret_and_what_is_none() {
        assert!(sure("password", "tr0ub4dor"));
        assert!(sure("item/api-key", "9f8a7b6c5d"));
        assert!(
            sure("secret", "tr0ub4dor")
                && !sure("Authorization", "Bearer")
                && !sure("password", "to be set later")
        );
        assert!(sure("x-api-key", "9f8a7b6c5d"));
        assert!(sure("Authorization", "Basic aGxiOnNlY3JldA=="));
        assert!(sure("uri", "https://x/y?sp=%2F&sig=abcdefghijklmnop1234"));
        assert!(sure("value", "Bearer abcdefghijklmnop1234"));
        for value in
            ["@parameters('p')", "@{variables('p')}", "<password>", "your password", "******", "", "string"]
        {
            assert!(!sure("password", value), "{value}");
        }
        assert!(!sure("uri", "https://x/?design=abcdefghijklmnop1234"));
        assert!(!sure("value", "Bearer @{body('t')}"));
        assert!(!sure("secretName", "tr0ub4dor"));
        assert!(!sure("value", "the bearer responsibilities") && !sure("uri", "https://x/?password=true"));
    }

    #[test]
    fn a_line_of_json_is_masked_by_its_keys() {
        let line = r#"  "user": "a", "password": "p\"ss123", "x": {"x-api-key":"0123456789"}"#;
        let shown: Vec<&str> = ranges(line).into_iter().map(|range| &line[range]).collect();
        assert_eq!(shown, [r#"p\"ss123"#, "0123456789"]);
    }
}
