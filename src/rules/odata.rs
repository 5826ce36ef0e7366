//! OData in the parameters of steps: lists of columns, and filters. Expressions and quoted strings are skipped. Shared
//! by rules about triggers and actions.

use std::ops::Range;

/// A name in an OData text, and its byte offset.
pub(super) struct Mention<'a> {
    pub(super) name: &'a str,
    pub(super) at: usize,
}

/// An operator of another language: its byte range, and the OData operator to use instead.
pub(super) struct WrongOperator {
    pub(super) range: Range<usize>,
    pub(super) instead: &'static str,
}

/// Operators of other languages with their OData equivalents, longer ones first.
const OPERATORS: [(&str, &str); 14] = [
    ("===", "eq"),
    ("!==", "ne"),
    ("==", "eq"),
    ("!=", "ne"),
    ("<>", "ne"),
    (">=", "ge"),
    ("<=", "le"),
    ("&&", "and"),
    ("||", "or"),
    ("&", "and"),
    ("=", "eq"),
    (">", "gt"),
    ("<", "lt"),
    ("!", "not"),
];

/// The operators of OData, for messages.
pub(super) const OPERATORS_IN_WORDS: &str = "`eq`, `ne`, `gt`, `ge`, `lt`, `le`, `and`, `or` and `not`";

/// Words that other languages write between a column and a value, in lower case, with their OData equivalents.
const WORDS: [(&str, &str); 3] = [("like", "contains(column,'text')"), ("is", "eq"), ("equals", "eq")];

/// Words of OData that a name follows.
const KEYWORDS: [&str; 3] = ["and", "or", "not"];

/// The first operator of another language in a filter.
pub(super) fn wrong_operator(filter: &str) -> Option<WrongOperator> {
    wrong_symbol(filter).or_else(|| {
        // Only after a name: elsewhere, the word may be a column.
        let names = mentioned(filter);
        names.windows(2).find_map(|pair| {
            let [before, word] = pair else { return None };
            let (_, instead) = WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word.name))?;
            let is_column = !KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(before.name));
            let between = filter.get(before.at + before.name.len()..word.at)?;
            let range = word.at..word.at + word.name.len();
            (is_column && between.trim().is_empty()).then_some(WrongOperator { range, instead })
        })
    })
}

/// The first operator of another language that is a symbol.
fn wrong_symbol(filter: &str) -> Option<WrongOperator> {
    // Functions of Dataverse have named parameters: `LastXDays(PropertyName='createdon',PropertyValue=7)`.
    let has_named = filter.contains("Microsoft.Dynamics.CRM.");
    for plain in plain(filter) {
        for (at, _) in filter[plain.clone()].char_indices() {
            let rest = &filter[plain.start + at..plain.end];
            let found = OPERATORS.iter().find(|(operator, _)| rest.starts_with(operator));
            if let Some((operator, instead)) = found.filter(|(operator, _)| *operator != "=" || !has_named) {
                let start = plain.start + at;
                return Some(WrongOperator { range: start..start + operator.len(), instead });
            }
        }
    }
    None
}

/// The columns of a list: `hlb_name desc, hlb_due`. Expressions and paths into other tables are skipped.
pub(super) fn listed(list: &str) -> Vec<Mention<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    for entry in list.split(',') {
        let start = at + (entry.len() - entry.trim_start().len());
        let name = entry.split_whitespace().next().unwrap_or_default();
        if !name.is_empty() && name.bytes().all(is_name) {
            found.push(Mention { name, at: start });
        }
        at += entry.len() + 1;
    }
    found
}

/// The names in a filter that are neither functions, nor parts of paths, nor variables of lambdas.
pub(super) fn mentioned(filter: &str) -> Vec<Mention<'_>> {
    let mut found = Vec::new();
    for plain in plain(filter) {
        let mut from = plain.start;
        while from < plain.end {
            let length = filter[from..plain.end].bytes().take_while(|byte| is_name(*byte)).count();
            if length == 0 {
                from += filter[from..].chars().next().map_or(1, char::len_utf8);
                continue;
            }
            let (name, end) = (&filter[from..from + length], from + length);
            let before = filter[..from].bytes().next_back();
            let after = filter[end..].bytes().next();
            // Expressions and quoted strings may continue a name, too.
            let is_part =
                |byte: Option<u8>| matches!(byte, Some(b'/' | b':' | b'{' | b'}' | b'@' | b'.' | b'\''));
            let is_alone = !is_part(before) && !is_part(after) && after != Some(b'(');
            if is_alone && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
                found.push(Mention { name, at: from });
            }
            from = end;
        }
    }
    found
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The text without quoted strings and expressions.
pub(super) fn without_texts(text: &str) -> String {
    plain(text).into_iter().map(|range| &text[range]).collect()
}

/// The byte ranges of a text that are neither in quotes nor in an expression.
fn plain(text: &str) -> Vec<Range<usize>> {
    if text.starts_with('@') && !text.starts_with("@{") && !text.starts_with("@@") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let (mut start, mut quoted, mut braces) = (0, false, 0_usize);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let was_plain = !quoted && braces == 0;
        match bytes[at] {
            b'@' if bytes.get(at + 1) == Some(&b'{') => {
                braces += 1;
                at += 1;
            }
            b'{' if braces > 0 => braces += 1,
            b'}' if braces > 0 => braces -= 1,
            b'\'' if braces == 0 => quoted = !quoted,
            _ => {}
        }
        at += 1;
        let is_plain = !quoted && braces == 0;
        if was_plain && !is_plain {
            let end = if braces > 0 { at - 2 } else { at - 1 };
            found.push(start..end);
        } else if !was_plain && is_plain {
            start = at;
        }
    }
    if !quoted && braces == 0 {
        found.push(start..text.len());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_of_other_languages_are_found() {
        let found =
            |text: &str| wrong_operator(text).map(|wrong| (text[wrong.range].to_owned(), wrong.instead));
        let expected = |operator: &str, instead| Some((operator.to_owned(), instead));
        assert_eq!(found("statecode == 0"), expected("==", "eq"));
        assert_eq!(found("hlb_name = 'a'"), expected("=", "eq"));
        assert_eq!(found("a eq 'x=y' and b<>@{variables('c')}"), expected("<>", "ne"));
        assert_eq!(found("a eq 1 && b eq 2"), expected("&&", "and"));
        assert_eq!(found("hlb_count >= 5"), expected(">=", "ge"));
        assert_eq!(found("a eq 1 &amp; b eq 2"), expected("&", "and"));
        assert_eq!(found("hlb_name LIKE '%x%'"), expected("LIKE", "contains(column,'text')"));
        assert_eq!(found("hlb_name eq 'a' and hlb_due is null"), expected("is", "eq"));
        for right in [
            "a eq 'x == y'",
            "a eq 'it''s = b' and ä ge 5",
            "a eq @{if(equals(1, 2), 'a=b', '}')}",
            "@concat('a == ', 1)",
            "contains(hlb_name,'<')",
            "like eq 1 and is ne 2 and equals gt 3",
            "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=7)",
            "a eq 'unclosed == b",
            "",
        ] {
            assert_eq!(found(right), None, "{right}");
        }
        assert_eq!(found(&"'".repeat(100_000)), None);
    }

    #[test]
    fn names_are_found_but_not_parts_of_paths() {
        let names = |mentions: Vec<Mention<'_>>| {
            mentions.iter().map(|mention| mention.name.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(listed("hlb_a, hlb_b desc,,@{x}, hlb_c/d")), ["hlb_a", "hlb_b"]);
        assert_eq!(listed(" a, b")[1].at, 4);
        let filter = "hlb_a eq 'hlb_x' and contains(hlb_b,'y') and hlb_c/hlb_d eq 1 and hlb_es/any(o:o/hlb_f eq 2) and \
                      (_hlb_g_value eq @{variables('hlb_h')}) and hlb_@{x}_i eq 1";
        let own: Vec<String> =
            names(mentioned(filter)).into_iter().filter(|name| name.contains("hlb")).collect();
        assert_eq!(own, ["hlb_a", "hlb_b", "_hlb_g_value"]);
        assert!(mentioned("@outputs('hlb_a')").is_empty());
    }
}
