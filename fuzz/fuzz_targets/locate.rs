//! Any text that serde_json reads: `locate` finds each of its nodes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| flowvet::fuzzing::locate(bytes));
