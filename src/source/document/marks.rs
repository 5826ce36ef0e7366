//! What a text holds, in a byte: asked before a text is looked through.

/// Characters that stand in a text: nearly all strings of a flow hold none of those that a rule looks for, and whole
/// objects are passed over by one question. Found while the strings are read, where they cost little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks(u8);

impl Marks {
    /// What every text holds.
    pub(crate) const ANY: Marks = Marks(128);
    /// `@`, with which expressions begin.
    pub(crate) const AT: Marks = Marks(1);
    /// `:`, which addresses hold.
    pub(crate) const COLON: Marks = Marks(2);
    /// `=` or a blank, which stand in front of secrets.
    pub(crate) const EQUALS_OR_BLANK: Marks = Marks(4);

    /// Whether one of `others` is among them.
    pub(crate) fn any_of(self, others: Marks) -> bool {
        self.0 & others.0 != 0
    }

    /// The marks of a text.
    pub(crate) fn of(text: &[u8]) -> Self {
        let has = |bytes: &[u8], marks: Marks| {
            if text.iter().any(|byte| bytes.contains(byte)) { marks } else { Marks::ANY }
        };
        has(b"@", Marks::AT) | has(b":", Marks::COLON) | has(b"= ", Marks::EQUALS_OR_BLANK)
    }
}

impl std::ops::BitOr for Marks {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Marks(self.0 | other.0)
    }
}
