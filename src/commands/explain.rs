//! `flowvet explain`: a rule's page, or what the errors in a message or a log mean and what to do about them.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{CLEAN, FOUND, Outcome, STDIN, add_settings, load, read_notes, unread};
use crate::analysis::Analysis;
use crate::cli::{ExplainArgs, ExplainFormat, Inputs, PreferCopy};
use crate::config::{Config, Profile};
use crate::errors::{self, PlatformError, Search};
use crate::finding::{Finding, Severity};
use crate::load::limits::Limits;
use crate::load::{any_text, read_any_text};
use crate::mentions::{self, Mention, Surroundings};
use crate::report::explain::{About, Explanation, json, rule_json, rule_text, rules_for, text};
use crate::report::layout::Style;
use crate::rules::{self, Rule};
use crate::session::Session;

pub(super) fn run(args: &ExplainArgs, style: Style) -> Outcome {
    explain(&args.clone().with_message_last(), style).unwrap_or_else(|failure| failure)
}

fn explain(args: &ExplainArgs, style: Style) -> Result<Outcome, Outcome> {
    let search = match subject(args)? {
        Subject::Rule(rule) => {
            let page = match args.format {
                ExplainFormat::Text => rule_text(rule),
                ExplainFormat::Json => rule_json(rule),
            };
            return Ok(Outcome::output(page, CLEAN));
        }
        Subject::Error(error) => (Search::for_one(error), error.code.clone()),
        Subject::Message(message) => (errors::in_message(&message), message),
    };
    let (search, message) = search;
    let looked_up = LookedUp::of(args, &message, &search, style)?;
    let explanation = Explanation { search: &search, about: looked_up.as_ref().map(LookedUp::about) };
    let is_known = !search.found.is_empty();
    let code = if is_known { CLEAN } else { FOUND };
    let notes = |looked_up: &LookedUp| {
        read_notes::of(looked_up.session.analysis(), read_notes::Output::LooksComplete)
    };
    let notes = looked_up.as_ref().map(notes).unwrap_or_default();
    let outcome = match args.format {
        ExplainFormat::Json => Outcome::output(json(&explanation), code),
        ExplainFormat::Text if is_known => Outcome::output(text(&explanation, style), code),
        ExplainFormat::Text => {
            let has_mentions = looked_up.as_ref().is_some_and(|packages| !packages.mentions.is_empty());
            let output = if has_mentions { text(&explanation, style) } else { String::new() };
            Outcome { output, code, ..nothing_known(args, &search) }
        }
    };
    Ok(Outcome { notes, ..outcome })
}

/// What the packages contain about the message.
struct LookedUp {
    session: Session,
    packages: Vec<String>,
    mentions: Vec<Mention>,
    findings: Vec<Finding>,
    elsewhere: usize,
}

/// The most findings that are shown.
const MOST_FINDINGS: usize = 10;

impl LookedUp {
    fn of(args: &ExplainArgs, message: &str, search: &Search, style: Style) -> Result<Option<Self>, Outcome> {
        if args.packages.is_empty() {
            return Ok(None);
        }
        let is_stdin = |path: &PathBuf| path == Path::new("-");
        if args.what == ["-"] && args.packages.iter().any(is_stdin) {
            return Err(Outcome::failure("the message and a package cannot both come from stdin", None));
        }
        let inputs =
            Inputs { paths: args.packages.clone(), limits: args.limits, prefer: PreferCopy::default() };
        let mut session = load(&inputs)?;
        add_settings(&mut session, &args.settings, &inputs, style)?;
        let mentions = mentions::of(message, &session.analysis().workspace, &session.analysis().sources);
        let (mut findings, mut elsewhere) = found(session.analysis(), search, &mentions);
        elsewhere += findings.len().saturating_sub(MOST_FINDINGS);
        findings.truncate(MOST_FINDINGS);
        let packages = args.packages.iter().map(|path| quoted(&path.to_string_lossy())).collect();
        Ok(Some(LookedUp { session, packages, mentions, findings, elsewhere }))
    }

    fn about(&self) -> About<'_> {
        let LookedUp { session, packages, mentions, findings, elsewhere } = self;
        About { analysis: session.analysis(), packages, mentions, findings, elsewhere: *elsewhere }
    }
}

/// A path, quoted for a shell if necessary.
fn quoted(path: &str) -> String {
    if path.contains(char::is_whitespace) { format!("\"{path}\"") } else { path.to_owned() }
}

/// The findings of the rules that find the causes: those about components that the message mentions, and the number of
/// the other findings. If the message mentions nothing, all findings count. If only wrappers are known, the cause is not:
/// then errors and warnings of the rules about activation are used.
fn found(analysis: &Analysis, search: &Search, mentions: &[Mention]) -> (Vec<Finding>, usize) {
    let errors = search.found.iter().map(|found| found.error);
    let is_unknown = errors.clone().all(|error| error.wrapper);
    // The error inside a wrapper has the cause.
    let specific = errors.filter(|error| is_unknown || !error.wrapper);
    let rules: BTreeSet<&str> = specific.flat_map(rules_for).map(|rule| rule.page.id).collect();
    if is_unknown && mentions.is_empty() && rules.is_empty() {
        return (Vec::new(), 0);
    }
    let any_rule = is_unknown && !mentions.is_empty();
    let profile = if any_rule { Profile::Activation } else { Profile::Strict };
    let findings = analysis.check_with(&Config::default().with_profile(profile)).findings;
    let findings = findings.into_iter().filter(|finding| any_rule || rules.contains(finding.rule));
    let workspace = &analysis.workspace;
    let around = Surroundings::of(workspace, &analysis.graph, mentions);
    let (mut here, elsewhere): (Vec<_>, Vec<_>) =
        findings.partition(|finding| around.hold(workspace, finding));
    if !is_unknown {
        return (here, elsewhere.len());
    }
    let all = here.len();
    here.retain(|finding| finding.severity > Severity::Info);
    let less_serious = all - here.len();
    (here, less_serious)
}

/// What to explain.
enum Subject {
    Rule(&'static Rule),
    Error(&'static PlatformError),
    /// A message, or the text of files.
    Message(String),
}

fn subject(args: &ExplainArgs) -> Result<Subject, Outcome> {
    let what = args.what.join(" ");
    if args.what.is_empty() {
        let help = "put the message behind the packages, or before `--in`";
        return Err(Outcome::failure("nothing to explain: there is no message, code or file", Some(help)));
    }
    if what.trim().is_empty() {
        return Err(Outcome::failure("nothing to explain: the message is empty", None));
    }
    if let Some(rule) = rule(what.trim()) {
        return Ok(Subject::Rule(rule));
    }
    if let Some(error) = errors::find(what.trim()) {
        return Ok(Subject::Error(error));
    }
    let limits = args.limits.limits();
    if args.what == ["-"] {
        return stdin(limits).map(Subject::Message);
    }
    if !args.what.iter().all(|argument| Path::new(argument).exists()) {
        return match &*args.what {
            [path] if is_file_name(path) => Err(Outcome::failure(&format!("{path}: no such file"), None)),
            _ => Ok(Subject::Message(what)),
        };
    }
    if let Some(folder) = args.what.iter().find(|argument| Path::new(argument).is_dir()) {
        let help = "pass the files in it; pass packages with `--in`";
        return Err(Outcome::failure(
            &format!("{folder}: this is a folder; expected a file with messages"),
            Some(help),
        ));
    }
    let mut text = String::new();
    for path in &args.what {
        text.push_str(&read_any_text(Path::new(path), limits).map_err(|error| unread(&error))?);
        text.push('\n');
    }
    Ok(Subject::Message(text))
}

/// Whether a word is the name of a file: `import.log`.
fn is_file_name(word: &str) -> bool {
    const ENDINGS: [&str; 11] =
        ["log", "txt", "xml", "json", "zip", "csv", "md", "html", "htm", "yml", "yaml"];
    let ending = Path::new(word.trim()).extension().map(|ending| ending.to_ascii_lowercase());
    let is_known = ending.is_some_and(|ending| ENDINGS.iter().any(|one| ending == *one));
    is_known && !word.trim().contains(char::is_whitespace) && !word.contains(['[', '\'', '"'])
}

/// The rule with this id, with or without its category. `./child-flow-off` is a file.
fn rule(id: &str) -> Option<&'static Rule> {
    let rule = rules::find(id)?;
    let category = id.rsplit_once('/').map(|(category, _)| category);
    category.is_none_or(|category| category == rule.page.category).then_some(rule)
}

fn stdin(limits: Limits) -> Result<String, Outcome> {
    let fail = |reason: &str| Outcome::failure(&format!("{STDIN}: {reason}"), None);
    let mut bytes = Vec::new();
    let most = limits.file_bytes;
    let read = std::io::stdin().lock().take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| fail(&format!("could not be read: {error}")))?;
    if bytes.len() as u64 > most {
        return Err(fail("the input is larger than the limit for one file (`--max-file-size`)"));
    }
    any_text(&STDIN.into(), bytes).map_err(|error| fail(&error.path_and_reason()))
}

/// The answer if nothing is known, with the closest known names.
fn nothing_known(args: &ExplainArgs, search: &Search) -> Outcome {
    let what = args.what.join(" ");
    let what = what.trim();
    let is_short = what.len() <= LONGEST_NAME && !what.contains(char::is_whitespace);
    let message = match search.unknown.as_slice() {
        [] if args.what == ["-"] => "flowvet knows no error in stdin".to_owned(),
        [] if is_short && Path::new(what).exists() => format!("flowvet knows no error in `{what}`"),
        [] if is_short => format!("`{what}` is not a rule, a known error, or a file"),
        [] => "flowvet does not know this message".to_owned(),
        [code] => format!("flowvet does not know the code `{code}`"),
        codes => format!("flowvet does not know the codes `{}`", codes.join("`, `")),
    };
    Outcome::failure(&message, Some(&hint(what, search)))
}

/// No rule or code is longer.
const LONGEST_NAME: usize = 120;

fn hint(what: &str, search: &Search) -> String {
    let near: Vec<String> =
        search.near.iter().map(|error| format!("`flowvet explain {}`", error.code)).collect();
    if !near.is_empty() {
        return format!("this may be one of: {}", near.join(", "));
    }
    let wanted = search.unknown.first().map_or(what, String::as_str);
    // The nearest number is another error.
    if let Some(number) = errors::notations(wanted) {
        return format!(
            "search for {number} in Microsoft's list of Dataverse error codes: \
             https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes"
        );
    }
    let ids = rules::all().map(|rule| rule.page.id);
    let codes = errors::all().iter().flat_map(PlatformError::codes);
    match crate::suggest::nearest(wanted, ids.chain(codes)) {
        Some(near) => format!("did you mean `{near}`? `flowvet rules` lists the rules"),
        None if !search.unknown.is_empty() => "run `flowvet check` on the package".to_owned(),
        None => "paste the whole message with its code, or run `flowvet check` on the package".to_owned(),
    }
}
