//! `flowvet server`, used by a client over stdin and stdout.

#[path = "../support/mod.rs"]
mod support;

mod client;
mod corpus;
mod editing;
mod fixes;
mod lifecycle;
mod requests;
