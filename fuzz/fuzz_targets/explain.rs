//! Any text as a pasted message: it has an answer, by itself and with a package, and both can be printed.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| flowvet::fuzzing::explain(bytes));
