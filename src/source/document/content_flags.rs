//! Which relevant characters a JSON value contains, as bits of a byte. A cheap check before a search.

use crate::bytes::Block;

/// The characters that a value contains. Nearly no string of a flow contains the characters that a rule looks for, so a
/// check of the flags skips whole objects. The parser computes them while it reads strings, which costs little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContentFlags(u8);

impl ContentFlags {
    /// The flag of every text.
    pub(crate) const ANY: ContentFlags = ContentFlags(128);
    /// `@`, which starts expressions.
    pub(crate) const AT: ContentFlags = ContentFlags(1);
    /// `:`, which occurs in every URL.
    pub(crate) const COLON: ContentFlags = ContentFlags(2);
    /// A possible secret. It contains `=`, or an `r` followed by a space: these end every prefix that
    /// [`crate::secrets`] looks for; or it is a URL with a user and password; or it contains a secret with a known format; or its key suggests a
    /// secret, or it is a header or a query parameter.
    pub(crate) const TELLING: ContentFlags = ContentFlags(4);
    /// A text that may be a call without its `@`: see [`ContentFlags::of_whole`].
    pub(crate) const CALL: ContentFlags = ContentFlags(8);

    /// The flags of a node, which has four bits for them: all but [`ContentFlags::ANY`].
    pub(super) fn four_bits(self) -> u8 {
        self.0 & 0b1111
    }

    /// The flags that [`ContentFlags::four_bits`] returned.
    pub(super) fn from_four_bits(bits: u8) -> Self {
        ContentFlags(bits & 0b1111) | ContentFlags::ANY
    }

    /// Whether any of `others` is set.
    pub(crate) fn any_of(self, others: ContentFlags) -> bool {
        self.0 & others.0 != 0
    }

    /// The flag of a string that starts and ends like a call, or like a property of its result, without the `@` that would
    /// make it an expression.
    fn of_whole(text: &str) -> Self {
        let ends = |byte: &u8| matches!(byte, b')' | b']' | b'}');
        // Braces without the `@` of `@{…}`, or with the `$` of another language.
        let is_brace = |byte: &u8| matches!(byte, b'{' | b'$');
        let bytes = text.as_bytes();
        // This runs for every string, and the last byte decides nearly always.
        let is_call = bytes.trim_ascii_end().last().is_some_and(ends)
            && bytes.first().is_some_and(|first| {
                first.is_ascii_alphabetic() || first.is_ascii_whitespace() || is_brace(first)
            })
            && bytes.contains(&b'(');
        if is_call { ContentFlags::CALL } else { ContentFlags::ANY }
    }

    /// The flags that members of an object get because of the object's key.
    pub(super) fn of_members(key: &str) -> Self {
        if crate::secrets::members_may_be_secrets(key) { ContentFlags::TELLING } else { ContentFlags::ANY }
    }
}

/// The characters of a text that was read so far: a bit for each kind, at any byte of a block.
#[derive(Clone, Copy)]
pub(crate) struct Characters(Block);

impl Characters {
    /// A digit or a sign that secrets with a known format have. The lower bits are those of [`ContentFlags`].
    const OF_TOKEN: u8 = 16;
    /// A space, after which a secret may begin.
    const SPACE: u8 = 32;

    /// No characters.
    #[inline]
    pub(crate) fn none() -> Self {
        Characters(Block::ZEROS)
    }

    /// The characters of a whole text.
    pub(super) fn of(text: &str) -> Self {
        let chunks = text.as_bytes().chunks(Block::LENGTH);
        chunks.fold(Characters::none(), |all, chunk| all.and(Block::of(chunk), Block::all(u8::MAX)))
    }

    /// Adds the next bytes, of which only some count.
    #[inline]
    pub(crate) fn and(self, block: Block, counts: Block) -> Self {
        let found = block.equal(b'@') & Block::all(ContentFlags::AT.0)
            | block.equal(b':') & Block::all(ContentFlags::COLON.0)
            | block.equal(b'=') & Block::all(ContentFlags::TELLING.0)
            | block.equal(b' ') & Block::all(Characters::SPACE)
            | (block.between(b'0', b'9') | block.between(b'-', b'.')) & Block::all(Characters::OF_TOKEN);
        Characters(self.0 | found & counts)
    }

    /// The flags of a string with these characters.
    #[inline]
    pub(crate) fn flags_of_string(self, text: &str) -> ContentFlags {
        let bits = self.0.bits();
        let flags = ContentFlags(bits) | ContentFlags::of_whole(text);
        if is_telling(bits, text) { flags | ContentFlags::TELLING } else { flags }
    }

    /// The flags of a key with these characters.
    #[inline]
    pub(crate) fn flags_of_key(self, key: &str) -> ContentFlags {
        let bits = self.0.bits();
        let is_telling =
            crate::secrets::suggests_secret(key) || bits & Characters::SPACE != 0 && has_r_before_space(key);
        if is_telling { ContentFlags(bits) | ContentFlags::TELLING } else { ContentFlags(bits) }
    }
}

/// Whether a string contains a possible secret, given the bits of its characters. These decide for nearly every string.
#[inline]
fn is_telling(bits: u8, text: &str) -> bool {
    const OF_URL: u8 = ContentFlags::AT.0 | ContentFlags::COLON.0;
    bits & ContentFlags::TELLING.0 != 0
        || bits & Characters::SPACE != 0 && has_r_before_space(text)
        || bits & Characters::OF_TOKEN != 0 && crate::secrets::has_shape(text)
        || bits & OF_URL == OF_URL && crate::secrets::has_user_and_password(text)
}

/// Whether a text contains an `r` of either case followed by a space. These two end every prefix that [`crate::secrets`]
/// looks for, such as that of `Bearer x`.
#[cold]
fn has_r_before_space(text: &str) -> bool {
    let bytes = text.as_bytes();
    let after = bytes.get(1..).unwrap_or_default();
    bytes
        .chunks(Block::LENGTH)
        .zip(after.chunks(Block::LENGTH))
        .any(|(chunk, after)| (Block::of(chunk).lower().equal(b'r') & Block::of(after).equal(b' ')).any())
}

impl std::ops::BitOr for ContentFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        ContentFlags(self.0 | other.0)
    }
}
