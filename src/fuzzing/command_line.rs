//! The whole command line: arguments, and the files that they name.

use clap::Parser;
use serde_json::Value;

use super::{FILE, assert_printable};
use crate::cli::{Cli, arguments};
use crate::commands;

/// The maximum number of arguments of a run.
const MOST_ARGUMENTS: usize = 24;
/// The maximum number of files of a run.
const MOST_FILES: usize = 12;

/// A run of the program: its arguments, and files in the current folder.
#[derive(Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// Without the name of the program.
    pub arguments: Vec<String>,
    /// Names without a folder, and contents. A content that starts with `--- ` becomes a zip.
    pub files: Vec<(String, Vec<u8>)>,
}

impl CommandLine {
    /// The first line contains the arguments, separated by spaces. Each line `=== name` after it starts a file. Arguments
    /// and names contain no slash, so that a run stays in its folder.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let is_inside =
            |name: &str| !name.contains(['/', '\\', '\0']) && !name.contains("..") && name.len() < 100;
        let words: Vec<String> =
            first.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        if words.len() > MOST_ARGUMENTS || !words.iter().all(|word| is_inside(word)) {
            return None;
        }
        let rest = format!("\n{rest}");
        let files = rest.split("\n=== ").skip(1).take(MOST_FILES).filter_map(|file| {
            let (name, text) = file.split_once('\n').unwrap_or((file, ""));
            let bytes = if text.starts_with(FILE) { super::packed(text) } else { text.as_bytes().to_vec() };
            (is_inside(name) && !name.is_empty() && name != ".").then(|| (name.to_owned(), bytes))
        });
        Some(CommandLine { files: files.collect(), arguments: words })
    }

    /// Runs the command in the current folder, which has to contain the files.
    pub fn run(&self) {
        let all = std::iter::once("flowvet").chain(self.arguments.iter().map(String::as_str));
        let Ok(cli) = Cli::try_parse_from(arguments(all.map(Into::into))) else { return };
        if self.arguments.iter().any(|argument| argument == "--open") {
            // It leaves a temporary file.
            return;
        }
        let quiet = cli.quiet;
        let outcome = commands::run(cli, super::STYLE);
        assert!(outcome.code <= 2, "exit code {}", outcome.code);
        assert!(outcome.code < 2 || outcome.stderr.contains("error: "), "{:?}", outcome.stderr);
        assert!(outcome.code < 2 || outcome.output.is_empty(), "output and an error: {:?}", outcome.output);
        assert!(!quiet || outcome.code != 0 || outcome.stderr.is_empty(), "{:?}", outcome.stderr);
        assert_printable(&outcome.output);
        assert_printable(&outcome.stderr);
        if self.arguments.windows(2).any(|pair| pair == ["--format", "json"]) && outcome.code < 2 {
            let read = serde_json::from_str::<Value>(&outcome.output);
            assert!(read.is_ok() || outcome.output.is_empty(), "{read:?}");
        }
    }
}
