//! The calls of tools. Each runs a command.

use std::ffi::OsString;

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::command::{Answer, Line, paths_or_all, resolved, shortened};
use super::folders::Folders;
use super::{Fault, INVALID_PARAMS, check, fix};

/// Calls a tool. What is wrong with its arguments or inputs is a result, so that the model sees it and can correct it.
pub(super) fn call(params: &Value, folders: &Folders) -> Result<Value, Fault> {
    let name = params.get("name").and_then(Value::as_str);
    let name = name.ok_or_else(|| Fault::new(INVALID_PARAMS, "the name of the tool is missing"))?;
    let given = params.get("arguments");
    let answer = match name {
        "check" => check::run(given, folders),
        "fix" => fix::run(given, folders),
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
    command.with_json(&[what], hint)
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
    command.with_json(&paths, hint)
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
    command.with_json(&paths, hint)
}
