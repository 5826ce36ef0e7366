//! A JSON text as a flat list of nodes that point into it: what `parse::json` makes of a text once, and what the model,
//! the rules and the search for places all read. Nothing of the text is copied, except strings that are written with
//! escapes.
//!
//! Objects are sorted by key, and of two equal keys the last one counts, as for serde_json's `Value`: the order of
//! keys in a file shows nowhere, and a member is found by bisection.

mod build;
mod content_flags;
mod json;
mod places;

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use super::{Part, Route, Span, Step};

pub(crate) use build::{DocumentBuilder, Key};
pub(crate) use content_flags::ContentFlags;
pub use json::{Array, Json, NodeId, Number, Object, Value};

/// A JSON text that was read.
#[derive(Debug, Default)]
pub struct Document {
    text: Arc<String>,
    nodes: Vec<DocumentNode>,
    /// The nodes inside each object and array, side by side.
    children: Vec<Child>,
    /// The strings and keys that are written with escapes, without them.
    decoded: String,
    /// Keys with escapes, by node: they are rare.
    decoded_keys: Vec<(u32, Slice)>,
    /// The members that do not count because a later one has the same key, each with the one that counts.
    repeated: Vec<Repeated>,
    /// What it takes to find places quickly. Made when the first one is asked for: most files are never reported on.
    parents: OnceLock<Vec<u32>>,
    long_escapes: OnceLock<places::LongEscapes>,
}

/// A value and the key before it. 28 bytes: a flow has one for about 40 bytes of text.
#[derive(Debug, Clone, Copy)]
struct DocumentNode {
    kind: NodeKind,
    /// What stands in the value, its key, and the keys and values inside it.
    marks: ContentFlags,
    /// The key as written, without quotes; empty for elements and the root.
    key: Slice,
    /// The value as written, without the quotes of a string.
    value: Slice,
    /// The children of an object or array, the text in `decoded` of a string with escapes.
    inner: Slice,
}

/// A member with a key that comes again in the same object.
#[derive(Debug, Clone, Copy)]
struct Repeated {
    lost: u32,
    counts: u32,
}

/// A node inside an object or array.
#[derive(Debug, Clone, Copy)]
struct Child {
    node: u32,
    /// Of an object's member: what its key is told by.
    digest: Digest,
}

/// A key in eight bytes: whoever looks for a member need not go to the text of each, which is seldom in a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Digest([u8; 8]);

impl Digest {
    /// What a longer key begins with: no character has this byte.
    const LONG: u8 = 0xFF;

    fn of(key: &[u8]) -> Self {
        let mut digest = [0; 8];
        // A short key is its own digest; filled up with zeros, it must hold none.
        if key.len() <= digest.len() && !key.contains(&0) {
            digest[..key.len()].copy_from_slice(key);
        } else {
            let some =
                [key.first(), key.get(key.len() / 2), key.last()].map(|byte| byte.copied().unwrap_or(0));
            digest[0] = Digest::LONG;
            digest[1..4].copy_from_slice(&some);
            digest[4..].copy_from_slice(&u32::try_from(key.len()).unwrap_or(u32::MAX).to_le_bytes());
        }
        Digest(digest)
    }

    /// How two keys compare, where their digests tell: whole ones do, since no key is filled up with what it holds.
    fn order(self, other: Self) -> Option<Ordering> {
        (self.is_whole() && other.is_whole()).then(|| self.0.cmp(&other.0))
    }

    /// Whether no other key has this digest.
    fn is_whole(self) -> bool {
        self.0[0] != Digest::LONG
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeKind {
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

    /// Every value in the order of the text: also those that were taken out of it, and those before an equal key.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = Json<'_>> {
        let count = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        (0..count).map(|node| Json { document: self, node })
    }

    /// The members that do not count, because a later one in the same object has the same key: where the key of each
    /// stands, its value, and the value that counts.
    pub(crate) fn repeated_keys(&self) -> impl Iterator<Item = (Span, Json<'_>, Json<'_>)> {
        let json = |node| self.json(NodeId(node));
        let key = |node: u32| self.nodes[node as usize].key.span();
        self.repeated.iter().map(move |one| (key(one.lost), json(one.lost), json(one.counts)))
    }

    /// Takes the members of an object out of it: whoever reads the object from now on finds it empty. [`Document::locate`]
    /// still goes through it.
    ///
    /// So an action does not hold the actions that it contains, which the model lists by themselves.
    pub(crate) fn detach(&mut self, id: NodeId) {
        self.nodes[id.0 as usize].kind = NodeKind::Detached;
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
        let digest = Digest::of(key.as_bytes());
        let found = if children.len() <= FEW {
            let is_it = |child: &&Child| {
                child.digest == digest && (digest.is_whole() || bytes(child) == key.as_bytes())
            };
            children.iter().find(is_it)?
        } else {
            let order = |child: &Child| {
                child.digest.order(digest).unwrap_or_else(|| bytes(child).cmp(key.as_bytes()))
            };
            &children[children.binary_search_by(order).ok()?]
        };
        Some(found.node as usize)
    }

    /// How the keys of two members compare.
    fn compare(&self, a: &Child, b: &Child) -> Ordering {
        let bytes = |child: &Child| self.key_bytes(child.node as usize);
        a.digest.order(b.digest).unwrap_or_else(|| bytes(a).cmp(bytes(b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_whole_only_where_it_is_the_key() {
        let whole: [&[u8]; 4] = [b"", b"type", b"runAfter", "\u{540D}".as_bytes()];
        for key in whole {
            assert!(Digest::of(key).is_whole(), "{key:?}");
        }
        let others: [&[u8]; 3] = [b"type\0", b"\0", b"connectionName"];
        for key in others {
            assert!(!Digest::of(key).is_whole(), "{key:?}");
        }
        assert_ne!(Digest::of(b"type"), Digest::of(b"type\0"));
    }
}
