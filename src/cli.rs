//! Arguments: clap structs and value enums, nothing else.

mod compare;
mod explain;
mod gate;
mod limits;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::model::Prefer;

pub use crate::config::{FailOn, Profile};
pub use compare::{CompareArgs, CompareFormat, ImportAs};
pub use explain::{ExplainArgs, ExplainFormat, arguments};
pub use gate::{
    BaselineArgs, CheckFormat, CompletionsArgs, ConfigArgs, InitArgs, ManArgs, OutputArgs, OutputTarget,
    SelectionArgs, Shell,
};

pub use limits::LimitArgs;

/// Finds out whether the flows of an exported Power Automate solution will turn on, before it is imported.
#[derive(Debug, Parser)]
#[command(name = "flowvet", version, max_term_width = 100, after_help = EXAMPLES)]
#[command(disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Colour in the report: `auto` (on a terminal, unless `NO_COLOR` is set), `always` or `never`.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", display_order = 900)]
    #[arg(hide_possible_values = true)]
    pub color: Color,
    /// Say nothing on stderr but errors, and no summary.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say on stderr what is read and how long it takes.
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

const EXAMPLES: &str = "\
Examples:
  flowvet check MySolution_1_0_0_3.zip      lint an exported solution
  flowvet check src/                        lint every unpacked solution below a folder
  flowvet check base.zip app.zip            lint two solutions that belong together
  flowvet order MySolution.zip              the order in which its flows can be turned on
  flowvet connections MySolution.zip        which step uses which connection reference
  flowvet explain import.log                what each error in a log means, and what to do

Exit codes: 0 nothing at or above --fail-on, 1 findings at or above it, 2 could not do the work.";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lint solutions: what will fail, where, why, and how to mend it
    Check(CheckArgs),
    /// Compare two versions of a solution: what changes, and what the import will break
    Compare(CompareArgs),
    /// Print the order in which flows can be turned on
    Order(OrderArgs),
    /// List the connection references with every step that uses them
    Connections(ConnectionsArgs),
    /// Print who calls whom and who uses which connection
    Graph(GraphArgs),
    /// Write the checklist for the day of an import: connections, order, registrations
    Runbook(RunbookArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Explain a rule, an error of the platform, or every error in a log
    Explain(ExplainArgs),
    /// Write a commented `flowvet.toml` to start from
    Init(InitArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print a manual page
    Man(ManArgs),
}

impl Command {
    /// Whether it reads solutions, and so has work for every core.
    pub fn reads_solutions(&self) -> bool {
        match self {
            Command::Check(_)
            | Command::Compare(_)
            | Command::Order(_)
            | Command::Connections(_)
            | Command::Graph(_)
            | Command::Runbook(_) => true,
            Command::Explain(explain) => !explain.packages.is_empty(),
            Command::Rules(_) | Command::Init(_) | Command::Completions(_) | Command::Man(_) => false,
        }
    }
}

/// Inputs of every command that reads solutions.
#[derive(Debug, Args)]
pub struct Inputs {
    /// Exported solutions (.zip), folders of unpacked ones, legacy packages or flow JSON files; `-` reads a zip from
    /// stdin, and `releases/*.zip` means every file that matches. All of them are one workspace: a flow of one may call
    /// a flow of another.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Of a solution that is given several times, such as a zip beside its source, which copy to look at. Between equals
    /// the source goes before zips, then the newest version, then the unmanaged one. The others are named.
    #[arg(long, value_enum, default_value_t, value_name = "COPY")]
    pub prefer: PreferCopy,
    /// What reading them may cost.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Which copy of a solution to look at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum PreferCopy {
    /// The unpacked source, which can be changed
    #[default]
    Source,
    /// The zip, which is imported
    Zip,
    /// The newest version
    Newest,
}

impl From<PreferCopy> for Prefer {
    fn from(copy: PreferCopy) -> Self {
        match copy {
            PreferCopy::Source => Prefer::Source,
            PreferCopy::Zip => Prefer::Zip,
            PreferCopy::Newest => Prefer::Newest,
        }
    }
}

/// `flowvet check`.
#[derive(Debug, Args)]
#[command(after_help = gate::CHECK_EXAMPLES)]
pub struct CheckArgs {
    /// What to lint.
    #[command(flatten)]
    pub inputs: Inputs,
    /// Deployment settings to hold the solutions against (`pac` or ALM Accelerator); repeat for each environment.
    #[arg(long, value_name = "FILE")]
    pub settings: Vec<PathBuf>,
    /// How and where to report.
    #[command(flatten)]
    pub reports: OutputArgs,
    /// Which findings are shown and counted.
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// What was known before.
    #[command(flatten)]
    pub baseline: BaselineArgs,
    /// The lowest severity that makes the exit code 1 [default: what the configuration says, else error]
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Gate")]
    pub fail_on: Option<FailOn>,
    /// Which rules to run [default: what the configuration says, else recommended]
    #[arg(long, value_enum, help_heading = "Gate")]
    pub profile: Option<Profile>,
}

/// `flowvet order`.
#[derive(Debug, Args)]
pub struct OrderArgs {
    /// What to order.
    #[command(flatten)]
    pub inputs: Inputs,
    /// How to print the order.
    #[arg(long, value_enum, default_value_t = OrderFormat::Text)]
    pub format: OrderFormat,
    /// Only this flow (name or id) and what has to be on before it.
    #[arg(long, value_name = "FLOW", conflicts_with = "solutions")]
    pub only: Option<String>,
    /// The order of turning off: callers before what they call. With `--only`, what has to be off before that flow.
    #[arg(long, conflicts_with_all = ["solutions", "check", "into"])]
    pub reverse: bool,
    /// The order in which solutions have to be imported.
    #[arg(long)]
    pub solutions: bool,
    /// Check an order that is kept by hand: names or ids one a line, a CSV, `order --format json`, or the ALM
    /// Accelerator's `customDeploymentSettings.json`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["only", "solutions", "into"])]
    pub check: Option<PathBuf>,
    /// With `--format alm`: put the order into this settings file and leave everything else in it as it is.
    #[arg(long, value_name = "FILE")]
    pub into: Option<PathBuf>,
    /// With `--check`: where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// With `--check`: the lowest severity that makes the exit code 1.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Gate")]
    pub fail_on: Option<FailOn>,
}

/// `flowvet connections`.
#[derive(Debug, Args)]
pub struct ConnectionsArgs {
    /// What to list.
    #[command(flatten)]
    pub inputs: Inputs,
    /// How to print the list.
    #[arg(long, value_enum, default_value_t = ConnectionsFormat::Table)]
    pub format: ConnectionsFormat,
}

/// `flowvet graph`.
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// What to draw.
    #[command(flatten)]
    pub inputs: Inputs,
    /// How to print the graph.
    #[arg(long, value_enum, default_value_t = GraphFormat::Json)]
    pub format: GraphFormat,
}

/// `flowvet runbook`.
#[derive(Debug, Args)]
pub struct RunbookArgs {
    /// What to import.
    #[command(flatten)]
    pub inputs: Inputs,
    /// Deployment settings of the environment: the checklist says which connections and values they bring.
    #[arg(long, value_name = "FILE")]
    pub settings: Vec<PathBuf>,
    /// How to print the checklist.
    #[arg(long, value_enum, default_value_t = RunbookFormat::Markdown)]
    pub format: RunbookFormat,
}

/// `flowvet rules`.
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// How to print the list.
    #[arg(long, value_enum, default_value_t = RulesFormat::Table)]
    pub format: RulesFormat,
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

/// Formats of `order`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OrderFormat {
    /// For people: wave by wave, with reasons.
    Text,
    /// For programs: one object, version 1.
    Json,
    /// For spreadsheets: one flow a line.
    Csv,
    /// For release notes: a table.
    Markdown,
    /// For the ALM Accelerator: `ActivateFlowConfiguration` with `sortOrder`.
    Alm,
}

/// Formats of `connections`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConnectionsFormat {
    /// For people: each connection reference with the steps that use it.
    Table,
    /// For programs: one object, version 1.
    Json,
    /// For spreadsheets: one step a line.
    Csv,
    /// For release notes: a table.
    Markdown,
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

/// Formats of `runbook`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RunbookFormat {
    /// With boxes to tick, for wikis and issues.
    Markdown,
    /// For reading in a terminal.
    Text,
    /// For programs: one object, version 1.
    Json,
}

/// Formats of `rules`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// For people.
    Table,
    /// For programs, version 1.
    Json,
}
