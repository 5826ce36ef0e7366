//! Commands: what each one reads, computes and prints. They return texts and an exit code; only `main` knows stdout.

mod check;
mod connections;
mod explain;
mod graph;
mod order;

use crate::analysis::{Analysis, CompanionError};
use crate::cli::{Cli, Command, Inputs, Rules, RulesFormat};
use crate::load::{Input, LoadError};
use crate::report::human::{self, Style};
use crate::report::text::printable;

/// What a command has to say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Results, for stdout.
    pub output: String,
    /// Everything else, for stderr.
    pub complaint: String,
    /// The exit code.
    pub code: u8,
}

/// Nothing at or above `--fail-on`.
pub(crate) const CLEAN: u8 = 0;
/// Findings at or above `--fail-on`, or flows in a circle.
pub(crate) const FOUND: u8 = 1;
/// Could not do the work.
pub(crate) const FAILED: u8 = 2;

impl Outcome {
    fn output(output: String, code: u8) -> Self {
        Outcome { output, complaint: String::new(), code }
    }

    fn failure(message: &str, help: Option<&str>) -> Self {
        Outcome { complaint: complaint(message, help), code: FAILED, ..Outcome::default() }
    }
}

/// Runs a command.
pub fn run(cli: Cli, style: Style) -> Outcome {
    match cli.command {
        Command::Check(args) => check::run(&args, style),
        Command::Order(args) => order::run(&args, style),
        Command::Connections(args) => connections::run(&args),
        Command::Graph(args) => graph::run(&args),
        Command::Rules(args) => rules(&args),
        Command::Explain(args) => explain::run(&args),
    }
}

fn rules(args: &Rules) -> Outcome {
    let output = match args.format {
        RulesFormat::Table => crate::report::rules::table(),
        RulesFormat::Json => crate::report::rules::json(),
    };
    Outcome::output(output, CLEAN)
}

/// Reads the inputs, or says why they cannot be read.
fn load(inputs: &Inputs) -> Result<Analysis, Outcome> {
    let paths = inputs.paths.iter().cloned().map(Input::Path).collect();
    Analysis::load(paths, inputs.limits.limits()).map_err(|errors| Outcome {
        complaint: errors.iter().map(load_complaint).collect(),
        code: FAILED,
        ..Outcome::default()
    })
}

/// Reads the files that go with the inputs, or says why one cannot be used: with the text that is wrong.
fn companion(analysis: &Analysis, result: Result<(), CompanionError>, style: Style) -> Result<(), Outcome> {
    let complaint = match result {
        Ok(()) => return Ok(()),
        Err(CompanionError::Load(error)) => complaint(&error.path_and_reason(), error.help.as_deref()),
        Err(CompanionError::Content(fault)) => human::render_fault(&analysis.sources, &fault, style),
    };
    Err(Outcome { complaint, code: FAILED, ..Outcome::default() })
}

fn load_complaint(error: &LoadError) -> String {
    complaint(&error.to_string(), error.help.as_deref())
}

fn complaint(message: &str, help: Option<&str>) -> String {
    let help = help.map(|help| format!("  help: {}\n", printable(help))).unwrap_or_default();
    format!("error: {}\n{help}", printable(message))
}
