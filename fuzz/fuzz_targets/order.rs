//! Any text as an order that is checked.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| flowvet::fuzzing::order(bytes));
