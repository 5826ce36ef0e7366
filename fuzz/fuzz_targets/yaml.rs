//! Any text as each YAML file of a solution: every place that is remembered lies in the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| flowvet::fuzzing::yaml(bytes));
