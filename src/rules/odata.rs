//! OData in the parameters of steps: lists of columns, and filters. Expressions and quoted strings are skipped. Shared
//! by rules about triggers and actions.

use std::ops::Range;

/// A name in an OData text, and its byte offset.
pub(super) struct Mention<'a> {
    pub(super) name: &'a str,
    pub(super) at: usize,
}

/// What is wrong with a filter.
pub(super) struct WrongFilter {
    /// The byte range of the part that is wrong.
    pub(super) range: Range<usize>,
    /// What to write instead; `None` if unknown.
    pub(super) instead: Option<&'static str>,
    pub(super) fault: FilterFault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FilterFault {
    /// An operator that OData does not have.
    Operator,
    /// A text in double quotes.
    Quotes,
    /// An `and` or `or` at the end.
    Dangling,
}

impl WrongFilter {
    /// The label of the part.
    pub(super) fn label(&self) -> String {
        match (self.fault, self.instead) {
            (FilterFault::Dangling, _) => "nothing follows".to_owned(),
            (_, Some(instead)) => format!("write `{instead}`"),
            (_, None) => "not an operator".to_owned(),
        }
    }

    /// What is wrong, to follow "a filter with".
    pub(super) fn in_words(&self, filter: &str) -> String {
        let part = filter.get(self.range.clone()).unwrap_or_default();
        match self.fault {
            FilterFault::Operator => format!("`{part}`, which is not an operator of OData"),
            FilterFault::Quotes => "a text in double quotes, which OData does not have".to_owned(),
            FilterFault::Dangling => format!("`{part}` at the end, so a comparison is missing"),
        }
    }

    /// How to fix it.
    pub(super) fn help(&self) -> String {
        match (self.fault, self.instead) {
            (FilterFault::Dangling, _) => "add the comparison, or delete the last word".to_owned(),
            (FilterFault::Quotes, _) => "write texts in single quotes: `name eq 'Emma'`".to_owned(),
            (FilterFault::Operator, Some(instead)) => {
                format!("write `{instead}` instead; OData has {OPERATORS_IN_WORDS}")
            }
            (FilterFault::Operator, None) => format!("use an operator of OData: {OPERATORS_IN_WORDS}"),
        }
    }
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
const OPERATORS_IN_WORDS: &str = "`eq`, `ne`, `gt`, `ge`, `lt`, `le`, `and`, `or` and `not`";

/// Words that other languages write between a column and a value, in lower case, with their OData equivalents.
const WORDS: [(&str, &str); 16] = [
    ("contains", "contains(column,'text')"),
    ("endswith", "endswith(column,'text')"),
    ("equal", "eq"),
    ("equals", "eq"),
    ("greater", "gt"),
    ("greaterthan", "gt"),
    ("gte", "ge"),
    ("is", "eq"),
    ("isnot", "ne"),
    ("less", "lt"),
    ("lessthan", "lt"),
    ("like", "contains(column,'text')"),
    ("lte", "le"),
    ("neq", "ne"),
    ("notequals", "ne"),
    ("startswith", "startswith(column,'text')"),
];

/// Words of OData that a comparison follows. Whether services accept them in capitals is not documented, so this does
/// not report them.
const JOINING: [&str; 3] = ["and", "or", "not"];

/// Words of OData between two operands.
const BETWEEN: [&str; 16] = [
    "add", "and", "div", "divby", "eq", "ge", "gt", "has", "in", "le", "lt", "mod", "mul", "ne", "or", "sub",
];

/// The first part of a filter that OData does not have.
pub(super) fn wrong_filter(filter: &str) -> Option<WrongFilter> {
    wrong_symbol(filter).or_else(|| {
        let names = mentioned(filter);
        wrong_word(filter, &names).or_else(|| dangling(filter, &names))
    })
}

/// The first word that follows a column but is not an operator. Elsewhere, the word may be a column.
fn wrong_word(filter: &str, names: &[Mention<'_>]) -> Option<WrongFilter> {
    (1..names.len()).find_map(|at| {
        let (column, word) = (&names[at - 1], &names[at]);
        let is_adjacent = |left: &Mention<'_>, right: &Mention<'_>| {
            filter.get(left.at + left.name.len()..right.at).is_some_and(|between| between.trim().is_empty())
        };
        if !starts_comparison(filter, column) || !is_adjacent(column, word) || is_between(word.name) {
            return None;
        }
        let instead = WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word.name));
        // A known operator follows: the column's name contains a space.
        let next = names.get(at + 1).filter(|next| is_adjacent(word, next));
        let is_name = next.is_some_and(|next| is_between(next.name));
        let end = word.at + word.name.len();
        let has_value = filter
            .get(end..)
            .is_some_and(|rest| rest.starts_with(char::is_whitespace) && !rest.trim().is_empty());
        (instead.is_some() || !is_name && has_value).then(|| WrongFilter {
            range: word.at..end,
            instead: instead.map(|(_, instead)| *instead),
            fault: FilterFault::Operator,
        })
    })
}

/// Whether a name is the first operand of a comparison: it comes first, or after a bracket or a word such as `and`.
fn starts_comparison(filter: &str, name: &Mention<'_>) -> bool {
    let is_word = |list: &[&str], word: &str| list.iter().any(|other| other.eq_ignore_ascii_case(word));
    let before = filter.get(..name.at).unwrap_or_default().trim_end();
    let last = before.rsplit(|c: char| c.is_whitespace() || "()".contains(c)).next().unwrap_or_default();
    !is_between(name.name)
        && !is_word(&JOINING, name.name)
        && (before.is_empty() || before.ends_with('(') && !is_call(before) || is_word(&JOINING, last))
}

/// Whether the bracket at the end belongs to a function: `contains(`.
fn is_call(before: &str) -> bool {
    before.trim_end_matches('(').ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && !JOINING
            .iter()
            .any(|word| before.trim_end_matches('(').rsplit(char::is_whitespace).next() == Some(word))
}

fn is_between(word: &str) -> bool {
    BETWEEN.iter().any(|other| other.eq_ignore_ascii_case(word))
}

/// An `and` or `or` after which nothing comes.
fn dangling(filter: &str, names: &[Mention<'_>]) -> Option<WrongFilter> {
    let last = names.last()?;
    let is_last = filter.get(last.at + last.name.len()..)?.trim().is_empty() && last.at > 0;
    let is_joining = ["and", "or"].iter().any(|word| word.eq_ignore_ascii_case(last.name));
    (is_last && is_joining).then(|| WrongFilter {
        range: last.at..last.at + last.name.len(),
        instead: None,
        fault: FilterFault::Dangling,
    })
}

/// The first operator of another language that is a symbol.
fn wrong_symbol(filter: &str) -> Option<WrongFilter> {
    // Functions of Dataverse have named parameters: `LastXDays(PropertyName='createdon',PropertyValue=7)`.
    let has_named = filter.contains("Microsoft.Dynamics.CRM.");
    for plain in plain(filter) {
        for start in plain.clone().filter(|at| is_symbol(filter.as_bytes()[*at])) {
            let rest = &filter[start..plain.end];
            if rest.starts_with('"') && !has_named {
                let (range, instead) = (start..start + 1, Some("'"));
                return Some(WrongFilter { range, instead, fault: FilterFault::Quotes });
            }
            let found = OPERATORS.iter().find(|(operator, _)| rest.starts_with(operator));
            if let Some((operator, instead)) = found.filter(|(operator, _)| *operator != "=" || !has_named) {
                let (range, instead) = (start..start + operator.len(), Some(*instead));
                return Some(WrongFilter { range, instead, fault: FilterFault::Operator });
            }
        }
    }
    None
}

/// Whether a byte is a double quote or starts one of [`OPERATORS`]. Few bytes of a filter do.
fn is_symbol(byte: u8) -> bool {
    matches!(byte, b'"' | b'=' | b'!' | b'<' | b'>' | b'&' | b'|')
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
            |text: &str| wrong_filter(text).map(|wrong| (text[wrong.range].to_owned(), wrong.instead));
        let expected = |operator: &str, instead| Some((operator.to_owned(), Some(instead)));
        assert_eq!(found("statecode == 0"), expected("==", "eq"));
        assert_eq!(found("hlb_name = 'a'"), expected("=", "eq"));
        assert_eq!(found("a eq 'x=y' and b<>@{variables('c')}"), expected("<>", "ne"));
        assert_eq!(found("a eq 1 && b eq 2"), expected("&&", "and"));
        assert_eq!(found("hlb_count >= 5"), expected(">=", "ge"));
        assert_eq!(found("a eq 1 &amp; b eq 2"), expected("&", "and"));
        assert_eq!(found("hlb_name LIKE '%x%'"), expected("LIKE", "contains(column,'text')"));
        assert_eq!(found("hlb_name eq 'a' and hlb_due is null"), expected("is", "eq"));
        assert_eq!(found("a equal 1"), expected("equal", "eq"));
        assert_eq!(found("not (a gte @{variables('b')})"), expected("gte", "ge"));
        assert_eq!(found("a eq 1 or (name contains 'x')"), expected("contains", "contains(column,'text')"));
        assert_eq!(found("a eq 1 and b exceeds 2"), Some(("exceeds".to_owned(), None)));
        assert_eq!(found("name eq \"x\""), expected("\"", "'"));
        assert_eq!(found("a eq 1 and "), Some(("and".to_owned(), None)));
        for right in [
            "a eq 'x == y'",
            "a eq 'it''s = b' and ä ge 5",
            "a eq @{if(equals(1, 2), 'a=b', '}')}",
            "@concat('a == ', 1)",
            "contains(hlb_name,'<')",
            "like eq 1 and is ne 2 and equals gt 3",
            "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=7)",
            "a eq 'unclosed == b",
            "a eq null and b eq true or not contains(c,'d') and (e add 5) gt f",
            "a eq 1 AND b eq 2",
            "Order Date eq 2",
            "a eq hello world",
            "hlb_es/any(o:o/hlb_f eq 2 and o/hlb_g in ('a','b'))",
            "contains(name desc, 'x')",
            "a eq 1 and @{variables('b')}",
            "a",
            "",
        ] {
            assert_eq!(found(right), None, "{right}");
        }
        assert_eq!(found(&"'".repeat(100_000)), None);
    }

    #[test]
    fn every_operator_starts_with_a_symbol() {
        assert!(OPERATORS.iter().all(|(operator, _)| is_symbol(operator.as_bytes()[0])));
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
