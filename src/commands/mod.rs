//! The commands. They return texts and an exit code; only `main` writes to stderr, and chooses where output goes.

mod browser;
mod check;
mod compare;
mod completions;
pub(crate) mod config;
mod connections;
mod explain;
mod fix;
mod git;
mod graph;
mod grouped;
mod init;
mod inventory;
mod notes;
mod order;
mod pipelines;
mod progress;
mod read_notes;
mod reading;
mod runbook;
mod staged_files;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::analysis::Analysis;
use crate::cli::{Cli, Command, Inputs, RulesArgs, RulesFormat};
use crate::load::limits::Limits;
use crate::load::{self, Input, LoadError, Replaced};
use crate::report::human::render_error;
use crate::report::layout::Style;
use crate::report::text::clean;
use crate::session::Session;
use crate::source::{Text, TextError};

pub use browser::open_in_browser;

/// The result of a command.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The result, for stdout.
    pub output: String,
    /// Errors and details, for stderr.
    pub stderr: String,
    /// A report to open in the browser.
    pub open: Option<PathBuf>,
    /// Notes for stderr, which `--quiet` suppresses.
    notes: String,
    /// The exit code.
    pub code: u8,
}

/// No findings at or above `--fail-on`.
pub(crate) const CLEAN: u8 = 0;
/// Findings at or above `--fail-on`, or flows that call each other in a circle.
pub(crate) const FOUND: u8 = 1;
/// An error: the command could not do its work.
pub(crate) const FAILED: u8 = 2;

impl Outcome {
    fn output(output: String, code: u8) -> Self {
        Outcome { output, code, ..Outcome::default() }
    }

    fn failure(message: &str, help: Option<&str>) -> Self {
        Outcome { stderr: error_message(message, help), code: FAILED, ..Outcome::default() }
    }
}

/// Runs a command.
pub fn run(cli: Cli, style: Style) -> Outcome {
    let mut written = Vec::new();
    let mut outcome = run_to(cli, style, &mut written);
    outcome.output.insert_str(0, &String::from_utf8_lossy(&written));
    outcome
}

/// Runs a command. A command whose output may be too large for the memory writes it to `out`. All others return theirs.
pub fn run_to(cli: Cli, style: Style, out: &mut dyn Write) -> Outcome {
    let is_quiet = cli.quiet;
    let mut outcome = run_command(cli, style, out);
    let notes = std::mem::take(&mut outcome.notes);
    if !is_quiet {
        outcome.stderr.insert_str(0, &notes);
    }
    outcome
}

/// Runs a command in a process that goes on, and so has to free its memory.
#[cfg(feature = "server")]
pub(crate) fn run_in_server(cli: Cli, style: Style) -> Outcome {
    match &cli.command {
        Command::Check(args) => check::run_in_server(args, style),
        _ => run_command(cli, style, &mut std::io::sink()),
    }
}

fn run_command(cli: Cli, style: Style, out: &mut dyn Write) -> Outcome {
    let verbosity = Verbosity::of(cli.quiet, cli.verbose);
    match cli.command {
        Command::Check(args) => match grouped::run(&args, style, verbosity, out) {
            Ok(Some(outcome)) | Err(outcome) => outcome,
            Ok(None) => check::run(&args, style, verbosity),
        },
        Command::Compare(args) => compare::run(&args, style),
        Command::Order(args) => order::run(&args, style, verbosity),
        Command::Connections(args) => connections::run(&args),
        Command::Graph(args) => graph::run(&args),
        Command::Runbook(args) => runbook::run(&args, style),
        Command::Inventory(args) => inventory::run(&args, style),
        Command::Rules(args) => rules(&args),
        Command::Explain(args) => explain::run(&args, style),
        Command::Init(args) => init::run(&args),
        // A server writes to stdout by itself, so `main` runs it.
        #[cfg(feature = "server")]
        Command::Server(_) | Command::Mcp(_) => Outcome::default(),
        Command::Completions(args) => completions::completions(args.shell),
        Command::Man(args) => completions::man(args.command.as_deref()),
    }
}

fn rules(args: &RulesArgs) -> Outcome {
    let output = match args.format {
        RulesFormat::Table => crate::report::rules::table(),
        RulesFormat::Json => crate::report::rules::json(),
    };
    Outcome::output(output, CLEAN)
}

/// How much is printed to stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verbosity {
    /// Errors only.
    Quiet,
    /// Errors and notes.
    Normal,
    /// Also what flowvet does and how long it takes.
    Verbose,
}

impl Verbosity {
    fn of(quiet: bool, verbose: bool) -> Self {
        match (quiet, verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        }
    }
}

/// Reads the inputs.
fn load(inputs: &Inputs) -> Result<Session, Outcome> {
    let read = read_inputs(&inputs.paths, inputs.limits.limits())?;
    load_replacing(read, inputs, &Replaced::new())
}

/// Reads the inputs. The files in `replaced` have other contents.
fn load_replacing(read: Vec<Input>, inputs: &Inputs, replaced: &Replaced) -> Result<Session, Outcome> {
    Session::load_replacing(read, replaced, inputs.limits.limits(), inputs.prefer.into())
        .map_err(|errors| not_loaded(errors.iter()))
}

/// Reads the inputs. Those that cannot be used become findings, if they exist.
fn load_and_keep_going(inputs: &Inputs) -> Result<Session, Outcome> {
    let read = read_inputs(&inputs.paths, inputs.limits.limits())?;
    keep_going_replacing(read, inputs, &Replaced::new())
}

/// Like [`load_and_keep_going`]. The files in `replaced` have other contents.
fn keep_going_replacing(read: Vec<Input>, inputs: &Inputs, replaced: &Replaced) -> Result<Session, Outcome> {
    Session::keep_going_replacing(read, replaced, inputs.limits.limits(), inputs.prefer.into())
        .map_err(|errors| not_loaded(errors.iter()))
}

/// The inputs that paths and patterns stand for.
fn read_inputs(paths: &[PathBuf], limits: Limits) -> Result<Vec<Input>, Outcome> {
    let paths = expanded(paths, limits).map_err(|errors| not_loaded(errors.iter()))?;
    paths.iter().map(|path| input(path, limits)).collect()
}

/// The errors of inputs that cannot be used.
fn not_loaded(errors: std::slice::Iter<'_, LoadError>) -> Outcome {
    Outcome { stderr: errors.map(load_error_message).collect(), code: FAILED, ..Outcome::default() }
}

/// The paths with expanded wildcards and without duplicates.
///
/// # Errors
/// Returns an error for each pattern that is invalid or matches nothing.
fn expanded(paths: &[PathBuf], limits: Limits) -> Result<Vec<PathBuf>, Vec<LoadError>> {
    let (mut all, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        match load::expand(path, limits) {
            Ok(found) => all.extend(found),
            Err(error) => errors.push(error),
        }
    }
    let mut seen = BTreeSet::new();
    all.retain(|path| seen.insert(path.clone()));
    if errors.is_empty() { Ok(all) } else { Err(errors) }
}

/// The files that a run reads and that an output could replace: those with the name of an output.
fn files_read<'a>(
    analysis: &'a Analysis,
    inputs: &'a Inputs,
    outputs: &[&PathBuf],
) -> impl Iterator<Item = PathBuf> + use<'a> {
    let names: BTreeSet<String> = outputs.iter().filter_map(|path| folded_name(path)).collect();
    // An input may be a link whose name differs from that of its target.
    let given = expanded(&inputs.paths, inputs.limits.limits()).unwrap_or_default();
    let sources = analysis.sources.iter().map(|text| PathBuf::from(text.name().outermost()));
    let named = sources.filter(move |path| folded_name(path).is_some_and(|name| names.contains(&name)));
    given.into_iter().chain(named)
}

fn folded_name(path: &Path) -> Option<String> {
    path.file_name().map(|name| name.to_string_lossy().to_lowercase())
}

/// The name of `-` in reports.
const STDIN: &str = "stdin";

/// A path, or the bytes of stdin for `-`.
fn input(path: &Path, limits: Limits) -> Result<Input, Outcome> {
    if path != Path::new("-") {
        return Ok(Input::Path(path.to_owned()));
    }
    let mut bytes = Vec::new();
    // One byte more than the limit, so that the loader rejects an input that is too large.
    let most = limits.total_bytes.saturating_add(1);
    match std::io::stdin().lock().take(most).read_to_end(&mut bytes) {
        Ok(_) => Ok(Input::Bytes { name: STDIN.to_owned(), bytes }),
        Err(error) => Err(Outcome::failure(&format!("stdin: could not be read: {error}"), None)),
    }
}

/// Reads the deployment settings files.
fn add_settings(
    session: &mut Session,
    paths: &[PathBuf],
    inputs: &Inputs,
    style: Style,
) -> Result<(), Outcome> {
    add_settings_replacing(session, paths, inputs, &Replaced::new(), style)
}

/// Reads the deployment settings files. The files in `replaced` have other contents.
fn add_settings_replacing(
    session: &mut Session,
    paths: &[PathBuf],
    inputs: &Inputs,
    replaced: &Replaced,
    style: Style,
) -> Result<(), Outcome> {
    let paths = expanded(paths, inputs.limits.limits()).map_err(|errors| Outcome {
        stderr: errors
            .iter()
            .map(|error| error_message(&error.path_and_reason(), error.help.as_deref()))
            .collect(),
        code: FAILED,
        ..Outcome::default()
    })?;
    for path in &paths {
        let text = read_text_replacing(path, inputs, replaced)?;
        session.add_settings_text(text).map_err(|error| refused(&error, style))?;
    }
    Ok(())
}

/// Reads a text file that is not an input, such as a configuration.
fn read_text(path: &Path, inputs: &Inputs) -> Result<Text, Outcome> {
    load::read_text(path, inputs.limits.limits()).map_err(|error| unread(&error))
}

/// Reads a text file that is not an input. The files in `replaced` have other contents.
fn read_text_replacing(path: &Path, inputs: &Inputs, replaced: &Replaced) -> Result<Text, Outcome> {
    load::replaced_text(path, replaced).map_or_else(|| read_text(path, inputs), Ok)
}

/// The failure for a file that cannot be read and need not be a solution.
fn unread(error: &LoadError) -> Outcome {
    Outcome::failure(&error.path_and_reason(), error.help.as_deref())
}

/// The failure for an invalid file, with an excerpt.
fn refused(error: &TextError, style: Style) -> Outcome {
    Outcome { stderr: render_error(error, style), code: FAILED, ..Outcome::default() }
}

fn load_error_message(error: &LoadError) -> String {
    error_message(&error.to_string(), error.help.as_deref())
}

fn error_message(message: &str, help: Option<&str>) -> String {
    let help = help.map(|help| format!("  help: {}\n", clean(help))).unwrap_or_default();
    format!("error: {}\n{help}", clean(message))
}
