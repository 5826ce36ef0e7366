//! Text that comes from the input, made safe to print: no control or direction characters, no secrets.

use std::borrow::Cow;

/// Escapes what could move the cursor, hide text or reorder it: control characters, bidirectional overrides,
/// invisible separators. A line break is escaped too; a tab becomes a blank.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\t' => out.push(' '),
            other if is_unsafe(other) => out.extend(other.escape_unicode()),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// Replaces secrets, such as the signature of a shared access URL or the value of `"password"`, by stars of the same
/// length, so that offsets stay.
pub(crate) fn mask_secrets(text: &str) -> Cow<'_, str> {
    let ranges = crate::secrets::ranges(text);
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = text.as_bytes().to_vec();
    for range in ranges {
        out[range].fill(b'*');
    }
    // Whole characters were replaced, so the text is still one.
    String::from_utf8(out).map_or(Cow::Borrowed(""), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_deceive_is_escaped() {
        assert_eq!(printable("名前 ä"), "名前 ä");
        assert_eq!(printable("a\u{1b}[31m\tb\u{202E}c\n"), "a\\u{1b}[31m b\\u{202e}c\\u{a}");
    }

    #[test]
    fn a_signature_is_masked_in_place() {
        let text = "https://x/invoke?sp=%2F&sig=aB-_%3D9&x=1 design=ok";
        assert_eq!(mask_secrets(text), "https://x/invoke?sp=%2F&sig=********&x=1 design=ok");
        assert_eq!(mask_secrets("?SIG=abc"), "?SIG=***");
        assert!(matches!(mask_secrets("nothing"), Cow::Borrowed(_)));
    }
}
