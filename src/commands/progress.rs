//! A progress indicator on stderr for work that takes longer than a second.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// The time before the indicator appears.
const DELAY: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);

/// Does the work and shows a spinner if it takes longer than [`DELAY`].
pub(super) fn during<T>(is_shown: bool, what: &'static str, work: impl FnOnce() -> T) -> T {
    if !is_shown {
        return work();
    }
    let (done, is_done) = mpsc::channel::<()>();
    let watcher = std::thread::spawn(move || watch(&is_done, what));
    let result = work();
    drop(done);
    // A panic of the watcher affects only the spinner.
    let _ = watcher.join();
    result
}

fn watch(is_done: &mpsc::Receiver<()>, what: &'static str) {
    if is_done.recv_timeout(DELAY) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::new_spinner().with_message(what).with_elapsed(DELAY);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(TICK);
    // Blocks until the other thread drops its end of the channel.
    let _ = is_done.recv();
    bar.finish_and_clear();
}
