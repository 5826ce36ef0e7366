//! `flowvet explain`: a rule's page, or what the errors in a message or a log mean and what to do about them.

use std::io::Read;
use std::path::Path;

use super::{CLEAN, FOUND, Outcome, STDIN};
use crate::cli::{Explain, ExplainFormat};
use crate::errors::{self, PlatformError, Search};
use crate::load::limits::Limits;
use crate::load::{LoadError, any_text, read_any_text};
use crate::report::explain::{Explanation, json, rule_json, rule_text, text};
use crate::report::human::Style;
use crate::rules::{self, Entry};

pub(super) fn run(args: &Explain, style: Style) -> Outcome {
    explain(args, style).unwrap_or_else(|refused| refused)
}

fn explain(args: &Explain, style: Style) -> Result<Outcome, Outcome> {
    let search = match subject(args)? {
        Subject::Rule(entry) => {
            let page = match args.format {
                ExplainFormat::Text => rule_text(entry),
                ExplainFormat::Json => rule_json(entry),
            };
            return Ok(Outcome::output(page, CLEAN));
        }
        Subject::Error(error) => Search::for_one(error),
        Subject::Message(message) => errors::in_message(&message),
    };
    let explanation = Explanation { search: &search, about: None };
    let is_known = !search.found.is_empty();
    let code = if is_known { CLEAN } else { FOUND };
    Ok(match args.format {
        ExplainFormat::Json => Outcome::output(json(&explanation), code),
        ExplainFormat::Text if is_known => Outcome::output(text(&explanation, style), code),
        ExplainFormat::Text => Outcome { code, ..nothing_known(args, &search) },
    })
}

/// What is to be explained.
enum Subject {
    Rule(&'static Entry),
    Error(&'static PlatformError),
    /// A message, or the text of files.
    Message(String),
}

fn subject(args: &Explain) -> Result<Subject, Outcome> {
    let what = args.what.join(" ");
    if let Some(entry) = rules::find(what.trim()) {
        return Ok(Subject::Rule(entry));
    }
    if let Some(error) = errors::find(what.trim()) {
        return Ok(Subject::Error(error));
    }
    let limits = args.limits.limits();
    let refuse = |error: LoadError| Outcome::failure(&error.path_and_reason(), error.help.as_deref());
    if args.what == ["-"] {
        return stdin(limits).map(Subject::Message);
    }
    if !args.what.iter().all(|one| Path::new(one).exists()) {
        return Ok(Subject::Message(what));
    }
    let mut text = String::new();
    for path in &args.what {
        text.push_str(&read_any_text(Path::new(path), limits).map_err(refuse)?);
        text.push('\n');
    }
    Ok(Subject::Message(text))
}

fn stdin(limits: Limits) -> Result<String, Outcome> {
    let fail = |reason: &str| Outcome::failure(&format!("{STDIN}: {reason}"), None);
    let mut bytes = Vec::new();
    let most = limits.file_bytes;
    let read = std::io::stdin().lock().take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| fail(&format!("could not be read: {error}")))?;
    if bytes.len() as u64 > most {
        return Err(fail("it is larger than the limit for one file (`--max-file-size`)"));
    }
    any_text(STDIN, bytes).map_err(|error| fail(&error.path_and_reason()))
}

/// An honest answer: what is not known, and what comes near.
fn nothing_known(args: &Explain, search: &Search) -> Outcome {
    let what = args.what.join(" ");
    let what = what.trim();
    let is_short = what.len() <= LONGEST_NAME && !what.contains(char::is_whitespace);
    let message = match search.unknown.as_slice() {
        [] if args.what == ["-"] => "stdin has no error that flowvet knows".to_owned(),
        [] if is_short && Path::new(what).exists() => format!("`{what}` has no error that flowvet knows"),
        [] if is_short => format!("`{what}` is not a rule, an error that flowvet knows, or a file"),
        [] => "flowvet does not know this message".to_owned(),
        [code] => format!("flowvet does not know the code `{code}`"),
        codes => format!("flowvet does not know the codes `{}`", codes.join("`, `")),
    };
    Outcome::failure(&message, Some(&hint(what, search)))
}

/// A rule or a code is not longer.
const LONGEST_NAME: usize = 120;

fn hint(what: &str, search: &Search) -> String {
    let near: Vec<String> = search.near.iter().map(|error| format!("`flowvet explain {}`", error.code)).collect();
    if !near.is_empty() {
        return format!("it may be one of these: {}", near.join(", "));
    }
    let ids = rules::all().iter().map(|entry| entry.meta.id.as_str());
    let codes = errors::all().iter().flat_map(PlatformError::codes);
    let wanted = search.unknown.first().map_or(what, String::as_str);
    match crate::suggest::nearest(wanted, ids.chain(codes)) {
        Some(near) => format!("did you mean `{near}`? `flowvet rules` lists the rules"),
        None => "paste the whole message with its code; `flowvet check` finds what a package itself shows".to_owned(),
    }
}
