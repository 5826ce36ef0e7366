//! Makes text from the input safe to print: escapes control and direction characters, masks secrets, and limits the
//! length.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::characters::{is_joiner, is_unsafe};
use crate::secrets::masked;
use crate::source::floor_char_boundary;

/// Escapes characters that could move the cursor, or hide or reorder text: control characters, bidirectional overrides and
/// invisible characters. Line breaks are escaped, too, and a tab becomes a space. The joiners of scripts and emoji are kept,
/// and so is U+FE0F, which selects the coloured form of the character before it.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if is_plain(text, b' ') || !text.chars().any(is_unsafe) {
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

/// Replaces the characters that [`printable`] escapes with JSON escapes, and a character of each pipeline command. The JSON
/// keeps its meaning, and neither terminals nor pipelines act on it.
pub(crate) fn json_printable(json: String) -> String {
    let acts = |character: char| is_unsafe(character) && character != '\n';
    // Marks occur only in strings.
    let marks = commands(&json);
    if marks.is_empty() && (is_plain(&json, b'\n') || !json.chars().any(acts)) {
        return json;
    }
    let mut marks = marks.into_iter().peekable();
    let mut out = String::with_capacity(json.len() + 8);
    let mut units = [0; 2];
    for (at, character) in json.char_indices() {
        // The second character of the mark is escaped, because a `\` may precede the first one.
        if marks.next_if_eq(&at).is_some() || acts(character) {
            let escapes = character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}"));
            out.extend(escapes);
        } else {
            out.push(character);
        }
    }
    out
}

/// Whether a text consists of printable ASCII characters and this one, as nearly every text does. Without a way out of the
/// loop, the compiler compares many bytes at once, which takes a tenth of the time of looking at each character.
fn is_plain(text: &str, other: u8) -> bool {
    text.bytes().fold(true, |is_plain, byte| is_plain & (matches!(byte, b' '..=b'~') | (byte == other)))
}

/// A space at which lines are not wrapped.
pub(crate) const NO_BREAK: &str = "\u{A0}";

/// The most bytes of a string in a report. Names on the platform have a few hundred bytes, and messages with twenty of them
/// a few thousand. A longer name would be repeated in every message about it.
const LONGEST: usize = 4096;

/// A text of the input as reports show it: with secrets masked, and shortened if it is very long.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST {
        return masked(text);
    }
    // Text after a secret can show that it is one, so more than the result is searched.
    let searched = &text[..floor_char_boundary(text, 2 * LONGEST)];
    let mut shown = masked(searched).into_owned();
    shown.truncate(floor_char_boundary(&shown, LONGEST));
    shown.push('…');
    Cow::Owned(shown)
}

/// Makes a text with parts of the input safe to print on a line.
pub(crate) fn clean(text: &str) -> String {
    harmless(&printable(&shown(text)))
}

/// A line that pipelines do not interpret as a command: a space is inserted into each marker. See [`commands`].
pub(crate) fn harmless(line: &str) -> String {
    let (mut out, mut from) = (String::with_capacity(line.len()), 0);
    for at in commands(line) {
        out.push_str(&line[from..at]);
        out.push(' ');
        from = at;
    }
    out.push_str(&line[from..]);
    out
}

/// The offsets in a line at which markers of commands have to be split, because the name of a flow may contain one. Azure
/// agents search the whole line. GitHub runners look at the beginning of a line, where wrapping may put any word.
pub(crate) fn commands(line: &str) -> Vec<usize> {
    let bytes = line.as_bytes();
    let is_command = |at: &usize| {
        // Reports consist of colons, and nearly all are told by the next byte.
        if bytes.get(at + 1).is_none_or(|next| next.is_ascii() && *next != bytes[*at]) {
            return false;
        }
        let next = line[at + 1..].chars().next().unwrap_or(' ');
        if !next.is_ascii() && !is_joiner(next) {
            return false;
        }
        // Searches that follow the rules of a language skip invisible characters and may ignore case.
        let rest = line[*at..].chars().filter(|character| !is_joiner(*character));
        let rest: String = rest.take(LONGEST_MARK).map(|character| character.to_ascii_lowercase()).collect();
        let before = line[..*at].chars().rev().find(|character| !is_joiner(*character));
        let begins_word = before.is_none_or(char::is_whitespace);
        let is_github =
            rest.strip_prefix("::").is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
        rest.starts_with("##[") || rest.starts_with("##vso[") || begins_word && is_github
    };
    memchr::memchr2_iter(b'#', b':', bytes).filter(is_command).map(|at| at + 1).collect()
}

/// The number of characters of the longest marker, `##vso[`.
const LONGEST_MARK: usize = 6;

/// The parts of a text that are outside and inside backticks, alternating; `None` if a backtick is unmatched.
pub(crate) fn words_and_names(text: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = text.split('`').collect();
    (parts.len() & 1 == 1).then_some(parts)
}

/// A text for a cell of a Markdown table: safe to print, and without markup.
pub(crate) fn markdown_cell(text: &str) -> String {
    markdown_in_table(&clean(text))
}

/// The same as [`markdown`], for a text in a table, where a bar would end the cell.
pub(crate) fn markdown_in_table(text: &str) -> String {
    markdown(text).replace('|', "&#124;")
}

/// Escapes a text for Markdown and HTML, so that nothing in it is markup, a mention, a reference, a formula or a link.
///
/// GitHub looks for `@name`, `#1`, `GH-1` and mail addresses in the text after it has decoded entities, and GitLab for `!1`,
/// `%name`, `$1`, `~label` and web addresses. So an empty element follows each such mark.
pub(crate) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        let is_address = character == ':' && (next == '/' || ends_with_protocol(&out))
            || character == '.' && before.eq_ignore_ascii_case(&'w');
        // Between two letters, a `_` is not markup.
        let is_markup = match character {
            '_' => !(before.is_alphanumeric() && next.is_alphanumeric()),
            _ => "*[]{<>&~#@`\\$".contains(character),
        };
        if is_address || is_markup {
            let _ = write!(out, "&#{};", u32::from(character));
        } else {
            out.push(character);
        }
        let is_mark = match character {
            '@' | '#' => true,
            '$' | '~' | '&' => next.is_alphanumeric(),
            '%' | '^' => next.is_alphanumeric() && !before.is_alphanumeric(),
            '!' => next.is_ascii_digit(),
            '-' => before.eq_ignore_ascii_case(&'h') && next.is_ascii_digit(),
            ':' => is_emoji(rest.clone()),
            _ => false,
        };
        if is_mark || is_address {
            out.push_str("<wbr>");
        }
        before = character;
    }
    out
}

/// A path as one word of a command, for the shells of all systems. cmd knows only double quotes, in which Unix shells and
/// PowerShell replace some characters.
pub(crate) fn shell_word(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/\\._-:+@%".contains(c);
    let path = clean(path);
    if !path.is_empty() && path.chars().all(is_plain) {
        path
    } else if !path.contains(['"', '$', '`', '!']) && (cfg!(windows) || !path.contains('\\')) {
        format!("\"{path}\"")
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

/// The number of columns of a text, approximately: combining characters count as columns.
pub(crate) fn width(text: &str) -> usize {
    let is_wide = |character| matches!(character, '\u{1100}'..='\u{115F}' | '\u{2E80}'..);
    text.chars().map(|character| 1 + usize::from(is_wide(character))).sum()
}

/// Whether a text ends with the name of a protocol that makes an address without slashes.
fn ends_with_protocol(text: &str) -> bool {
    let ends = |name: &str| {
        let start = text.len().checked_sub(name.len()).and_then(|start| text.get(start..));
        start.is_some_and(|end| end.eq_ignore_ascii_case(name))
    };
    ends("mailto") || ends("xmpp")
}

/// Whether what follows a colon is the rest of an emoji such as `:tada:`.
fn is_emoji(rest: impl Iterator<Item = char>) -> bool {
    const LONGEST_EMOJI: usize = 64;
    let is_in_name = |character: &char| character.is_ascii_alphanumeric() || "_+-".contains(*character);
    let mut rest = rest.take(LONGEST_EMOJI).peekable();
    let mut length = 0;
    while rest.next_if(is_in_name).is_some() {
        length += 1;
    }
    length > 0 && rest.next() == Some(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deceptive_characters_are_escaped() {
        assert_eq!(printable("名前 ä"), "名前 ä");
        assert_eq!(printable("❤\u{FE0F}"), "❤\u{FE0F}");
        for hidden in
            "\u{AD}\u{34F}\u{115F}\u{1160}\u{17B4}\u{17B5}\u{180B}\u{180E}\u{2800}\u{3164}\u{FFA0}\u{FE00}\u{FE0E}\u{E0100}\u{E01EF}\u{FFFE}\u{FFFF}\u{1FFFE}\u{206F}".chars()
        {
            assert_eq!(printable(&hidden.to_string()), hidden.escape_unicode().to_string());
        }
        assert_eq!(printable("a\u{1b}[31m\tb\u{202E}c\n"), "a\\u{1b}[31m b\\u{202e}c\\u{a}");
    }

    #[test]
    fn no_name_is_a_command() {
        assert_eq!(clean("x ::error file=x::y ##vso[a]##[b]"), "x : :error file=x::y # #vso[a]# #[b]");
        assert_eq!(clean("A :: B, a::b"), "A :: B, a::b");
        assert_eq!(clean("#\u{200D}#VSO[a]\u{200C}::x"), "# \u{200D}#VSO[a]\u{200C}::x");
        assert_eq!(clean("\u{FE0F}::x"), "\u{FE0F}: :x");
    }

    #[test]
    fn nothing_in_a_name_is_markdown() {
        assert_eq!(
            markdown("a|b <i> [x](y) `c` \\ *d*"),
            "a|b &#60;i&#62; &#91;x&#93;(y) &#96;c&#96; &#92; &#42;d&#42;"
        );
        assert_eq!(markdown_cell("a|b"), "a&#124;b");
        assert_eq!(markdown("hlb_Api_Key _a_ b__c d_"), "hlb_Api_Key &#95;a&#95; b&#95;&#95;c d&#95;");
        assert_eq!(markdown("@all, a@b.com"), "&#64;<wbr>all, a&#64;<wbr>b.com");
        assert_eq!(markdown("see #1"), "see &#35;<wbr>1");
        assert_eq!(markdown("https://x www.x.com: v1.0"), "https&#58;<wbr>//x www&#46;<wbr>x.com: v1.0");
        assert_eq!(markdown("MailTo:a, Order: b"), "MailTo&#58;<wbr>a, Order: b");
        assert_eq!(
            markdown("$x$ !1 %m 100% GH-1 :tada: a.json:12 a.zip!b - 1"),
            "&#36;<wbr>x&#36; !<wbr>1 %<wbr>m 100% GH-<wbr>1 :<wbr>tada: a.json:12 a.zip!b - 1"
        );
    }

    #[test]
    fn json_keeps_its_meaning_without_deceptive_characters() {
        let value = serde_json::json!({"a\u{7f}": "\u{202e}\u{9b}\u{e0041}ä\n"});
        let json = json_printable(format!("{value:#}\n"));
        assert!(!json.chars().any(|c| is_unsafe(c) && c != '\n'), "{json:?}");
        let commands =
            serde_json::json!({"##vso[x]": ["::error::x", "\\##[y]", "a ::b", "#\u{200D}#Vso[", "\n::c"]});
        let text = json_printable(commands.to_string());
        assert!(super::commands(&text).is_empty(), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).ok(), Some(commands));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).ok(), Some(value));
    }

    #[test]
    fn long_texts_are_shortened() {
        assert_eq!(shown(&"n".repeat(LONGEST)), "n".repeat(LONGEST));
        let long = format!("{}é{}", "n".repeat(LONGEST - 1), "n".repeat(9 * LONGEST));
        assert_eq!(shown(&long), format!("{}…", "n".repeat(LONGEST - 1)));
        // The `@` that makes it a password is after the part that is shown.
        let secret = format!("{} https://me:Tr0ub4dor@host{}", "n".repeat(LONGEST - 20), "n".repeat(LONGEST));
        assert!(shown(&secret).ends_with(" https://me:********…"), "{}", &shown(&secret)[LONGEST - 30..]);
    }

    #[test]
    fn rule_pages_are_not_shortened() {
        for rule in crate::rules::all() {
            assert!(rule.page.body.len() < LONGEST, "{} is longer than reports show", rule.page.id);
        }
    }

    #[test]
    fn a_signature_is_masked_in_place() {
        let text = "https://x/invoke?sp=%2F&sig=aB-_%3D9&x=1 design=ok";
        assert_eq!(masked(text), "https://x/invoke?sp=%2F&sig=********&x=1 design=ok");
        assert_eq!(masked("?SIG=abc"), "?SIG=***");
        assert!(matches!(masked("nothing"), Cow::Borrowed(_)));
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
            (r#"{\"sig\":\"aB9\"}"#, r#"{\"sig\":\"***\"}"#),
            ("'sig' : 'aB9'", "'sig' : '***'"),
            ("'&sig=', 'x'", "'&sig=', '*'"),
            ("'&sig=', f(1)", "'&sig=', f(1)"),
            ("?sig=a=sig=b&sig=c", "?sig=*******&sig=*"),
            (r#""design": "a", "sigma": "b", design=c"#, r#""design": "a", "sigma": "b", design=c"#),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
        let hostile = "=sig".repeat(500_000);
        assert!(masked(&hostile).ends_with("***"));
    }
}
