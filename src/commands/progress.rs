//! A sign of life on stderr, for work that takes longer than a second, where somebody looks.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// What is soon done needs no sign.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);

/// Does the work, with a moving bar beside it once it takes longer than a second.
pub(super) fn during<T>(is_wanted: bool, what: &'static str, work: impl FnOnce() -> T) -> T {
    if !is_wanted {
        return work();
    }
    let (done, is_done) = mpsc::channel::<()>();
    let watcher = std::thread::spawn(move || watch(&is_done, what));
    let result = work();
    drop(done);
    // A watcher that panicked has drawn badly; the work is done all the same.
    let _ = watcher.join();
    result
}

fn watch(is_done: &mpsc::Receiver<()>, what: &'static str) {
    if is_done.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::new_spinner().with_message(what).with_elapsed(PATIENCE);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(TICK);
    // Blocks until the work drops its end.
    let _ = is_done.recv();
    bar.finish_and_clear();
}
