//! Parallel work on all cores. This is the only module that depends on the feature `parallel`.

/// Makes the calling thread a worker, instead of letting it wait for the workers. Its heap is the first of the process,
/// which grows in larger steps; on one or two cores, this saves a tenth of the time.
///
/// Call this once at the start of a program. When the thread ends, no parallel work may follow. A library leaves this
/// choice to its host.
#[cfg(feature = "parallel")]
pub fn join_in() {
    // Fails if the host has already configured the pool, which is fine.
    let _ = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
}

/// Makes the calling thread a worker. Without the feature `parallel`, it is the only one anyway.
#[cfg(not(feature = "parallel"))]
pub fn join_in() {}

/// Calls `work` for every item and returns the results in the order of the items.
#[cfg(feature = "parallel")]
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    items.into_par_iter().map(work).collect()
}

/// Calls `work` for every item and returns the results in the order of the items.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map<T, R>(items: Vec<T>, work: impl Fn(T) -> R) -> Vec<R> {
    items.into_iter().map(work).collect()
}
