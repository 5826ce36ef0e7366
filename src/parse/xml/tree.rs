//! The elements of an XML text as a flat list that points into the text.

use std::borrow::Cow;

use crate::source::Span;

/// A parsed XML text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Document<'a> {
    pub(super) text: &'a str,
    /// The parent of the root element, and every element after its parent.
    pub(super) elements: Vec<Entry<'a>>,
    /// The attributes of all elements. Those of an element are adjacent.
    pub(super) attributes: Vec<Attribute<'a>>,
}

/// An element.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    /// The name without its prefix.
    pub(super) name: &'a str,
    /// The offset of its `<`.
    pub(super) start: usize,
    /// The index after the last element inside it.
    pub(super) end: usize,
    /// The range of its attributes in the list.
    pub(super) attributes: (usize, usize),
    /// The first text in the element.
    pub(super) content: Option<Content<'a>>,
}

/// A text in an element.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Content<'a> {
    pub(super) span: Span,
    /// The decoded text. A blank text may have line breaks as written.
    pub(super) value: Cow<'a, str>,
    /// Whether nothing is before it in the element.
    pub(super) is_first: bool,
}

/// An attribute without a namespace.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    pub(super) name: &'a str,
    /// The decoded value.
    pub(super) value: Cow<'a, str>,
    /// The value as written, without quotes.
    pub(super) span: Span,
}

/// An element of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'a> {
    document: &'a Document<'a>,
    index: usize,
}

impl<'a> Document<'a> {
    /// A document without elements.
    pub(super) fn new(text: &'a str) -> Self {
        let root = Entry { name: "", start: 0, end: 1, attributes: (0, 0), content: None };
        Document { text, elements: vec![root], attributes: Vec::new() }
    }

    /// The same, with room for the elements and attributes of most texts, because copying growing lists takes as long as
    /// reading what is in them.
    pub(super) fn with_room(text: &'a str) -> Self {
        /// Of text for each element and attribute.
        const BYTES: usize = 64;
        const MOST: usize = 1 << 16;
        let mut document = Document::new(text);
        let count = (text.len() / BYTES).min(MOST);
        document.elements.reserve(count);
        document.attributes.reserve(count);
        document
    }

    /// The parent of the root element.
    pub(crate) fn root(&self) -> Node<'_> {
        Node { document: self, index: 0 }
    }

    /// The root element.
    pub(crate) fn root_element(&self) -> Node<'_> {
        // The text was parsed, so it has one.
        Node { document: self, index: self.elements.len().min(2) - 1 }
    }
}

impl<'a> Node<'a> {
    /// Whether the element has this name, ignoring case.
    pub(crate) fn is(self, name: &str) -> bool {
        self.entry().name.eq_ignore_ascii_case(name)
    }

    /// The decoded value of an attribute without a namespace.
    pub(crate) fn attribute(self, name: &str) -> Option<&'a str> {
        self.named(name).map(|attribute| &*attribute.value)
    }

    /// The range of an attribute's value, or else of the element's name.
    pub(crate) fn attribute_span(self, name: &str) -> Span {
        self.named(name).map_or_else(|| self.name_span(), |attribute| attribute.span)
    }

    /// The smallest range for an element: its name in the start tag.
    pub(crate) fn name_span(self) -> Span {
        let start = self.entry().start + 1;
        Span::new(start, start + self.entry().name.len())
    }

    /// The decoded text at the beginning of the element.
    pub(crate) fn text(self) -> Option<&'a str> {
        let content = self.entry().content.as_ref();
        content.filter(|content| content.is_first).map(|content| &*content.value)
    }

    /// The range of the text in the element, or else of the element's name.
    pub(crate) fn text_span(self) -> Span {
        self.entry().content.as_ref().map_or_else(|| self.name_span(), |content| content.span)
    }

    /// The elements in this element, without those in them.
    pub(crate) fn children(self) -> impl Iterator<Item = Node<'a>> {
        let Node { document, index } = self;
        let end = self.entry().end;
        let at = move |index: usize| (index < end).then_some(Node { document, index });
        std::iter::successors(at(index + 1), move |child| at(child.entry().end))
    }

    /// This element and the elements in it at any depth.
    pub(crate) fn descendants(self) -> impl Iterator<Item = Node<'a>> {
        let Node { document, index } = self;
        (index..self.entry().end).map(move |index| Node { document, index })
    }

    /// The text of the document.
    pub(crate) fn document_text(self) -> &'a str {
        self.document.text
    }

    fn named(self, name: &str) -> Option<&'a Attribute<'a>> {
        let (start, end) = self.entry().attributes;
        self.document.attributes[start..end].iter().find(|attribute| attribute.name == name)
    }

    fn entry(self) -> &'a Entry<'a> {
        &self.document.elements[self.index]
    }
}
