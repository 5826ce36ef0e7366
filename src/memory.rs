//! How texts and lists are kept: as few bytes as possible, because a run may have thousands of flows. Only this module uses the
//! crates `bytes` and `bytestring`, whose values share a buffer: copies are free, and a file may be a part of a buffer with
//! several files.

pub(crate) use ::bytes::Bytes;
pub(crate) use bytestring::ByteString;

/// The same list in a block of its size. `Vec::shrink_to_fit` does not move a list, and allocators keep a block if less than
/// half of it becomes free.
pub(crate) fn fitted<T>(mut list: Vec<T>) -> Vec<T> {
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
