//! Rules about the package: whether it is complete and readable.

mod app_flow_missing;
mod flow_copied;
mod flow_file_missing;
mod flow_id_invalid;
mod flow_record_missing;
mod package_not_importable;
mod root_component_missing;
mod root_component_unknown;
mod schema_version_missing;
mod unreadable_file;

use super::{Context, Rule};
use crate::source::FileId;

pub(super) const RULES: &[Rule] = &[
    app_flow_missing::RULE,
    flow_copied::RULE,
    flow_file_missing::RULE,
    flow_id_invalid::RULE,
    flow_record_missing::RULE,
    package_not_importable::RULE,
    root_component_missing::RULE,
    root_component_unknown::RULE,
    schema_version_missing::RULE,
    unreadable_file::RULE,
];

/// Whether a file belongs to the YAML source control format, in which the manifest and the records have other names.
fn is_yaml_format(context: &Context<'_>, file: FileId) -> bool {
    let name = context.sources.get(file).name().as_str().to_ascii_lowercase();
    name.ends_with(".yml") || name.contains("modernflows/")
}
