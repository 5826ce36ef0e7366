//! Lists and counts in English, for everything that writes messages.

/// The most names in a list. Without a limit, many findings that each list many names make a report that grows much
/// faster than the input.
const MOST_LISTED: usize = 20;

/// `call` or `calls`.
pub(crate) fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

/// `1 flow`, `2 flows`.
pub(crate) fn count(number: usize, word: &str) -> String {
    format!("{number} {}", plural(number, word))
}

/// `a` or `an`.
pub(crate) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// `a, b, and 3 more`: the first names, and the number of the others.
pub(crate) fn listed<T>(names: impl IntoIterator<Item = T>, in_words: impl Fn(T) -> String) -> String {
    first(MOST_LISTED, names, in_words)
}

/// `` `a`, `b`, and 3 more ``
pub(crate) fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    listed(names, |name| format!("`{name}`"))
}

/// The same as [`listed`], with at most this many names.
pub(crate) fn first<T>(
    most: usize,
    names: impl IntoIterator<Item = T>,
    in_words: impl Fn(T) -> String,
) -> String {
    let mut names = names.into_iter();
    let mut shown: Vec<String> = names.by_ref().take(most).map(in_words).collect();
    // Iterates over the rest only if the iterator does not know its length.
    let more = match names.size_hint() {
        (least, Some(most)) if least == most => least,
        _ => names.count(),
    };
    shown.extend((more > 0).then(|| format!("and {more} more")));
    shown.join(", ")
}

/// `a, b and c`, or with another conjunction.
pub(crate) fn joined(names: &[impl AsRef<str>], conjunction: &str) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} {conjunction} {last}", others.join(", ")),
        Some((last, _)) => (*last).to_owned(),
        None => String::new(),
    }
}

/// A text that begins with a capital letter.
pub(crate) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_say_how_many_they_leave_out() {
        let names = ["a"; MOST_LISTED + 3];
        assert!(quoted(names).ends_with("`a`, and 3 more"));
        assert_eq!(quoted(["a", "b"]), "`a`, `b`");
        assert_eq!(joined(&["a", "b", "c"], "or"), "a, b or c");
        assert_eq!((joined(&["a"], "and"), joined(&[] as &[&str], "and")), ("a".to_owned(), String::new()));
        assert_eq!((count(1, "flow"), count(0, "flow")), ("1 flow".to_owned(), "0 flows".to_owned()));
    }
}
