//! Text that comes from the input, made safe to print: no control or direction characters, no secrets.

use std::borrow::Cow;
use std::ops::Range;

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

/// JSON text in which what [`printable`] escapes is an escape of JSON: it means the same, and a terminal does not act
/// upon it.
pub(crate) fn json_printable(json: String) -> String {
    let acts = |character: char| is_unsafe(character) && character != '\n';
    if !json.chars().any(acts) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 8);
    let mut units = [0; 2];
    for character in json.chars() {
        if acts(character) {
            let escapes = character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}"));
            out.extend(escapes);
        } else {
            out.push(character);
        }
    }
    out
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// Replaces secrets by stars of the same length, so that offsets stay: the signature of a shared access URL, and what
/// `secrets` finds, such as the value of `"password"`.
pub(crate) fn mask_secrets(text: &str) -> Cow<'_, str> {
    let mut ranges = signatures(text);
    ranges.extend(crate::secrets::ranges(text));
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

/// The signatures of shared access URLs (`sig=…`). The URL may be encoded (`sig%3D…`, `\u0026sig\u003d…`), and the
/// signature may be a member of its own (`"sig": "…"`).
fn signatures(text: &str) -> Vec<Range<usize>> {
    const KEY: &str = "sig";
    let lower = text.to_ascii_lowercase();
    let (mut ranges, mut masked_to) = (Vec::new(), 0);
    for (at, _) in lower.match_indices(KEY) {
        // What stands inside a signature is masked already; looking again would take forever in a hostile text.
        let is_name = at >= masked_to && starts_parameter(&lower[..at]);
        let Some(sign) = sign_length(&lower[at + KEY.len()..]).filter(|_| is_name) else { continue };
        let start = at + KEY.len() + sign;
        // More than a signature can hold, so that an encoded one is covered to its end.
        let is_secret = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~%+/=\\".contains(byte);
        let length = text.as_bytes()[start..].iter().take_while(|byte| is_secret(byte)).count();
        masked_to = start + length;
        ranges.push(start..masked_to);
    }
    ranges
}

/// Text of the input, or with names from it, as a report may show it.
pub(crate) fn clean(text: &str) -> String {
    mask_secrets(&printable(text)).into_owned()
}

/// A line that no pipeline takes for a command: agents look for these marks anywhere in a line, and a flow may be named
/// so that it holds one.
pub(crate) fn harmless(line: &str) -> String {
    line.replace("##[", "# #[").replace("##vso[", "# #vso[")
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

/// Whether a name may begin behind this text, which is in lower case: not inside a word, or behind an encoded sign.
fn starts_parameter(before: &str) -> bool {
    const ENCODED: [&str; 6] = ["%3f", "%26", "%253f", "%2526", "u003f", "u0026"];
    ENCODED.iter().any(|sign| before.ends_with(sign))
        || before.bytes().next_back().is_none_or(|byte| !byte.is_ascii_alphanumeric() && byte != b'_')
}

/// The length of what stands between the name and its value, in any encoding; `None` where there is no value.
fn sign_length(after: &str) -> Option<usize> {
    const SIGNS: [&str; 4] = ["=", "%3d", "%253d", "\\u003d"];
    if let Some(sign) = SIGNS.iter().find(|sign| after.starts_with(**sign)) {
        return Some(sign.len());
    }
    // A member: `"sig": "…"`, in a text that may itself be quoted.
    let rest = after.trim_start_matches(['\\', '"', '\'']);
    let value = rest.trim_start().strip_prefix(':')?.trim_start();
    let inner = value.trim_start_matches(['\\', '"', '\'']);
    (rest.len() < after.len() && inner.len() < value.len()).then_some(after.len() - inner.len())
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
    fn json_means_the_same_without_what_could_deceive() {
        let value = serde_json::json!({"a\u{7f}": "\u{202e}\u{9b}\u{e0041}ä\n"});
        let json = json_printable(format!("{value:#}\n"));
        assert!(!json.chars().any(|c| is_unsafe(c) && c != '\n'), "{json:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).ok(), Some(value));
    }

    #[test]
    fn a_signature_is_masked_in_place() {
        let text = "https://x/invoke?sp=%2F&sig=aB-_%3D9&x=1 design=ok";
        assert_eq!(mask_secrets(text), "https://x/invoke?sp=%2F&sig=********&x=1 design=ok");
        assert_eq!(mask_secrets("?SIG=abc"), "?SIG=***");
        assert!(matches!(mask_secrets("nothing"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_signature_is_masked_in_any_encoding() {
        for (text, expected) in [
            ("u%3Fa%3D1%26sig%3DaB9%26x", "u%3Fa%3D1%26sig%3D*******"),
            ("%3Fsig%3DaB9", "%3Fsig%3D***"),
            ("%2526sig%253DaB9", "%2526sig%253D***"),
            (r"x\u0026sig=aB\u002B9", r"x\u0026sig=*********"),
            (r"x\u0026sig\u003DaB9", r"x\u0026sig\u003D***"),
            ("&amp;sig=aB9", "&amp;sig=***"),
            (r#""sig": "aB9""#, r#""sig": "***""#),
            (r#"{\"sig\":\"aB9\"}"#, r#"{\"sig\":\"****"}"#),
            ("'sig' : 'aB9'", "'sig' : '***'"),
            ("'&sig=', 'x'", "'&sig=', 'x'"),
            ("?sig=a=sig=b&sig=c", "?sig=*******&sig=*"),
            (r#""design": "a", "sigma": "b", design=c"#, r#""design": "a", "sigma": "b", design=c"#),
        ] {
            assert_eq!(mask_secrets(text), expected, "{text}");
        }
        let hostile = "=sig".repeat(500_000);
        assert!(mask_secrets(&hostile).ends_with("***"));
    }
}
