//! Parallel work on all cores. This is the only module that depends on the feature `parallel`.

use std::cmp::Reverse;
#[cfg(feature = "parallel")]
use std::sync::{Once, OnceLock};
#[cfg(feature = "parallel")]
use std::thread::ThreadId;

/// Makes the calling thread a worker when it starts parallel work, instead of letting it wait for the workers. Its heap is
/// the first of the process, which grows in larger steps; on one or two cores, this saves a tenth of the time.
///
/// There are as many workers as cores, or fewer if `wanted` says so. More would not be faster, and each takes memory.
///
/// Call this once at the start of a program. When the thread ends, no parallel work may follow. A library leaves this
/// choice to its host.
#[cfg(feature = "parallel")]
pub fn join_in(wanted: Option<usize>) {
    let _ = JOINED.set((wanted, std::thread::current().id()));
}

/// The wanted number of workers, and the thread that becomes one of them if it starts the first parallel work.
#[cfg(feature = "parallel")]
static JOINED: OnceLock<(Option<usize>, ThreadId)> = OnceLock::new();

/// Starts the other workers when there is work. The kernel puts a new thread on an idle core, but often wakes a sleeping one on
/// the core of the thread that wakes it, where it can stay for the whole check.
#[cfg(feature = "parallel")]
fn start() {
    static STARTED: Once = Once::new();
    let Some((wanted, thread)) = JOINED.get() else { return };
    STARTED.call_once(|| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(workers(*wanted));
        let is_joined = *thread == std::thread::current().id();
        let pool = if is_joined { pool.use_current_thread() } else { pool };
        // Fails if the host has already configured the pool, which is fine.
        let _ = pool.build_global();
    });
}

#[cfg(feature = "parallel")]
fn workers(wanted: Option<usize>) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    wanted.filter(|wanted| *wanted > 0).map_or(cores, |wanted| wanted.min(cores))
}

/// Makes the calling thread a worker. Without the feature `parallel`, it is the only one anyway.
#[cfg(not(feature = "parallel"))]
pub fn join_in(_wanted: Option<usize>) {}

/// Calls `work` for every item and returns the results in the order of the items.
#[cfg(feature = "parallel")]
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    /// A core that is done takes over parts of the work that no other has begun. Without this, there are four parts on two
    /// cores, and one core may wait for the other for a quarter of the time.
    const PARTS: usize = 64;
    if items.len() < 2 {
        return items.into_iter().map(work).collect();
    }
    start();
    let longest = items.len().div_ceil(PARTS).max(1);
    items.into_par_iter().with_max_len(longest).map(work).collect()
}

/// Like [`map`], but starts with the largest items. A large item that starts last keeps the other cores waiting:
/// `customizations.xml` is the last file by path, and may be as large as all flows together. If every size is 0, everything runs
/// on the calling thread.
pub(crate) fn map_largest_first<T: Send, R: Send>(
    items: Vec<T>,
    size: impl Fn(&T) -> usize,
    work: impl Fn(T) -> R + Sync + Send,
) -> Vec<R> {
    if items.iter().all(|item| size(item) == 0) {
        return items.into_iter().map(work).collect();
    }
    let mut order: Vec<(usize, T)> = items.into_iter().enumerate().collect();
    order.sort_by_key(|(_, item)| Reverse(size(item)));
    // Results may be large, so they are not sorted.
    let mut done: Vec<Option<R>> = std::iter::repeat_with(|| None).take(order.len()).collect();
    for (index, result) in map(order, |(index, item)| (index, work(item))) {
        done[index] = Some(result);
    }
    done.into_iter().flatten().collect()
}

/// Calls `work` for every item and returns the results in the order of the items.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map<T, R>(items: Vec<T>, work: impl Fn(T) -> R) -> Vec<R> {
    items.into_iter().map(work).collect()
}

#[cfg(all(test, feature = "parallel"))]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<usize> = (0..1000).map(|item| item * 7919 % 1000).collect();
        let results = map_largest_first(items.clone(), |item| *item, |item| item + 1);
        assert_eq!(results, items.iter().map(|item| item + 1).collect::<Vec<_>>());
    }

    #[test]
    fn there_are_no_more_workers_than_cores() {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        assert_eq!(workers(None), cores);
        assert_eq!(workers(Some(0)), cores);
        assert_eq!(workers(Some(1)), 1);
        assert_eq!(workers(Some(999_999)), cores);
    }
}
