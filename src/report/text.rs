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
            '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// Replaces the signature of a shared access URL (`sig=…`) by stars of the same length, so that offsets stay.
pub(crate) fn mask_secrets(text: &str) -> Cow<'_, str> {
    const KEY: &str = "sig=";
    let mut out: Option<Vec<u8>> = None;
    let lower = text.to_ascii_lowercase();
    for (at, _) in lower.match_indices(KEY) {
        let starts_parameter = at == 0 || matches!(text.as_bytes()[at - 1], b'?' | b'&' | b';');
        if !starts_parameter {
            continue;
        }
        let start = at + KEY.len();
        let is_secret = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~%+/=".contains(byte);
        let length = text.as_bytes()[start..].iter().take_while(|byte| is_secret(byte)).count();
        out.get_or_insert_with(|| text.as_bytes().to_vec())[start..start + length].fill(b'*');
    }
    match out.map(String::from_utf8) {
        Some(Ok(masked)) => Cow::Owned(masked),
        Some(Err(_)) | None => Cow::Borrowed(text),
    }
}

/// A text as a cell of a Markdown table: printable, and nothing in it is markup.
pub(crate) fn markdown_cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in printable(text).chars() {
        if matches!(character, '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '\\' | '#' | '~') {
            out.push('\\');
        }
        out.push(character);
    }
    out
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
