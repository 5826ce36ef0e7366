//! Any text as deployment settings, and as a file that an order is merged into.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| flowvet::fuzzing::settings(bytes));
