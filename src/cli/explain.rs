//! Arguments of `explain`, and the conversion that lets a pasted message look like an option.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::LimitArgs;

const NOTES: &str = "\
What you can pass:
  The id of a rule, or an error code. Files, such as import logs, pipeline logs
  or saved pages of the solution history, in UTF-8 or UTF-16. Anything else is a
  message: paste it with its quotes, escapes and line breaks; text around it does
  no harm. For a file with the name of a rule or code, write its path:
  ./child-flow-off.

Examples:
  flowvet explain ChildFlowNeverPublished          a code
  flowvet explain -2147188640                      0x80048060 as a decimal number
  flowvet explain \"Connection Id missing for ...\"  a message without a code
  flowvet explain import.log                       each error in a log, once
  flowvet explain -                                a log from stdin
  flowvet explain import.log --in MySolution.zip   also look in the package

Exit codes: 0 an explanation was found, 1 none was found, 2 an error.";

/// `flowvet explain`.
#[derive(Debug, Clone, Args)]
#[command(after_help = NOTES)]
pub struct ExplainArgs {
    /// The id of a rule, an error code, a pasted error message, files such as an import log, or `-` for stdin
    #[arg(required_unless_present = "packages", value_name = "RULE|CODE|MESSAGE|FILE")]
    pub what: Vec<String>,
    /// Packages that the message is about: look up the flows, steps and connections that it mentions, and run the
    /// rules that find the cause. The message may come first or last
    #[arg(long = "in", value_name = "PACKAGE", num_args = 1..)]
    pub packages: Vec<PathBuf>,
    /// With `--in`: deployment settings file that was used for the import; repeat for several
    #[arg(long, value_name = "FILE", requires = "packages")]
    pub settings: Vec<PathBuf>,
    /// How to print the explanation
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub format: ExplainFormat,
    /// Limits on the cost of reading.
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

/// The arguments of the program, changed so that a message after `explain` is not parsed as an option: a number such as
/// `-2147188640`, or a list item that begins with `- `. A space is put before it, which does not change a message.
pub fn arguments(all: impl IntoIterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    let mut explains = false;
    all.into_iter().map(move |argument| {
        let is_message = explains && resembles_option(&argument);
        explains |= argument == "explain";
        if !is_message {
            return argument;
        }
        let mut escaped = OsString::from(" ");
        escaped.push(argument);
        escaped
    })
}

fn resembles_option(argument: &OsStr) -> bool {
    let Some(argument) = argument.to_str() else { return false };
    let name = argument.trim_start_matches('-');
    let dashes = argument.len() - name.len();
    // `-` is stdin, `--` ends the options, and `-f` and `--format` are options.
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
    fn only_messages_after_the_command_are_escaped() {
        let escaped = |all: &[&str]| -> Vec<String> {
            let all = arguments(all.iter().map(OsString::from));
            all.map(|argument| argument.into_string().expect("UTF-8")).collect()
        };
        assert_eq!(
            escaped(&[
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
        assert_eq!(escaped(&["flowvet", "check", "-1"]), ["flowvet", "check", "-1"]);
    }
}
