//! Any bytes as an input, or any texts as the files of a solution: every report of every command.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| flowvet::fuzzing::check(bytes));
