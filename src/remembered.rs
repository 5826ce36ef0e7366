//! Remembers what is known about texts that come again and again: the keys of flows, the names of rules in a report.

/// What is known about some of the texts so far. Each text has a slot, and replaces the one in it. So the memory is bounded,
/// and a lookup takes less than the hash of a `HashMap`, which would cost as much as it saves.
pub(crate) struct Remembered<T> {
    slots: Vec<(String, Option<T>)>,
}

impl<T: Copy> Remembered<T> {
    /// The most bytes of a text that is kept.
    const LONGEST: usize = 256;

    /// Remembers at least this many texts, or none if it is 0.
    pub(crate) fn new(most: usize) -> Self {
        let count = if most == 0 { 0 } else { most.next_power_of_two() };
        Remembered { slots: std::iter::repeat_with(|| (String::new(), None)).take(count).collect() }
    }

    /// What is known about a text, if it is remembered.
    #[inline]
    pub(crate) fn get(&self, text: &str) -> Option<T> {
        let (kept, known) = self.slots.get(self.slot(text))?;
        known.filter(|_| kept == text)
    }

    /// Remembers what is known about a text, unless it is long.
    pub(crate) fn keep(&mut self, text: &str, known: T) {
        let slot = self.slot(text);
        if let Some(kept) = self.slots.get_mut(slot).filter(|_| text.len() <= Self::LONGEST) {
            kept.0.clear();
            kept.0.push_str(text);
            kept.1 = Some(known);
        }
    }

    /// The index of the slot of a text. Texts of the same length mostly differ in their last bytes.
    #[inline]
    fn slot(&self, text: &str) -> usize {
        let bytes = text.as_bytes();
        let end = match bytes.last_chunk() {
            Some(end) => u64::from_le_bytes(*end),
            None => bytes.iter().fold(0, |end, byte| end << 8 | u64::from(*byte)),
        };
        let mixed = (end ^ bytes.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        usize::try_from(mixed).unwrap_or(0) & self.slots.len().wrapping_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_remembered_up_to_a_length() {
        let (mut few, mut none) = (Remembered::new(2), Remembered::new(0));
        let long = "a".repeat(Remembered::<usize>::LONGEST);
        for text in ["", "rule", "a text", "another text", &long, &format!("{long}a")] {
            few.keep(text, text.len());
            none.keep(text, text.len());
            let is_kept = text.len() <= long.len();
            assert_eq!((few.get(text), none.get(text)), (is_kept.then_some(text.len()), None), "{text}");
            assert_eq!(few.get(&format!("{text}.")), None);
        }
        few.keep("rule", 0);
        assert_eq!(few.get("rule"), Some(0));
    }
}
