//! `flowvet init`: writes a commented `flowvet.toml`.

use std::io::ErrorKind;

use super::{CLEAN, Outcome};
use crate::atomic_write;
use crate::cli::InitArgs;
use crate::config::FILE_NAME;
use crate::report::text::clean;
use crate::source::FileName;

/// The template. All its settings are commented out, so it changes nothing.
const TEMPLATE: &str = include_str!("init.toml");

/// Writes the template. Never overwrites a file.
pub(super) fn run(args: &InitArgs) -> Outcome {
    let path = args.folder.join(FILE_NAME);
    let name = FileName::of_path(path.strip_prefix(".").unwrap_or(&path));
    match atomic_write::create(&path, TEMPLATE.as_bytes()) {
        Ok(()) => Outcome::output(format!("wrote {}\n", clean(name.as_str())), CLEAN),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Outcome::failure(
            &format!("{name} already exists and was not changed"),
            Some("to start again, delete or rename it first"),
        ),
        Err(error) => Outcome::failure(&format!("{name}: could not be written: {error}"), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_a_configuration_with_and_without_its_comments() {
        for text in [TEMPLATE.to_owned(), uncommented()] {
            let config = crate::config::Config::from_toml(FILE_NAME, &text)
                .unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert!(config.unknown_keys.is_empty(), "{:?}", config.unknown_keys);
        }
    }

    /// The settings in the comments: lines after `# ` that look like TOML.
    fn uncommented() -> String {
        let is_setting = |line: &&str| line.starts_with('[') || line.contains(" = ");
        let lines = TEMPLATE.lines().filter_map(|line| line.strip_prefix("# "));
        lines.filter(is_setting).collect::<Vec<_>>().join("\n")
    }
}
