//! Read access to a [`Document`]: values, objects and arrays that point into it. Each is a pointer and an index.

use std::fmt;

use super::node::Node;
use super::{Children, ContentFlags, Document, NodeKind, number};
use crate::source::Span;

/// The index of a value in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeId(pub(super) u32);

/// A value in a document.
#[derive(Clone, Copy)]
pub struct Json<'a> {
    pub(super) document: &'a Document,
    pub(super) node: u32,
}

/// A value by type.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(Number<'a>),
    /// A string, decoded.
    String(&'a str),
    /// An array.
    Array(Array<'a>),
    /// An object.
    Object(Object<'a>),
}

/// A number as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<'a>(&'a str);

impl<'a> Number<'a> {
    /// The value, if it is a 64-bit integer.
    pub fn as_i64(self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// Whether it has a decimal point or an exponent, or exceeds 64 bits.
    pub fn is_float(self) -> bool {
        self.as_i64().is_none() && self.0.parse::<u64>().is_err()
    }

    /// The number as written.
    pub fn text(self) -> &'a str {
        self.0
    }
}

impl<'a> Json<'a> {
    /// The value by type.
    pub fn value(self) -> Value<'a> {
        match self.kind() {
            NodeKind::Null => Value::Null,
            NodeKind::Bool => Value::Bool(self.is_true()),
            NodeKind::Number => Value::Number(Number(self.raw())),
            NodeKind::String => Value::String(self.document.string(self.node())),
            NodeKind::Escaped => Value::String(self.document.decoded_string(self.node())),
            NodeKind::Array => Value::Array(Array(self)),
            NodeKind::Object | NodeKind::Detached => Value::Object(Object(self)),
        }
    }

    /// The decoded text, if this is a string.
    #[inline]
    pub fn as_str(self) -> Option<&'a str> {
        let node = self.node();
        match node.kind() {
            NodeKind::String => Some(self.document.string(node)),
            NodeKind::Escaped => Some(self.document.decoded_string(node)),
            _ => None,
        }
    }

    /// The value, if this is `true` or `false`.
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == NodeKind::Bool).then(|| self.is_true())
    }

    /// The value, if this is a signed 64-bit integer.
    pub fn as_i64(self) -> Option<i64> {
        match self.value() {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The value, if this is an unsigned 64-bit integer.
    pub fn as_u64(self) -> Option<u64> {
        match self.value() {
            Value::Number(number) => number.0.parse().ok(),
            _ => None,
        }
    }

    /// The members, if this is an object.
    pub fn as_object(self) -> Option<Object<'a>> {
        matches!(self.kind(), NodeKind::Object | NodeKind::Detached).then_some(Object(self))
    }

    /// The elements, if this is an array.
    pub fn as_array(self) -> Option<Array<'a>> {
        (self.kind() == NodeKind::Array).then_some(Array(self))
    }

    /// The member with this key, if this is an object that has it.
    #[inline(always)]
    pub fn get(self, key: &str) -> Option<Json<'a>> {
        Object(self).get(key)
    }

    /// The value at the end of a path of keys.
    #[inline(always)]
    pub fn at(self, keys: &[&str]) -> Option<Json<'a>> {
        keys.iter().try_fold(self, |json, key| json.get(key))
    }

    /// The byte range of the value, without the quotes of a string.
    pub fn span(self) -> Span {
        self.document.value_range(self.node as usize).into()
    }

    /// Whether the value, or any key or value inside it, may contain any of these characters.
    pub(crate) fn may_hold(self, flags: ContentFlags) -> bool {
        self.node().flags().any_of(flags)
    }

    /// The text as written, without the quotes of a string.
    pub fn raw(self) -> &'a str {
        &self.document.text[self.document.value_range(self.node as usize)]
    }

    /// The id of the value in the document.
    pub(crate) fn id(self) -> NodeId {
        NodeId(self.node)
    }

    /// The key of the value. It is empty for array elements and the root.
    pub fn key(self) -> &'a str {
        self.document.key(self.node())
    }

    /// The byte range of the key, without quotes.
    pub(crate) fn key_span(self) -> Option<Span> {
        let node = self.node();
        (node.key_length > 0).then(|| self.document.key_range(node).into())
    }

    /// A part of the document's text.
    pub(crate) fn document_text(self, span: Span) -> &'a str {
        &self.document.text[span.start..span.end]
    }

    fn node(self) -> Node {
        self.document.nodes[self.node as usize]
    }

    fn kind(self) -> NodeKind {
        self.node().kind()
    }

    fn is_true(self) -> bool {
        self.document.text.as_bytes().get(self.node().start as usize) == Some(&b't')
    }

    fn elements(self) -> Elements<'a> {
        let children = match self.kind() {
            NodeKind::Array | NodeKind::Object => self.document.children(self.node as usize),
            _ => Children::none(),
        };
        Elements { document: self.document, children }
    }

    /// The number of members or elements.
    fn count(self) -> usize {
        let many = self.document.many_children(self.node as usize);
        match self.kind() {
            NodeKind::Array | NodeKind::Object => {
                many.map_or_else(|| self.elements().count(), |many| many.len())
            }
            _ => 0,
        }
    }
}

/// Prints the text as written, a string with its quotes.
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            NodeKind::String | NodeKind::Escaped => write!(f, "\"{}\"", self.raw()),
            _ => f.write_str(self.raw()),
        }
    }
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Two values are equal if they are the same node of the same document.
impl PartialEq for Json<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.node == other.node
    }
}

/// The members of an object, sorted by key.
#[derive(Debug, Clone, Copy)]
pub struct Object<'a>(Json<'a>);

impl<'a> Object<'a> {
    /// The members of a value. A value that is not an object has none.
    pub(crate) fn of(json: Json<'a>) -> Self {
        Object(json)
    }

    /// The member with this key.
    #[inline(always)]
    pub fn get(self, key: &str) -> Option<Json<'a>> {
        let node = self.0.document.member(self.0.node as usize, key)?;
        Some(Json { document: self.0.document, node })
    }

    /// Whether there is a member with this key.
    pub fn contains_key(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The keys and values.
    pub fn iter(self) -> Members<'a> {
        Members(self.values())
    }

    /// The members that may contain any of these flags. The keys of the others are not read: they are elsewhere in
    /// memory.
    pub(crate) fn holding(self, flags: ContentFlags) -> impl Iterator<Item = (&'a str, Json<'a>)> {
        self.values().filter(move |value| value.may_hold(flags)).map(|value| (value.key(), value))
    }

    /// The keys.
    pub fn keys(self) -> impl Iterator<Item = &'a str> {
        self.values().map(Json::key)
    }

    /// The values.
    pub fn values(self) -> Elements<'a> {
        self.0.elements()
    }

    /// Whether the object has no members.
    pub fn is_empty(self) -> bool {
        self.0.elements().next().is_none()
    }

    /// The number of members.
    pub fn len(self) -> usize {
        self.0.count()
    }

    /// The object as a value.
    pub fn json(self) -> Json<'a> {
        self.0
    }

    /// The member's text, or `""` if it is missing or not a string.
    pub fn text(self, key: &str) -> &'a str {
        self.get(key).and_then(Json::as_str).unwrap_or_default()
    }
}

/// The elements of an array.
#[derive(Debug, Clone, Copy)]
pub struct Array<'a>(Json<'a>);

impl<'a> Array<'a> {
    /// The element at an index.
    pub fn get(self, index: usize) -> Option<Json<'a>> {
        let document = self.0.document;
        match document.many_children(self.0.node as usize) {
            None => self.0.elements().nth(index),
            Some(many) => many.clone().nth(index).map(|node| Json { document, node: number(node) }),
        }
    }

    /// The elements in order.
    pub fn iter(self) -> Elements<'a> {
        self.0.elements()
    }

    /// The number of elements.
    pub fn len(self) -> usize {
        self.0.count()
    }

    /// Whether the array has no elements.
    pub fn is_empty(self) -> bool {
        self.0.elements().next().is_none()
    }
}

/// An iterator over values.
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    document: &'a Document,
    children: Children<'a>,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        self.children.next().map(|node| Json { document: self.document, node })
    }
}

/// An iterator over keys and values.
#[derive(Debug, Clone)]
pub struct Members<'a>(Elements<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|value| (value.key(), value))
    }
}

impl<'a> IntoIterator for Array<'a> {
    type Item = Json<'a>;
    type IntoIter = Elements<'a>;

    fn into_iter(self) -> Elements<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (&'a str, Json<'a>);
    type IntoIter = Members<'a>;

    fn into_iter(self) -> Members<'a> {
        self.iter()
    }
}
