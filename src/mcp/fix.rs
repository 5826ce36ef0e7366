//! The tool `fix`: what flowvet can fix by itself, as a diff, and the change of the files if the call asks for it.

use serde_json::Value;

use super::arguments::Arguments;
use super::check;
use super::command::{Answer, shortened};
use super::folders::Folders;

const ARGUMENTS: [&str; 8] = ["paths", "settings", "profile", "rules", "flow", "unsafe", "apply", "into"];

/// How to get the rest of a long diff.
const HINT: &str = "the rest is left out: name a rule in `rules`, or a flow in `flow`";

pub(super) fn run(given: Option<&Value>, folders: &Folders) -> Result<Answer, String> {
    let arguments = Arguments::new(given, &ARGUMENTS)?;
    let applies = arguments.flag("apply")?;
    let mut options = Vec::new();
    if arguments.flag("unsafe")? {
        options.push("--unsafe-fixes");
    }
    let into = arguments.text("into")?.map(|written| copy(written, applies, folders)).transpose()?;
    if applies && into.is_none() {
        // The diff is of what changes, and zips do not.
        options.push("--exclude=**/*.zip");
    }
    let run =
        |more: &[&str]| check::line(&arguments, folders, &[more, &options].concat())?.run_changing(folders);
    let preview = run(&["--diff"])?;
    let (notes, end) = if applies {
        let into = into.as_deref();
        let fixed = run(&[&["--fix", "--format=json"], into.as_slice()].concat())?;
        let report: Value = serde_json::from_str(&fixed.output).map_err(|error| error.to_string())?;
        let left = report["findings"].as_array().map_or(0, Vec::len);
        (fixed.stderr, format!("left: {}", check::summary(&report, left, left)))
    } else if preview.output.is_empty() {
        (preview.stderr, String::new())
    } else {
        (preview.stderr, "no file was changed: call `fix` again with `apply` to change them\n".to_owned())
    };
    let notes = if preview.output.is_empty() { format!("there is nothing to fix\n{notes}") } else { notes };
    let diff = shortened(&preview.output, HINT).0;
    let parts = [notes.trim_end(), &diff, end.trim_end()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Ok(Answer { text: parts.join("\n\n"), data: None })
}

/// The option for the copy of a zip, which has to be a new file.
fn copy(written: &str, applies: bool, folders: &Folders) -> Result<String, String> {
    if !applies {
        return Err("`into` works only with `apply`".to_owned());
    }
    let path = folders.resolve_new(written)?;
    let path = path.to_str().ok_or_else(|| format!("{written}: the path has to be valid UTF-8"))?;
    Ok(format!("--into={path}"))
}
