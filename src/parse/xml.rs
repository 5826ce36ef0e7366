//! The XML parser. roxmltree defines which texts are valid and what they mean. It reads the texts that are unlike those of
//! exports, and explains the ones that are refused; a smaller reader is enough for all others. A property test compares
//! both with roxmltree's tree. Document type declarations are refused, so that entities cannot expand.

mod plain;
mod tree;

use std::borrow::Cow;

use roxmltree::{ParsingOptions, StringStorage};

use crate::source::Span;
use crate::source::document::MOST_BYTES;
use tree::Content;
pub(crate) use tree::{Document, Node};

/// Why an XML text could not be parsed, and where.
#[derive(Debug)]
pub(crate) struct XmlError {
    /// The problem in roxmltree's words, without the position.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// Parses an XML text.
///
/// # Errors
/// Invalid syntax, a document type declaration, or a size of 4 GiB or more.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, XmlError> {
    if text.len() > MOST_BYTES {
        return Err(XmlError { message: "it is longer than 4 GiB".to_owned(), line: 1, column: 1 });
    }
    plain::read(text).map_or_else(|| Ok(converted(text, &tree(text)?)), Ok)
}

/// Parses an XML text with everything in it, also what flowvet does not read.
///
/// # Errors
/// As for [`parse`].
pub(crate) fn tree(text: &str) -> Result<roxmltree::Document<'_>, XmlError> {
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    roxmltree::Document::parse_with_options(text, options).map_err(|error| {
        let message = error.to_string();
        let message = message.rsplit_once(" at ").map_or(message.as_str(), |(what, _)| what).to_owned();
        let position = error.pos();
        XmlError { message, line: position.row as usize, column: position.col as usize }
    })
}

/// The elements of a tree.
fn converted<'a>(text: &'a str, tree: &roxmltree::Document<'a>) -> Document<'a> {
    let mut document = Document::new(text, 0);
    // The unfinished elements: their indices, and the offsets at which they end.
    let mut open: Vec<(usize, usize)> = vec![(0, usize::MAX)];
    for node in tree.descendants().filter(roxmltree::Node::is_element) {
        let range = node.range();
        while let Some((index, _)) = open.last().copied().filter(|(_, end)| *end <= range.start) {
            document.close(index);
            open.pop();
        }
        let index = document.open(name(text, node));
        for one in node.attributes().filter(|one| one.namespace().is_none()) {
            document.add_attribute(
                one.range_qname().into(),
                one.range_value().into(),
                shared(one.value_storage()),
            );
        }
        if let Some(content) = content(node) {
            document.set_content(index, content);
        }
        open.push((index, range.end));
    }
    for (index, _) in open {
        document.close(index);
    }
    document
}

/// Where the name of an element is, without its prefix.
fn name(text: &str, node: roxmltree::Node<'_, '_>) -> Span {
    let start = node.range().start + 1;
    let name = &text[start..];
    let prefix = name.find(|c: char| c == ':' || c.is_whitespace() || matches!(c, '/' | '>'));
    let local = start + prefix.filter(|at| name[*at..].starts_with(':')).map_or(0, |at| at + 1);
    Span::new(local, local + node.tag_name().name().len())
}

/// The first text in an element.
fn content<'a>(node: roxmltree::Node<'_, 'a>) -> Option<Content<'a>> {
    let text = node.children().find(roxmltree::Node::is_text)?;
    let is_first = node.first_child() == Some(text);
    Some(Content { span: text.range().into(), value: shared(text.text_storage()?), is_first })
}

fn shared<'a>(text: &StringStorage<'a>) -> Cow<'a, str> {
    match text {
        StringStorage::Borrowed(text) => Cow::Borrowed(text),
        StringStorage::Owned(text) => Cow::Owned(text.to_string()),
    }
}

/// A text as XML writes it, in an element or in an attribute with any quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            other => out.push(other),
        }
    }
    out
}

/// The first child element with this name, ignoring case.
pub(crate) fn child<'a>(node: Node<'a>, name: &str) -> Option<Node<'a>> {
    children(node, name).next()
}

/// The child elements with this name, ignoring case.
pub(crate) fn children<'a>(node: Node<'a>, name: &str) -> impl Iterator<Item = Node<'a>> {
    node.children().filter(move |child| child.is(name))
}

/// The elements at any depth below `node` with this name, ignoring case, and `node` itself if it has the name.
pub(crate) fn descendants<'a>(node: Node<'a>, name: &str) -> impl Iterator<Item = Node<'a>> {
    node.descendants().filter(move |child| child.is(name))
}

/// The trimmed text of a child element; `None` if absent or blank.
pub(crate) fn child_text<'a>(node: Node<'a>, name: &str) -> Option<&'a str> {
    child(node, name).and_then(Node::text).map(str::trim).filter(|text| !text.is_empty())
}

/// Compares the name, attributes, first text and number of children of an element with roxmltree's.
#[cfg(any(test, feature = "fuzzing"))]
fn compare_element(text: &str, node: roxmltree::Node<'_, '_>, read: Node<'_>) {
    let written = |span: Span| &text[span.start..span.end];
    assert!(read.is(node.tag_name().name()), "{text:?}");
    assert!(written(read.name_span()) == node.tag_name().name(), "{text:?}");
    let attributes: Vec<_> = node.attributes().filter(|one| one.namespace().is_none()).collect();
    assert_eq!(read.attribute_count(), attributes.len(), "{text:?}");
    for one in attributes {
        let name = &text[one.range_qname()];
        assert_eq!(read.attribute(name), Some(one.value()), "{text:?}");
        assert_eq!(written(read.attribute_span(name)), &text[one.range_value()], "{text:?}");
    }
    let content = node.children().find(roxmltree::Node::is_text);
    let span = content.map_or(read.name_span(), |content| content.range().into());
    assert_eq!(read.text_span(), span, "{text:?}");
    let is_blank = |text: &str| text.trim_ascii().is_empty();
    let first =
        content.filter(|content| node.first_child() == Some(*content)).and_then(|content| content.text());
    // Blank texts may keep their line breaks.
    let is_same = read.text() == first || read.text().is_some_and(is_blank) && first.is_some_and(is_blank);
    assert!(is_same, "{:?} is read as {:?}: {text:?}", first, read.text());
    let children = node.children().filter(roxmltree::Node::is_element).count();
    assert_eq!(read.children().count(), children, "{text:?}");
}

/// Checks that `converted`, and the smaller reader unless it gives up, read a text as roxmltree does.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn compare(text: &str) {
    let plain = plain::read(text);
    let Ok(tree) = tree(text) else {
        assert_eq!(plain, None, "{text:?}");
        return;
    };
    let elements: Vec<_> = tree.descendants().filter(roxmltree::Node::is_element).collect();
    for read in plain.into_iter().chain([converted(text, &tree)]) {
        assert_eq!(read.root().descendants().count(), 1 + elements.len(), "{text:?}");
        for (node, read) in elements.iter().copied().zip(read.root().descendants().skip(1)) {
            compare_element(text, node, read);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_cover_the_smallest_text() {
        let text = "<a><B c='x y'> 1 </B></a>";
        let document = parse(text).expect("xml");
        let b = child(document.root_element(), "b").expect("found without regard to case");
        let show = |span: Span| &text[span.start..span.end];
        assert_eq!(show(b.name_span()), "B");
        assert_eq!(show(b.attribute_span("c")), "x y");
        assert_eq!(show(b.attribute_span("nothing")), "B");
        assert_eq!(show(b.text_span()), " 1 ");
        assert_eq!(child_text(document.root_element(), "B"), Some("1"));
    }

    #[test]
    fn cdata_is_read_as_its_text() {
        let document = parse("<a><b><![CDATA[<x>]]></b><c>y<![CDATA[z]]></c></a>").expect("xml");
        assert_eq!(child_text(document.root_element(), "b"), Some("<x>"));
        assert_eq!(child_text(document.root_element(), "c"), Some("yz"));
    }

    #[test]
    fn document_types_are_refused() {
        let error = parse("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").expect_err("no entities");
        assert_eq!((error.line, error.column), (1, 1));
    }

    #[test]
    fn usual_texts_are_read_by_the_smaller_reader() {
        for text in [
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<a x='1 &amp; \"2\"' y=\">\">\r\n  <b_c.d-1>\r\n</b_c.d-1 >t</a>\n",
            "<a xmlns:xsi='http://x' xsi:nil='true' nil='1' xml:space='preserve'/>",
            "<a x='&#xA;'>&#xD;é&lt;&#65;&#x1F600;\u{FEFF}] ]></a>",
            "<a><b/>text<b>x\r\ny\rz</b></a>",
        ] {
            assert_eq!(plain::read(text).is_some(), !text.contains("xml:space"), "{text}");
            compare(text);
        }
    }

    proptest::proptest! {
        #[test]
        fn both_readers_read_the_same(parts in proptest::collection::vec(proptest::sample::select(vec![
            "<a>", "<b x='1'>", "<b\ty=\"é&quot;&#xD;&#10;&#9;\" x=''/>", "</a>", "</b>", "</b >", "<a/>", "t", "é", "\u{FFFE}", "\u{EFFF}",
            " ", "\r", "\n", "\r\n", "&amp;", "&#xA;", "&#13;", "&#9;", "&#1;", "&#0x41;", "&#;", "&#x41;", "&#xD800;", "&x;", "&", "]]>", "<!--c-->", "<?p?>",
            "<![CDATA[x]]>", "<a xmlns='u'>", "<a xmlns:p='u'>", "<p:b/>", "<a p:x='1'/>", "<a x='1' p:x='2' xml:x='3'/>",
            "<a x='1' x='2'/>", "<a xmlns:p='u' p:x=''>", "<a xmlns:q='u' xmlns:p='v' q:x='' p:x=''/>", "<b x='\n'/>",
            "<b x='<'/>", "<b x='1'y='2'/>", "<b x ='1'/>", "<é/>", "<a", ">", "/>", " x='1'", " xmlns=''", "\u{1}", "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
            "<a_b.c-1 d-2.e_f='1'/>", "<_a _b='1'/>", "<1a/>", "<-a/>", "<a 1x='1'/>", "<a x'1'/>", "<a x", "<a x=", "<a :x='1'/>",
            "<a x:='1'/>", "<a xml:y:z='1'/>", "<a:/>", "<a xé='1'/>", "<aé/>", "<a@b/>", "<a\n/>", "<a x='1'\n/>",
            "<abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz='abcdefghijklmnopqrstuvwxyz&amp;'/>",
            "<a xmlns:p='u' p:x='&x;'/>", "<a xmlns:p='u' p:x='&lt;'/>",
        ]), 0..12), wraps in proptest::bool::ANY) {
            let inner = parts.concat();
            compare(&if wraps { format!("<a>{inner}</a>") } else { inner });
        }
    }
}
