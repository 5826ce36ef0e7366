//! How a [`Document`] is made: by a parser that tells of one value after the other.

use std::sync::Arc;

use super::{Child, ContentFlags, Digest, Document, DocumentNode, NodeKind, Repeated, Slice};
use crate::source::Span;

/// Makes a [`Document`], value by value in the order of the text.
#[derive(Debug)]
pub(crate) struct DocumentBuilder {
    document: Document,
    /// The objects and arrays that are being read, the innermost last.
    open: Vec<Open>,
    /// Their children, those of the innermost last.
    pending: Vec<Child>,
}

/// An object or array that is being read.
#[derive(Debug)]
struct Open {
    node: usize,
    is_object: bool,
    /// Where its children begin in `pending`.
    from: usize,
    /// Whether its keys have come in order so far, each once.
    is_sorted: bool,
    marks: ContentFlags,
    /// What its members have by standing in it.
    of_members: ContentFlags,
}

impl DocumentBuilder {
    /// The text must not be longer than [`MOST_BYTES`].
    pub(crate) fn new(text: Arc<String>) -> Self {
        let most = text.len() / BYTES_A_NODE + 1;
        let (nodes, children) = (Vec::with_capacity(most), Vec::with_capacity(most));
        let document = Document { text, nodes, children, ..Document::default() };
        DocumentBuilder { document, open: Vec::new(), pending: Vec::new() }
    }

    /// Adds a value that is neither object, array nor string. `key` is without quotes.
    pub(crate) fn value(&mut self, key: Option<Key>, kind: NodeKind, value: Span) {
        self.push(key, kind, value, Slice::default(), ContentFlags::ANY);
    }

    /// Adds a string without escapes. `key` and `value` are without quotes.
    pub(crate) fn string(&mut self, key: Option<Key>, value: Span, marks: ContentFlags) {
        self.push(key, NodeKind::String, value, Slice::default(), marks);
    }

    /// Adds a string that is written with escapes, and means `text`.
    pub(crate) fn escaped(&mut self, key: Option<Key>, value: Span, text: &str) {
        let inner = self.decode(text);
        let marks = ContentFlags::of(text.as_bytes());
        self.push(
            key,
            NodeKind::Escaped,
            value,
            inner,
            marks | marks.of_url(text) | ContentFlags::of_whole(text),
        );
    }

    /// A key that is written with escapes, and means `text`.
    pub(crate) fn escaped_key(&mut self, span: Span, text: &str) -> Key {
        let marks = ContentFlags::of(text.as_bytes()) | ContentFlags::of_key(text);
        Key { span, decoded: Some(self.decode(text)), marks }
    }

    /// Begins an object or array.
    pub(crate) fn open(&mut self, key: Option<Key>, kind: NodeKind, start: usize) {
        let node = self.push(key, kind, Span::new(start, start), Slice::default(), ContentFlags::ANY);
        let is_object = kind == NodeKind::Object;
        let from = self.pending.len();
        let of_members = ContentFlags::of_members(self.document.key(node));
        self.open.push(Open { node, is_object, from, is_sorted: true, marks: ContentFlags::ANY, of_members });
    }

    /// How many objects and arrays are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether the innermost open one is an object, and whether it is empty so far.
    pub(crate) fn innermost(&self) -> Option<(bool, bool)> {
        self.open.last().map(|open| (open.is_object, open.from == self.pending.len()))
    }

    /// Ends the innermost object or array.
    pub(crate) fn close(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        if !open.is_sorted {
            self.sort(open.from);
        }
        let DocumentBuilder { document, pending, open: around } = self;
        let first = document.children.len();
        document.children.extend(pending.drain(open.from..));
        let node = &mut document.nodes[open.node];
        node.inner = Slice::from(first..document.children.len());
        node.value = Slice::from(node.value.range().start..end);
        node.marks = node.marks | open.marks;
        if let Some(around) = around.last_mut() {
            around.marks = around.marks | open.marks;
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
        marks: ContentFlags,
    ) -> usize {
        let DocumentBuilder { document, open, pending } = self;
        let node = document.nodes.len();
        let number = u32::try_from(node).unwrap_or(u32::MAX);
        let (mut slice, mut marks) = (Slice::default(), marks);
        if let Some(Key { span, decoded, marks: of_key }) = key {
            slice = Slice::from(span.start..span.end);
            marks = marks | of_key;
            document.decoded_keys.extend(decoded.map(|decoded| (number, decoded)));
        }
        marks = open.last().map_or(marks, |open| marks | open.of_members);
        let value = Slice::from(value.start..value.end);
        document.nodes.push(DocumentNode { kind, marks, key: slice, value, inner });
        if let Some(open) = open.last_mut() {
            let digest = if open.is_object { Digest::of(document.key_bytes(node)) } else { Digest::of(b"") };
            let child = Child { node: number, digest };
            if open.is_object && open.is_sorted {
                let last = pending.get(open.from..).and_then(<[Child]>::last);
                open.is_sorted = last.is_none_or(|last| document.compare(last, &child).is_lt());
            }
            open.marks = open.marks | marks;
            pending.push(child);
        }
        node
    }

    fn decode(&mut self, text: &str) -> Slice {
        let start = self.document.decoded.len();
        self.document.decoded.push_str(text);
        Slice::from(start..self.document.decoded.len())
    }

    /// Sorts the children from `from` on by key; of equal keys the last one stays.
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

/// Bytes of text for each value: flows have one for 40 to 70. A list that grows is copied again and again, so the nodes
/// get room at once, and give back what they do not need.
const BYTES_A_NODE: usize = 48;

/// A key in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    span: Span,
    decoded: Option<Slice>,
    marks: ContentFlags,
}

impl Key {
    /// A key without escapes, and without its quotes.
    pub(crate) fn plain(span: Span, marks: ContentFlags) -> Self {
        Key { span, decoded: None, marks }
    }
}
