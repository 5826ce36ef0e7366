//! What reads a [`Document`]: values, objects and arrays that point into it, each as small as two words.

use std::fmt;

use super::{Child, ContentFlags, Document, DocumentNode, NodeKind};
use crate::source::Span;

/// The number of a value in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeId(pub(super) u32);

/// A value in a document.
#[derive(Clone, Copy)]
pub struct Json<'a> {
    pub(super) document: &'a Document,
    pub(super) node: u32,
}

/// A value, by what it is.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(Number<'a>),
    /// A string, without escapes.
    String(&'a str),
    /// An array.
    Array(Array<'a>),
    /// An object.
    Object(Object<'a>),
}

/// A number as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<'a>(&'a str);

impl<'a> Number<'a> {
    /// Its value, where it is an integer of 64 bits.
    pub fn as_i64(self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// Whether it has a point or an exponent, or is beyond 64 bits.
    pub fn is_float(self) -> bool {
        self.as_i64().is_none() && self.0.parse::<u64>().is_err()
    }

    /// As written.
    pub fn text(self) -> &'a str {
        self.0
    }
}

impl<'a> Json<'a> {
    /// The value, by what it is.
    pub fn value(self) -> Value<'a> {
        match self.node().kind {
            NodeKind::Null => Value::Null,
            NodeKind::False => Value::Bool(false),
            NodeKind::True => Value::Bool(true),
            NodeKind::Number => Value::Number(Number(self.raw())),
            NodeKind::String => Value::String(self.raw()),
            NodeKind::Escaped => Value::String(&self.document.decoded[self.node().inner.range()]),
            NodeKind::Array => Value::Array(Array(self)),
            NodeKind::Object | NodeKind::Detached => Value::Object(Object(self)),
        }
    }

    /// The text of a string.
    pub fn as_str(self) -> Option<&'a str> {
        match self.value() {
            Value::String(text) => Some(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// `true` or `false`.
    pub fn as_bool(self) -> Option<bool> {
        match self.node().kind {
            NodeKind::True => Some(true),
            NodeKind::False => Some(false),
            _ => None,
        }
    }

    /// An integer of 64 bits.
    pub fn as_i64(self) -> Option<i64> {
        match self.value() {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// An integer of 64 bits that is not below zero.
    pub fn as_u64(self) -> Option<u64> {
        match self.value() {
            Value::Number(number) => number.0.parse().ok(),
            _ => None,
        }
    }

    /// The members of an object.
    pub fn as_object(self) -> Option<Object<'a>> {
        matches!(self.node().kind, NodeKind::Object | NodeKind::Detached).then_some(Object(self))
    }

    /// The elements of an array.
    pub fn as_array(self) -> Option<Array<'a>> {
        (self.node().kind == NodeKind::Array).then_some(Array(self))
    }

    /// The member of an object.
    pub fn get(self, key: &str) -> Option<Json<'a>> {
        self.as_object()?.get(key)
    }

    /// The member at the end of some keys.
    pub fn at(self, keys: &[&str]) -> Option<Json<'a>> {
        keys.iter().try_fold(self, |json, key| json.get(key))
    }

    /// Where it stands, without the quotes of a string.
    pub fn span(self) -> Span {
        self.node().value.span()
    }

    /// Whether any of these characters may stand in the value, or in keys and values inside it.
    pub(crate) fn may_hold(self, marks: ContentFlags) -> bool {
        self.node().marks.any_of(marks)
    }

    /// The text as it is written, without the quotes of a string.
    pub fn raw(self) -> &'a str {
        &self.document.text[self.node().value.range()]
    }

    /// Its number in the document.
    pub(crate) fn id(self) -> NodeId {
        NodeId(self.node)
    }

    /// The key before it; empty for elements and the root.
    pub fn key(self) -> &'a str {
        self.document.key(self.node as usize)
    }

    /// Where the key before it stands, without quotes.
    pub(crate) fn key_span(self) -> Option<Span> {
        let span = self.node().key.span();
        (span.start < span.end).then_some(span)
    }

    /// A part of the text that the value is from.
    pub(crate) fn document_text(self, span: Span) -> &'a str {
        &self.document.text[span.start..span.end]
    }

    fn node(self) -> &'a DocumentNode {
        &self.document.nodes[self.node as usize]
    }

    fn children(self) -> &'a [Child] {
        match self.node().kind {
            NodeKind::Array | NodeKind::Object => self.document.children(self.node as usize),
            _ => &[],
        }
    }
}

/// As it is written, a string with its quotes.
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.node().kind {
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

/// Two values are equal if they are the same one.
impl PartialEq for Json<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.node == other.node
    }
}

/// The members of an object, sorted by key.
#[derive(Debug, Clone, Copy)]
pub struct Object<'a>(Json<'a>);

impl<'a> Object<'a> {
    /// The members of a value, which has none if it is no object.
    pub(crate) fn of(json: Json<'a>) -> Self {
        Object(json)
    }

    /// The member with this key.
    pub fn get(self, key: &str) -> Option<Json<'a>> {
        if self.0.node().kind != NodeKind::Object {
            return None;
        }
        let node = self.0.document.find(self.0.node as usize, key)?;
        Some(Json { document: self.0.document, node: u32::try_from(node).ok()? })
    }

    /// Whether there is a member with this key.
    pub fn contains_key(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Keys and values.
    pub fn iter(self) -> Members<'a> {
        Members(self.values())
    }

    /// The members that may hold any of these marks. Of the others not even the keys are read, which are elsewhere in
    /// memory.
    pub(crate) fn holding(self, marks: ContentFlags) -> impl Iterator<Item = (&'a str, Json<'a>)> {
        self.values().filter(move |value| value.may_hold(marks)).map(|value| (value.key(), value))
    }

    /// Keys.
    pub fn keys(self) -> impl Iterator<Item = &'a str> {
        self.values().map(Json::key)
    }

    /// Values.
    pub fn values(self) -> Elements<'a> {
        Elements { document: self.0.document, children: self.0.children().iter() }
    }

    /// Whether there is no member.
    pub fn is_empty(self) -> bool {
        self.0.children().is_empty()
    }

    /// How many members there are.
    pub fn len(self) -> usize {
        self.0.children().len()
    }

    /// The object as a value.
    pub fn json(self) -> Json<'a> {
        self.0
    }

    /// A member that is a string; empty where it is not.
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
        let node = self.0.children().get(index)?.node;
        Some(Json { document: self.0.document, node })
    }

    /// The elements in order.
    pub fn iter(self) -> Elements<'a> {
        Elements { document: self.0.document, children: self.0.children().iter() }
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.0.children().len()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Values one after the other.
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    document: &'a Document,
    children: std::slice::Iter<'a, Child>,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        self.children.next().map(|child| Json { document: self.document, node: child.node })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.children.size_hint()
    }
}

impl ExactSizeIterator for Elements<'_> {}

/// Keys with their values.
#[derive(Debug, Clone)]
pub struct Members<'a>(Elements<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|value| (value.key(), value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
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
