//! A JSON text as a flat list of nodes that point into the text. `parse::json` creates it once per text; the model, the
//! rules and the lookup of places read it. It copies no text except strings with escapes.
//!
//! The members of objects are sorted by key. If a key appears twice, the last member counts, as in serde_json's
//! `Value`. So the order of keys in a file has no effect, and lookups can use binary search.

mod build;
mod content_flags;
mod json;
mod places;

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use super::{Part, Route, Span, Step};
use crate::bytes::equal;

pub(crate) use build::{DocumentBuilder, Key};
pub(crate) use content_flags::ContentFlags;
pub use json::{Array, Json, NodeId, Number, Object, Value};

/// A parsed JSON text.
#[derive(Debug, Default)]
pub struct Document {
    text: Arc<String>,
    nodes: Vec<DocumentNode>,
    /// The nodes inside objects and arrays. The children of a node are adjacent.
    children: Vec<Child>,
    /// The decoded strings and keys that have escapes in the text.
    decoded: String,
    /// The decoded keys with escapes, by node. They are rare.
    decoded_keys: Vec<(u32, Slice)>,
    /// The members that do not count because a later one has the same key, each with the one that counts.
    repeated: Vec<Repeated>,
    /// Indices for the lookup of places. Computed on first use, because most files have no findings.
    parents: OnceLock<Vec<u32>>,
    long_escapes: OnceLock<places::LongEscapes>,
}

/// A value and its key. It has 28 bytes, and a flow has about one node per 40 bytes of text.
#[derive(Debug, Clone, Copy)]
struct DocumentNode {
    kind: NodeKind,
    /// What the value, its key, and the keys and values inside it may contain.
    flags: ContentFlags,
    /// The key as written, without quotes. It is empty for array elements and the root.
    key: Slice,
    /// The value as written. For a string, without quotes.
    value: Slice,
    /// The children of an object or array; for a string with escapes, its text in `decoded`.
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
    /// The digest of the member's key. Unused in arrays.
    digest: Digest,
}

/// A key condensed to eight bytes. A search compares digests, and so need not read the text of each key, which is
/// rarely in the CPU cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Digest([u8; 8]);

impl Digest {
    /// The first byte of the digests of long keys. It never occurs in UTF-8.
    const LONG: u8 = 0xFF;

    /// Inlined and without loops, so that the compiler computes the digests of literals.
    #[inline]
    fn of(key: &[u8]) -> Self {
        Digest::of_short(key).unwrap_or_else(|| {
            let some =
                [key.first(), key.get(key.len() / 2), key.last()].map(|byte| byte.copied().unwrap_or(0));
            let mut digest = [Digest::LONG, some[0], some[1], some[2], 0, 0, 0, 0];
            digest[4..].copy_from_slice(&u32::try_from(key.len()).unwrap_or(u32::MAX).to_le_bytes());
            Digest(digest)
        })
    }

    /// A short key is its own digest, padded with zeros. It therefore must not contain a zero.
    #[inline]
    fn of_short(key: &[u8]) -> Option<Self> {
        let length = key.len();
        // The byte at an index of the digest.
        let byte = |at: usize| u64::from(key[at]) << (56 - 8 * at);
        let word = |bytes: &[u8; 4]| u64::from(u32::from_be_bytes(*bytes));
        let digest = match length {
            0 => return Some(Digest([0; 8])),
            1..=3 => byte(0) | byte(length / 2) | byte(length - 1),
            // The first four bytes and the last four, which may overlap.
            4..=8 => word(key.first_chunk()?) << 32 | word(key.last_chunk()?) << (64 - 8 * length),
            _ => return None,
        };
        let padding = u64::MAX.checked_shr(8 * u32::try_from(length).ok()?).unwrap_or(0);
        (equal(digest | padding, 0) == 0).then(|| Digest(digest.to_be_bytes()))
    }

    /// The order of two keys, if the digests decide it. They do if both keys are short, because a key never contains
    /// the padding byte.
    fn order(self, other: Self) -> Option<Ordering> {
        (self.is_exact() && other.is_exact()).then(|| self.0.cmp(&other.0))
    }

    /// Whether the digest identifies the key.
    fn is_exact(self) -> bool {
        self.0[0] != Digest::LONG
    }
}

/// The type of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeKind {
    Null,
    False,
    True,
    Number,
    String,
    /// A string with escapes, whose decoded text is in `decoded`.
    Escaped,
    Array,
    Object,
    /// An object that reads as empty. See [`Document::detach`].
    Detached,
}

/// A range in a text or list of less than 4 GiB.
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
    /// The range must be in a text or list of at most [`MOST_BYTES`].
    fn from(range: std::ops::Range<usize>) -> Self {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Slice { start: number(range.start), length: number(range.end - range.start) }
    }
}

/// The maximum length of a text in bytes: nodes store 32-bit offsets.
pub(crate) const MOST_BYTES: usize = u32::MAX as usize;

impl Document {
    /// The value of the whole text.
    pub fn root(&self) -> Json<'_> {
        Json { document: self, node: 0 }
    }

    /// The value with this id.
    pub(crate) fn json(&self, id: NodeId) -> Json<'_> {
        Json { document: self, node: id.0 }
    }

    /// Every value in the order of the text, including the members of detached objects and members that a later equal
    /// key replaces.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = Json<'_>> {
        let count = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        (0..count).map(|node| Json { document: self, node })
    }

    /// The members that do not count, because a later one in the same object has the same key: the place of the key, the
    /// value, and the value that counts.
    pub(crate) fn repeated_keys(&self) -> impl Iterator<Item = (Span, Json<'_>, Json<'_>)> {
        let json = |node| self.json(NodeId(node));
        let key = |node: u32| self.nodes[node as usize].key.span();
        self.repeated.iter().map(move |one| (key(one.lost), json(one.lost), json(one.counts)))
    }

    /// Detaches the members of an object: from now on, readers find the object empty. [`Document::locate`] still looks
    /// inside.
    ///
    /// The model uses this because it lists nested actions by themselves, so the containing action must not contain
    /// them a second time.
    pub(crate) fn detach(&mut self, id: NodeId) {
        self.nodes[id.0 as usize].kind = NodeKind::Detached;
    }

    fn children(&self, node: usize) -> &[Child] {
        &self.children[self.nodes[node].inner.range()]
    }

    /// The key's bytes, for comparisons: these do not need a check for character boundaries.
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

    #[inline]
    fn find(&self, node: usize, key: &str) -> Option<usize> {
        self.find_by(node, key, Digest::of(key.as_bytes()))
    }

    fn find_by(&self, node: usize, key: &str, digest: Digest) -> Option<usize> {
        // Nearly every object is smaller than this, and a linear scan beats binary search here.
        const FEW: usize = 16;
        let children = self.children(node);
        let bytes = |child: &Child| self.key_bytes(child.node as usize);
        let child = if children.len() <= FEW {
            let is_match = |child: &&Child| {
                child.digest == digest && (digest.is_exact() || bytes(child) == key.as_bytes())
            };
            children.iter().find(is_match)?
        } else {
            let order = |child: &Child| {
                child.digest.order(digest).unwrap_or_else(|| bytes(child).cmp(key.as_bytes()))
            };
            &children[children.binary_search_by(order).ok()?]
        };
        Some(child.node as usize)
    }

    /// Compares the keys of two members.
    fn compare(&self, a: &Child, b: &Child) -> Ordering {
        let bytes = |child: &Child| self.key_bytes(child.node as usize);
        a.digest.order(b.digest).unwrap_or_else(|| bytes(a).cmp(bytes(b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_identifies_short_keys_only() {
        let exact: [&[u8]; 4] = [b"", b"type", b"runAfter", "\u{540D}".as_bytes()];
        for key in exact {
            assert!(Digest::of(key).is_exact(), "{key:?}");
        }
        let others: [&[u8]; 3] = [b"type\0", b"\0", b"connectionName"];
        for key in others {
            assert!(!Digest::of(key).is_exact(), "{key:?}");
        }
        assert_ne!(Digest::of(b"type"), Digest::of(b"type\0"));
        for (at, key) in
            ["", "a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh"].into_iter().enumerate()
        {
            let mut bytes = [0; 8];
            bytes[..at].copy_from_slice(key.as_bytes());
            assert_eq!(Digest::of(key.as_bytes()), Digest(bytes), "{key}");
        }
    }
}
