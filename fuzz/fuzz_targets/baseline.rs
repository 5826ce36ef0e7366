//! Any text as a baseline.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| flowvet::fuzzing::baseline(bytes));
