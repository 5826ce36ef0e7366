//! Builds a [`Document`] from the values that a parser reads one by one.

use std::sync::Arc;

use super::{Child, ContentFlags, Digest, Document, DocumentNode, NodeKind, Repeated, Slice};
use crate::source::Span;

/// Builds a [`Document`] from values in the order of the text.
#[derive(Debug)]
pub(crate) struct DocumentBuilder {
    document: Document,
    /// The unfinished objects and arrays, innermost last.
    open: Vec<Open>,
    /// The children of unfinished objects and arrays, those of the innermost last.
    pending: Vec<Child>,
}

/// An unfinished object or array.
#[derive(Debug)]
struct Open {
    node: usize,
    is_object: bool,
    /// The index of its first child in `pending`.
    from: usize,
    /// Whether its keys are in strictly ascending order so far.
    is_sorted: bool,
    flags: ContentFlags,
    /// The flags that its members get because of its key.
    of_members: ContentFlags,
}

impl DocumentBuilder {
    /// The text must not be longer than [`MOST_BYTES`].
    pub(crate) fn new(text: Arc<String>) -> Self {
        let most = text.len() / BYTES_PER_NODE + 1;
        let (nodes, children) = (Vec::with_capacity(most), Vec::with_capacity(most));
        let document = Document { text, nodes, children, ..Document::default() };
        DocumentBuilder { document, open: Vec::new(), pending: Vec::new() }
    }

    /// Adds a value that is not an object, array or string. `key` excludes the quotes.
    pub(crate) fn value(&mut self, key: Option<Key>, kind: NodeKind, value: Span) {
        self.push(key, kind, value, Slice::default(), ContentFlags::ANY);
    }

    /// Adds a string without escapes. `key` and `value` exclude the quotes.
    pub(crate) fn string(&mut self, key: Option<Key>, value: Span, flags: ContentFlags) {
        self.push(key, NodeKind::String, value, Slice::default(), flags);
    }

    /// Adds a string with escapes that decodes to `text`.
    pub(crate) fn escaped(&mut self, key: Option<Key>, value: Span, text: &str) {
        let inner = self.decode(text);
        let flags = ContentFlags::of(text.as_bytes()).of_string(text);
        self.push(key, NodeKind::Escaped, value, inner, flags);
    }

    /// A key with escapes that decodes to `text`.
    pub(crate) fn escaped_key(&mut self, span: Span, text: &str) -> Key {
        let flags = ContentFlags::of(text.as_bytes()) | ContentFlags::of_key(text);
        Key { span, decoded: Some(self.decode(text)), flags }
    }

    /// Starts an object or array.
    pub(crate) fn open(&mut self, key: Option<Key>, kind: NodeKind, start: usize) {
        let node = self.push(key, kind, Span::new(start, start), Slice::default(), ContentFlags::ANY);
        let is_object = kind == NodeKind::Object;
        let from = self.pending.len();
        let of_members = ContentFlags::of_members(self.document.key(node));
        self.open.push(Open { node, is_object, from, is_sorted: true, flags: ContentFlags::ANY, of_members });
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
    pub(crate) fn close(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        if !open.is_sorted {
            self.sort(open.from);
        }
        let DocumentBuilder { document, pending, open: unfinished } = self;
        let first = document.children.len();
        document.children.extend(pending.drain(open.from..));
        let node = &mut document.nodes[open.node];
        node.inner = Slice::from(first..document.children.len());
        node.value = Slice::from(node.value.range().start..end);
        node.flags = node.flags | open.flags;
        if let Some(parent) = unfinished.last_mut() {
            parent.flags = parent.flags | open.flags;
        }
    }

    pub(crate) fn finish(mut self) -> Document {
        self.document.nodes.shrink_to_fit();
        self.document.children.shrink_to_fit();
        self.document
    }

    fn push(
        &mut self,
        key: Option<Key>,
        kind: NodeKind,
        value: Span,
        inner: Slice,
        flags: ContentFlags,
    ) -> usize {
        let DocumentBuilder { document, open, pending } = self;
        let node = document.nodes.len();
        let number = u32::try_from(node).unwrap_or(u32::MAX);
        let (mut slice, mut flags) = (Slice::default(), flags);
        if let Some(Key { span, decoded, flags: of_key }) = key {
            slice = Slice::from(span.start..span.end);
            flags = flags | of_key;
            document.decoded_keys.extend(decoded.map(|decoded| (number, decoded)));
        }
        flags = open.last().map_or(flags, |open| flags | open.of_members);
        let value = Slice::from(value.start..value.end);
        document.nodes.push(DocumentNode { kind, flags, key: slice, value, inner });
        if let Some(open) = open.last_mut() {
            let digest = if open.is_object { Digest::of(document.key_bytes(node)) } else { Digest::of(b"") };
            let child = Child { node: number, digest };
            if open.is_object && open.is_sorted {
                let last = pending.get(open.from..).and_then(<[Child]>::last);
                open.is_sorted = last.is_none_or(|last| document.compare(last, &child).is_lt());
            }
            open.flags = open.flags | flags;
            pending.push(child);
        }
        node
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
        let mut kept = from;
        let mut lost = from;
        for at in from..pending.len() {
            let is_last = pending.get(at + 1).is_none_or(|next| document.compare(&pending[at], next).is_ne());
            if is_last {
                let counts = pending[at].node;
                document
                    .repeated
                    .extend(pending[lost..at].iter().map(|one| Repeated { lost: one.node, counts }));
                lost = at + 1;
                pending[kept] = pending[at];
                kept += 1;
            }
        }
        pending.truncate(kept);
    }
}

/// Bytes of text per value: flows have a value per 40 to 70 bytes. Reserving room for all nodes at once avoids copying
/// a growing list; `finish` frees the rest.
const BYTES_PER_NODE: usize = 48;

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
