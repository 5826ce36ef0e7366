//! Arguments of `check`: configuration, baseline, selection and reports; and of `init`, `completions` and `man`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use crate::atomic_write;
use crate::config::{PathPattern, Pattern, Selection};

const REPORTS: &str = "Reports";
const FIXES: &str = "Fixes";
const SELECTION: &str = "Selection";
/// The heading of the options for the configuration and what depends on it.
pub const CONFIGURATION: &str = "Configuration";

/// The end of `check --help`.
pub(super) const CHECK_EXAMPLES: &str = "\
Examples:
  flowvet check MySolution.zip                            print a report for people
  flowvet check src/ --output sarif=flowvet.sarif         also write a file for code scanning
  flowvet check src/ --output html=report.html            also write one file for any browser
  flowvet check MySolution.zip --open                     read the report in the browser
  flowvet check src/ --select activation --flow \"Order*\"  report one category in some flows
  flowvet check src/ --write-baseline flowvet-known.json  record today's findings
  flowvet check src/ --baseline flowvet-known.json        report only new findings
  flowvet check src/ --fix --diff                         print what --fix would change
  curl -s https://example.com/s.zip | flowvet check -     read a zip from stdin

Exit codes: 0 no findings at or above --fail-on, 1 findings at or above it, 2 an error.";

/// Where the configuration is.
#[derive(Debug, Args)]
#[command(next_help_heading = CONFIGURATION)]
pub struct ConfigArgs {
    /// Use this configuration [default: the nearest `flowvet.toml` in or above the first PATH, or in or above the
    /// working directory]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use no configuration
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
}

/// Known findings.
#[derive(Debug, Args)]
#[command(next_help_heading = CONFIGURATION)]
pub struct BaselineArgs {
    /// Leave out the findings in this file, and do not fail because of them
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all findings to this file as a baseline; this run does not fail because of them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["select", "ignore", "flow", "exclude"])]
    pub write_baseline: Option<PathBuf>,
}

/// How and where to report.
#[derive(Debug, Args)]
#[command(next_help_heading = REPORTS)]
pub struct OutputArgs {
    /// The format to print [default: `github` or `azure` in their pipelines, `human` elsewhere]
    #[arg(long, value_enum)]
    pub format: Option<CheckFormat>,
    /// Also write a report to a file, or print it if the file is `-`; repeat for several
    #[arg(long, value_name = "FORMAT=FILE")]
    pub output: Vec<OutputTarget>,
    /// Also write an HTML report and open it in the browser: that of `--output html=FILE`, or else a temporary file
    #[arg(long)]
    pub open: bool,
    /// Show every finding in full instead of grouping equal findings
    #[arg(long)]
    pub all: bool,
    /// Leave out the excerpts of files
    #[arg(long)]
    pub no_excerpt: bool,
    /// Show the number of findings of each rule instead of the findings
    #[arg(long, conflicts_with_all = ["all", "no_excerpt"])]
    pub statistics: bool,
}

/// Which fixes are applied.
#[derive(Debug, Args)]
#[command(next_help_heading = FIXES)]
pub struct FixArgs {
    /// Apply the safe fixes to the files, check the result, and report what is left
    #[arg(long, group = "apply")]
    pub fix: bool,
    /// With `--fix` or `--diff`: also apply fixes that may change what a flow does
    #[arg(long, requires = "apply")]
    pub unsafe_fixes: bool,
    /// Print the changes of `--fix` as a unified diff, and change nothing
    #[arg(long, group = "apply", conflicts_with_all = ["format", "output", "open", "statistics", "write_baseline", "into"])]
    pub diff: bool,
    /// With `--fix`: write a fixed copy of the zip, which itself is never changed
    #[arg(long, value_name = "NEW.zip", requires = "fix")]
    pub into: Option<PathBuf>,
    /// The folders in which files may change, with links resolved; `None` for any file. A server sets it.
    #[arg(skip)]
    pub(crate) within: Option<Vec<PathBuf>>,
}

/// Which fixes are applied to an activation order.
#[derive(Debug, Args)]
#[command(next_help_heading = FIXES)]
pub struct OrderFixArgs {
    /// With `--check`: sort the flows of FILE where the order does not work, and report what is left
    #[arg(long, group = "apply", requires = "check")]
    pub fix: bool,
    /// With `--fix` or `--diff`: also add the flows that the order omits, and turn on flows that it leaves off
    #[arg(long, requires = "apply")]
    pub unsafe_fixes: bool,
    /// With `--check`: print the changes of `--fix` as a unified diff, and change nothing
    #[arg(long, group = "apply", requires = "check", conflicts_with = "format")]
    pub diff: bool,
}

impl OrderFixArgs {
    /// The same for `check`.
    pub(crate) fn to_fixes(&self) -> FixArgs {
        let OrderFixArgs { fix, unsafe_fixes, diff } = *self;
        FixArgs { fix, unsafe_fixes, diff, into: None, within: None }
    }
}

/// Which findings are reported.
#[derive(Debug, Args)]
#[command(next_help_heading = SELECTION)]
pub struct SelectionArgs {
    /// Report only findings of these rules or categories; naming a rule also turns it on if it is off by default
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_or_category)]
    pub select: Vec<String>,
    /// Leave out findings of these rules or categories
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_or_category)]
    pub ignore: Vec<String>,
    /// Report only findings in flows whose name matches this glob, or with this id
    #[arg(long, value_name = "GLOB", value_parser = flow_glob)]
    pub flow: Vec<String>,
    /// Leave out findings in files, folders or zips that match this glob
    #[arg(long, value_name = "GLOB", value_parser = path_glob)]
    pub exclude: Vec<String>,
}

impl SelectionArgs {
    /// The selection that the options describe.
    pub(crate) fn selection(&self) -> Selection {
        // Invalid globs were rejected when the arguments were parsed.
        Selection {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            flows: self.flow.iter().filter_map(|glob| Pattern::new(glob).ok()).collect(),
            exclude: self.exclude.iter().filter_map(|glob| PathPattern::new(glob).ok()).collect(),
        }
    }
}

fn rule_or_category(text: &str) -> Result<String, String> {
    let pages = || crate::rules::all().filter(|rule| !rule.compares()).map(|rule| &rule.page);
    let is_known = pages().any(|page| {
        text == page.id || text == page.category || text == format!("{}/{}", page.category, page.id)
    });
    if is_known {
        return Ok(text.to_owned());
    }
    if crate::rules::all().any(|rule| text == rule.page.id || text == rule.page.category) {
        return Err("`flowvet compare` runs this, and `check` does not".to_owned());
    }
    let names = pages().flat_map(|page| [page.id, page.category]);
    Err(match crate::suggest::nearest(text, names) {
        Some(near) => format!("unknown rule, did you mean `{near}`?"),
        None => "unknown rule; `flowvet rules` lists the rules and their categories".to_owned(),
    })
}

pub(super) fn flow_glob(text: &str) -> Result<String, String> {
    Pattern::new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn path_glob(text: &str) -> Result<String, String> {
    PathPattern::new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

/// Formats of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people: what is wrong, where, and how to fix it
    Human,
    /// For grep and editors: one finding per line
    Concise,
    /// For programs: one object, version 1
    Json,
    /// For programs and large runs: one object per line, version 1
    Jsonl,
    /// For code scanning: SARIF 2.1.0
    Sarif,
    /// For GitHub Actions: annotations and a job summary
    Github,
    /// For Azure Pipelines: issues and a run summary
    Azure,
    /// For GitLab: a code quality report
    Gitlab,
    /// For test reports: a test case for each rule with findings in a flow
    Junit,
    /// For a comment on a pull request
    Markdown,
    /// For people without a shell: one file for any browser
    Html,
}

impl CheckFormat {
    /// Whether the report contains the fingerprints of findings.
    pub(crate) fn has_fingerprints(self) -> bool {
        match self {
            CheckFormat::Json | CheckFormat::Jsonl | CheckFormat::Sarif | CheckFormat::Gitlab => true,
            CheckFormat::Human
            | CheckFormat::Concise
            | CheckFormat::Github
            | CheckFormat::Azure
            | CheckFormat::Junit
            | CheckFormat::Markdown
            | CheckFormat::Html => false,
        }
    }
}

/// A report in a file: `sarif=report.sarif`. The path `-` is stdout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputTarget {
    /// The format.
    pub format: CheckFormat,
    /// The file.
    pub path: PathBuf,
}

impl OutputTarget {
    /// Whether the report goes to stdout.
    pub(crate) fn is_stdout(&self) -> bool {
        atomic_write::is_stdout(&self.path)
    }
}

impl FromStr for OutputTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((format, path)) = text.split_once('=') else {
            return Err("expected a format and a file, such as `sarif=report.sarif`".to_owned());
        };
        let format = CheckFormat::from_str(format, true).map_err(|_| unknown_format(format))?;
        if path.is_empty() {
            return Err("the file is missing after `=`".to_owned());
        }
        Ok(OutputTarget { format, path: path.into() })
    }
}

fn unknown_format(format: &str) -> String {
    let values = CheckFormat::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let names: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
    match crate::suggest::nearest(format, names.iter().map(String::as_str)) {
        Some(near) => format!("unknown format `{format}`, did you mean `{near}`?"),
        None => format!("unknown format `{format}`, expected one of {}", names.join(", ")),
    }
}

/// `flowvet init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder to write `flowvet.toml` into
    #[arg(default_value = ".", value_name = "FOLDER")]
    pub folder: PathBuf,
}

/// `flowvet completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Shells that can complete arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// GNU Bash
    Bash,
    /// Z shell
    Zsh,
    /// Fish
    Fish,
    /// PowerShell
    Powershell,
}

/// `flowvet man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command that the page describes [default: flowvet itself]
    pub command: Option<String>,
}
