//! Builds a [`Document`] from the values that a parser reads one by one.

use std::cmp::Ordering;

use super::node::Node;
use super::{Characters, ContentFlags, Document, Escaped, Far, LongKey, NodeKind, Repeated, Slice, number};
use crate::memory::{ByteString, fitted};
use crate::source::Span;

/// Builds a [`Document`] from values in the order of the text.
#[derive(Debug)]
pub(crate) struct DocumentBuilder {
    document: Document,
    /// The unfinished objects and arrays, innermost last.
    open: Vec<Open>,
    /// The children of unfinished objects and arrays, those of the innermost last. Before them is the object or array itself.
    pending: Vec<Pending>,
}

/// An unfinished object or array.
#[derive(Debug)]
struct Open {
    is_object: bool,
    /// The index of its first child in `pending`.
    from: usize,
    /// Whether its keys are in strictly ascending order so far.
    is_sorted: bool,
    flags: ContentFlags,
    /// The flags that its members get because of its key.
    of_members: ContentFlags,
}

/// A node whose siblings are not all known yet.
#[derive(Debug, Clone, Copy)]
struct Pending {
    node: Node,
    /// The nodes of its children.
    children: Slice,
    /// The start of its key, which decides the order of most keys.
    prefix: u64,
}

impl DocumentBuilder {
    /// The text must not be longer than [`MOST_BYTES`](super::MOST_BYTES).
    pub(crate) fn new(text: ByteString) -> Self {
        let nodes = Vec::with_capacity(text.len() / BYTES_PER_NODE + 1);
        let document = Document { text, nodes, ..Document::default() };
        DocumentBuilder { document, open: Vec::new(), pending: Vec::new() }
    }

    /// Adds a value that is not an object, array or string. `key` excludes the quotes.
    pub(crate) fn value(&mut self, key: Option<Key>, kind: NodeKind, value: Span) {
        let extent = self.extent_of(value.start, value);
        self.push(key, kind, value.start, extent, ContentFlags::ANY);
    }

    /// Adds a string without escapes. `key` and `value` exclude the quotes.
    pub(crate) fn string(&mut self, key: Option<Key>, value: Span, flags: ContentFlags) {
        let start = value.start - 1;
        let extent = self.extent_of(start, value);
        self.push(key, NodeKind::String, start, extent, flags);
    }

    /// Adds a string with escapes that decodes to `text`.
    pub(crate) fn escaped(&mut self, key: Option<Key>, value: Span, text: &str) {
        let decoded = self.decode(text);
        let start = value.start - 1;
        let extent = u16::try_from(self.document.escaped.len()).unwrap_or(Node::FAR);
        let length = number(value.end - value.start);
        self.document.escaped.push(Escaped { start: number(start), length, decoded });
        let flags = Characters::of(text).flags_of_string(text);
        self.push(key, NodeKind::Escaped, start, extent, flags);
    }

    /// A key with escapes that decodes to `text`.
    pub(crate) fn escaped_key(&mut self, span: Span, text: &str) -> Key {
        let flags = Characters::of(text).flags_of_key(text);
        Key { span, decoded: Some(self.decode(text)), flags }
    }

    /// Starts an object or array.
    pub(crate) fn open(&mut self, key: Option<Key>, kind: NodeKind, start: usize) {
        let of_members =
            key.map_or(ContentFlags::ANY, |key| ContentFlags::of_members(self.document.written(key)));
        self.push(key, kind, start, 0, ContentFlags::ANY);
        let is_object = kind == NodeKind::Object;
        let from = self.pending.len();
        self.open.push(Open { is_object, from, is_sorted: true, flags: ContentFlags::ANY, of_members });
    }

    /// The number of unfinished objects and arrays.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether the innermost unfinished value is an object, and whether it is still empty.
    pub(crate) fn innermost(&self) -> Option<(bool, bool)> {
        self.open.last().map(|open| (open.is_object, open.from == self.pending.len()))
    }

    /// Ends the innermost object or array.
    pub(crate) fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if !open.is_sorted {
            self.sort(open.from);
        }
        let children = self.place(open.from);
        if let Some(container) = self.pending.last_mut() {
            container.children = children;
            container.node.add_flags(open.flags);
        }
        if let Some(parent) = self.open.last_mut() {
            parent.flags = parent.flags | open.flags;
        }
    }

    pub(crate) fn finish(mut self) -> Document {
        self.place(0);
        let mut document = self.document;
        document.far.sort_unstable_by_key(|far| far.start);
        document.nodes = fitted(document.nodes);
        document.escaped = fitted(document.escaped);
        document.decoded.shrink_to_fit();
        document
    }

    /// Moves the pending nodes from index `from` to the document. They are all children of an object or
    /// array, or the root.
    fn place(&mut self, from: usize) -> Slice {
        let DocumentBuilder { document: Document { nodes, far, .. }, pending, .. } = self;
        let first = nodes.len();
        for Pending { mut node, children, .. } in pending.drain(from..) {
            if children.length > 0 {
                let distance = nodes.len() - children.start as usize;
                node.extent = match u16::try_from(distance) {
                    Ok(distance) if distance < Node::FAR && children.length < MANY => distance,
                    _ => Node::FAR,
                };
                if node.extent == Node::FAR {
                    far.push(Far { start: node.start, range: children });
                }
            }
            nodes.push(node);
        }
        let children = Slice::from(first..nodes.len());
        if let Some(last) = nodes[first..].last_mut() {
            last.set_last();
        }
        children
    }

    /// The `extent` of a number, a word or a string without escapes.
    fn extent_of(&mut self, start: usize, value: Span) -> u16 {
        let length = value.end - value.start;
        match u16::try_from(length) {
            Ok(length) if length < Node::FAR => length,
            _ => {
                self.document.far.push(Far { start: number(start), range: Slice::from(0..length) });
                Node::FAR
            }
        }
    }

    #[inline]
    fn push(&mut self, key: Option<Key>, kind: NodeKind, start: usize, extent: u16, flags: ContentFlags) {
        let DocumentBuilder { document, open, pending } = self;
        let (start, mut key_length, mut prefix, mut flags) = (number(start), 0, 0, flags);
        if let Some(key) = key {
            flags = flags | key.flags;
            key_length = document.key_length(start, key);
            prefix = document.sort_prefix(key);
        }
        flags = open.last().map_or(flags, |open| flags | open.of_members);
        let node = Node::new(start, extent, key_length, kind, flags);
        let one = Pending { node, children: Slice::default(), prefix };
        if let Some(open) = open.last_mut() {
            open.flags = open.flags | flags;
            if open.is_object && open.is_sorted {
                let last = pending.get(open.from..).and_then(<[Pending]>::last);
                open.is_sorted = last.is_none_or(|last| document.compare(last, &one).is_lt());
            }
        }
        pending.push(one);
    }

    fn decode(&mut self, text: &str) -> Slice {
        let start = self.document.decoded.len();
        self.document.decoded.push_str(text);
        Slice::from(start..self.document.decoded.len())
    }

    /// Sorts the children from index `from` by key. Of equal keys, the last child stays.
    fn sort(&mut self, from: usize) {
        let DocumentBuilder { document, pending, .. } = self;
        pending[from..].sort_by(|a, b| document.compare(a, b));
        let is_replaced = |two: &[Pending]| document.compare(&two[0], &two[1]).is_eq();
        if pending[from..].windows(2).any(is_replaced) {
            self.drop_repeated(from);
        }
    }

    /// Removes all but the last of equal keys from the sorted children from index `from`. Their nodes stay in the document.
    fn drop_repeated(&mut self, from: usize) {
        let mut kept: Vec<Pending> = Vec::new();
        let children = self.pending.split_off(from);
        let mut lost = Vec::new();
        for (at, child) in children.iter().enumerate() {
            let next = children.get(at + 1);
            if next.is_some_and(|next| self.document.compare(child, next).is_eq()) {
                self.pending.push(*child);
                lost.push((self.place(from).start, kept.len()));
            } else {
                kept.push(*child);
            }
        }
        let first = self.document.nodes.len();
        let repeated = lost.into_iter().map(|(lost, at)| Repeated { lost, counts: number(first + at) });
        self.document.repeated.extend(repeated);
        self.pending.extend(kept);
    }
}

impl Document {
    /// The decoded text of a key.
    fn written(&self, key: Key) -> &str {
        match key.decoded {
            Some(decoded) => &self.decoded[decoded.range()],
            None => &self.text[key.span.start..key.span.end],
        }
    }

    /// The `key_length` of the node of a value that starts at `value`.
    fn key_length(&mut self, value: u32, key: Key) -> u8 {
        let length = key.span.end - key.span.start;
        match u8::try_from(length) {
            Ok(length) if length < Node::LONG && key.decoded.is_none() => length,
            _ => {
                self.long_keys.push(LongKey { value, length: number(length), decoded: key.decoded });
                Node::LONG
            }
        }
    }

    /// The first eight bytes of a key as a number that is ordered like them. Missing bytes are zeros, so it does not decide
    /// whether two keys are equal.
    #[inline]
    fn sort_prefix(&self, key: Key) -> u64 {
        let (text, range) = match key.decoded {
            Some(decoded) => (self.decoded.as_str(), decoded.range()),
            None => (&*self.text, key.span.start..key.span.end),
        };
        let bytes = &text.as_bytes()[range.start..];
        match bytes.first_chunk() {
            // Clears the bytes after the key.
            Some(eight) => {
                let after = u32::try_from(8 * range.len()).ok().and_then(|bits| u64::MAX.checked_shr(bits));
                u64::from_be_bytes(*eight) & !after.unwrap_or(0)
            }
            // The key is at the end of the text.
            None => {
                let mut eight = [0; 8];
                eight[..range.len()].copy_from_slice(&bytes[..range.len()]);
                u64::from_be_bytes(eight)
            }
        }
    }

    /// Compares the keys of two members.
    fn compare(&self, a: &Pending, b: &Pending) -> Ordering {
        a.prefix.cmp(&b.prefix).then_with(|| self.key(a.node).cmp(self.key(b.node)))
    }
}

/// Bytes of text per value: flows have a value per 40 to 70 bytes. Reserving room for all nodes at once avoids copying
/// a growing list; `finish` frees the rest.
const BYTES_PER_NODE: usize = 48;

/// From this number on, children are searched by halves, and their number is stored.
const MANY: u32 = 32;

/// A key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    span: Span,
    decoded: Option<Slice>,
    flags: ContentFlags,
}

impl Key {
    /// A key without escapes. The span excludes the quotes.
    pub(crate) fn plain(span: Span, flags: ContentFlags) -> Self {
        Key { span, decoded: None, flags }
    }
}
