//! Finds the signs of XML in a text, for the check of its depth and for the reader of plain XML.

use crate::bytes::Block;

/// The offsets of the signs that split XML: `<`, `>`, quotes and `&`.
pub(crate) struct Signs<'t> {
    pub(crate) text: &'t [u8],
    /// The start of the current block.
    block: usize,
    /// The signs in the block that are still to come.
    marks: u32,
}

impl<'t> Signs<'t> {
    /// The signs from an offset on.
    pub(crate) fn from(text: &'t [u8], at: usize) -> Self {
        let mut signs = Signs { text, block: 0, marks: 0 };
        signs.go_to(at);
        signs
    }

    /// Continues at this offset, or at the end of the text.
    pub(crate) fn go_to(&mut self, at: usize) {
        let block = Block::of(self.text.get(at..).unwrap_or_default());
        let of_tag = block.equal(b'<') | block.equal(b'>') | block.equal(b'"') | block.equal(b'\'');
        (self.block, self.marks) = (at, (of_tag | block.equal(b'&')).marks());
    }

    /// The next sign that equals this one. Leaves out all others.
    pub(crate) fn until(&mut self, sign: u8) -> Option<usize> {
        self.find(|at| self.text[*at] == sign)
    }
}

impl Iterator for Signs<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.marks == 0 {
            if self.block + Block::LENGTH >= self.text.len() {
                return None;
            }
            self.go_to(self.block + Block::LENGTH);
        }
        let at = self.block + self.marks.trailing_zeros() as usize;
        self.marks &= self.marks - 1;
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn signs_are_found_from_any_offset(text in "[a<>\"'&é]{0,60}|[a-z]{30,40}<", from in 0..70_usize) {
            let is_sign = |at: &usize| b"<>\"'&".contains(&text.as_bytes()[*at]);
            let signs: Vec<usize> = Signs::from(text.as_bytes(), from).collect();
            proptest::prop_assert_eq!(signs, (from..text.len().max(from)).filter(is_sign).collect::<Vec<_>>());
        }
    }
}
