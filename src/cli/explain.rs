//! Arguments of `explain`, and what it takes to accept a message as it was copied.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::LimitArgs;

const NOTES: &str = "\
What is explained:
  The id of a rule, or a code, by itself. If every argument names a file, the
  files: import logs, pipeline logs, pages of the solution history, in UTF-8 or
  UTF-16. Anything else is a message: copy it with its quotes, escapes and line
  breaks, and with whatever is around it. A file that is called like a rule or a
  code needs its path: ./child-flow-off.

Examples:
  flowvet explain ChildFlowNeverPublished          a code
  flowvet explain -2147188640                      0x80048060, in decimal
  flowvet explain \"Connection Id missing for ...\"  a message without its code
  flowvet explain import.log                       each error of a log, once
  flowvet explain -                                the same from stdin
  flowvet explain import.log --in MySolution.zip   and what it names in a package

Exit codes: 0 something is known, 1 nothing is known, 2 could not do the work.";

/// `flowvet explain`.
#[derive(Debug, Clone, Args)]
#[command(after_help = NOTES)]
pub struct ExplainArgs {
    /// The id of a rule, an error code, a pasted error message, files such as an import log, or `-` for stdin
    #[arg(required_unless_present = "packages", value_name = "RULE|CODE|MESSAGE|FILE")]
    pub what: Vec<String>,
    /// Packages that the message is about: what it names is looked up in them, and the rules that look for the cause
    /// are run on them. The message may come before it, or last
    #[arg(long = "in", value_name = "PACKAGE", num_args = 1..)]
    pub packages: Vec<PathBuf>,
    /// With `--in`: deployment settings that were imported with the packages; repeat for several
    #[arg(long, value_name = "FILE", requires = "packages")]
    pub settings: Vec<PathBuf>,
    /// How to print the explanation
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub format: ExplainFormat,
    /// What reading may cost.
    #[command(flatten)]
    pub limits: LimitArgs,
}

impl ExplainArgs {
    /// Takes the message from the end of `--in`, where nothing stands before it: `--in PACKAGE MESSAGE`. A value that
    /// is no input, or is a file of another kind than packages, is the message.
    #[must_use]
    pub fn with_message_last(mut self) -> Self {
        if self.what.is_empty() {
            let is_package = |path: &PathBuf| {
                let text = path.to_string_lossy();
                let is_message = text.contains(char::is_whitespace) && !path.exists();
                !is_message && (is_package(path) || text.contains(['*', '?']))
            };
            let packages = self.packages.iter().rposition(is_package).map_or(0, |last| last + 1);
            let message = self.packages.split_off(packages);
            self.what = message.into_iter().map(|one| one.to_string_lossy().into_owned()).collect();
        }
        self
    }
}

/// Whether a path is something that flowvet reads as a package. A log is not.
fn is_package(path: &Path) -> bool {
    let is_log =
        path.extension().is_some_and(|end| ["log", "txt", "md", "html", "csv"].iter().any(|one| end == *one));
    path.exists() && !is_log
}

/// Formats of `explain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For people
    Text,
    /// For programs: one object, version 1
    Json,
}

/// The arguments of the program, such that a message behind `explain` is not taken for an option: a number like
/// `-2147188640`, or a line of a list that begins with `- `. They get a blank in front, which does not change a message.
pub fn arguments(all: impl IntoIterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    let mut explains = false;
    all.into_iter().map(move |argument| {
        let is_message = explains && looks_like_option_and_is_none(&argument);
        explains |= argument == "explain";
        if !is_message {
            return argument;
        }
        let mut shielded = OsString::from(" ");
        shielded.push(argument);
        shielded
    })
}

fn looks_like_option_and_is_none(argument: &OsStr) -> bool {
    let Some(argument) = argument.to_str() else { return false };
    let name = argument.trim_start_matches('-');
    let dashes = argument.len() - name.len();
    // `-` is stdin, `--` ends the options, and `-f` and `--format` are some.
    let is_option = dashes <= 2 && name.starts_with(|first: char| first.is_ascii_alphabetic());
    dashes > 0 && !name.is_empty() && !is_option
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_may_be_last() {
        #[derive(clap::Parser)]
        struct Program {
            #[command(flatten)]
            explain: ExplainArgs,
        }
        let parse = |args: &[&str]| {
            let program =
                <Program as clap::Parser>::try_parse_from([&["x"], args].concat()).expect("arguments");
            let explain = program.explain.with_message_last();
            let packages =
                explain.packages.iter().map(|path| path.to_string_lossy().into_owned()).collect::<Vec<_>>();
            (explain.what.join("|"), packages.join("|"))
        };
        let is = |what: &str, packages: &str| (what.to_owned(), packages.to_owned());
        assert_eq!(parse(&["--in", "src", "never been published"]), is("never been published", "src"));
        assert_eq!(parse(&["--in", "src", "rules", "ChildFlowOff"]), is("ChildFlowOff", "src|rules"));
        assert_eq!(parse(&["--in", "src", "--in", "*.zip", "a", "b c"]), is("a|b c", "src|*.zip"));
        assert_eq!(parse(&["a", "--in", "src", "missing.zip"]), is("a", "src|missing.zip"));
        assert_eq!(parse(&["--in", "src"]), is("", "src"));
    }

    #[test]
    fn only_messages_behind_the_command_are_shielded() {
        let shielded = |all: &[&str]| -> Vec<String> {
            let all = arguments(all.iter().map(OsString::from));
            all.map(|one| one.into_string().expect("UTF-8")).collect()
        };
        assert_eq!(
            shielded(&[
                "flowvet",
                "-q",
                "explain",
                "-2147188640",
                "- Error: x",
                "---",
                "-",
                "--",
                "--in=-1",
                "-q",
                "x-1"
            ]),
            [
                "flowvet",
                "-q",
                "explain",
                " -2147188640",
                " - Error: x",
                "---",
                "-",
                "--",
                "--in=-1",
                "-q",
                "x-1"
            ]
        );
        assert_eq!(shielded(&["flowvet", "check", "-1"]), ["flowvet", "check", "-1"]);
    }
}
