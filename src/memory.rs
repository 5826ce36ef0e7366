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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fitted_list_has_no_spare_room() {
        let mut list = Vec::with_capacity(100);
        list.extend(0..60);
        let list = fitted(list);
        assert_eq!((list.len(), list.capacity(), list[59]), (60, 60, 59));
    }
}
