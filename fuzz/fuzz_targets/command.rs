//! Arguments and files: every command, in a folder of its own.
#![no_main]

#[path = "sandbox.rs"]
mod sandbox;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sandbox::run(bytes));
