//! Values: whether they look random, are placeholders, or are computed.

use std::ops::Range;

/// The length of the shortest value that is a certain secret.
pub(super) const SHORTEST: usize = 6;

/// Whether a value has at least this length and looks random: a part of it mixes letters and digits. A nil GUID and
/// `kv-secret-2024` do not look random.
pub(super) fn is_random(value: &str, fewest: usize) -> bool {
    let is_mixed = |part: &str| {
        part.len() >= fewest.min(8)
            && part.bytes().any(|byte| byte.is_ascii_digit())
            && part.bytes().any(|byte| !byte.is_ascii_digit())
    };
    value.len() >= fewest && value.split(['-', '_', '.', ' ']).any(is_mixed)
}

/// Whether a value is one word of small letters, capitals and digits, as password rules require: `Lighthouse-42`.
pub(super) fn is_of_all_kinds(value: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| value.as_bytes().iter().any(kind);
    let is_word = !value.contains(' ');
    is_word && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit)
}

pub(super) fn has_digit(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a text is a placeholder for a secret, or says that there is none.
pub(super) fn is_placeholder(value: &str) -> bool {
    const BEGINNINGS: [&str; 23] = [
        "todo",
        "tbd",
        "fixme",
        "enter",
        "please",
        "change",
        "none",
        "null",
        "n/a",
        "your",
        "placeholder",
        "changeme",
        "example",
        "string",
        "password",
        "secret",
        "insert",
        "replace",
        "not ",
        "dummy",
        "redacted",
        "removed",
        "base64(",
    ];
    /// Placeholders that a pipeline or a template replaces, anywhere in a value.
    const INSIDE: [(&str, &str); 4] = [("{{", "}}"), ("#{", "}#"), ("${", "}"), ("$(", ")")];
    /// Placeholders that are the whole value.
    const AROUND: [&str; 2] = ["__", "~"];
    const WORDS: [&str; 8] =
        ["optional", "required", "undefined", "unused", "hidden", "default", "sample", "anonymous"];
    let lower = value.to_ascii_lowercase();
    let first = value.chars().next();
    let is_one_character = value.chars().filter(|c| *c != '-').all(|c| Some(c) == first);
    is_one_character
        || matches!(first, Some('<' | '{' | '[' | '#' | '$' | '%'))
        || BEGINNINGS.iter().any(|word| lower.starts_with(word))
        || WORDS.contains(&lower.as_str())
        || INSIDE
            .iter()
            .any(|(start, end)| value.split_once(start).is_some_and(|(_, rest)| rest.contains(end)))
        || AROUND.iter().any(|sign| value.starts_with(sign) && value.ends_with(sign))
        || value.contains("***")
        || has_run(lower.as_bytes())
}

/// Whether a text was blanked: `xxxxxxxx-xxxx`, `....`. For stars, three are enough: see [`is_placeholder`].
fn has_run(text: &[u8]) -> bool {
    const SHORTEST: usize = 4;
    text.windows(SHORTEST)
        .any(|run| matches!(run[0], b'x' | b'.' | b'_' | b'#') && run.iter().all(|byte| *byte == run[0]))
}

/// Whether a value under a key that suggests a secret is something else: a placeholder, or the location of the secret.
pub(super) fn is_other(value: &str) -> bool {
    is_placeholder(value) || is_place(value) || is_date(value) || is_algorithm(value) || is_guid(value)
}

/// Whether a value is a GUID. Some services use GUIDs as keys, but most GUIDs are ids.
fn is_guid(value: &str) -> bool {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let parts = value.split('-').map(|part| (part.len(), part.bytes().all(|byte| byte.is_ascii_hexdigit())));
    parts.eq(LENGTHS.map(|length| (length, true)))
}

/// The length of the keys that Azure generates for functions.
pub(super) const FUNCTION_KEY_LENGTH: usize = 54;

/// Whether a value is the key of an Azure function: Base64 of at least this length, which may be percent-encoded.
///
/// Source: azure-docs, articles/azure-functions/function-keys-how-to.md (keys as the parameter `code`); the length and
/// the padding were observed.
pub(super) fn is_function_key(value: &str, fewest: usize) -> bool {
    const PADDINGS: [&str; 3] = ["==", "%3d%3d", "%253d%253d"];
    let ends_with = |padding: &str| {
        let start = value.len().checked_sub(padding.len());
        start.and_then(|start| value.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(padding))
    };
    value.len() >= fewest && has_digit(value) && PADDINGS.into_iter().any(ends_with) && !is_placeholder(value)
}

/// Whether a value is an address or a path: `https://kv.vault.azure.net/secrets/x1`, `/etc/keys/x1.pem`.
fn is_place(value: &str) -> bool {
    const ENDINGS: [&str; 10] =
        [".pem", ".key", ".pfx", ".p12", ".cer", ".crt", ".json", ".txt", ".xml", ".config"];
    /// Parts of a path are words. Between two `/` of a Base64 secret, there are longer parts.
    const LONGEST_PART: usize = 40;
    let lower = value.to_ascii_lowercase();
    let bytes = value.as_bytes();
    let is_drive = bytes.len() > 3
        && bytes[0].is_ascii_alphabetic()
        && bytes[1] == b':'
        && matches!(bytes[2], b'\\' | b'/');
    let parts = || value.split(['/', '\\']).filter(|part| !part.is_empty());
    let is_vault = lower.starts_with("/subscriptions/") || lower.contains(".vault.azure.net");
    let is_relative = ["./", "../", ".\\", "..\\"].iter().any(|start| value.starts_with(start));
    // Base64 has no backslash.
    let is_name = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' '))
    };
    let is_windows_path = value.contains('\\') && value.split('\\').all(is_name);
    let is_word =
        |part: &str| part.len() <= LONGEST_PART && !part.contains(['+', '=']) && !is_of_all_kinds(part);
    value.contains("://")
        || is_drive
        || is_vault
        || is_relative
        || is_windows_path
        || value.starts_with("\\\\")
        || ENDINGS.iter().any(|ending| lower.ends_with(ending))
        || parts().count() > 1 && parts().all(is_word)
}

/// Whether a value is a date or a time: `2024-01-31T08:00:00Z`, `31.12.2024`, `31-May-2024`, `20240131T080000Z`.
fn is_date(value: &str) -> bool {
    const SHORTEST: usize = 8;
    const LONGEST: usize = 35;
    if !(SHORTEST..=LONGEST).contains(&value.len()) {
        return false;
    }
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let is_compact = || {
        let (day, time) = value.split_once('T').unwrap_or((value, ""));
        let time = time.strip_suffix('Z').unwrap_or(time);
        let is_number =
            |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number(day, 8) && (is_number(time, 6) || is_number(time, 4))
    };
    let lower = value.to_ascii_lowercase();
    let has_month = || {
        let parts: Vec<&str> = lower.split(['-', ' ', '.', '/']).filter(|part| !part.is_empty()).collect();
        let is_digits = |part: &&str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        parts.len() == 3
            && parts.iter().filter(|part| is_digits(part)).count() == 2
            && parts.iter().any(|part| MONTHS.iter().any(|month| part.starts_with(month) && part.len() <= 9))
    };
    if is_compact() || has_month() {
        return true;
    }
    let is_sign = |c: char| matches!(c, '-' | '/' | '.' | ':');
    let is_letter = |c: char| matches!(c, 'T' | 'Z' | 'A' | 'P' | 'M' | 'a' | 'p' | 'm' | ' ' | '+');
    value.starts_with(|c: char| c.is_ascii_digit())
        && value.chars().all(|c| c.is_ascii_digit() || is_sign(c) || is_letter(c))
        && value.chars().filter(|c| is_sign(*c)).count() >= 2
}

/// Whether a value is the name of an algorithm: `RS256`, `AES-256-GCM`.
fn is_algorithm(value: &str) -> bool {
    const NAMES: [&str; 9] = ["rs", "hs", "es", "ps", "aes", "sha", "rsa", "hmac", "ed"];
    let lower = value.to_ascii_lowercase();
    let mut parts = lower.split(['-', '_']);
    let first = parts.next().unwrap_or_default();
    let name = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_short = |part: &str| part.len() <= 6;
    NAMES.contains(&name)
        && (lower.len() > first.len() || first.len() > name.len())
        && first.len() <= 7
        && parts.all(is_short)
}

/// The values of a cookie: the parts after each `=` of `a=1; b=2`.
pub(super) fn cookies(value: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for part in literal_parts(value) {
        let mut start = part.start;
        for pair in value[part.clone()].split(';') {
            let name = pair.find('=').map_or(0, |at| at + 1);
            found.push(start + name..start + pair.len());
            start += pair.len() + 1;
        }
    }
    found.retain(|one| says_something(&value[one.clone()]));
    found
}

/// Whether a value contains anything to mask.
pub(super) fn says_something(value: &str) -> bool {
    value.chars().any(char::is_alphanumeric)
}

/// The literal parts of a value: everything except its expressions.
pub(super) fn literal_parts(value: &str) -> Vec<Range<usize>> {
    /// How many expressions without an end are looked at. Each takes a pass to the end of the value.
    const MOST_OPEN: usize = 16;
    let bytes = value.as_bytes();
    if bytes.first() == Some(&b'@') && !matches!(bytes.get(1), Some(b'@' | b'{')) {
        return Vec::new();
    }
    let (mut parts, mut start, mut at, mut open) = (Vec::new(), 0, 0, 0);
    while at < bytes.len() && open < MOST_OPEN {
        let rest = &bytes[at..];
        let begins = rest.starts_with(b"@{");
        if let Some(length) = begins.then(|| interpolation(rest)).flatten() {
            parts.push(start..at);
            at += length;
            start = at;
        } else {
            at += 1;
            open += usize::from(begins);
        }
    }
    parts.push(start..value.len());
    parts.retain(|part| says_something(&value[part.clone()]));
    parts
}

/// The length of `@{…}` at the start. `None` if it does not end.
fn interpolation(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut is_quoted) = (0_usize, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\'' => is_quoted = !is_quoted,
            b'{' if !is_quoted => depth += 1,
            b'}' if !is_quoted => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 && *byte == b'}' && !is_quoted {
            return Some(at + 1);
        }
    }
    None
}

/// The part of a value after a scheme: the last word of `Basic aGxi`. The whole value if there is no scheme.
pub(super) fn carried(value: &str) -> Range<usize> {
    let scheme = value.bytes().take_while(u8::is_ascii_alphabetic).count();
    let blanks = value[scheme..].bytes().take_while(|byte| *byte == b' ').count();
    if scheme == 0 || blanks == 0 { 0..value.len() } else { scheme + blanks..value.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_not_literal_parts() {
        let shown = |value: &str| -> Vec<String> {
            literal_parts(value).into_iter().map(|part| value[part].to_owned()).collect()
        };
        assert!(shown("@parameters('p')").is_empty() && shown("@{variables('}')}").is_empty());
        assert_eq!(shown("P@{variables('x')}s3cret"), ["P", "s3cret"]);
        assert_eq!(shown("@@s3cret"), ["@@s3cret"]);
        assert_eq!(shown("@{s3cret"), ["@{s3cret"]);
    }

    #[test]
    fn words_and_zeros_are_not_random() {
        assert!(is_random("tr0ub4dor", SHORTEST) && is_random("1f2e3d4c-00000000", 16));
        for value in
            ["falsch", "contoso-kv-secret-name", "kv-secret-2024", "00000000-0000-0000-0000-000000000000"]
        {
            assert!(!is_random(value, SHORTEST), "{value}");
        }
        assert!(
            is_placeholder("00000000-0000") && is_placeholder("not used") && !is_placeholder("tr0ub4dor")
        );
        assert_eq!(&"Basic aGxi"[carried("Basic aGxi")], "aGxi");
        assert_eq!(carried("aGxi"), 0..4);
    }
}
