//! Arguments of `compare`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ConfigArgs, FailOn, LimitArgs, PreferCopy};

const EXAMPLES: &str = "\
Examples:
  flowvet compare Core_1_0.zip Core_1_1_managed.zip   what the import changes and breaks
  flowvet compare old.zip new.zip app.zip             with another solution of the environment
  flowvet compare --git origin/main src/Core          a pull request against its base
  flowvet compare old.zip new.zip --format markdown   a summary for a pull request

Exit codes: 0 nothing at or above --fail-on, 1 findings at or above it, 2 could not do the work.";

/// `flowvet compare`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[command(override_usage = "flowvet compare [OPTIONS] <OLD> <NEW> [OTHER]...
       flowvet compare [OPTIONS] --git <REV> <NEW> [OTHER]...")]
pub struct CompareArgs {
    /// The old version, the new version, and other solutions of the same environment. Each is an exported solution
    /// (.zip) or a folder of unpacked ones. With `--git`, the new version comes first.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Take the old version from this revision of the Git repository that contains NEW: `origin/main`, `HEAD~1`, a tag.
    #[arg(long, value_name = "REV")]
    pub git: Option<String>,
    /// How NEW is imported over OLD [default: upgrade if NEW is managed, else update]
    #[arg(long = "as", value_enum, value_name = "IMPORT")]
    pub import: Option<ImportAs>,
    /// Deployment settings of the new version (`pac` or ALM Accelerator); repeat for each environment.
    #[arg(long, value_name = "FILE")]
    pub settings: Vec<PathBuf>,
    /// How to print the comparison
    #[arg(long, value_enum, default_value_t = CompareFormat::Human)]
    pub format: CompareFormat,
    /// Of a solution that is given several times, which copy to compare.
    #[arg(long, value_enum, default_value_t, value_name = "COPY")]
    pub prefer: PreferCopy,
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// The lowest severity that makes the exit code 1 [default: what the configuration says, else error]
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Gate")]
    pub fail_on: Option<FailOn>,
    /// What reading may cost.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// How the new version is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportAs {
    /// Adds and changes components, and keeps those that NEW lacks
    Update,
    /// Adds and changes components, and deletes those that NEW lacks
    Upgrade,
    /// NEW is a patch: it contains only what it adds or changes
    Patch,
}

/// Formats of `compare`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompareFormat {
    /// For people
    Human,
    /// For programs: one object, version 1
    Json,
    /// For a comment on a pull request
    Markdown,
    /// A page with both versions side by side and the runbook: one file that loads nothing
    Html,
    /// A checklist for the import, in Markdown: only what is new (`flowvet runbook --from` has other formats)
    Runbook,
}
