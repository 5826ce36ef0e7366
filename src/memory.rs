//! Keeps texts and lists small in memory, because a run may have thousands of flows. Only this module uses the crates `bytes`
//! and `bytestring`: copies share a buffer, and several files can share one, too.

pub(crate) use ::bytes::Bytes;
pub(crate) use bytestring::ByteString;

/// The same list in a block of its size. `Vec::shrink_to_fit` reallocates it, and mimalloc returns the same block if the list
/// fills at least half of it.
pub(crate) fn fitted<T>(mut list: Vec<T>) -> Vec<T> {
    if list.len() == list.capacity() {
        return list;
    }
    let mut fitted = Vec::with_capacity(list.len());
    fitted.append(&mut list);
    fitted
}

/// About as many bytes as a stage reads before it releases them. Tests have small files, so debug builds release more often.
const BATCH: usize = if cfg!(debug_assertions) { 16 << 10 } else { 32 << 20 };

/// Splits items into batches of this size, so that a stage can release memory after each. `releasable` is the number of bytes
/// that can be released of an item. If there is nothing to release, there is one batch.
pub(crate) fn batches<T>(items: Vec<T>, releasable: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut batches = vec![Vec::new()];
    let mut sum = 0_usize;
    for item in items {
        let size = releasable(&item);
        if sum > 0 && size > BATCH.saturating_sub(sum) {
            batches.push(Vec::new());
            sum = 0;
        }
        sum = sum.saturating_add(size);
        if let Some(batch) = batches.last_mut() {
            batch.push(item);
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_end_before_they_are_too_large() {
        let half = BATCH / 2;
        let sizes = |items: Vec<usize>| batches(items, |size| *size);
        assert!(sizes(vec![]).concat().is_empty());
        assert_eq!(sizes(vec![0; 3]), [[0; 3]]);
        assert_eq!(sizes(vec![half, half, 1, 0]), [vec![half, half], vec![1, 0]]);
        assert_eq!(sizes(vec![0, usize::MAX, 0, usize::MAX]), [vec![0, usize::MAX, 0], vec![usize::MAX]]);
    }

    #[test]
    fn a_fitted_list_has_no_spare_room() {
        let mut list = Vec::with_capacity(100);
        list.extend(0..60);
        let list = fitted(list);
        assert_eq!((list.len(), list.capacity(), list[59]), (60, 60, 59));
    }
}
