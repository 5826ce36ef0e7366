//! Removes entries from the text of a configuration: a table such as `[[ignore]]`, or an element of an array.
//!
//! The text around an entry decides what is removed. Then the text is parsed again, and the rest has to be the same, so a
//! configuration with an unusual layout is left alone.

use toml::{Table, Value};

use crate::source::Span;

/// The range of the `number`th table of an array of tables, from its head to the next entry. An offset in it is known.
pub(crate) fn table(text: &str, key: &str, number: usize, inside: usize) -> Option<Span> {
    let lines = lines(text);
    let head = lines.iter().rposition(|line| line.start <= inside && starts_with(text, *line, "[["))?;
    let next = lines[head + 1..].iter().position(|line| starts_with(text, *line, "["));
    let next = next.map_or(lines.len(), |next| head + 1 + next);
    // Comments before the next entry belong to it.
    let is_kept = |line: &Span| {
        let text = text[line.start..line.end].trim();
        text.is_empty() || text.starts_with('#')
    };
    let last = (head..next).rev().find(|index| !is_kept(&lines[*index]))?;
    let is_blank =
        |index: &usize| lines[*index].start < lines[*index].end && text_of(text, lines[*index]).is_empty();
    let end = (last + 1..next).take_while(is_blank).last().unwrap_or(last);
    let start = match end + 1 == lines.len() {
        true => (0..head).rev().take_while(is_blank).last().unwrap_or(head),
        false => head,
    };
    let span = Span::new(lines[start].start, lines[end].end);
    let without = |table: &mut Table| {
        let list = table.get_mut(key)?.as_array_mut()?;
        (number < list.len()).then(|| list.remove(number))?;
        if list.is_empty() {
            table.remove(key);
        }
        Some(())
    };
    is_rest_same(text, span, without).then_some(span)
}

/// The range of an element of an array, with a comma. `element` is its text without quotes, and `array` finds the array.
/// `None` if it is the only element.
pub(crate) fn element(
    text: &str,
    element: Span,
    number: usize,
    array: impl Fn(&mut Table) -> Option<&mut Vec<Value>>,
) -> Option<Span> {
    let quotes =
        ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| text[..element.start].ends_with(quote))?;
    let item = Span::new(element.start - quotes.len(), element.end + quotes.len());
    let span = crate::fix::with_comma(text, item);
    let without = |table: &mut Table| {
        let list = array(table)?;
        (number < list.len()).then(|| list.remove(number)).map(drop)
    };
    is_rest_same(text, span, without).then_some(span)
}

/// The longest text that is parsed again for each entry. People write shorter ones.
const MOST_BYTES: usize = 32 << 10;

/// Whether a text without a range means the same as the whole text without an entry.
fn is_rest_same(text: &str, span: Span, without: impl FnOnce(&mut Table) -> Option<()>) -> bool {
    if text.len() > MOST_BYTES {
        return false;
    }
    let rest =
        text.get(..span.start).zip(text.get(span.end..)).map(|(before, after)| format!("{before}{after}"));
    let parse = |text: &str| toml::from_str::<Table>(text).ok();
    let (Some(rest), Some(mut expected)) = (rest.and_then(|rest| parse(&rest)), parse(text)) else {
        return false;
    };
    without(&mut expected).is_some() && rest == expected
}

fn lines(text: &str) -> Vec<Span> {
    let mut start = 0;
    let line = |line: &str| {
        let span = Span::new(start, start + line.len());
        start = span.end;
        span
    };
    text.split_inclusive('\n').map(line).collect()
}

fn text_of(text: &str, line: Span) -> &str {
    text[line.start..line.end].trim()
}

fn starts_with(text: &str, line: Span, start: &str) -> bool {
    text_of(text, line).starts_with(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, span: Option<Span>) -> Option<String> {
        span.map(|span| format!("{}{}", &text[..span.start], &text[span.end..]))
    }

    #[test]
    fn a_table_is_removed_with_its_lines_only() {
        let first = "# the first\n[[ignore]]\nrule = 'a'\nreason = '''\n[[ignore]]'''\n\n# the second\n";
        let second = "[[ignore]] # head\nreason = 'x'\nrule = 'b'\n";
        let text = format!("fail-on = 'error'\n\n{first}{second}");
        let at = text.find("'b'").expect("there");
        let kept = format!("fail-on = 'error'\n\n{first}");
        assert_eq!(without(&text, table(&text, "ignore", 1, at)), Some(kept));
        // A line of a text that looks like a head.
        let at = text.find("'a'").expect("there");
        assert_eq!(table(&text, "ignore", 0, at), None);
        let text = format!("{second}\n[rules]\na-b = 'off'\n");
        assert_eq!(without(&text, table(&text, "ignore", 0, 20)).as_deref(), Some("[rules]\na-b = 'off'\n"));
        let text = "ignore = [{ rule = 'a', reason = 'b' }]\n";
        assert_eq!(table(text, "ignore", 0, 22), None);
    }

    #[test]
    fn an_element_is_removed_with_a_comma() {
        fn list(table: &mut Table) -> Option<&mut Vec<Value>> {
            table.get_mut("a")?.as_array_mut()
        }
        for (text, part, number, expected) in [
            ("a = ['x', 'y']\n", "x", 0, Some("a = ['y']\n")),
            ("a = ['x', \"y\"]\n", "y", 1, Some("a = ['x']\n")),
            ("a = [\n  'x',\n  'y',\n]\n", "y", 1, Some("a = [\n  'x',\n  ]\n")),
            ("a = [\n  'x', # why\n  'y'\n]\n", "y", 1, None),
        ] {
            let at = text.find(part).expect("there");
            let span = element(text, Span::new(at, at + 1), number, list);
            assert_eq!(without(text, span).as_deref(), expected, "{text}");
        }
    }
}
