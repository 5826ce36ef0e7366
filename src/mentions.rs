//! What a message names.

/// One thing that a message names.
#[derive(Debug)]
pub(crate) struct Mention;
