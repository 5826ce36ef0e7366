//! Arguments of the gate: configuration, baseline, formats and files; and of the commands that set it up.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, ValueEnum};

use crate::config::{PathPattern, Pattern, Selection};

const REPORTS: &str = "Reports";
const SELECTION: &str = "Selection";
const GATE: &str = "Gate";

/// What `check --help` ends with.
pub(super) const CHECK_EXAMPLES: &str = "\
Examples:
  flowvet check MySolution.zip                            report for people
  flowvet check src/ --output sarif=flowvet.sarif         and a file for code scanning
  flowvet check src/ --select activation --flow 'Order*'  one kind of findings in some flows
  flowvet check src/ --write-baseline flowvet-known.json  accept what is there today
  flowvet check src/ --baseline flowvet-known.json        fail on what is new
  curl -s https://example.com/s.zip | flowvet check -     a zip that is no file

Exit codes: 0 nothing at or above --fail-on, 1 findings at or above it, 2 could not do the work.";

/// Where the configuration is.
#[derive(Debug, Args)]
#[command(next_help_heading = GATE)]
pub struct ConfigArgs {
    /// The configuration; without it, the first `flowvet.toml` upward from the first PATH, then from here
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
}

/// What was known before.
#[derive(Debug, Args)]
#[command(next_help_heading = GATE)]
pub struct BaselineArgs {
    /// Findings that are in this file are neither reported nor counted
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write what is found now as a baseline; nothing of it fails this run
    #[arg(long, value_name = "FILE", conflicts_with_all = ["select", "ignore", "flow", "exclude"])]
    pub write_baseline: Option<PathBuf>,
}

/// How and where to report.
#[derive(Debug, Args)]
#[command(next_help_heading = REPORTS)]
pub struct OutputArgs {
    /// How to print what was found; `github` or `azure` by itself in their pipelines, else `human`
    #[arg(long, value_enum)]
    pub format: Option<CheckFormat>,
    /// Write a report into a file as well, `-` is stdout; may be given several times
    #[arg(long, value_name = "FORMAT=FILE")]
    pub output: Vec<OutputTarget>,
    /// Show every finding in full, also those that say the same as another one
    #[arg(long)]
    pub all: bool,
    /// Leave out the text of the files
    #[arg(long)]
    pub no_excerpt: bool,
    /// Count the findings of each rule and show nothing else of them
    #[arg(long, conflicts_with_all = ["all", "no_excerpt"])]
    pub statistics: bool,
}

/// Which findings are shown and counted.
#[derive(Debug, Args)]
#[command(next_help_heading = SELECTION)]
pub struct SelectionArgs {
    /// Show findings of these rules or categories only; a rule that is off by default runs if it is named
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_or_category)]
    pub select: Vec<String>,
    /// Leave out findings of these rules or categories
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_or_category)]
    pub ignore: Vec<String>,
    /// Show findings about these flows only: a glob over names, or an id
    #[arg(long, value_name = "GLOB", value_parser = flow_glob)]
    pub flow: Vec<String>,
    /// Leave out findings in these files, folders or zips
    #[arg(long, value_name = "GLOB", value_parser = path_glob)]
    pub exclude: Vec<String>,
}

impl SelectionArgs {
    /// The selection that the options stand for.
    pub(crate) fn selection(&self) -> Selection {
        // Every glob was read when the arguments were.
        Selection {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            flows: self.flow.iter().filter_map(|glob| Pattern::new(glob).ok()).collect(),
            exclude: self.exclude.iter().filter_map(|glob| PathPattern::new(glob).ok()).collect(),
        }
    }
}

fn rule_or_category(text: &str) -> Result<String, String> {
    let checked = crate::rules::all().iter().filter(|entry| !entry.compares());
    let rules = || checked.clone().map(|entry| &entry.meta);
    let is_known = rules().any(|meta| {
        text == meta.id || text == meta.category || text == format!("{}/{}", meta.category, meta.id)
    });
    if is_known {
        return Ok(text.to_owned());
    }
    if crate::rules::all().iter().any(|entry| text == entry.meta.id || text == entry.meta.category) {
        return Err("`flowvet compare` runs this, and `check` does not".to_owned());
    }
    let names = rules().flat_map(|meta| [meta.id.as_str(), meta.category.as_str()]);
    Err(match crate::suggest::nearest(text, names) {
        Some(near) => format!("unknown rule, did you mean `{near}`?"),
        None => "unknown rule; `flowvet rules` lists the rules and their categories".to_owned(),
    })
}

fn flow_glob(text: &str) -> Result<String, String> {
    Pattern::new(text).map(|_| text.to_owned()).map_err(|error| error.kind().to_string())
}

fn path_glob(text: &str) -> Result<String, String> {
    PathPattern::new(text).map(|_| text.to_owned()).map_err(|error| error.kind().to_string())
}

/// Formats of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people: the text that is wrong, and what to do
    Human,
    /// For grep and editors: one line a finding
    Concise,
    /// For programs: one object, version 1
    Json,
    /// For programs and large runs: one object a line, version 1
    Jsonl,
    /// For code scanning: SARIF 2.1.0
    Sarif,
    /// For GitHub Actions: annotations, and a summary of the job
    Github,
    /// For Azure Pipelines: issues of the log, and a summary
    Azure,
    /// For GitLab: a code quality report
    Gitlab,
    /// For test reports: a case for every rule and flow with findings
    Junit,
    /// For a comment on a pull request
    Markdown,
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
    /// Whether it is for stdout.
    pub fn is_stdout(&self) -> bool {
        self.path == Path::new("-")
    }
}

impl FromStr for OutputTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let formats = || {
            let values = CheckFormat::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            values.map(|value| value.get_name().to_owned()).collect::<Vec<_>>().join(", ")
        };
        let Some((format, path)) = text.split_once('=') else {
            return Err("expected a format and a file, as in `sarif=report.sarif`".to_owned());
        };
        let format = CheckFormat::from_str(format, true)
            .map_err(|_| format!("`{format}` is no format: expected one of {}", formats()))?;
        if path.is_empty() {
            return Err("the file is missing after `=`".to_owned());
        }
        Ok(OutputTarget { format, path: path.into() })
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
    /// The shell that is to read them
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
    /// The command the page is about; without it, flowvet as a whole
    pub command: Option<String>,
}
