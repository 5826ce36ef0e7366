//! The command-line arguments: structs and value enums for clap.

mod compare;
mod explain;
pub mod explorer;
mod gate;
mod inventory;
mod limits;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::Pattern;
use crate::model::Prefer;
use crate::report::graph::Parts;
use crate::report::text::{harmless, printable};

pub use crate::config::{FailOn, Profile};
pub use compare::{CompareArgs, CompareFormat, ImportAs};
pub use explain::{ExplainArgs, ExplainFormat, arguments};
pub use gate::{
    BaselineArgs, CONFIGURATION, CheckFormat, CompletionsArgs, ConfigArgs, FixArgs, InitArgs, ManArgs,
    OrderFixArgs, OutputArgs, OutputTarget, SelectionArgs, Shell,
};

pub use inventory::{InventoryArgs, InventoryFormat};
pub use limits::LimitArgs;

/// Find out whether the flows of an exported Power Automate solution will turn on, before you import it.
#[derive(Debug, Parser)]
#[command(name = "flowvet", bin_name = "flowvet", version, max_term_width = 100, after_help = EXAMPLES)]
#[command(disable_help_subcommand = true)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours: `auto` (in a terminal, unless `NO_COLOR` is set), `always` or `never`.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", display_order = 900)]
    #[arg(hide_possible_values = true)]
    pub color: Color,
    /// Print only errors to stderr, and leave out the summary.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print to stderr what is read and how long it takes.
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

const EXAMPLES: &str = "\
Examples:
  flowvet check MySolution_1_0_0_3.zip      check an exported solution
  flowvet check src/                        check every unpacked solution below a folder
  flowvet check base.zip app.zip            check two solutions that belong together
  flowvet order MySolution.zip              print the order in which its flows can be turned on
  flowvet connections MySolution.zip        list the steps that use each connection reference
  flowvet explain import.log                explain each error in a log, and how to fix it

Exit codes: 0 no findings at or above --fail-on, 1 findings at or above it, 2 an error.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check solutions: what will fail, where, why, and how to fix it
    Check(CheckArgs),
    /// Compare two versions of a solution: what changes, and what the import will break
    Compare(CompareArgs),
    /// Print the order in which flows can be turned on
    Order(OrderArgs),
    /// List the connection references and the steps that use them
    Connections(ConnectionsArgs),
    /// Print the graph of flows, calls, connections and webhook events
    Graph(GraphArgs),
    /// Print a checklist for an import: connections, order, registrations
    Runbook(RunbookArgs),
    /// List what solutions contain, as tables for databases and spreadsheets
    Inventory(InventoryArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Explain a rule, a platform error, or every error in a log
    Explain(ExplainArgs),
    /// Write a commented `flowvet.toml` to start from
    Init(InitArgs),
    /// Serve an editor: findings while you type, navigation, renaming (Language Server Protocol)
    #[cfg(feature = "server")]
    Server(ServerArgs),
    /// Serve an agent: check, fix, explain, order and compare (Model Context Protocol)
    #[cfg(feature = "server")]
    Mcp(McpArgs),
    /// Print shell completions
    Completions(CompletionsArgs),
    /// Print a manual page
    Man(ManArgs),
}

impl Command {
    /// Whether the command reads solutions, and so has work for all cores.
    pub fn reads_solutions(&self) -> bool {
        match self {
            Command::Check(_)
            | Command::Compare(_)
            | Command::Order(_)
            | Command::Connections(_)
            | Command::Graph(_)
            | Command::Inventory(_)
            | Command::Runbook(_) => true,
            Command::Explain(explain) => !explain.packages.is_empty(),
            #[cfg(feature = "server")]
            Command::Server(_) | Command::Mcp(_) => true,
            Command::Rules(_) | Command::Init(_) | Command::Completions(_) | Command::Man(_) => false,
        }
    }
}

/// The inputs of the commands that read solutions.
#[derive(Debug, Args)]
pub struct Inputs {
    /// Exported solutions (.zip), unpacked solutions, legacy packages, flow JSON files, or folders with any of these.
    /// `-` reads a zip from stdin. Wildcards such as `releases/*.zip` are expanded. All inputs are checked together,
    /// because a flow in one may call a flow in another.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Which copy to check if the inputs contain a solution several times, such as a zip and its source. If several
    /// copies remain, unpacked sources are preferred to zips, then newer versions, then unmanaged copies.
    #[arg(long, value_enum, default_value_t, value_name = "COPY")]
    pub prefer: PreferCopy,
    /// Limits on the cost of reading.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Which copy of a solution to check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum PreferCopy {
    /// The unpacked source, which you edit
    #[default]
    Source,
    /// The zip, which you import
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
    /// What to check.
    #[command(flatten)]
    pub inputs: Inputs,
    /// Report an input that cannot be read as an error of the rule `unreadable-file`, and check the others
    #[arg(long)]
    pub keep_going: bool,
    /// Deployment settings file to check the solutions against (`pac` or ALM Accelerator); repeat for each environment.
    #[arg(long, value_name = "FILE")]
    pub settings: Vec<PathBuf>,
    /// How and where to report.
    #[command(flatten)]
    pub reports: OutputArgs,
    /// Which fixes are applied.
    #[command(flatten)]
    pub fixes: FixArgs,
    /// Which findings are reported.
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Known findings.
    #[command(flatten)]
    pub baseline: BaselineArgs,
    /// The lowest severity that makes the exit code 1 [default: as configured, or error]
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = CONFIGURATION)]
    pub fail_on: Option<FailOn>,
    /// Which rules to run [default: as configured, or recommended]
    #[arg(long, value_enum, help_heading = CONFIGURATION)]
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
    /// Print only this flow (name or id) and the flows that have to be on before it.
    #[arg(long, value_name = "FLOW", conflicts_with = "solutions")]
    pub only: Option<String>,
    /// Print the order for turning flows off: callers before the flows that they call. With `--only`, print the flows
    /// that have to be off before that flow.
    #[arg(long, conflicts_with_all = ["solutions", "check", "into"])]
    pub reverse: bool,
    /// Print the order in which solutions have to be imported.
    #[arg(long)]
    pub solutions: bool,
    /// Check an order that you maintain yourself: one name or id per line, a CSV file, the output of
    /// `order --format json`, or the ALM Accelerator's `customDeploymentSettings.json`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["only", "solutions", "into"])]
    pub check: Option<PathBuf>,
    /// With `--format alm`: write the order into this settings file and leave everything else unchanged.
    #[arg(long, value_name = "FILE")]
    pub into: Option<PathBuf>,
    /// With `--check`: which fixes are applied.
    #[command(flatten)]
    pub fixes: OrderFixArgs,
    /// With `--check`: where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// With `--check`: the lowest severity that makes the exit code 1.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = CONFIGURATION)]
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

/// The end of `graph --help`.
const GRAPH_EXAMPLES: &str = "\
Examples:
  flowvet graph MySolution.zip --format svg > calls.svg  draw which flow calls which
  flowvet graph src/ --format mermaid --flow \"Order*\"    draw some flows, what they call, and what calls them
  flowvet graph src/ --format svg --with connections     draw the connection references, too";

/// `flowvet graph`.
#[derive(Debug, Args)]
#[command(after_help = GRAPH_EXAMPLES)]
pub struct GraphArgs {
    /// What to draw.
    #[command(flatten)]
    pub inputs: Inputs,
    /// How to print the graph.
    #[arg(long, value_enum, default_value_t = GraphFormat::Json)]
    pub format: GraphFormat,
    /// What to show besides calls and registrations [default: nothing, or everything in JSON]
    #[arg(long, value_enum, value_name = "PART", value_delimiter = ',')]
    pub with: Vec<GraphPart>,
    /// Show only flows whose name matches this glob, or with this id, and all flows that they call or that call them,
    /// directly or not
    #[arg(long, value_name = "GLOB", value_parser = gate::flow_glob)]
    pub flow: Vec<String>,
}

impl GraphArgs {
    pub(crate) fn parts(&self) -> Parts {
        let has = |part| self.with.contains(&part);
        Parts {
            connections: has(GraphPart::Connections),
            variables: has(GraphPart::Variables),
            events: has(GraphPart::Events),
        }
    }

    pub(crate) fn flows(&self) -> Vec<Pattern> {
        // Invalid globs were rejected when the arguments were parsed.
        self.flow.iter().filter_map(|glob| Pattern::new(glob).ok()).collect()
    }
}

/// What a graph can have besides flows and their calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphPart {
    /// Connection references
    Connections,
    /// Environment variables
    Variables,
    /// Webhook events, between the flows that register for them and those that receive them
    Events,
}

/// `flowvet runbook`.
#[derive(Debug, Args)]
pub struct RunbookArgs {
    /// What to import.
    #[command(flatten)]
    pub inputs: Inputs,
    /// The old version, which the environment has. The runbook contains only what is new then: the first PATH is the new
    /// version, and further ones are other solutions of the environment.
    #[arg(long, value_name = "OLD")]
    pub from: Option<PathBuf>,
    /// With --from, how the new version is imported [default: upgrade if it is managed, else update]
    #[arg(long = "as", value_enum, value_name = "IMPORT", requires = "from")]
    pub import: Option<ImportAs>,
    /// Deployment settings of the environment: the runbook leaves out what they have.
    #[arg(long, value_name = "FILE")]
    pub settings: Vec<PathBuf>,
    /// How to print the runbook.
    #[arg(long, value_enum, default_value_t = RunbookFormat::Markdown)]
    pub format: RunbookFormat,
}

/// `flowvet server`.
#[cfg(feature = "server")]
#[derive(Debug, Args)]
pub struct ServerArgs {
    /// Use stdin and stdout. They are always used; many editors pass this option.
    #[arg(long)]
    pub stdio: bool,
}

/// `flowvet mcp`.
#[cfg(feature = "server")]
#[derive(Debug, Args)]
pub struct McpArgs {
    /// Folders that the tools may read and change. Relative paths start from the first one [default: the working directory]
    #[arg(value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,
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
    /// In a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Formats of `order`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OrderFormat {
    /// For people: in waves, with reasons.
    Text,
    /// For programs: one object, version 1.
    Json,
    /// For spreadsheets: one flow per line.
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
    /// For spreadsheets: one step per line.
    Csv,
    /// For release notes: a table.
    Markdown,
}

/// Formats of `graph`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// For programs: nodes and edges, version 1.
    Json,
    /// A picture, with a legend.
    Svg,
    /// A page with the picture and the same as text.
    Html,
    /// For Markdown on GitHub and Azure DevOps.
    Mermaid,
    /// For Graphviz.
    Dot,
}

/// Formats of `runbook`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RunbookFormat {
    /// With checkboxes, for wikis and issues.
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

/// The text of an error about the arguments, if it contains characters or pipeline commands that must not be printed. The
/// arguments may be names of files that a shell has expanded.
pub fn printable_error(error: &clap::Error) -> Option<String> {
    let text = error.render().to_string();
    let lines = text.lines().map(|line| harmless(&printable(line)));
    let clean = lines.collect::<Vec<_>>().join("\n");
    (clean != text.trim_end_matches('\n')).then(|| format!("{clean}\n"))
}
