//! A JSON text as a flat list of nodes that point into the text. `parse::json` creates it once per text; the model, the
//! rules and the lookup of places read it. It copies no text except strings with escapes.
//!
//! The members of objects are sorted by key. If a key appears twice, the last member counts, as in serde_json's
//! `Value`. So the order of keys in a file has no effect.
//!
//! Thousands of flows are in memory at the same time, so a node is small (`node.rs`): what the text says is not stored. The
//! key of a value is in front of it, and an object ends after its last member.

mod build;
mod content_flags;
mod json;
mod node;
mod places;

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::{Mutex, OnceLock};

use super::{Part, Route, Span, Step};
use crate::memory::ByteString;
use node::Node;

pub(crate) use build::{DocumentBuilder, Key};
pub(crate) use content_flags::{Characters, ContentFlags};
pub use json::{Array, Json, NodeId, Number, Object, Value};
pub(crate) use node::NodeKind;

/// A parsed JSON text.
#[derive(Debug, Default)]
pub struct Document {
    text: ByteString,
    /// The children of a node are adjacent, and before it. The root is the last node.
    nodes: Vec<Node>,
    /// The strings with escapes, in the order of the text.
    escaped: Vec<Escaped>,
    /// The decoded strings and keys that have escapes in the text.
    decoded: String,
    /// The keys that are long or have escapes, in the order of the text.
    long_keys: Vec<LongKey>,
    /// The values that are long, have many children, or are far from their children, in the order of the text.
    far: Vec<Far>,
    /// The members that do not count because a later one has the same key, each with the one that counts, in the order of
    /// the latter.
    repeated: Vec<Repeated>,
    /// Indices for the lookup of places. Computed on first use, because most files have no findings.
    parents: Mutex<Vec<u32>>,
    long_escapes: OnceLock<places::LongEscapes>,
}

/// A string with escapes.
#[derive(Debug, Clone, Copy)]
struct Escaped {
    /// Where the value starts in the text.
    start: u32,
    /// The length as written, without quotes.
    length: u32,
    /// The range in `Document::decoded`.
    decoded: Slice,
}

/// A key that is too long for its node, or has escapes.
#[derive(Debug, Clone, Copy)]
struct LongKey {
    /// Where the value starts in the text.
    value: u32,
    /// The length as written, without quotes.
    length: u32,
    /// The range in `Document::decoded`, if the key has escapes.
    decoded: Option<Slice>,
}

/// What does not fit into a node.
#[derive(Debug, Clone, Copy)]
struct Far {
    /// Where the value starts in the text.
    start: u32,
    /// The index of the first child and the number of children, or 0 and the length of a string or number.
    range: Slice,
}

/// A member with a key that comes again in the same object.
#[derive(Debug, Clone, Copy)]
struct Repeated {
    lost: u32,
    counts: u32,
}

/// A range in a text or list of less than 4 GiB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Slice {
    start: u32,
    length: u32,
}

impl Slice {
    pub(crate) fn len(self) -> usize {
        self.length as usize
    }

    pub(crate) fn range(self) -> Range<usize> {
        let start = self.start as usize;
        start..start + self.len()
    }
}

impl From<Range<usize>> for Slice {
    /// The range must be in a text or list of at most [`MOST_BYTES`].
    fn from(range: Range<usize>) -> Self {
        Slice { start: number(range.start), length: number(range.end - range.start) }
    }
}

/// A number of at most [`MOST_BYTES`] as it is stored.
pub(crate) fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The maximum length of a text in bytes: nodes store 32-bit offsets.
pub(crate) const MOST_BYTES: usize = u32::MAX as usize;

impl Document {
    /// The text that it was parsed from.
    pub(crate) fn text(&self) -> &ByteString {
        &self.text
    }

    /// The value of the whole text.
    pub fn root(&self) -> Json<'_> {
        self.json(NodeId(number(self.nodes.len().saturating_sub(1))))
    }

    /// The value with this id.
    pub(crate) fn json(&self, id: NodeId) -> Json<'_> {
        Json { document: self, node: id.0 }
    }

    /// Every value in the order of the text, including the members of detached objects and members that a later equal
    /// key replaces. Leaves out what is inside of objects and arrays that are not wanted, but not these themselves.
    pub(crate) fn in_order<'a>(
        &'a self,
        is_wanted: impl Fn(Json<'a>) -> bool,
    ) -> impl Iterator<Item = Json<'a>> {
        // The next value is the last one.
        let mut due: Vec<u32> = vec![self.root().node];
        std::iter::from_fn(move || {
            let json = Json { document: self, node: due.pop()? };
            if self.nodes[json.node as usize].kind().is_container() && is_wanted(json) {
                let from = due.len();
                due.extend(self.children(json.node as usize));
                due.extend(self.replaced_among(due[from..].first().copied(), due.len() - from));
                due[from..].sort_unstable_by_key(|child| Reverse(self.nodes[*child as usize].start));
            }
            Some(json)
        })
    }

    /// The members that are replaced by one of adjacent nodes.
    fn replaced_among(&self, first: Option<u32>, count: usize) -> impl Iterator<Item = u32> {
        let (start, end) = first.map_or((0, 0), |first| (first, first + number(count)));
        // They are in the order of the nodes that replace them.
        let from = self.repeated.partition_point(|one| one.counts < start);
        self.repeated[from..].iter().take_while(move |one| one.counts < end).map(|one| one.lost)
    }

    /// The members that do not count, because a later one in the same object has the same key: the place of the key, the
    /// value, and the value that counts.
    pub(crate) fn repeated_keys(&self) -> impl Iterator<Item = (Span, Json<'_>, Json<'_>)> {
        let json = |node| self.json(NodeId(node));
        let key = |node: u32| Span::from(self.key_range(self.nodes[node as usize]));
        self.repeated.iter().map(move |one| (key(one.lost), json(one.lost), json(one.counts)))
    }

    /// Detaches the members of an object: from now on, readers find the object empty. [`Document::locate`] still looks
    /// inside.
    ///
    /// The model uses this because it lists nested actions by themselves, so the containing action must not contain
    /// them a second time.
    pub(crate) fn detach(&mut self, id: NodeId) {
        self.nodes[id.0 as usize].set_kind(NodeKind::Detached);
    }

    /// The children of an object or array, also of a detached one.
    #[inline]
    fn children(&self, node: usize) -> Children<'_> {
        let found = self.nodes[node];
        match found.extent {
            0 => Children::none(),
            Node::FAR => Children::starting_at(&self.nodes, self.far(found.start).start),
            distance => Children::starting_at(&self.nodes, number(node) - u32::from(distance)),
        }
    }

    /// The indices of the children, if there are so many that they should not be visited one by one.
    fn many_children(&self, node: usize) -> Option<Range<usize>> {
        let found = self.nodes[node];
        (found.extent == Node::FAR).then(|| self.far(found.start).range())
    }

    fn far(&self, start: u32) -> Slice {
        let at = self.far.binary_search_by_key(&start, |far| far.start);
        at.map_or(Slice::default(), |at| self.far[at].range)
    }

    /// The string with escapes at this node.
    fn escaped(&self, node: Node) -> Escaped {
        self.escaped[match node.extent {
            Node::FAR => self.escaped.partition_point(|escaped| escaped.start < node.start),
            index => usize::from(index),
        }]
    }

    /// The text of a string without escapes.
    #[inline]
    fn string(&self, node: Node) -> &str {
        let start = node.start as usize + 1;
        let length = match node.extent {
            Node::FAR => self.far(node.start).length as usize,
            length => usize::from(length),
        };
        &self.text[start..start + length]
    }

    /// The decoded text of a string with escapes.
    #[cold]
    fn decoded_string(&self, node: Node) -> &str {
        &self.decoded[self.escaped(node).decoded.range()]
    }

    /// The range of the value as written. For a string, without quotes.
    fn value_range(&self, node: usize) -> Range<usize> {
        let found = self.nodes[node];
        let start = found.start as usize;
        let length = || match found.extent {
            Node::FAR => self.far(found.start).length as usize,
            length => usize::from(length),
        };
        match found.kind() {
            NodeKind::Null | NodeKind::Bool | NodeKind::Number => start..start + length(),
            NodeKind::String => start + 1..start + 1 + length(),
            NodeKind::Escaped => start + 1..start + 1 + self.escaped(found).length as usize,
            NodeKind::Array | NodeKind::Object | NodeKind::Detached => start..self.end_of_container(node),
        }
    }

    /// The end of an object or array: after the end of its last child, there is nothing but blanks and the closing bracket.
    fn end_of_container(&self, node: usize) -> usize {
        let (mut innermost, mut depth) = (node, 0);
        let mut at = loop {
            let found = self.nodes[innermost];
            if !found.kind().is_container() {
                let quote = matches!(found.kind(), NodeKind::String | NodeKind::Escaped);
                break self.value_range(innermost).end + usize::from(quote);
            }
            depth += 1;
            // Members are sorted, so the last one in the text may be any of them.
            match self.children(innermost).max_by_key(|child| self.nodes[*child as usize].start) {
                Some(last) => innermost = last as usize,
                None => break found.start as usize + 1,
            }
        };
        let bytes = self.text.as_bytes();
        for _ in 0..depth {
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count() + 1;
        }
        at
    }

    /// The range of a member's key as written, without quotes. Between it and the value, there are nothing but its quote,
    /// blanks and a colon.
    #[inline]
    fn key_range(&self, node: Node) -> Range<usize> {
        let end = end_of_key(&self.text.as_bytes()[..node.start as usize]);
        let length = match node.key_length {
            Node::LONG => self.long_key(node).length as usize,
            length => usize::from(length),
        };
        end - length..end
    }

    fn long_key(&self, node: Node) -> LongKey {
        self.long_keys[self.long_keys.partition_point(|key| key.value < node.start)]
    }

    /// The key as it is decoded. It is empty for array elements and the root.
    fn key(&self, node: Node) -> &str {
        match node.key_length {
            0 => "",
            Node::LONG => match self.long_key(node).decoded {
                Some(decoded) => &self.decoded[decoded.range()],
                None => &self.text[self.key_range(node)],
            },
            _ => &self.text[self.key_range(node)],
        }
    }

    /// The member with this key, if a value is an object that has it and is not detached. The first eight bytes are compared
    /// as a number, which the compiler computes for literals, so only this part is inlined. It nearly always decides, without
    /// a call to compare texts.
    #[inline(always)]
    fn member(&self, node: usize, key: &str) -> Option<u32> {
        self.member_by(node, key, first_bytes(key))
    }

    fn member_by(&self, node: usize, key: &str, first: u64) -> Option<u32> {
        if self.nodes[node].kind() == NodeKind::Object { self.find(node, key, first) } else { None }
    }

    /// The member of an object with this key, which has these [`first_bytes`].
    #[inline]
    fn find(&self, node: usize, key: &str, first: u64) -> Option<u32> {
        let from = match self.nodes[node].extent {
            0 => return None,
            Node::FAR => return self.find_among_many(node, key),
            distance => node - usize::from(distance),
        };
        let length = u8::try_from(key.len()).unwrap_or(Node::LONG);
        // A loop that reads the length first, because this takes a tenth of the instructions of a check.
        for (at, child) in self.nodes[from..].iter().enumerate() {
            let is_it = match child.key_length {
                Node::LONG => self.key(*child) == key,
                short => short == length && self.has_short_key(*child, key, first),
            };
            if is_it {
                return Some(number(from + at));
            }
            if child.is_last() {
                break;
            }
        }
        None
    }

    /// Whether a member whose key is as long as this one has it. The key must be in its node.
    #[inline]
    fn has_short_key(&self, node: Node, key: &str, first: u64) -> bool {
        let bytes = self.text.as_bytes();
        let end = end_of_key(&bytes[..node.start as usize]);
        let found = &bytes[end - key.len()..];
        // From the start of a key, there are nearly always eight bytes of text.
        match (found.first_chunk(), key.len()) {
            (Some(eight), length @ ..8) => u64::from_le_bytes(*eight) & low_bytes(length) == first,
            (Some(eight), length) => {
                u64::from_le_bytes(*eight) == first && found[8..length] == key.as_bytes()[8..]
            }
            (None, length) => found[..length] == *key.as_bytes(),
        }
    }

    /// The member with this key of an object with many members, or with members far before it.
    #[cold]
    fn find_among_many(&self, node: usize, key: &str) -> Option<u32> {
        let many = self.many_children(node)?;
        let found = self.nodes[many.clone()].binary_search_by(|child| self.key(*child).cmp(key));
        found.ok().map(|at| number(many.start + at))
    }
}

/// The end of the key at the end of a text, before its quote, blanks and colon.
#[inline]
fn end_of_key(before: &[u8]) -> usize {
    // Compared as arrays, because a comparison of slices calls a function.
    match before.last_chunk() {
        Some(b"\": ") => before.len() - 3,
        Some([_, b'"', b':']) => before.len() - 2,
        _ => end_of_spaced_key(before),
    }
}

#[cold]
fn end_of_spaced_key(before: &[u8]) -> usize {
    let colon = before.iter().rposition(|byte| *byte == b':').unwrap_or(0);
    before[..colon].iter().rposition(|byte| *byte == b'"').unwrap_or(0)
}

/// The first eight bytes of a key, the first one lowest; zeros if there are fewer.
#[inline(always)]
fn first_bytes(key: &str) -> u64 {
    let bytes = key.as_bytes();
    let byte = |at: usize| if at < bytes.len() { u64::from(bytes[at]) << (8 * at) } else { 0 };
    byte(0) | byte(1) | byte(2) | byte(3) | byte(4) | byte(5) | byte(6) | byte(7)
}

/// As many low bytes as `count`, which is less than eight.
#[inline]
fn low_bytes(count: usize) -> u64 {
    (1 << (8 * count)) - 1
}

/// The indices of the children of an object or array.
#[derive(Debug, Clone)]
struct Children<'a> {
    nodes: &'a [Node],
    next: u32,
    is_done: bool,
}

impl<'a> Children<'a> {
    fn starting_at(nodes: &'a [Node], first: u32) -> Self {
        Children { nodes, next: first, is_done: false }
    }

    fn none() -> Self {
        Children { nodes: &[], next: 0, is_done: true }
    }
}

impl Iterator for Children<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.is_done {
            return None;
        }
        let at = self.next;
        self.is_done = self.nodes[at as usize].is_last();
        self.next += 1;
        Some(at)
    }
}
