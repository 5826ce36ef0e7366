//! Arguments: clap structs and value enums, nothing else.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::finding::Severity;
use crate::rules::Profile;

/// Finds out whether the flows of an exported Power Automate solution will turn on, before it is imported.
#[derive(Debug, Parser)]
#[command(name = "flowvet", version, max_term_width = 100, after_help = EXAMPLES)]
#[command(disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Colour in the report: `auto` (on a terminal, unless `NO_COLOR` is set), `always` or `never`.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    #[arg(hide_possible_values = true)]
    pub color: Color,
}

const EXAMPLES: &str = "\
Examples:
  flowvet check MySolution_1_0_0_3.zip      lint an exported solution
  flowvet check src/                        lint every unpacked solution below a folder
  flowvet check base.zip app.zip            lint two solutions that belong together
  flowvet order MySolution.zip              the order in which its flows can be turned on
  flowvet explain ChildFlowNeverPublished   what a platform error means, and what prevents it

Exit codes: 0 nothing at or above --fail-on, 1 findings at or above it, 2 could not do the work.";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lint solutions: what will fail, where, why, and how to mend it
    Check(Check),
    /// Print the order in which flows can be turned on
    Order(Order),
    /// Print who calls whom and who uses which connection
    Graph(Graph),
    /// List the rules
    Rules(Rules),
    /// Explain a rule, or a platform error from its code or its whole message
    Explain(Explain),
}

/// Inputs of every command that reads solutions.
#[derive(Debug, Args)]
pub struct Inputs {
    /// Exported solutions (.zip), folders of unpacked ones, legacy packages or flow JSON files. All of them are one
    /// workspace: a flow of one may call a flow of another.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// `flowvet check`.
#[derive(Debug, Args)]
pub struct Check {
    /// What to lint.
    #[command(flatten)]
    pub inputs: Inputs,
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
    /// The lowest severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub fail_on: FailOn,
    /// Which rules to run.
    #[arg(long, value_enum, default_value_t = RuleSet::Recommended)]
    pub profile: RuleSet,
}

/// `flowvet order`.
#[derive(Debug, Args)]
pub struct Order {
    /// What to order.
    #[command(flatten)]
    pub inputs: Inputs,
    /// How to print the order.
    #[arg(long, value_enum, default_value_t = OrderFormat::Text)]
    pub format: OrderFormat,
}

/// `flowvet graph`.
#[derive(Debug, Args)]
pub struct Graph {
    /// What to draw.
    #[command(flatten)]
    pub inputs: Inputs,
    /// How to print the graph.
    #[arg(long, value_enum, default_value_t = GraphFormat::Json)]
    pub format: GraphFormat,
}

/// `flowvet rules`.
#[derive(Debug, Args)]
pub struct Rules {
    /// How to print the list.
    #[arg(long, value_enum, default_value_t = RulesFormat::Table)]
    pub format: RulesFormat,
}

/// `flowvet explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The id of a rule, a platform error code, or a pasted error message.
    #[arg(required = true, value_name = "RULE|CODE|MESSAGE")]
    pub what: Vec<String>,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Formats of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people: the text that is wrong, and what to do.
    Human,
    /// For programs: one object, version 1.
    Json,
}

/// Which rules `check` runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RuleSet {
    /// What is certain or likely to break.
    Recommended,
    /// Every rule.
    Strict,
    /// What can stop a flow from being turned on.
    Activation,
}

impl From<RuleSet> for Profile {
    fn from(set: RuleSet) -> Self {
        match set {
            RuleSet::Recommended => Profile::Recommended,
            RuleSet::Strict => Profile::Strict,
            RuleSet::Activation => Profile::Activation,
        }
    }
}

/// Formats of `order`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OrderFormat {
    /// For people: wave by wave, with reasons.
    Text,
    /// For programs: one object, version 1.
    Json,
    /// For spreadsheets: one flow a line.
    Csv,
}

/// Formats of `graph`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// For programs: nodes and edges, version 1.
    Json,
    /// For Markdown on GitHub and Azure DevOps.
    Mermaid,
    /// For Graphviz.
    Dot,
}

/// Formats of `rules`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// For people.
    Table,
    /// For programs, version 1.
    Json,
}

/// What makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Errors and warnings.
    Warning,
    /// Any finding.
    Info,
    /// Nothing.
    Never,
}

impl FailOn {
    /// Whether a finding of this severity makes the exit code 1.
    pub fn includes(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity >= Severity::Error,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Info => true,
            FailOn::Never => false,
        }
    }
}
