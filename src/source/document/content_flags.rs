//! Which relevant characters a JSON value contains, as bits of a byte. A cheap check before a search.

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

    /// The flags of a text.
    pub(crate) fn of(text: &[u8]) -> Self {
        let has = |bytes: &[u8], flags: ContentFlags| {
            if text.iter().any(|byte| bytes.contains(byte)) { flags } else { ContentFlags::ANY }
        };
        let ends_bearer = |pair: &[u8]| pair[1] == b' ' && pair[0].eq_ignore_ascii_case(&b'r');
        let may_be_bearer =
            if text.windows(2).any(ends_bearer) { ContentFlags::TELLING } else { ContentFlags::ANY };
        has(b"@", ContentFlags::AT)
            | has(b":", ContentFlags::COLON)
            | has(b"=", ContentFlags::TELLING)
            | may_be_bearer
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

/// The flags of the keys of a text. It remembers them, because most keys are repeated: `type`, `inputs`.
pub(crate) struct KeyFlags<'t> {
    known: [(&'t str, ContentFlags); KeyFlags::SLOTS],
}

impl<'t> KeyFlags<'t> {
    const SLOTS: usize = 128;

    pub(crate) fn new() -> Self {
        KeyFlags { known: [("", ContentFlags::ANY); KeyFlags::SLOTS] }
    }

    /// The flags of a key: those of its characters, and [`ContentFlags::of_key`].
    #[inline]
    pub(crate) fn of(&mut self, key: &'t str) -> ContentFlags {
        let slot = &mut self.known[KeyFlags::slot(key.as_bytes())];
        if slot.0 != key {
            *slot = (key, ContentFlags::of(key.as_bytes()) | ContentFlags::of_key(key));
        }
        slot.1
    }

    /// Where a key is remembered, instead of another one with the same ends and length.
    fn slot(key: &[u8]) -> usize {
        let byte = |byte: Option<&u8>| byte.copied().map_or(0, usize::from);
        (byte(key.first()) * 5 + byte(key.last()) * 3 + byte(key.get(key.len() / 2)) + key.len())
            % KeyFlags::SLOTS
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
