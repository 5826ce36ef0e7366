//! Remembers what is known about texts that come again and again: the expressions of a flow, the names of rules in a report.

use crate::bytes::last_eight;

/// What is known about some of the texts so far. Each text has a slot, and replaces the one in it. So the memory is bounded,
/// and a lookup takes less than the hash of a `HashMap`, which would cost as much as it saves.
pub(crate) struct Remembered<K, T> {
    slots: Vec<Option<(K, T)>>,
}

impl<K: AsRef<str>, T: Copy> Remembered<K, T> {
    /// The most bytes of a text that is kept.
    const LONGEST: usize = 256;

    /// Remembers at least this many texts, or none if it is 0.
    pub(crate) fn new(most: usize) -> Self {
        let count = if most == 0 { 0 } else { most.next_power_of_two() };
        Remembered { slots: std::iter::repeat_with(|| None).take(count).collect() }
    }

    /// What is known about a text, if it is remembered.
    #[inline]
    pub(crate) fn get(&self, text: &str) -> Option<T> {
        let (kept, known) = self.slots.get(self.slot(text))?.as_ref()?;
        (kept.as_ref() == text).then_some(*known)
    }

    /// Remembers what is known about a text, unless it is long.
    pub(crate) fn keep(&mut self, text: K, known: T) {
        let (slot, is_long) = (self.slot(text.as_ref()), text.as_ref().len() > Self::LONGEST);
        if let Some(kept) = self.slots.get_mut(slot).filter(|_| !is_long) {
            *kept = Some((text, known));
        }
    }

    /// The index of the slot of a text. Texts of the same length mostly differ in their last bytes or in the middle.
    #[inline]
    fn slot(&self, text: &str) -> usize {
        const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
        let bytes = text.as_bytes();
        let middle = bytes[bytes.len() / 2..].first_chunk().map_or(0, |middle| u64::from_le_bytes(*middle));
        let mixed = (last_eight(bytes) ^ bytes.len() as u64).wrapping_mul(FACTOR).rotate_left(32) ^ middle;
        let mixed = mixed.wrapping_mul(FACTOR) >> 32;
        usize::try_from(mixed).unwrap_or(0) & self.slots.len().wrapping_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_remembered_up_to_a_length() {
        let (mut few, mut none) = (Remembered::new(2), Remembered::new(0));
        let long = "a".repeat(Remembered::<String, usize>::LONGEST);
        for text in ["", "rule", "a text", "another text", &long, &format!("{long}a")] {
            few.keep(text.to_owned(), text.len());
            none.keep(text.to_owned(), text.len());
            let is_kept = text.len() <= long.len();
            assert_eq!((few.get(text), none.get(text)), (is_kept.then_some(text.len()), None), "{text}");
            assert_eq!(few.get(&format!("{text}.")), None);
        }
        few.keep("rule".to_owned(), 0);
        assert_eq!(few.get("rule"), Some(0));
        assert!(few.slots.len() == 2 && none.slots.is_empty());
    }
}
