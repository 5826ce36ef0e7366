//! Arguments of `inventory`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use super::{ConfigArgs, Inputs};
use crate::report::inventory::TABLES;

const EXAMPLES: &str = "\
Examples:
  flowvet inventory exports/ --into tables/             write each table to a file, as JSON lines
  flowvet inventory exports/ --into tables/ --format csv
                                                        the same as CSV
  flowvet inventory exports/ --table flows              print one table

An input that cannot be read is a row with the status `unreadable`, and the run goes on.
Exit codes: 0 the tables are complete or have such rows, 2 an error.";

/// `flowvet inventory`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct InventoryArgs {
    /// What to list.
    #[command(flatten)]
    pub inputs: Inputs,
    /// The format of the tables
    #[arg(long, value_enum, default_value_t = InventoryFormat::Jsonl)]
    pub format: InventoryFormat,
    /// Only this table; repeat for several [default: all]
    #[arg(long, value_name = "TABLE", value_parser = PossibleValuesParser::new(TABLES))]
    pub table: Vec<String>,
    /// Write a file for each table to this folder instead of printing; it is created if it does not exist
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
    /// The configuration, whose ignored findings are left out.
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// Formats of `inventory`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InventoryFormat {
    /// For databases: one JSON object per row. If printed, each has the name of its `table`
    Jsonl,
    /// For spreadsheets. Printed only with a single `--table`
    Csv,
}
