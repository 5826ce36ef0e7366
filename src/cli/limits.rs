//! The options that change the limits on reading.

use clap::Args;

use crate::limit::DEEPEST_JSON;
use crate::load::limits::Limits;

/// Nested zips are read recursively.
const DEEPEST_ZIP: u64 = 16;
const DEEPEST: u64 = DEEPEST_JSON as u64;
const LIMITS: &str = "Limits";

/// Limits on the cost of reading. Raise them for unusually large inputs, or lower them for untrusted ones.
#[derive(Debug, Clone, Copy, Args)]
pub struct LimitArgs {
    /// The maximum number of entries in a zip.
    #[arg(long, value_name = "N", default_value_t = Limits::default().entries)]
    #[arg(help_heading = LIMITS, hide_short_help = true)]
    pub max_entries: usize,
    /// The maximum size of a file or of an inflated zip entry, with the unit `K`, `M` or `G`.
    #[arg(long, value_name = "SIZE", default_value = "128M", value_parser = size)]
    #[arg(help_heading = LIMITS, hide_short_help = true)]
    pub max_file_size: u64,
    /// The maximum size of everything that a run reads, after inflating.
    #[arg(long, value_name = "SIZE", default_value = "2G", value_parser = size)]
    #[arg(help_heading = LIMITS, hide_short_help = true)]
    pub max_total_size: u64,
    /// Keep the flows of zips in memory until the run has read this much. Later ones are read again when they are needed, which
    /// takes less memory and more time. Nothing is refused.
    #[arg(long, value_name = "SIZE", default_value = "128M", value_parser = size)]
    #[arg(help_heading = LIMITS, hide_short_help = true)]
    pub max_kept_size: u64,
    /// The maximum compression ratio of a zip entry of more than 1 MiB.
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio)]
    #[arg(help_heading = LIMITS, hide_short_help = true)]
    pub max_ratio: u64,
    /// The maximum depth of zips inside zips.
    #[arg(long, value_name = "N", default_value_t = Limits::default().nesting)]
    #[arg(help_heading = LIMITS, hide_short_help = true)]
    #[arg(value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(0..=DEEPEST_ZIP))]
    pub max_zip_depth: usize,
    /// The maximum nesting depth of JSON.
    #[arg(long, value_name = "N", default_value_t = Limits::default().json_depth)]
    #[arg(help_heading = LIMITS, hide_short_help = true)]
    #[arg(value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=DEEPEST))]
    pub max_json_depth: usize,
    /// The maximum nesting depth of XML.
    #[arg(long, value_name = "N", default_value_t = Limits::default().xml_depth)]
    #[arg(help_heading = LIMITS, hide_short_help = true)]
    pub max_xml_depth: usize,
    /// The maximum number of files and folders in a folder.
    #[arg(long, value_name = "N", default_value_t = Limits::default().files)]
    #[arg(help_heading = LIMITS, hide_short_help = true)]
    pub max_files: usize,
}

impl LimitArgs {
    /// The limits that the options describe.
    pub fn limits(self) -> Limits {
        Limits {
            entries: self.max_entries,
            file_bytes: self.max_file_size,
            total_bytes: self.max_total_size,
            ratio: self.max_ratio,
            nesting: self.max_zip_depth,
            json_depth: self.max_json_depth,
            xml_depth: self.max_xml_depth,
            files: self.max_files,
            kept_bytes: self.max_kept_size,
        }
    }
}

/// Parses a number of bytes with an optional unit: 1024, its square or its cube.
fn size(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.trim().to_ascii_uppercase() {
        text if text.ends_with('K') => (text.replace('K', ""), 1 << 10),
        text if text.ends_with('M') => (text.replace('M', ""), 1 << 20),
        text if text.ends_with('G') => (text.replace('G', ""), 1 << 30),
        text => (text, 1),
    };
    let bytes = number.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    bytes.ok_or_else(|| {
        "expected a number of bytes, optionally with `K`, `M` or `G`, such as `128M`".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, FromArgMatches, Parser};

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        limits: LimitArgs,
    }

    #[test]
    fn without_options_the_limits_are_the_defaults() {
        let matches = Only::command().try_get_matches_from(["x"]).expect("no options");
        let limits = Only::from_arg_matches(&matches).expect("defaults").limits.limits();
        assert_eq!(format!("{limits:?}"), format!("{:?}", Limits::default()));
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(
            [size("12"), size("3k"), size("2M"), size(" 1 G ")],
            [Ok(12), Ok(3072), Ok(2 << 20), Ok(1 << 30)]
        );
        for wrong in ["", "M", "1T", "-1", "1.5G", "99999999999G"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}
