//! Looks at several bytes of a text at once: a [`Block`] has sixteen, which are compared with the vector instructions that
//! every processor of a target has. Only this module uses the crate `wide`.

use std::ops::{BitAnd, BitOr, Not, Range};

use wide::u8x16;

/// Sixteen bytes: of a text, or results of comparisons, where 0xFF stands for true and 0 for false.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block(u8x16);

impl Block {
    pub(crate) const LENGTH: usize = 16;

    pub(crate) const ZEROS: Block = Block(u8x16::ZERO);

    /// The first bytes of a text. Zeros follow its end.
    #[inline]
    pub(crate) fn of(text: &[u8]) -> Self {
        text.first_chunk().map_or_else(|| Block::short(text), |bytes| Block(u8x16::new(*bytes)))
    }

    #[cold]
    fn short(text: &[u8]) -> Self {
        let mut bytes = [0; Block::LENGTH];
        bytes[..text.len()].copy_from_slice(text);
        Block(u8x16::new(bytes))
    }

    /// This value sixteen times.
    #[inline]
    pub(crate) fn all(byte: u8) -> Self {
        Block(u8x16::splat(byte))
    }

    /// True for the first bytes, as many as `count`.
    #[inline]
    pub(crate) fn first(count: u8) -> Self {
        const NUMBERS: u8x16 = u8x16::new([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
        Block(NUMBERS).up_to(count)
    }

    /// Which bytes equal this one.
    #[inline]
    pub(crate) fn equal(self, byte: u8) -> Self {
        Block(self.0.cmp_eq(u8x16::splat(byte)))
    }

    /// Which bytes are control characters.
    #[inline]
    pub(crate) fn is_control(self) -> Self {
        self.up_to(b' ' - 1)
    }

    /// Which bytes are spaces, tabs and line breaks: the blanks of JSON and XML.
    #[inline]
    pub(crate) fn is_blank(self) -> Self {
        self.equal(b' ') | self.equal(b'\n') | self.equal(b'\r') | self.equal(b'\t')
    }

    /// Which bytes are not greater than this one.
    #[inline]
    fn up_to(self, most: u8) -> Self {
        Block(self.0.min(u8x16::splat(most)).cmp_eq(self.0))
    }

    /// Which bytes are from the first one to the last.
    #[inline]
    pub(crate) fn between(self, first: u8, last: u8) -> Self {
        Block(self.0 - u8x16::splat(first)).up_to(last - first)
    }

    /// The bytes with the bit that distinguishes small letters from capitals. Changes some signs, too.
    #[inline]
    pub(crate) fn lower(self) -> Self {
        self | Block::all(0x20)
    }

    /// The number of bytes before the first that is true; [`Block::LENGTH`] or more if none is.
    #[inline]
    pub(crate) fn before_first(self) -> usize {
        self.0.move_mask().trailing_zeros() as usize
    }

    /// The number of bytes up to and including the last that is true; 0 if none is.
    #[inline]
    pub(crate) fn up_to_last(self) -> usize {
        (i32::BITS - self.0.move_mask().leading_zeros()) as usize
    }

    /// A bit for each byte that is true, the lowest for the first byte.
    #[inline]
    pub(crate) fn marks(self) -> u32 {
        self.0.move_mask() as u32
    }

    /// Whether any byte is true.
    #[inline]
    pub(crate) fn any(self) -> bool {
        self.0.move_mask() != 0
    }

    /// The bits that any byte has.
    #[inline]
    pub(crate) fn bits(self) -> u8 {
        let halves = u128::from_ne_bytes(self.0.to_array());
        let word = (halves | halves >> 64) as u64;
        let word = word | word >> 32;
        let word = word | word >> 16;
        (word | word >> 8) as u8
    }
}

impl BitAnd for Block {
    type Output = Self;

    #[inline]
    fn bitand(self, other: Self) -> Self {
        Block(self.0 & other.0)
    }
}

impl BitOr for Block {
    type Output = Self;

    #[inline]
    fn bitor(self, other: Self) -> Self {
        Block(self.0 | other.0)
    }
}

impl Not for Block {
    type Output = Self;

    #[inline]
    fn not(self) -> Self {
        Block(!self.0)
    }
}

/// The number of bytes of a text before the first for which this is true; all if there is none.
#[inline]
pub(crate) fn before_first(text: &[u8], is_it: impl Fn(Block) -> Block) -> usize {
    first_in(text, 0..text.len(), is_it)
}

/// Whether this is true for any byte of a text.
#[inline]
pub(crate) fn has_any(text: &[u8], is_it: impl Fn(Block) -> Block) -> bool {
    before_first(text, is_it) < text.len()
}

/// Whether this is true for any byte in a range of a text. Unlike [`has_any`] of a short text, it copies bytes only at the end of
/// the whole text.
#[inline]
pub(crate) fn has_any_in(text: &[u8], range: Range<usize>, is_it: impl Fn(Block) -> Block) -> bool {
    let end = range.end;
    first_in(text, range, is_it) < end
}

/// The offset of the first byte in a range for which this is true; the end of the range if there is none.
#[inline]
fn first_in(text: &[u8], range: Range<usize>, is_it: impl Fn(Block) -> Block) -> usize {
    let mut at = range.start;
    while at < range.end {
        let before = is_it(Block::of(&text[at..])).before_first();
        if before < Block::LENGTH {
            // It may be after the range, or a zero after the text.
            return (at + before).min(range.end);
        }
        at += Block::LENGTH;
    }
    range.end
}

/// The last eight bytes of a text as a number, or all of a shorter one.
#[inline]
pub(crate) fn last_eight(text: &[u8]) -> u64 {
    match text.last_chunk() {
        Some(end) => u64::from_le_bytes(*end),
        None => text.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)),
    }
}

/// Eight bytes with this value.
pub(crate) const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Marks the bytes of eight that equal `byte`: sets their high bits.
pub(crate) const fn exactly(word: u64, byte: u8) -> u64 {
    const HIGHS: u64 = all(0x80);
    let others = word ^ all(byte);
    !(((others & !HIGHS) + !HIGHS) | others) & HIGHS
}

#[cfg(test)]
mod tests {
    use proptest::array::{uniform8, uniform16};
    use proptest::prelude::*;

    use super::*;

    const BYTES: [u8; 10] = [0, 1, 31, 32, 33, 64, 96, 127, 128, 255];

    proptest! {
        #[test]
        fn blocks_compare_each_byte(bytes in uniform16(prop::sample::select(&BYTES)), byte in any::<u8>(), more in 0..=40_u8) {
            let are = |block: Block| block.0.to_array().map(|byte| byte == 0xFF);
            let (block, last) = (Block::of(&bytes), byte.saturating_add(more));
            prop_assert_eq!(are(block.equal(byte)), bytes.map(|b| b == byte));
            prop_assert_eq!(are(block.up_to(byte)), bytes.map(|b| b <= byte));
            prop_assert_eq!(are(block.between(byte, last)), bytes.map(|b| (byte..=last).contains(&b)));
            prop_assert_eq!(are(block.lower().equal(byte)), bytes.map(|b| b | 0x20 == byte));
            prop_assert_eq!(block.bits(), bytes.into_iter().fold(0, |all, one| all | one));
        }

        #[test]
        fn blocks_count_bytes(bytes in uniform16(prop::sample::select(&BYTES)), length in 0..=16_usize) {
            let is_zero = |b: &u8| *b == 0;
            let zeros = Block::of(&bytes).equal(0);
            prop_assert_eq!(zeros.any(), bytes.contains(&0));
            let marks = (0..16_u32).filter(|at| bytes[*at as usize] == 0).map(|at| 1 << at).sum::<u32>();
            prop_assert_eq!(zeros.marks(), marks);
            prop_assert_eq!(zeros.before_first().min(16), bytes.iter().position(is_zero).unwrap_or(16));
            prop_assert_eq!((!zeros).before_first().min(16), bytes.iter().take_while(|b| is_zero(b)).count());
            prop_assert_eq!(zeros.up_to_last(), bytes.iter().rposition(is_zero).map_or(0, |at| at + 1));
            let first = Block::first(u8::try_from(length).unwrap_or_default());
            prop_assert_eq!(((!first).before_first().min(16), first.up_to_last()), (length, length));
            let text = Block::of(&bytes[..length]).0.to_array();
            prop_assert!(text[..length] == bytes[..length] && text[length..].iter().all(is_zero));
        }

        #[test]
        fn zeros_after_a_text_do_not_count(bytes in prop::collection::vec(prop::sample::select(&BYTES), 0..40)) {
            let first = bytes.iter().position(|b| *b < b' ');
            prop_assert_eq!(before_first(&bytes, Block::is_control), first.unwrap_or(bytes.len()));
            prop_assert_eq!(has_any(&bytes, Block::is_control), first.is_some());
            for range in [0..0, 0..bytes.len(), bytes.len() / 3..bytes.len() / 2, bytes.len() / 2..bytes.len()] {
                let is_in = bytes[range.clone()].iter().any(|b| *b < b' ');
                prop_assert_eq!(has_any_in(&bytes, range, Block::is_control), is_in);
            }
        }

        #[test]
        fn marks_are_exact(bytes in uniform8(prop::sample::select(&BYTES)), byte in any::<u8>()) {
            let is_it = |(at, b): (usize, &u8)| if *b == byte { 0x80_u64 << (8 * at) } else { 0 };
            prop_assert_eq!(exactly(u64::from_le_bytes(bytes), byte), bytes.iter().enumerate().map(is_it).sum::<u64>());
        }
    }
}
