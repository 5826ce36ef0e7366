//! A JSON text as a flat list of nodes that point into it: what `parse::json` makes of a text once, and what the model,
//! the rules and the search for places all read. Nothing of the text is copied, except strings that are written with
//! escapes.
//!
//! Objects are sorted by key, and of two equal keys the last one counts, as for serde_json's `Value`: the order of
//! keys in a file shows nowhere, and a member is found by bisection.

mod build;
mod json;
mod marks;
mod places;

use std::sync::{Arc, OnceLock};

use super::{Part, Route, Span, Step};

pub(crate) use build::{Builder, Key};
pub use json::{Array, Json, NodeId, Number, Object, Value};
pub(crate) use marks::Marks;

/// A JSON text that was read.
#[derive(Debug, Default)]
pub struct Document {
    text: Arc<String>,
    nodes: Vec<Node>,
    /// The nodes inside each object and array, side by side.
    children: Vec<Child>,
    /// The strings and keys that are written with escapes, without them.
    decoded: String,
    /// Keys with escapes, by node: they are rare.
    decoded_keys: Vec<(u32, Slice)>,
    /// What it takes to find places quickly. Made when the first one is asked for: most files are never reported on.
    parents: OnceLock<Vec<u32>>,
    long_escapes: OnceLock<places::LongEscapes>,
}

/// A value and the key before it. 28 bytes: a flow has one for about 40 bytes of text.
#[derive(Debug, Clone, Copy)]
struct Node {
    kind: Kind,
    /// What stands in the value, its key, and the keys and values inside it.
    marks: Marks,
    /// The key as written, without quotes; empty for elements and the root.
    key: Slice,
    /// The value as written, without the quotes of a string.
    value: Slice,
    /// The children of an object or array, the text in `decoded` of a string with escapes.
    inner: Slice,
}

/// A node inside an object or array.
#[derive(Debug, Clone, Copy)]
struct Child {
    node: u32,
    /// The [`digest`] of its key: whoever looks for a member need not go to the text of each to see that it is another.
    digest: u32,
}

/// A number for a key, by which most keys are told apart.
fn digest(key: &[u8]) -> u32 {
    let [Some(first), Some(middle), Some(last)] = [key.first(), key.get(key.len() / 2), key.last()] else {
        return 0;
    };
    u32::from_le_bytes([*first, *middle, *last, key.len() as u8])
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    False,
    True,
    Number,
    String,
    /// A string whose text is in `decoded`.
    Escaped,
    Array,
    Object,
    /// An object whose members are read as something of their own: see [`Document::detach`].
    Detached,
}

/// A range of a text or list that is shorter than 4 GiB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Slice {
    start: u32,
    length: u32,
}

impl Slice {
    fn range(self) -> std::ops::Range<usize> {
        let start = self.start as usize;
        start..start + self.length as usize
    }

    fn span(self) -> Span {
        let range = self.range();
        Span::new(range.start, range.end)
    }
}

impl From<std::ops::Range<usize>> for Slice {
    /// The range lies in a text or list that [`MOST_BYTES`] bounds.
    fn from(range: std::ops::Range<usize>) -> Self {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Slice { start: number(range.start), length: number(range.end - range.start) }
    }
}

/// The longest text that can be a document: its nodes count in 32 bits.
pub(crate) const MOST_BYTES: usize = u32::MAX as usize;

impl Document {
    /// The value of the whole text.
    pub fn root(&self) -> Json<'_> {
        Json { document: self, node: 0 }
    }

    /// The value with this number.
    pub(crate) fn json(&self, id: NodeId) -> Json<'_> {
        Json { document: self, node: id.0 }
    }

    /// Takes the members of an object out of it: whoever reads the object from now on finds it empty. [`Document::locate`]
    /// still goes through it.
    ///
    /// So an action does not hold the actions that it contains, which the model lists by themselves.
    pub(crate) fn detach(&mut self, id: NodeId) {
        self.nodes[id.0 as usize].kind = Kind::Detached;
    }

    fn children(&self, node: usize) -> &[Child] {
        &self.children[self.nodes[node].inner.range()]
    }

    /// A key to be compared: what is no character is no matter then.
    fn key_bytes(&self, node: usize) -> &[u8] {
        if self.decoded_keys.is_empty() {
            &self.text.as_bytes()[self.nodes[node].key.range()]
        } else {
            self.key(node).as_bytes()
        }
    }

    fn key(&self, node: usize) -> &str {
        // Most texts have no key with escapes at all.
        if !self.decoded_keys.is_empty() {
            let number = u32::try_from(node).unwrap_or(u32::MAX);
            if let Ok(at) = self.decoded_keys.binary_search_by_key(&number, |(node, _)| *node) {
                return &self.decoded[self.decoded_keys[at].1.range()];
            }
        }
        &self.text[self.nodes[node].key.range()]
    }

    fn find(&self, node: usize, key: &str) -> Option<usize> {
        // Nearly every object is smaller, and looked through faster than by halves.
        const FEW: usize = 16;
        let children = self.children(node);
        let bytes = |child: &Child| self.key_bytes(child.node as usize);
        let found = if children.len() <= FEW {
            let digest = digest(key.as_bytes());
            children.iter().find(|child| child.digest == digest && bytes(child) == key.as_bytes())?
        } else {
            &children[children.binary_search_by(|child| bytes(child).cmp(key.as_bytes())).ok()?]
        };
        Some(found.node as usize)
    }
}
