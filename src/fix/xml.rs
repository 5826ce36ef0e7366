//! Changes of XML elements.

use roxmltree::{Document, Node};

use super::Edit;
use crate::parse::xml;
use crate::source::{Place, Sources, Span, Text};

/// Removes the element in whose start tag a place is: an attribute or the name. If it is alone on its lines, these go too.
/// `None` for texts that are not XML.
///
/// This reads only the element, because a file may have many of them.
pub(crate) fn remove_element(sources: &Sources, place: &Place) -> Option<Edit> {
    let text = sources.get(place.file);
    let range = element(text.text(), crate::parse::locate(sources, place))?;
    let span = match (start_of_line(text, range.start), rest_of_line(text, range.end)) {
        (Some(start), Some(end)) => Span::new(start, end),
        _ => range,
    };
    Some(Edit::raw(Place::span(place.file, span), ""))
}

/// The range of the element in whose start tag a range is.
fn element(text: &str, at: Span) -> Option<Span> {
    if !text.trim_start().starts_with('<') {
        return None;
    }
    // Neither names nor values contain a `<`.
    let start = text[..at.start].rfind('<')?;
    let name: &str = text[start + 1..].split(|c: char| c.is_whitespace() || "/>".contains(c)).next()?;
    let end = end_of_tag(text, start)?;
    if text[..end].ends_with("/>") {
        return Some(Span::new(start, end));
    }
    let close = end + find_tag(&text[end..], &format!("</{name}"))?;
    let is_nested = find_tag(&text[end..close], &format!("<{name}")).is_some();
    let end = close + text[close..].find('>')? + 1;
    (!is_nested).then_some(Span::new(start, end))
}

/// The first tag with this beginning and name. The names of other tags may begin with that name.
fn find_tag(text: &str, tag: &str) -> Option<usize> {
    let ends = |at: usize| {
        text[at + tag.len()..].starts_with(|next: char| next.is_whitespace() || "/>".contains(next))
    };
    text.match_indices(tag).map(|(at, _)| at).find(|at| ends(*at))
}

/// The end of a start tag. A `>` in a value does not end it.
fn end_of_tag(text: &str, start: usize) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text[start..].bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (b'>', None) => return Some(start + at + 1),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

/// Adds an element after the last child of the element that a place is in. `None` for an element without children, and for
/// texts that are not XML.
pub(crate) fn append_element(sources: &Sources, place: &Place, new: &str) -> Option<Edit> {
    let file = sources.get(place.file);
    let text = file.text();
    let document = xml::tree(text).ok()?;
    let parent = innermost(&document, crate::parse::locate(sources, place))?;
    let last = parent.last_element_child()?.range();
    let indent = start_of_line(file, last.start).map_or("", |start| &text[start..last.start]);
    let newline = match text[..last.start].strip_suffix(indent) {
        Some(before) if before.ends_with("\r\n") => "\r\n",
        Some(before) if before.ends_with('\n') => "\n",
        _ => "",
    };
    let at = Span::new(last.end, last.end);
    Some(Edit::raw(Place::span(place.file, at), format!("{newline}{indent}{new}")))
}

/// Adds an element after the element in whose start tag a place is, with its indentation. `None` for texts that are not XML.
pub(crate) fn append_sibling(sources: &Sources, place: &Place, new: &[&str]) -> Option<Edit> {
    let file = sources.get(place.file);
    let text = file.text();
    let range = element(text, crate::parse::locate(sources, place))?;
    let indent = start_of_line(file, range.start).map(|start| &text[start..range.start]);
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let line = |line: &&str| match indent {
        Some(indent) => format!("{newline}{indent}{line}"),
        None => line.trim_start().to_owned(),
    };
    let at = Span::new(range.end, range.end);
    Some(Edit::raw(Place::span(place.file, at), new.iter().map(line).collect::<String>()))
}

/// The element at a range.
fn innermost<'a>(document: &'a Document<'a>, at: Span) -> Option<Node<'a, 'a>> {
    let contains = |node: &Node<'_, '_>| node.range().start <= at.start && at.end <= node.range().end;
    document.descendants().rfind(|node| node.is_element() && contains(node))
}

/// The start of the line, if there is only white space before an offset.
fn start_of_line(text: &Text, at: usize) -> Option<usize> {
    let start = text.start_of_line(at);
    text.text()[start..at].trim().is_empty().then_some(start)
}

/// The end of the line, with its break, if there is only white space after an offset.
fn rest_of_line(text: &Text, at: usize) -> Option<usize> {
    let end = text.line_start(text.line_index(at) + 1)?;
    text.text()[at..end].trim().is_empty().then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::{apply, resolve};

    fn edited(text: &str, part: &str, edit: impl Fn(&Sources, &Place) -> Option<Edit>) -> Option<String> {
        let mut sources = Sources::default();
        let file = sources.add(Text::new("x.xml", text));
        let at = text.find(part).expect("there");
        let edit = edit(&sources, &Place::span(file, Span::new(at, at + part.len())))?;
        Some(apply(text, &resolve(&sources, [&edit])?[&file]))
    }

    #[test]
    fn elements_come_and_go_with_their_lines() {
        let text = "<a>\r\n  <b id='1' />\r\n  <b id='2'>\r\n    <c/>\r\n  </b>\r\n</a>\r\n";
        assert_eq!(edited(text, "2", remove_element).as_deref(), Some("<a>\r\n  <b id='1' />\r\n</a>\r\n"));
        assert_eq!(
            edited(text, "a", |sources, place| append_element(sources, place, "<b/>")).as_deref(),
            Some("<a>\r\n  <b id='1' />\r\n  <b id='2'>\r\n    <c/>\r\n  </b>\r\n  <b/>\r\n</a>\r\n")
        );
        assert_eq!(edited("<a><b><bc>x</bc></b></a>", "b", remove_element).as_deref(), Some("<a></a>"));
        assert_eq!(edited("<a><b/><c/></a>", "b", remove_element).as_deref(), Some("<a><c/></a>"));
        assert_eq!(
            edited("<a><b/></a>", "a", |sources, place| append_element(sources, place, "<c/>")).as_deref(),
            Some("<a><b/><c/></a>")
        );
        let sibling =
            |sources: &Sources, place: &Place| append_sibling(sources, place, &["<d>", "  <e/>", "</d>"]);
        assert_eq!(
            edited(text, "2", sibling).as_deref(),
            Some(
                "<a>\r\n  <b id='1' />\r\n  <b id='2'>\r\n    <c/>\r\n  </b>\r\n  <d>\r\n    <e/>\r\n  </d>\r\n</a>\r\n"
            )
        );
        assert_eq!(edited("<a><b/></a>", "b", sibling).as_deref(), Some("<a><b/><d><e/></d></a>"));
        assert_eq!(edited("<a/>", "a", |sources, place| append_element(sources, place, "<c/>")), None);
        assert_eq!(edited("a: 1", "a", remove_element), None);
        assert_eq!(
            edited("<a><b x='>' y='1'>/</b><c/></a>", "1", remove_element).as_deref(),
            Some("<a><c/></a>")
        );
    }
}
