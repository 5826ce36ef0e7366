//! The XML parser. It wraps roxmltree, which provides the ranges of elements. It refuses document type declarations, so
//! that entities cannot expand.

use roxmltree::{Document, Node, ParsingOptions};

use crate::source::Span;

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
/// Invalid syntax, or a document type declaration.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, XmlError> {
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        let message = error.to_string();
        let message = message.rsplit_once(" at ").map_or(message.as_str(), |(what, _)| what).to_owned();
        let position = error.pos();
        XmlError { message, line: position.row as usize, column: position.col as usize }
    })
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
pub(crate) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    children(node, name).next()
}

/// The child elements with this name, ignoring case.
pub(crate) fn children<'a, 'i>(node: Node<'a, 'i>, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| is(*child, name))
}

/// The elements at any depth below `node` with this name, ignoring case.
pub(crate) fn descendants<'a, 'i>(node: Node<'a, 'i>, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.descendants().filter(move |child| is(*child, name))
}

/// The trimmed text of a child element; `None` if absent or blank.
pub(crate) fn child_text<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name).and_then(|child| child.text()).map(str::trim).filter(|text| !text.is_empty())
}

/// The smallest range for an element: its name in the start tag.
pub(crate) fn name_span(node: Node<'_, '_>) -> Span {
    let start = node.range().start + 1;
    Span::new(start, start + node.tag_name().name().len())
}

/// The range of an attribute's value, or else of the element's name.
pub(crate) fn attribute_span(node: Node<'_, '_>, name: &str) -> Span {
    node.attribute_node(name).map_or_else(
        || name_span(node),
        |attribute| Span::new(attribute.range_value().start, attribute.range_value().end),
    )
}

/// The range of the text in an element, or else of the element's name.
pub(crate) fn text_span(node: Node<'_, '_>) -> Span {
    node.children()
        .find(Node::is_text)
        .map_or_else(|| name_span(node), |text| Span::new(text.range().start, text.range().end))
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name().eq_ignore_ascii_case(name)
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
        assert_eq!(show(name_span(b)), "B");
        assert_eq!(show(attribute_span(b, "c")), "x y");
        assert_eq!(show(attribute_span(b, "nothing")), "B");
        assert_eq!(show(text_span(b)), " 1 ");
        assert_eq!(child_text(document.root_element(), "B"), Some("1"));
    }

    #[test]
    fn document_types_are_refused() {
        let error = parse("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").expect_err("no entities");
        assert_eq!((error.line, error.column), (1, 1));
    }
}
