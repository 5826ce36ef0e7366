//! What a text holds, in a byte: asked before a text is looked through.

/// Characters that stand in a text: nearly all strings of a flow hold none of those that a rule looks for, and whole
/// objects are passed over by one question. Found while the strings are read, where they cost little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContentFlags(u8);

impl ContentFlags {
    /// What every text holds.
    pub(crate) const ANY: ContentFlags = ContentFlags(128);
    /// `@`, with which expressions begin.
    pub(crate) const AT: ContentFlags = ContentFlags(1);
    /// `:`, which addresses hold.
    pub(crate) const COLON: ContentFlags = ContentFlags(2);
    /// What may be a secret by its form: `=`, or `r` and a blank, which end all that [`crate::secrets`] looks for in
    /// front of one; a URL with a user and a password in it. Or a key that says so.
    pub(crate) const TELLING: ContentFlags = ContentFlags(4);
    /// A text that may be a call without its `@`: see [`ContentFlags::of_whole`].
    pub(crate) const CALL: ContentFlags = ContentFlags(8);

    /// Whether one of `others` is among them.
    pub(crate) fn any_of(self, others: ContentFlags) -> bool {
        self.0 & others.0 != 0
    }

    /// The marks of a text.
    pub(crate) fn of(text: &[u8]) -> Self {
        let has = |bytes: &[u8], marks: ContentFlags| {
            if text.iter().any(|byte| bytes.contains(byte)) { marks } else { ContentFlags::ANY }
        };
        let ends_bearer = |pair: &[u8]| pair[1] == b' ' && pair[0].eq_ignore_ascii_case(&b'r');
        let may_be_bearer =
            if text.windows(2).any(ends_bearer) { ContentFlags::TELLING } else { ContentFlags::ANY };
        has(b"@", ContentFlags::AT)
            | has(b":", ContentFlags::COLON)
            | has(b"=", ContentFlags::TELLING)
            | may_be_bearer
    }

    /// The marks that a string adds to those of its characters, which are asked first: few hold what a URL with a user
    /// has.
    pub(crate) fn of_url(self, text: &str) -> Self {
        let may_be = self.any_of(ContentFlags::AT)
            && self.any_of(ContentFlags::COLON)
            && !self.any_of(ContentFlags::TELLING);
        if may_be && crate::secrets::has_user_and_password(text) {
            ContentFlags::TELLING
        } else {
            ContentFlags::ANY
        }
    }

    /// The marks that a string has by how it begins and ends: that of a call, or of what is read of one, where no `@`
    /// makes it an expression.
    pub(crate) fn of_whole(text: &str) -> Self {
        let ends = |byte: &u8| matches!(byte, b')' | b']');
        let bytes = text.as_bytes();
        // Asked of every string, and nearly all are told by their last byte.
        let is_call = bytes.trim_ascii_end().last().is_some_and(ends)
            && bytes.first().is_some_and(|first| first.is_ascii_alphabetic() || first.is_ascii_whitespace())
            && bytes.contains(&b'(');
        if is_call { ContentFlags::CALL } else { ContentFlags::ANY }
    }

    /// The marks that an object under this key gives to its members: what they are for is said by its key.
    pub(crate) fn of_members(key: &str) -> Self {
        if crate::secrets::is_authentication(key) { ContentFlags::TELLING } else { ContentFlags::ANY }
    }

    /// The marks that a key adds to those of its characters.
    pub(crate) fn of_key(key: &str) -> Self {
        if crate::secrets::is_telling(key) { ContentFlags::TELLING } else { ContentFlags::ANY }
    }
}

impl std::ops::BitOr for ContentFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        ContentFlags(self.0 | other.0)
    }
}
