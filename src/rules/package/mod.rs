//! Is the package whole and readable?

mod app_flow_missing;
mod flow_file_missing;
mod flow_id_invalid;
mod flow_record_missing;
mod package_not_importable;
mod root_component_missing;
mod root_component_unknown;
mod schema_version_missing;
mod unreadable_file;

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    app_flow_missing::RULE,
    flow_file_missing::RULE,
    flow_id_invalid::RULE,
    flow_record_missing::RULE,
    package_not_importable::RULE,
    root_component_missing::RULE,
    root_component_unknown::RULE,
    schema_version_missing::RULE,
    unreadable_file::RULE,
];
