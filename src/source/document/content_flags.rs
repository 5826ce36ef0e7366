//! Which relevant characters a JSON value contains, as bits of a byte. A cheap check before a search.

use std::cell::RefCell;

use crate::bytes::{all, equal, exactly};
use crate::remembered::Remembered;

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
    /// A possible secret. It contains `=`, or `r` and a space, which end every prefix that [`crate::secrets`] looks
    /// for; or it is a URL with a user and password; or it contains a secret with a known format; or its key suggests a
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

    /// The flags of a text because of its characters.
    pub(crate) fn of(text: &[u8]) -> Self {
        Characters::of(text).flags()
    }

    /// The flags of a string, given those of its characters.
    pub(crate) fn of_string(self, text: &str) -> Self {
        self | self.of_secret(text) | ContentFlags::of_whole(text)
    }

    /// The flags of a string because of a secret that its characters do not tell. Checking those first is cheap: few
    /// strings have all characters of a URL with a user.
    fn of_secret(self, text: &str) -> Self {
        let may_be_url = self.any_of(ContentFlags::AT) && self.any_of(ContentFlags::COLON);
        let is_secret =
            || may_be_url && crate::secrets::has_user_and_password(text) || crate::secrets::has_shape(text);
        if !self.any_of(ContentFlags::TELLING) && is_secret() {
            ContentFlags::TELLING
        } else {
            ContentFlags::ANY
        }
    }

    /// The flag of a string that starts and ends like a call, or like a property of its result, without the `@` that would
    /// make it an expression.
    pub(crate) fn of_whole(text: &str) -> Self {
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
    pub(crate) fn of_members(key: &str) -> Self {
        if crate::secrets::members_may_be_secrets(key) { ContentFlags::TELLING } else { ContentFlags::ANY }
    }

    /// The flags that a key has in addition to those of its characters.
    pub(crate) fn of_key(key: &str) -> Self {
        if crate::secrets::suggests_secret(key) { ContentFlags::TELLING } else { ContentFlags::ANY }
    }
}

/// The characters of a text that was read so far, eight bytes at a time. Not zero if there is one.
#[derive(Default)]
pub(crate) struct Characters {
    at_sign: u64,
    colon: u64,
    telling: u64,
    last: u64,
}

impl Characters {
    /// The characters of a whole text.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut characters = Characters::default();
        let words = text.chunks_exact(8);
        let rest = words.remainder();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let words = words.filter_map(<[u8]>::first_chunk).chain([&last]);
        words.for_each(|word| characters.add(u64::from_le_bytes(*word), u64::MAX));
        characters
    }

    /// Adds eight bytes. Only those in the mask `before` count.
    #[inline]
    pub(crate) fn add(&mut self, word: u64, before: u64) {
        let previous = std::mem::replace(&mut self.last, word);
        if before == 0 {
            return;
        }
        self.at_sign |= equal(word, b'@') & before;
        self.colon |= equal(word, b':') & before;
        self.telling |= equal(word, b'=') & before;
        let space = exactly(word, b' ');
        if space != 0 {
            // An `r` of either case moves to the position of the next byte, which may be the first of the next word.
            let r = |word: u64| exactly(word | all(0x20), b'r');
            self.telling |= space & (r(word) << 8 | r(previous) >> 56) & before;
        }
    }

    pub(crate) fn flags(&self) -> ContentFlags {
        let mark = |found: u64, mark: ContentFlags| if found == 0 { ContentFlags::ANY } else { mark };
        mark(self.at_sign, ContentFlags::AT)
            | mark(self.colon, ContentFlags::COLON)
            | mark(self.telling, ContentFlags::TELLING)
    }
}

/// The flags of keys. It remembers them, because most keys are in many flows: `type`, `inputs`.
pub(crate) struct KeyFlags(Remembered<ContentFlags>);

thread_local! {
    static KEYS: RefCell<KeyFlags> = RefCell::new(KeyFlags::new());
}

impl KeyFlags {
    fn new() -> Self {
        const MOST: usize = 512;
        KeyFlags(Remembered::new(MOST))
    }

    /// Calls a function with what the thread remembers. It must not do so again.
    pub(crate) fn with<T>(read: impl FnOnce(&mut KeyFlags) -> T) -> T {
        KEYS.with_borrow_mut(read)
    }

    /// The flags of a key: those of its characters, and [`ContentFlags::of_key`].
    #[inline]
    pub(crate) fn of(&mut self, key: &str) -> ContentFlags {
        self.0.get(key).unwrap_or_else(|| {
            let flags = ContentFlags::of(key.as_bytes()) | ContentFlags::of_key(key);
            self.0.keep(key, flags);
            flags
        })
    }
}

impl std::ops::BitOr for ContentFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        ContentFlags(self.0 | other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn keys_are_remembered_as_they_are(keys in proptest::collection::vec("[ps@]{1,2}(password|type|sig|[a-z:]{0,3})", 0..40)) {
            let mut known = KeyFlags::new();
            for key in &keys {
                proptest::prop_assert_eq!(known.of(key), ContentFlags::of(key.as_bytes()) | ContentFlags::of_key(key), "{}", key);
            }
            proptest::prop_assert_eq!(known.of(""), ContentFlags::of_key(""));
        }
    }
}
