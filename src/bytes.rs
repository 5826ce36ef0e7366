//! Looks at eight bytes at a time, as one number. Texts consist of short pieces, for which vector instructions do not pay.

/// Eight bytes with this value.
pub(crate) const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The high bit of each byte.
const HIGHS: u64 = all(0x80);

/// Marks bytes of `word` that are less than `byte`, which must be ASCII: sets their high bits. Bytes above such a byte may
/// be marked too, so the lowest mark is right, and there is a mark only if there is such a byte.
pub(crate) const fn below(word: u64, byte: u8) -> u64 {
    word.wrapping_sub(all(byte)) & !word & HIGHS
}

/// Marks bytes that equal `byte`, with the same reservation.
pub(crate) const fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ all(byte), 1)
}

/// Marks exactly the bytes that equal `byte`.
pub(crate) const fn exactly(word: u64, byte: u8) -> u64 {
    let others = word ^ all(byte);
    !(((others & !HIGHS) + !HIGHS) | others) & HIGHS
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn marks_are_right(bytes in proptest::array::uniform8(proptest::sample::select(vec![0_u8, 1, 31, 32, 33, 64, 127, 128, 255])), byte in 1_u8..128) {
            let word = u64::from_le_bytes(bytes);
            let marks = |is_marked: &dyn Fn(u8) -> bool| {
                bytes.iter().enumerate().filter(|(_, b)| is_marked(**b)).fold(0_u64, |all, (at, _)| all | 0x80 << (8 * at))
            };
            proptest::prop_assert_eq!(exactly(word, byte), marks(&|b| b == byte));
            let lowest = |marks: u64| marks & marks.wrapping_neg();
            proptest::prop_assert_eq!(lowest(equal(word, byte)), lowest(marks(&|b| b == byte)));
            proptest::prop_assert_eq!(lowest(below(word, byte)), lowest(marks(&|b| b < byte)));
        }
    }
}
