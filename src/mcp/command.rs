//! Runs a command as the command line does, and shortens what it prints.

use std::ffi::OsString;

use clap::Parser;
use serde_json::Value;

use super::arguments::Arguments;
use super::folders::Folders;
use crate::cli::{Cli, Command, printable_error};
use crate::commands::{self, FAILED, Outcome};
use crate::report::layout::Style;
use crate::source::floor_char_boundary;

/// The most bytes of text in an answer: about 5000 tokens of a model.
pub(super) const LONGEST_TEXT: usize = 20_000;
/// The most bytes of a structured answer.
const LONGEST_JSON: usize = 40_000;

/// The result of a tool: a text, and the same as data where there is room for it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) data: Option<Value>,
}

/// The paths of a call, or the whole folder.
pub(super) fn paths_or_all<'a>(arguments: &Arguments<'a>) -> Result<Vec<&'a str>, String> {
    let paths = arguments.texts("paths")?;
    Ok(if paths.is_empty() { vec!["."] } else { paths })
}

pub(super) fn resolved(paths: &[&str], folders: &Folders) -> Result<Vec<OsString>, String> {
    paths.iter().map(|path| folders.resolve(path).map(Into::into)).collect()
}

/// A command line.
pub(super) struct Line(pub(super) Vec<OsString>);

impl Line {
    pub(super) fn new(command: &str) -> Self {
        Line(vec![OsString::from("flowvet"), OsString::from(command)])
    }

    pub(super) fn option(&mut self, option: &str) {
        self.0.push(OsString::from(option));
    }

    pub(super) fn paths(&mut self, paths: &[&str], folders: &Folders) -> Result<(), String> {
        self.0.extend(resolved(paths, folders)?);
        Ok(())
    }

    /// Adds an option for each of these files.
    pub(super) fn each(&mut self, option: &str, files: &[&str], folders: &Folders) -> Result<(), String> {
        for file in files {
            self.option(option);
            self.paths(&[file], folders)?;
        }
        Ok(())
    }

    /// Runs the command. An error of the command is one of the call.
    pub(super) fn run(self) -> Result<Outcome, String> {
        run(self.parsed()?)
    }

    /// Runs `check`, which may change files inside these folders only.
    pub(super) fn run_changing(self, folders: &Folders) -> Result<Outcome, String> {
        let mut cli = self.parsed()?;
        if let Command::Check(args) = &mut cli.command {
            args.fixes.within = Some(folders.allowed().to_vec());
        }
        run(cli)
    }

    fn parsed(self) -> Result<Cli, String> {
        Cli::try_parse_from(self.0)
            .map_err(|error| reason(&printable_error(&error).unwrap_or_else(|| error.render().to_string())))
    }

    /// Runs the command with these values, which are never options, for its text, and again for its JSON.
    pub(super) fn with_json(self, values: &[OsString], hint: &str) -> Result<Answer, String> {
        let run = |format: Option<&str>| {
            let mut line = Line(self.0.clone());
            if let Some(format) = format {
                line.option(format);
            }
            line.option("--");
            line.0.extend_from_slice(values);
            line.run()
        };
        let outcome = run(None)?;
        let text = if outcome.output.is_empty() { &outcome.stderr } else { &outcome.output };
        let (text, _) = shortened(text, hint);
        let data = run(Some("--format=json"))?.output;
        let data = Some(data).filter(|data| data.len() <= LONGEST_JSON);
        let data = data.and_then(|data| serde_json::from_str(&data).ok()).filter(Value::is_object);
        Ok(Answer { text, data })
    }
}

fn run(cli: Cli) -> Result<Outcome, String> {
    let style = Style { color: false, links: false, width: 100, progress: false };
    let outcome = commands::run_in_server(cli, style);
    if outcome.code == FAILED { Err(reason(&outcome.stderr)) } else { Ok(outcome) }
}

/// What is wrong, from an error as the command line prints it.
fn reason(error: &str) -> String {
    let lines = error.lines().take_while(|line| !line.starts_with("For more information"));
    let lines = lines.collect::<Vec<_>>().join("\n");
    lines.strip_prefix("error: ").unwrap_or(&lines).trim_end().to_owned()
}

/// A text of bounded length, and whether it was shortened. A note says how to get the rest.
pub(super) fn shortened(text: &str, hint: &str) -> (String, bool) {
    let text = text.trim_end();
    if text.len() <= LONGEST_TEXT {
        return (text.to_owned(), false);
    }
    let cut = &text[..floor_char_boundary(text, LONGEST_TEXT)];
    let cut = cut.rsplit_once('\n').map_or(cut, |(lines, _)| lines);
    (format!("{cut}\n… {hint}"), true)
}
