//! Runs the corpora of the fuzzers, and every input that once caused a failure, as ordinary tests.
//!
//! `fuzz/corpus/<target>/` is a minimised set with the coverage of all inputs that were tried. The input of a fixed
//! crash stays as a file with a descriptive name.

#[path = "../fuzz/fuzz_targets/sandbox.rs"]
mod sandbox;
mod support;

use std::fs;
use std::panic::catch_unwind;

use flowvet::fuzzing;
use support::root;

fn replay(name: &str, target: fn(&[u8])) {
    let folder = root().join("fuzz/corpus").join(name);
    let mut replayed = 0;
    for entry in folder.read_dir().expect("a corpus").flatten() {
        let bytes = fs::read(entry.path()).expect("a file");
        let result = catch_unwind(|| target(&bytes));
        assert!(result.is_ok(), "{} breaks `{name}`", entry.path().display());
        replayed += 1;
    }
    assert!(replayed > 10, "only {replayed} inputs in {}", folder.display());
}

#[test]
fn zip() {
    replay("zip", fuzzing::zip);
}

#[test]
fn locate() {
    replay("locate", fuzzing::locate);
}

#[test]
fn xml() {
    replay("xml", fuzzing::xml);
}

#[test]
fn expression() {
    replay("expression", fuzzing::expression);
}

#[test]
fn yaml() {
    replay("yaml", fuzzing::yaml);
}

#[test]
fn config() {
    replay("config", fuzzing::config);
}

#[test]
fn baseline() {
    replay("baseline", fuzzing::baseline);
}

#[test]
fn settings() {
    replay("settings", fuzzing::settings);
}

#[test]
fn order() {
    replay("order", fuzzing::order);
}

/// The only test that uses the current folder, which it changes: all others name their files from the root.
#[test]
fn command() {
    replay("command", sandbox::run);
}

#[test]
fn check() {
    replay("check", fuzzing::check);
}

#[test]
fn explain() {
    replay("explain", fuzzing::explain);
}

#[test]
fn the_corpora_stay_small() {
    let folders = root().join("fuzz/corpus").read_dir().expect("corpora").flatten();
    let files = folders.flat_map(|folder| folder.path().read_dir().expect("a corpus").flatten());
    let size: u64 = files.map(|file| file.metadata().expect("a file").len()).sum();
    assert!(size < 400_000, "{size} bytes: merge and cut them, see docs/security.md");
}
