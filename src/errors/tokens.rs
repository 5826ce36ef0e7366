//! The words of a pasted text as they are written: for numbers, for codes that the catalog does not have, and for names.

/// A run of letters, digits and `_`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
}

/// The words of a text, from left to right. Parts of an escape do not count: the `n` of `\n`, the `quot` of
/// `&quot;`.
pub(super) fn of(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text[at..].find(is_of_word)?;
            let rest = &text[start..];
            let end = start + rest.find(|character| !is_of_word(character)).unwrap_or(rest.len());
            at = end;
            let start = start + escape(text, start, end);
            if start < end {
                return Some(Token { text: &text[start..end], start });
            }
        }
    })
}

pub(super) fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// How much of a word belongs to an escape that begins before it.
fn escape(text: &str, start: usize, end: usize) -> usize {
    let word = &text[start..end];
    let before = &text.as_bytes()[..start];
    let is_entity = before.last() == Some(&b'&') || before.ends_with(b"&#") || before.ends_with(b";");
    // `%3a80048020` in a link.
    let is_byte = word
        .get(..2)
        .is_some_and(|byte| ["3a", "3A", "20", "22", "27", "5b", "5B", "3d", "3D"].contains(&byte));
    match before.last() {
        Some(b'%') if is_byte && matches!(word.len(), 10 | 12) => 2,
        Some(b'\\') if word.starts_with(['n', 'r', 't']) => 1,
        // `u` and four digits; in `C:\unités` it is a letter.
        Some(b'\\') if word.starts_with('u') => {
            let is_hexadecimal = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            if word.get(1..5).is_some_and(is_hexadecimal) { 5 } else { 0 }
        }
        _ if is_entity && text[end..].starts_with(';') && word.len() <= 4 => word.len(),
        _ => 0,
    }
}

/// Codes behind the word `code` that the catalog does not have, each once: `"code":"SomethingNew"`, `Code: 0x80041234`.
#[derive(Debug, Default)]
pub(super) struct Codes<'a> {
    /// The end of the word `code` that was read last.
    behind: Option<usize>,
    previous: &'a str,
    pub(super) found: Vec<&'a str>,
}

/// How many are kept: a text may be made of them.
const MOST: usize = 10;
/// What may stand between `code` and the code: signs only, such as `\\\": \\\"`.
const LONGEST_GAP: usize = 16;
/// Words behind `status code` and `"code":` that any error has.
const STATUS: [&str; 12] = [
    "BadRequest",
    "Forbidden",
    "Unauthorized",
    "NotFound",
    "Conflict",
    "InternalServerError",
    "BadGateway",
    "GatewayTimeout",
    "ServiceUnavailable",
    "TooManyRequests",
    "RequestTimeout",
    "MethodNotAllowed",
];

impl<'a> Codes<'a> {
    pub(super) fn read(&mut self, token: Token<'a>, text: &str, is_known: impl Fn(&str) -> bool) {
        let gap = self.behind.take().and_then(|end| text.get(end..token.start));
        let is_behind = gap.is_some_and(|gap| gap.len() <= LONGEST_GAP && is_code(token.text, gap));
        let is_new = |codes: &Self| !codes.found.contains(&token.text);
        if (is_behind || super::number::is_of_dataverse(token.text))
            && self.found.len() < MOST
            && is_new(self)
            && !is_known(token.text)
        {
            self.found.push(token.text);
        }
        if token.text.eq_ignore_ascii_case("code") && !self.previous.eq_ignore_ascii_case("status") {
            self.behind = Some(token.start + token.text.len());
        }
        self.previous = token.text;
    }
}

/// Whether a word is written as codes are: `'InvalidOpenApiFlow'`, `0x80048060`, `80048060`. A word behind blanks alone
/// is prose (`the code EventEmitter`), and behind a colon it has to look more like a code than like a class.
fn is_code(word: &str, gap: &str) -> bool {
    const IN_CODE: usize = 3;
    let capitals = word.bytes().filter(u8::is_ascii_uppercase).count();
    let is_quoted = gap.contains(['\'', '"', '`', '\\', '\u{201C}', '\u{2018}', ';', '>']);
    let fewest = if is_quoted { 2 } else { IN_CODE };
    let has_sign = gap.contains(|c: char| !c.is_whitespace());
    let is_name = has_sign
        && word.len() >= 8
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && word.starts_with(|first: char| first.is_ascii_uppercase())
        && (fewest..word.len() / 2).contains(&capitals);
    is_name && !STATUS.contains(&word) || super::number::of_word(word, false).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(text: &str) -> Vec<&str> {
        let mut codes = Codes::default();
        of(text).for_each(|token| codes.read(token, text, |_| false));
        codes.found
    }

    #[test]
    fn escapes_are_no_words() {
        let words: Vec<&str> =
            of(r"a\nCode &quot;x&quot; \u0027hlb_y\u0027 \\rz").map(|token| token.text).collect();
        assert_eq!(words, ["a", "Code", "x", "hlb_y", "z"]);
        let words: Vec<&str> = of(r"C:\unités \uあい \u00e9x \u12").map(|token| token.text).collect();
        assert_eq!(words, ["C", "unités", "uあい", "x", "u12"]);
    }

    #[test]
    fn a_code_stands_behind_its_name() {
        assert_eq!(unknown(r#"{\"error\":{\"code\":\"SomethingNew\",\"message\""#), ["SomethingNew"]);
        assert_eq!(unknown("Flow save failed with code 'SomethingNew'"), ["SomethingNew"]);
        assert_eq!(
            unknown("Code: 0x80041234 and 0x80041235, error code 80041236"),
            ["0x80041234", "0x80041235", "80041236"]
        );
        for text in [
            "status code \"SomethingNew\"",
            "code: BadRequest",
            "the code is SomethingNew",
            "code CONSTANT_NAME",
            "the code EventEmitter",
            "code: JavaScript",
            "0x84be41de, 0x80131904",
        ] {
            assert!(unknown(text).is_empty(), "{text}");
        }
    }
}
