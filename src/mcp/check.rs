//! The tool `check`: findings, the most serious first, in portions.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::command::{Answer, LONGEST_TEXT, Line, paths_or_all, resolved};
use super::folders::Folders;
use crate::wording::count;

/// How many findings an answer has, unless the call says otherwise.
const FINDINGS: usize = 20;
/// How many it has at most.
const MOST_FINDINGS: usize = 100;
/// The most related places of a finding.
const MOST_RELATED: usize = 3;

/// The severities, from the most serious.
const SEVERITIES: [&str; 3] = ["error", "warning", "info"];

/// The members of a finding that are kept.
const KEPT: [&str; 8] = ["rule", "severity", "message", "help", "file", "line", "column", "pointer"];

const ARGUMENTS: [&str; 8] = ["paths", "settings", "profile", "rules", "flow", "severity", "limit", "offset"];

pub(super) fn run(given: Option<&Value>, folders: &Folders) -> Result<Answer, String> {
    let arguments = Arguments::new(given, &ARGUMENTS)?;
    let least = arguments.text("severity")?.unwrap_or("info");
    let least = SEVERITIES.iter().position(|severity| *severity == least);
    let least = least.ok_or("`severity` has to be `error`, `warning` or `info`")?;
    let offset = arguments.number("offset", 0)?;
    let limit = arguments.number("limit", FINDINGS)?.min(MOST_FINDINGS);
    let command = line(&arguments, folders, &["--format=json"])?;
    let report: Value = serde_json::from_str(&command.run()?.output).map_err(|error| error.to_string())?;
    Ok(shown(&report, least, offset, limit))
}

/// The command line with these options, and with the arguments that `check` and `fix` have in common.
pub(super) fn line(arguments: &Arguments<'_>, folders: &Folders, options: &[&str]) -> Result<Line, String> {
    let mut command = Line::new("check");
    for option in options {
        command.option(option);
    }
    for (option, name) in [("profile", "profile"), ("flow", "flow")] {
        if let Some(value) = arguments.text(name)? {
            command.option(&format!("--{option}={value}"));
        }
    }
    for rule in arguments.texts("rules")? {
        command.option(&format!("--select={rule}"));
    }
    command.each("--settings", &arguments.texts("settings")?, folders)?;
    command.option("--");
    command.0.extend(resolved(&paths_or_all(arguments)?, folders)?);
    Ok(command)
}

fn shown(report: &Value, least: usize, offset: usize, limit: usize) -> Answer {
    let rank = |finding: &&Value| SEVERITIES.iter().position(|severity| finding["severity"] == *severity);
    let all = report["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut findings: Vec<&Value> = all.iter().filter(|finding| rank(finding) <= Some(least)).collect();
    findings.sort_by_key(rank);
    let total = findings.len();
    let mut text = summary(report, total, all.len());
    let mut data: Vec<Value> = Vec::new();
    for finding in findings.into_iter().skip(offset).take(limit) {
        let lines = lines(finding);
        if text.len() + lines.len() > LONGEST_TEXT && !data.is_empty() {
            break;
        }
        text.push_str(&lines);
        data.push(kept(finding));
    }
    let next = offset + data.len();
    let next = (next < total && !data.is_empty()).then_some(next);
    if let Some(next) = next {
        text.push_str(&format!("\n{} more: call `check` again with `offset` {next}\n", total - next));
    }
    let data = json!({
        "summary": report["summary"],
        "flows": outcomes(report),
        "total": total,
        "offset": offset,
        "next_offset": next,
        "findings": data
    });
    Answer { text: text.trim_end().to_owned(), data: Some(data) }
}

/// How many findings a report has, and what happens to the flows on import.
pub(super) fn summary(report: &Value, total: usize, all: usize) -> String {
    let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
    let counts = &report["summary"];
    let found = [("errors", "error"), ("warnings", "warning"), ("infos", "info")];
    let found = found.map(|(key, word)| (number(&counts[key]), word));
    let found = found.into_iter().filter(|(number, _)| *number > 0).map(|(number, word)| count(number, word));
    let found: Vec<String> = found.collect();
    let found = if found.is_empty() { "nothing found".to_owned() } else { found.join(", ") };
    let flows = report["flows"].as_array().map_or(0, Vec::len);
    let mut out = format!("{found} in {}", count(flows, "flow"));
    if number(&counts["ignored"]) > 0 {
        out.push_str(&format!("; {} ignored", counts["ignored"]));
    }
    if total < all {
        out.push_str(&format!("; {total} of the wanted severity"));
    }
    let outcomes = outcomes(report);
    let outcome = |key: &str| number(&outcomes[key]);
    format!(
        "{out}\non import: {} turn on, {} stay off, {} will not turn on\n",
        outcome("turn_on"),
        outcome("stay_off"),
        outcome("will_not_turn_on")
    )
}

/// A finding as text.
fn lines(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap_or_default();
    let place = format!("{}:{}:{}", text("file"), finding["line"], finding["column"]);
    let mut out = format!("\n{}[{}] {place}\n  {}\n", text("severity"), text("rule"), text("message"));
    if !text("help").is_empty() {
        out.push_str(&format!("  help: {}\n", text("help")));
    }
    if !text("pointer").is_empty() {
        out.push_str(&format!("  at: {}\n", text("pointer")));
    }
    out
}

/// A finding as data, without what an agent does not need.
fn kept(finding: &Value) -> Value {
    let members = KEPT.iter().map(|key| ((*key).to_owned(), finding[*key].clone()));
    let mut kept: serde_json::Map<String, Value> = members.collect();
    kept.insert("flow".to_owned(), finding["flow"]["name"].clone());
    kept.insert("platform_errors".to_owned(), finding["platform_errors"].clone());
    let related = finding["related"].as_array().map(Vec::as_slice).unwrap_or_default();
    let related = related
        .iter()
        .take(MOST_RELATED)
        .map(|place| json!({ "message": place["message"], "file": place["file"], "line": place["line"] }));
    kept.insert("related".to_owned(), related.collect());
    Value::Object(kept)
}

/// How many flows turn on after an import.
fn outcomes(report: &Value) -> Value {
    let flows = report["flows"].as_array().map(Vec::as_slice).unwrap_or_default();
    let number = |outcome: &str| flows.iter().filter(|flow| flow["verdict"]["outcome"] == outcome).count();
    json!({
        "turn_on": number("turns-on"),
        "stay_off": number("stays-off"),
        "will_not_turn_on": number("will-not-turn-on"),
        "unknown": number("unknown")
    })
}
