//! How a value is stored: eight bytes, so that the nodes of a flow take a sixth of the size of its text.

use super::ContentFlags;

/// A value and its key.
///
/// Numbers that are too large for their fields are in tables of the [`Document`](super::Document): [`Node::FAR`] and
/// [`Node::LONG`] say so. Both are rare.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// Where the value starts in the text. A string starts with its quote.
    pub(super) start: u32,
    /// For a number, `null`, `true`, `false` or a string without escapes: its length, without quotes. For a string with
    /// escapes: its index in `Document::escaped`. For an object or array: how many nodes its first child is before it, or
    /// 0 if it is empty.
    pub(super) extent: u16,
    /// The length of the key as written, without quotes. 0 for array elements and the root.
    pub(super) key_length: u8,
    /// The kind in three bits, a bit that marks the last of several children, and four content flags.
    bits: u8,
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeKind {
    Null,
    Bool,
    Number,
    String,
    /// A string with escapes, whose decoded text is in `Document::decoded`.
    Escaped,
    Array,
    Object,
    /// An object that reads as empty. See [`Document::detach`](super::Document::detach).
    Detached,
}

impl NodeKind {
    const ALL: [NodeKind; 8] = [
        NodeKind::Null,
        NodeKind::Bool,
        NodeKind::Number,
        NodeKind::String,
        NodeKind::Escaped,
        NodeKind::Array,
        NodeKind::Object,
        NodeKind::Detached,
    ];

    /// Whether it is an object or array.
    pub(super) fn is_container(self) -> bool {
        matches!(self, NodeKind::Array | NodeKind::Object | NodeKind::Detached)
    }
}

impl Node {
    /// The `extent` of a value whose length, index or children are in `Document::far` or found by searching.
    pub(super) const FAR: u16 = u16::MAX;
    /// The `key_length` of a key that is in `Document::long_keys`.
    pub(super) const LONG: u8 = u8::MAX;

    const KIND: u8 = 0b0000_0111;
    const LAST: u8 = 0b0000_1000;
    const FLAGS: u32 = 4;

    pub(super) fn new(start: u32, extent: u16, key_length: u8, kind: NodeKind, flags: ContentFlags) -> Self {
        Node { start, extent, key_length, bits: kind as u8 | flags.four_bits() << Node::FLAGS }
    }

    pub(super) fn kind(self) -> NodeKind {
        NodeKind::ALL[usize::from(self.bits & Node::KIND)]
    }

    pub(super) fn set_kind(&mut self, kind: NodeKind) {
        self.bits = self.bits & !Node::KIND | kind as u8;
    }

    /// What the value, its key, and the keys and values inside it may contain.
    pub(super) fn flags(self) -> ContentFlags {
        ContentFlags::from_four_bits(self.bits >> Node::FLAGS)
    }

    pub(super) fn add_flags(&mut self, flags: ContentFlags) {
        self.bits |= flags.four_bits() << Node::FLAGS;
    }

    /// Whether it is the last child of its object or array, or the root.
    pub(super) fn is_last(self) -> bool {
        self.bits & Node::LAST != 0
    }

    pub(super) fn set_last(&mut self) {
        self.bits |= Node::LAST;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_has_eight_bytes_and_keeps_what_it_is_given() {
        assert_eq!(size_of::<Node>(), 8);
        let flags = ContentFlags::AT | ContentFlags::CALL;
        for (at, kind) in NodeKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, at);
            let mut node = Node::new(5, 6, 7, kind, flags);
            node.set_last();
            assert!(node.is_last());
            assert_eq!(node.kind(), kind);
            assert!(node.flags().any_of(ContentFlags::AT) && node.flags().any_of(ContentFlags::CALL));
            assert!(!node.flags().any_of(ContentFlags::COLON | ContentFlags::TELLING));
            node.set_kind(NodeKind::Detached);
            node.add_flags(ContentFlags::COLON);
            assert_eq!(node.kind(), NodeKind::Detached);
            assert!(node.flags().any_of(ContentFlags::COLON) && node.is_last());
            assert_eq!((node.start, node.extent, node.key_length), (5, 6, 7));
        }
    }
}
