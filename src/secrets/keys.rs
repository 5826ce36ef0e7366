//! Keys that tell of a secret: `password`, `hlb_ApiKey`, `Ocp-Apim-Subscription-Key`.

/// How a key tells of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// The key is the name of a secret.
    Whole,
    /// The last words of the key are: `hlb_ApiKey`.
    Words,
    /// The key ends like one: `userpassword`.
    Ending,
    /// The key has other uses too: its value is masked where it looks random, and never reported.
    Hint,
    /// The key has other uses too, and a secret under it is short: its value is masked, and never reported.
    Masked,
}

/// What a key tells of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) what: &'static str,
    pub(super) trust: Trust,
}

/// What makes a shared access URL valid.
pub(super) const SIGNATURE: &str = "a signature";

/// A scheme and what it carries: `Basic aGxiOnNlY3JldA==`.
pub(super) const CREDENTIAL: &str = "a credential";

pub(super) const PASSWORD: &str = "a password";

pub(super) const TOKEN: &str = "a token";

/// What a browser sends: names and values.
pub(super) const COOKIE: &str = "a cookie";

/// Names of secrets, in lower case without signs.
pub(super) const KEYS: [(&str, &str); 32] = [
    ("password", PASSWORD),
    ("passwd", PASSWORD),
    ("passcode", PASSWORD),
    ("passphrase", PASSWORD),
    ("pwd", PASSWORD),
    ("secret", "a client secret"),
    ("clientsecret", "a client secret"),
    ("appsecret", "a client secret"),
    ("sharedsecret", "a client secret"),
    ("apikey", "an API key"),
    ("xapikey", "an API key"),
    ("subscriptionkey", "an API key"),
    ("ocpapimsubscriptionkey", "an API key"),
    ("functionskey", "a function key"),
    ("xfunctionskey", "a function key"),
    ("accesskey", "an access key"),
    ("accountkey", "an access key"),
    ("sharedaccesskey", "an access key"),
    ("xauthkey", "an API key"),
    ("encryptionkey", "an encryption key"),
    ("signingkey", "a signing key"),
    ("privatekey", super::PRIVATE_KEY),
    ("privatetoken", TOKEN),
    ("cookie", COOKIE),
    ("setcookie", COOKIE),
    ("accesstoken", TOKEN),
    ("refreshtoken", TOKEN),
    ("xauthtoken", TOKEN),
    ("authorization", CREDENTIAL),
    ("proxyauthorization", CREDENTIAL),
    ("sig", SIGNATURE),
    ("sharedaccesssignature", SIGNATURE),
];

/// Names of which a longer word may be made without a sign between: `userpassword`. `design` is no signature.
const ENDINGS: [&str; 4] = ["password", "passphrase", "secret", "apikey"];

/// Names that have other uses too.
const HINTS: [&str; 7] = ["token", "apitoken", "authtoken", "idtoken", "pass", "code", "sharedkey"];

/// Names that have other uses too, of secrets that are short.
const MASKED: [&str; 2] = ["pin", "pincode"];

/// What the value of a key is, if it is a secret. Of `item/hlb_password` the last name counts.
pub(super) fn named(key: &str) -> Option<Named> {
    let last = last_name(key);
    telling(last).or_else(|| hint(last))
}

/// Whether a literal value under this key may be one that is reported.
pub(super) fn is_telling(key: &str) -> bool {
    // Every key of every flow comes through here.
    may_tell(key.as_bytes()) && telling(last_name(key)).is_some()
}

/// Whether a key ends in two letters that those which tell of a secret end in.
fn may_tell(key: &[u8]) -> bool {
    let trimmed = key.strip_suffix(b")").unwrap_or(key);
    trimmed.last_chunk::<2>().is_some_and(|end| {
        // A letter of either case, in lower case.
        let end = end.map(|byte| byte | 0x20);
        matches!(&end, b"rd" | b"wd" | b"de" | b"et" | b"ey" | b"en" | b"on" | b"se" | b"ig" | b"ie" | b"re")
    })
}

/// The last name of a key that is a path.
fn last_name(key: &str) -> &[u8] {
    let key = key.as_bytes();
    let start = key.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    &key[start..]
}

fn telling(key: &[u8]) -> Option<Named> {
    if !may_tell(key) {
        return None;
    }
    let mut found: Option<Named> = None;
    for (name, what) in KEYS {
        let trust = match end_of(key, name) {
            Some(End::Whole) => return Some(Named { what, trust: Trust::Whole }),
            Some(End::Words) => Trust::Words,
            Some(End::Inside) if ENDINGS.contains(&name) => Trust::Ending,
            Some(End::Inside) | None => continue,
        };
        let is_better = found.is_none_or(|one| trust == Trust::Words && one.trust == Trust::Ending);
        found = if is_better { Some(Named { what, trust }) } else { found };
    }
    found
}

fn hint(key: &[u8]) -> Option<Named> {
    let is_it = |name: &&str| matches!(end_of(key, name), Some(End::Whole | End::Words));
    if MASKED.iter().any(is_it) {
        return Some(Named { what: PASSWORD, trust: Trust::Masked });
    }
    HINTS.iter().any(is_it).then_some(Named { what: TOKEN, trust: Trust::Hint })
}

/// How a key ends in a name.
enum End {
    Whole,
    /// Behind a sign, or at a letter that begins a word.
    Words,
    Inside,
}

/// Whether a key ends in a name, its signs and its case aside.
fn end_of(key: &[u8], name: &str) -> Option<End> {
    let is_sign = |byte: u8| matches!(byte, b'-' | b'_' | b' ' | b'.' | b'(' | b')');
    let mut at = key.len();
    for wanted in name.bytes().rev() {
        while at > 0 && is_sign(key[at - 1]) {
            at -= 1;
        }
        if at == 0 || key[at - 1].to_ascii_lowercase() != wanted {
            return None;
        }
        at -= 1;
    }
    let Some(before) = key[..at].last() else { return Some(End::Whole) };
    let begins_word = key[at].is_ascii_uppercase() && !before.is_ascii_uppercase();
    Some(if key[..at].iter().all(|byte| is_sign(*byte)) {
        End::Whole
    } else if is_sign(*before) || begins_word {
        End::Words
    } else {
        End::Inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_by_their_end() {
        for (name, what) in KEYS {
            let whole = Some(Named { what, trust: Trust::Whole });
            assert_eq!(named(&name.to_uppercase()), whole, "{name}");
        }
        let trust = |key: &str| named(key).map(|named| named.trust);
        assert_eq!(trust("item/hlb_Password"), Some(Trust::Words));
        assert_eq!(trust("API key (hlb_ApiKey)"), Some(Trust::Words));
        assert_eq!(trust("userpassword"), Some(Trust::Ending));
        assert_eq!(trust("hlb_sig"), Some(Trust::Words));
        assert_eq!(trust("_sig"), Some(Trust::Whole));
        assert_eq!(trust("token"), Some(Trust::Hint));
        for key in ["design", "secretName", "description", "address", "", "d", "operationId", "nextToken2"] {
            assert_eq!(trust(key), None, "{key}");
        }
        assert!(is_telling("x-api-key") && !is_telling("token"));
    }
}
