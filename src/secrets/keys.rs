//! Keys that suggest a secret: `password`, `hlb_ApiKey`, `Ocp-Apim-Subscription-Key`.

use super::readings::visible;

/// How a key suggests a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// The key is the name of a secret.
    Whole,
    /// The last words of the key are the name of a secret: `hlb_ApiKey`.
    Words,
    /// The key ends with the name of a secret, without a separator: `userpassword`.
    Ending,
    /// The key has other uses too: its value is masked if it looks random, and never reported.
    Hint,
    /// The key has other uses too, and its secrets are short: its value is masked, and never reported.
    Masked,
}

/// What a key suggests about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) what: &'static str,
    pub(super) trust: Trust,
}

/// The signature of a shared access URL.
pub(super) const SIGNATURE: &str = "a signature";

/// A scheme with a secret: `Basic aGxiOnNlY3JldA==`.
pub(super) const CREDENTIAL: &str = "a credential";

pub(super) const FUNCTION_KEY: &str = "a function key";

pub(super) const PASSWORD: &str = "a password";

pub(super) const TOKEN: &str = "a token";

/// The names and values that a browser sends.
pub(super) const COOKIE: &str = "a cookie";

/// Names of secrets, in lower case and without separators.
pub(super) const KEYS: [(&str, &str); 42] = [
    ("password", PASSWORD),
    ("passwd", PASSWORD),
    ("passcode", PASSWORD),
    ("passphrase", PASSWORD),
    ("pwd", PASSWORD),
    ("passwort", PASSWORD),
    ("kennwort", PASSWORD),
    ("motdepasse", PASSWORD),
    ("secret", "a client secret"),
    ("clientsecret", "a client secret"),
    ("appsecret", "a client secret"),
    ("sharedsecret", "a client secret"),
    ("apikey", "an API key"),
    ("xapikey", "an API key"),
    ("subscriptionkey", "an API key"),
    ("ocpapimsubscriptionkey", "an API key"),
    ("functionkey", FUNCTION_KEY),
    ("functionskey", FUNCTION_KEY),
    ("xfunctionskey", FUNCTION_KEY),
    ("accesskey", "an access key"),
    ("accountkey", "an access key"),
    ("sharedaccesskey", "an access key"),
    ("saskey", "an access key"),
    ("secretkey", "a secret key"),
    ("secretaccesskey", "a secret key"),
    ("awssecretaccesskey", "a secret key"),
    ("xauthkey", "an API key"),
    ("encryptionkey", "an encryption key"),
    ("signingkey", "a signing key"),
    ("privatekey", super::PRIVATE_KEY),
    ("privatetoken", TOKEN),
    ("cookie", COOKIE),
    ("setcookie", COOKIE),
    ("accesstoken", TOKEN),
    ("bearertoken", TOKEN),
    ("bottoken", TOKEN),
    ("refreshtoken", TOKEN),
    ("xauthtoken", TOKEN),
    ("authorization", CREDENTIAL),
    ("proxyauthorization", CREDENTIAL),
    ("sig", SIGNATURE),
    ("sharedaccesssignature", SIGNATURE),
];

/// Names that can end a longer word without a separator: `userpassword`. `sig` is not one of them, because of `design`.
const ENDINGS: [&str; 4] = ["password", "passphrase", "secret", "apikey"];

/// Names that have other uses too.
const HINTS: [&str; 7] = ["token", "apitoken", "authtoken", "idtoken", "pass", "code", "sharedkey"];

/// Names of short secrets that have other uses too.
const MASKED: [&str; 5] = ["pin", "pincode", "otp", "cvv", "cvc"];

/// What a key suggests about its value. The last name counts: `hlb_password` of `item/hlb_password`.
pub(super) fn named(key: &str) -> Option<Named> {
    let key = visible(key);
    let last = last_name(&key);
    secret_name(last).or_else(|| hint(last))
}

/// Whether a literal value under this key may be a secret that is reported.
#[inline]
pub(super) fn suggests_secret(key: &str) -> bool {
    // This is called for every key of every flow, and the last two letters of nearly all of them decide.
    may_end_secret(key.as_bytes()) && is_name_of_secret(key)
}

#[cold]
fn is_name_of_secret(key: &str) -> bool {
    let bytes = key.as_bytes();
    let end = &bytes[bytes.len().saturating_sub(4)..];
    (!end.iter().all(is_printable) || has_possible_end(bytes))
        && secret_name(last_name(&visible(key))).is_some()
}

fn is_printable(byte: &u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// The last two letters of names of secrets: for each last letter, by its number in the alphabet, a bit for each letter
/// before it.
const ENDS: [u32; 32] = {
    let (mut ends, mut at) = ([0; 32], 0);
    while at < KEYS.len() {
        let name = KEYS[at].0.as_bytes();
        ends[letter(name[name.len() - 1])] |= 1 << letter(name[name.len() - 2]);
        at += 1;
    }
    // A bracket may follow the name.
    ends[letter(b')')] = u32::MAX;
    ends
};

/// The number of a letter of either case in the alphabet. Other characters share it.
const fn letter(byte: u8) -> usize {
    (byte & 0b1_1111) as usize
}

/// Whether the last two letters of a key may end a name of a secret. Also true if the key ends with a byte that is not
/// printable ASCII, because a reader may then see other letters.
#[inline]
fn may_end_secret(key: &[u8]) -> bool {
    let Some([second, last]) = key.last_chunk() else { return false };
    !is_printable(second) || !is_printable(last) || ENDS[letter(*last)] >> letter(*second) & 1 == 1
}

/// Whether a key may end with a name of a secret: with these letters, the last two without a separator between them. Any
/// other character before those may be a separator.
fn has_possible_end(key: &[u8]) -> bool {
    let [before @ .., second, last] = key.strip_suffix(b")").unwrap_or(key) else { return false };
    // To lower case. What the names have before the last two letters is in reverse order.
    let befores: &[&[u8]] = match [second | 0x20, last | 0x20] {
        [b'r', b'd'] => &[b"owssap"],
        [b'd', b'e'] => &[b"ocssap"],
        [b'r', b't'] => &[b"owssap", b"ownnek"],
        [b'w', b'd'] => &[b"p", b"ssap"],
        [b's', b'e'] => &[b"arhp", b"sap"],
        [b'e', b'y'] => &[b"k"],
        [b'e', b'n'] => &[b"kot"],
        [b'i', b'e'] => &[b"kooc"],
        [b'e', b't'] => &[b"rces"],
        [b'o', b'n'] => &[b"itaziroh"],
        [b'i', b'g'] => &[b"s"],
        [b'r', b'e'] => &[b"utangis"],
        _ => return false,
    };
    befores.iter().any(|letters| may_end_with(before, letters))
}

/// Whether a text ends with letters, given in reverse order, or with some of them after another character than a letter.
fn may_end_with(text: &[u8], letters: &[u8]) -> bool {
    let mut rest = text.iter().rev();
    for letter in letters {
        match rest.next() {
            Some(byte) if byte | 0x20 == *letter => {}
            Some(byte) => return !byte.is_ascii_alphabetic(),
            None => return false,
        }
    }
    true
}

/// The last name of a key that is a path.
fn last_name(key: &str) -> &[u8] {
    let key = key.as_bytes();
    let start = key.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    &key[start..]
}

fn secret_name(key: &[u8]) -> Option<Named> {
    has_possible_end(key).then(|| secret_at_end(key)).flatten()
}

/// The name of a secret with which a key ends.
fn secret_at_end(key: &[u8]) -> Option<Named> {
    let last = last_letter(key);
    let mut found: Option<Named> = None;
    for (name, what) in KEYS.iter().copied().filter(|(name, _)| name.as_bytes().last().copied() == last) {
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
    let last = last_letter(key)?;
    let is_end = |name: &&str| {
        name.as_bytes().last() == Some(&last) && matches!(end_of(key, name), Some(End::Whole | End::Words))
    };
    if MASKED.iter().any(is_end) {
        return Some(Named { what: PASSWORD, trust: Trust::Masked });
    }
    HINTS.iter().any(is_end).then_some(Named { what: TOKEN, trust: Trust::Hint })
}

/// The last byte of a key that is not a separator, in lower case.
fn last_letter(key: &[u8]) -> Option<u8> {
    key.iter().rev().find(|byte| !is_separator(**byte)).map(u8::to_ascii_lowercase)
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b' ' | b'.' | b'(' | b')')
}

/// How a key ends with a name.
enum End {
    Whole,
    /// After a separator, or from a capital letter on.
    Words,
    Inside,
}

/// How a key ends with a name, ignoring separators and case.
fn end_of(key: &[u8], name: &str) -> Option<End> {
    let mut at = key.len();
    for wanted in name.bytes().rev() {
        while at > 0 && is_separator(key[at - 1]) {
            at -= 1;
        }
        if at == 0 || key[at - 1].to_ascii_lowercase() != wanted {
            return None;
        }
        at -= 1;
    }
    let Some(before) = key[..at].last() else { return Some(End::Whole) };
    let begins_word = key[at].is_ascii_uppercase() && !before.is_ascii_uppercase();
    Some(if key[..at].iter().all(|byte| is_separator(*byte)) {
        End::Whole
    } else if is_separator(*before) || begins_word {
        End::Words
    } else {
        End::Inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_key_with_a_secret_is_passed_over(
            name in proptest::sample::select(KEYS.map(|(name, _)| name).to_vec()),
            at in 0_usize..5, sign in "[\\u{200D}\\u{A0}é_)/ -]{0,2}", end in "[\\u{200D}\\u{A0})_ -]{0,2}",
        ) {
            let (before, after) = name.split_at(name.len().saturating_sub(at));
            let key = format!("{before}{sign}{after}{end}");
            let seen = visible(&key);
            let last = last_name(&seen);
            let ends_in_letters =
                matches!(last.strip_suffix(b")").unwrap_or(last), [.., a, b] if [a, b].map(u8::is_ascii_alphabetic) == [true; 2]);
            let is_named = ends_in_letters && secret_at_end(last).is_some();
            proptest::prop_assert_eq!(suggests_secret(&key), is_named, "{:?}", key);
        }
    }

    #[test]
    fn the_end_of_a_key_counts() {
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
        assert!(suggests_secret("x-api-key") && !suggests_secret("token"));
    }
}
