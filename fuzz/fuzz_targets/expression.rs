//! Any text as a string of a definition: ranges lie in it, and a tree reads back as itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| flowvet::fuzzing::expression(bytes));
