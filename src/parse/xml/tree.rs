//! The elements of an XML text as a flat list that points into the text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::source::Span;
use crate::source::document::{Slice, number};

/// A parsed XML text. Exports consist mostly of elements that nothing reads, so each is kept small.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Document<'a> {
    text: &'a str,
    /// The parent of the root element, and every element after its parent.
    elements: Vec<Entry>,
    /// The attributes of all elements, in the order of the elements.
    attributes: Vec<Attribute>,
    /// The decoded texts and attribute values that differ from the source, by their offset.
    decoded: BTreeMap<usize, Box<str>>,
}

/// An element.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    /// The name without its prefix.
    name: Slice,
    /// The index after the last element inside it.
    end: u32,
    /// The index of its first attribute. Its attributes end where those of the next element begin.
    attributes: u32,
    /// The first text in the element. It is never at the start of the document, so the default means that there is
    /// none.
    content: Slice,
    /// Whether nothing is before the text in the element.
    is_first: bool,
}

/// A text in an element.
#[derive(Debug)]
pub(super) struct Content<'a> {
    pub(super) span: Span,
    /// The decoded text. A blank text may have line breaks as written.
    pub(super) value: Cow<'a, str>,
    /// Whether nothing is before it in the element.
    pub(super) is_first: bool,
}

/// An attribute without a namespace.
#[derive(Debug, PartialEq, Eq)]
struct Attribute {
    name: Slice,
    /// The value as written, without quotes.
    value: Slice,
}

/// An element of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'a> {
    document: &'a Document<'a>,
    index: usize,
}

/// A range of the text.
fn slice(span: Span) -> Slice {
    Slice::from(span.start..span.end)
}

impl<'a> Document<'a> {
    /// A document without elements, and with room for `count` elements and attributes. The text must be shorter than 4 GiB.
    pub(super) fn new(text: &'a str, count: usize) -> Self {
        let mut document = Document {
            text,
            elements: Vec::with_capacity(count),
            attributes: Vec::with_capacity(count),
            decoded: BTreeMap::new(),
        };
        document.open(Span::new(0, 0));
        document
    }

    /// Adds an element. Its attributes must be added before the next element. Returns its index.
    pub(super) fn open(&mut self, name: Span) -> usize {
        let index = self.elements.len();
        self.elements.push(Entry {
            name: slice(name),
            end: number(index + 1),
            attributes: number(self.attributes.len()),
            content: Slice::default(),
            is_first: false,
        });
        index
    }

    /// The number of elements, with the parent of the root element.
    pub(super) fn len(&self) -> usize {
        self.elements.len()
    }

    /// Closes an element. The last element so far is the last one inside it.
    pub(super) fn close(&mut self, index: usize) {
        self.elements[index].end = number(self.elements.len());
    }

    /// Adds an attribute to the last element. Its span is that of the value as written.
    pub(super) fn add_attribute(&mut self, name: Span, span: Span, value: Cow<'_, str>) {
        self.store_if_decoded(span, value);
        self.attributes.push(Attribute { name: slice(name), value: slice(span) });
    }

    /// Sets the first text of an element.
    pub(super) fn set_content(&mut self, index: usize, content: Content<'_>) {
        self.store_if_decoded(content.span, content.value);
        let element = &mut self.elements[index];
        element.content = slice(content.span);
        element.is_first = content.is_first;
    }

    pub(super) fn has_content(&self, index: usize) -> bool {
        self.elements[index].content != Slice::default()
    }

    /// Whether the last element has an attribute with this name.
    pub(super) fn has_attribute(&self, name: &str) -> bool {
        self.elements.len().checked_sub(1).is_some_and(|last| self.attribute(last, name).is_some())
    }

    /// Stores a decoded value if it differs from the source. A borrowed value can be shorter than its span: the text of a
    /// CDATA section.
    fn store_if_decoded(&mut self, span: Span, value: Cow<'_, str>) {
        let is_written = match &value {
            Cow::Borrowed(value) => value.len() == span.end - span.start,
            Cow::Owned(value) => *value == self.text[span.start..span.end],
        };
        if !is_written {
            self.decoded.insert(span.start, value.into());
        }
    }

    fn decoded(&self, part: Slice) -> &str {
        let range = part.range();
        self.decoded.get(&range.start).map_or(&self.text[range], |value| value)
    }

    /// The attributes of an element.
    fn attributes(&self, index: usize) -> &[Attribute] {
        let first = self.elements[index].attributes as usize;
        let next = self.elements.get(index + 1);
        let end = next.map_or(self.attributes.len(), |next| next.attributes as usize);
        &self.attributes[first..end]
    }

    fn attribute(&self, index: usize, name: &str) -> Option<&Attribute> {
        let is_it = |own: Slice| own.len() == name.len() && self.bytes(own) == name.as_bytes();
        self.attributes(index).iter().find(|attribute| is_it(attribute.name))
    }

    fn bytes(&self, part: Slice) -> &[u8] {
        &self.text.as_bytes()[part.range()]
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
    #[inline]
    pub(crate) fn is(self, name: &str) -> bool {
        let own = self.entry().name;
        own.len() == name.len() && self.document.bytes(own).eq_ignore_ascii_case(name.as_bytes())
    }

    /// The decoded value of an attribute without a namespace.
    pub(crate) fn attribute(self, name: &str) -> Option<&'a str> {
        let attribute = self.document.attribute(self.index, name)?;
        Some(self.document.decoded(attribute.value))
    }

    /// The range of an attribute's value, or else of the element's name.
    pub(crate) fn attribute_span(self, name: &str) -> Span {
        let attribute = self.document.attribute(self.index, name);
        attribute.map_or_else(|| self.name_span(), |attribute| attribute.value.range().into())
    }

    /// The number of attributes without a namespace.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(super) fn attribute_count(self) -> usize {
        self.document.attributes(self.index).len()
    }

    /// The smallest range for an element: its name in the start tag.
    pub(crate) fn name_span(self) -> Span {
        self.entry().name.range().into()
    }

    /// The decoded text at the beginning of the element.
    pub(crate) fn text(self) -> Option<&'a str> {
        let Entry { content, is_first, .. } = self.entry();
        is_first.then(|| self.document.decoded(*content))
    }

    /// The range of the text in the element, or else of the element's name.
    pub(crate) fn text_span(self) -> Span {
        let content = self.entry().content;
        if content == Slice::default() { self.name_span() } else { content.range().into() }
    }

    /// The elements in this element, without those in them.
    pub(crate) fn children(self) -> impl Iterator<Item = Node<'a>> {
        let Node { document, index } = self;
        let end = self.entry().end as usize;
        let at = move |index: usize| (index < end).then_some(Node { document, index });
        std::iter::successors(at(index + 1), move |child| at(child.entry().end as usize))
    }

    /// This element and the elements in it at any depth.
    pub(crate) fn descendants(self) -> impl Iterator<Item = Node<'a>> {
        let Node { document, index } = self;
        (index..self.entry().end as usize).map(move |index| Node { document, index })
    }

    /// The text of the document.
    pub(crate) fn document_text(self) -> &'a str {
        self.document.text
    }

    fn entry(self) -> &'a Entry {
        &self.document.elements[self.index]
    }
}
