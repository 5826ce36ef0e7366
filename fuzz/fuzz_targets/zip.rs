//! Any bytes as a zip: loading ends, and within its limits.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| flowvet::fuzzing::zip(bytes));
