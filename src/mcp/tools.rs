//! The calls of tools. Each runs a command as the command line does.

use std::ffi::OsString;

use clap::Parser;
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::folders::Folders;
use super::{Fault, INVALID_PARAMS, check};
use crate::cli::{Cli, printable_error};
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

/// Calls a tool. What is wrong with its arguments or inputs is a result, so that the model sees it and can correct it.
pub(super) fn call(params: &Value, folders: &Folders) -> Result<Value, Fault> {
    let name = params.get("name").and_then(Value::as_str);
    let name = name.ok_or_else(|| Fault::new(INVALID_PARAMS, "the name of the tool is missing"))?;
    let given = params.get("arguments");
    let answer = match name {
        "check" => check::run(given, folders),
        "explain" => explain(given, folders),
        "order" => order(given, folders),
        "compare" => compare(given, folders),
        other => return Err(Fault::new(INVALID_PARAMS, format!("unknown tool `{other}`"))),
    };
    Ok(match answer {
        Ok(Answer { text, data }) => {
            let mut result = json!({ "content": [{ "type": "text", "text": text }], "isError": false });
            if let Some(data) = data {
                result["structuredContent"] = data;
            }
            result
        }
        Err(message) => {
            let message = shortened(&message, "").0;
            json!({ "content": [{ "type": "text", "text": message }], "isError": true })
        }
    })
}

fn explain(given: Option<&Value>, folders: &Folders) -> Result<Answer, String> {
    let arguments = Arguments::new(given, &["what", "paths", "settings"])?;
    let what =
        arguments.text("what")?.ok_or("`what` is missing: a rule, an error code, a message or a log file")?;
    let mut command = Line::new("explain");
    let paths = arguments.texts("paths")?;
    if !paths.is_empty() {
        command.option("--in");
        command.paths(&paths, folders)?;
    }
    command.each("--settings", &arguments.texts("settings")?, folders)?;
    // A text that is not a file is a message. The space keeps it from being one, or an option.
    let is_file = std::path::Path::new(what).exists() || folders.resolve(what).is_ok();
    let what = if is_file && !what.trim().is_empty() {
        folders.resolve(what)?.into_os_string()
    } else {
        OsString::from(format!(" {what}"))
    };
    let hint = "the rest is left out: pass one code or message instead of a whole log";
    command.with_json(
        |command| {
            command.option("--");
            command.0.push(what.clone());
        },
        hint,
    )
}

fn order(given: Option<&Value>, folders: &Folders) -> Result<Answer, String> {
    let arguments = Arguments::new(given, &["paths", "only", "reverse", "solutions"])?;
    let mut command = Line::new("order");
    if let Some(flow) = arguments.text("only")? {
        command.0.push(OsString::from(format!("--only={flow}")));
    }
    for flag in ["reverse", "solutions"] {
        if arguments.flag(flag)? {
            command.option(&format!("--{flag}"));
        }
    }
    let paths = paths_or_all(&arguments)?;
    let paths = resolved(&paths, folders)?;
    let hint = "the rest is left out: name a flow with `only`";
    command.with_json(
        |command| {
            command.option("--");
            command.0.extend(paths.clone());
        },
        hint,
    )
}

fn compare(given: Option<&Value>, folders: &Folders) -> Result<Answer, String> {
    let arguments = Arguments::new(given, &["new", "old", "git", "others", "import", "settings"])?;
    let new = arguments.text("new")?.ok_or("`new` is missing: the folder or zip of the new version")?;
    let mut paths = vec![new];
    let mut command = Line::new("compare");
    match (arguments.text("old")?, arguments.text("git")?) {
        (Some(old), None) => paths.insert(0, old),
        (None, Some(revision)) => command.0.push(OsString::from(format!("--git={revision}"))),
        _ => return Err("pass either `old`, a path, or `git`, a revision".to_owned()),
    }
    if let Some(import) = arguments.text("import")? {
        command.0.push(OsString::from(format!("--as={import}")));
    }
    command.each("--settings", &arguments.texts("settings")?, folders)?;
    paths.extend(arguments.texts("others")?);
    let paths = resolved(&paths, folders)?;
    let hint = "the rest is left out: compare one solution at a time";
    command.with_json(
        |command| {
            command.option("--");
            command.0.extend(paths.clone());
        },
        hint,
    )
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

    fn paths(&mut self, paths: &[&str], folders: &Folders) -> Result<(), String> {
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
        let cli = Cli::try_parse_from(self.0)
            .map_err(|error| printable_error(&error).unwrap_or_else(|| error.render().to_string()))?;
        let style = Style { color: false, links: false, width: 100, progress: false };
        let outcome = commands::run_in_server(cli, style);
        if outcome.code == FAILED { Err(outcome.stderr.trim_end().to_owned()) } else { Ok(outcome) }
    }

    /// Runs the command for its text, and again for its JSON. `finish` adds the last arguments.
    fn with_json(self, finish: impl Fn(&mut Line), hint: &str) -> Result<Answer, String> {
        let run = |format: Option<&str>| {
            let mut line = Line(self.0.clone());
            if let Some(format) = format {
                line.option(format);
            }
            finish(&mut line);
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
