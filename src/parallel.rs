//! Work on all cores, or on one: the only place that knows the `parallel` feature.

/// Makes the calling thread one of those that work, where it would wait for them. Its heap is the first one of the
/// process, which grows in larger steps: of two cores one, and of one core the only one, spends a tenth less.
///
/// For a program that has the process to itself, once and at its beginning: when the thread ends, nobody may work any
/// more. A library leaves the choice to its host.
#[cfg(feature = "parallel")]
pub fn join_in() {
    // The host may have chosen already.
    let _ = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
}

/// Makes the calling thread one of those that work: there is no other one.
#[cfg(not(feature = "parallel"))]
pub fn join_in() {}

/// The results of `work` for every item, in their order.
#[cfg(feature = "parallel")]
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    items.into_par_iter().map(work).collect()
}

/// The results of `work` for every item, in their order.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map<T, R>(items: Vec<T>, work: impl Fn(T) -> R) -> Vec<R> {
    items.into_iter().map(work).collect()
}
