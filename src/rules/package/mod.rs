//! Is the package whole and readable?

mod flow_file_missing;
mod flow_record_missing;
mod unreadable_file;

use super::Rule;

pub(super) const RULES: &[Rule] =
    &[flow_file_missing::RULE, flow_record_missing::RULE, unreadable_file::RULE];
