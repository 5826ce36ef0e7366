//! The report for people at 80 and 120 columns, with and without colour, of one finding and of many; the options that
//! select findings; and the formats with a line per finding.

mod support;

use std::fs;

use regex::Regex;
use serde_json::Value;
use support::fixture::complete;
use support::{corpus, flowvet, id, root, transcript, write_all};
use tempfile::TempDir;

/// A folder with an unpacked solution `kit` of flows with these names and definitions.
fn kit(flows: &[(String, String)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let file = |(number, (name, definition)): (usize, &(String, String))| {
        let path = format!("Workflows/{name}-{}.json", id(number + 1).to_uppercase());
        (path, definition.clone().into_bytes())
    };
    let files = complete(flows.iter().enumerate().map(file).collect());
    write_all(&folder.path().join("kit"), &files);
    folder
}

/// A definition with a step, in two scopes, that calls a function which does not exist.
fn unknown_function(function: &str) -> String {
    format!(
        r#"{{
  "actions": {{
    "Try": {{
      "type": "Scope",
      "actions": {{
        "For_each_order": {{
          "type": "Foreach",
          "foreach": "@createArray(1)",
          "actions": {{
            "Write_the_mark": {{
              "type": "Compose",
              "inputs": "Mark @{{{function}('ab')}} of this order"
            }}
          }}
        }}
      }}
    }}
  }}
}}
"#
    )
}

/// A definition with a loop in a loop.
fn nested() -> String {
    let inner = r#"{ "type": "Foreach", "foreach": "@createArray(1)", "actions": {} }"#;
    format!(
        r#"{{
  "actions": {{
    "Outer": {{
      "type": "Foreach",
      "foreach": "@createArray(1)",
      "actions": {{ "Inner": {inner} }}
    }}
  }}
}}
"#
    )
}

/// A definition with a step that uses a variable before it is certain to be initialised.
fn variable(step: &str) -> String {
    format!(
        r#"{{
  "actions": {{
    "Initialize_total": {{
      "type": "InitializeVariable",
      "inputs": {{ "variables": [{{ "name": "Total", "type": "integer" }}] }}
    }},
    "{step}": {{
      "type": "IncrementVariable",
      "inputs": {{ "name": "Total", "value": 1 }}
    }}
  }}
}}
"#
    )
}

fn check(folder: &TempDir, more: &[&str], columns: &str) -> String {
    let mut command = flowvet();
    command.current_dir(folder.path()).args(["check", "kit", "--no-config"]).args(more);
    transcript(command.env("COLUMNS", columns))
}

fn flow(name: &str, definition: String) -> (String, String) {
    (name.to_owned(), definition)
}

#[test]
fn one_finding_in_any_width_and_colour() {
    let folder = kit(&[flow("Orders - Mark the shelf", unknown_function("toUpperr"))]);
    insta::assert_snapshot!("one_80", check(&folder, &[], "80"));
    insta::assert_snapshot!("one_120", check(&folder, &[], "120"));
    insta::assert_snapshot!("one_without_excerpt", check(&folder, &["--no-excerpt"], "80"));
    let colored = check(&folder, &["--color", "always"], "80").replace('\u{1b}', "␛");
    insta::assert_snapshot!("one_colored", colored);
}

#[test]
fn clean_packages_get_the_next_command() {
    let folder = kit(&[flow("Orders", unknown_function("toUpper"))]);
    insta::assert_snapshot!("clean", check(&folder, &[], "80"));
    assert!(!check(&folder, &["--quiet"], "80").contains("flowvet runbook"));
    fs::rename(folder.path().join("kit"), folder.path().join("my kit")).expect("renamed");
    let mut command = flowvet();
    let out = transcript(command.current_dir(folder.path()).args(["check", "my kit", "--no-config"]));
    assert!(out.contains("next: flowvet runbook \"my kit\"\n"), "{out}");
}

/// Flows whose findings differ only in names. Some have Japanese names, and one file has no line breaks.
fn many(number: usize) -> TempDir {
    let mut flows = Vec::new();
    for index in 0..number {
        let name = match index % 3 {
            0 => format!("受注処理 {index:03} 毎日の売上報告を作成して担当者に送信する"),
            1 => format!("Orders {index:03} with a name that is as long as names of flows in real kits are"),
            _ => format!("Orders {index:03}"),
        };
        flows.push((
            name,
            match index % 4 {
                0 => variable("Count_the_copies"),
                1 => unknown_function("toUpperr"),
                2 => unknown_function("fliter"),
                _ => variable("合計を増やす"),
            },
        ));
    }
    let minified: Value = serde_json::from_str(&flows[1].1).expect("json");
    flows[1].1 = minified.to_string();
    kit(&flows)
}

/// The severities of the findings that are shown in full, in order.
fn drawn(report: &str) -> Vec<&str> {
    let heads = report.lines().filter_map(|line| line.split_once('['));
    heads.map(|(word, _)| word).filter(|word| ["error", "warning", "info"].contains(word)).collect()
}

fn is_sorted(severities: &[&str]) -> bool {
    severities
        .is_sorted_by_key(|severity| ["error", "warning", "info"].iter().position(|one| one == severity))
}

#[test]
fn equal_findings_fold_and_errors_come_first() {
    let folder = many(36);
    let report = check(&folder, &[], "80");
    insta::assert_snapshot!("many_80", report);
    insta::assert_snapshot!("many_120", check(&folder, &[], "120"));
    assert_eq!(drawn(&report), ["error", "error", "warning"]);
    let all = check(&folder, &["--all"], "80");
    let severities = drawn(&all);
    assert_eq!((severities.len(), is_sorted(&severities)), (36, true));
    assert!(!all.contains("more like this"));
}

#[test]
fn a_report_of_many_findings_can_be_read() {
    let folder = many(176);
    let report = check(&folder, &[], "80");
    let lines = report.lines().count();
    // A name that is too long for a line takes two.
    assert!(lines < 2 * 176, "{lines} lines for 176 findings");
    // The place of every finding is shown, also in groups.
    for index in 0..176 {
        assert!(report.contains(&format!(" {index:03}")), "flow {index}");
    }
    insta::assert_snapshot!("statistics", check(&folder, &["--statistics"], "80"));
}

#[test]
fn public_packages_have_short_reports() {
    let Some(corpus) = corpus() else { return };
    for (path, most) in
        [("zip/StressTest100Flows_1_0_0_0.zip", 350), ("unpacked/microsoft-AutomationCoESatellite", 130)]
    {
        let report = transcript(flowvet().current_dir(&corpus).args(["check", path, "--no-config"]));
        assert!(report.lines().count() <= most, "{path}: {} lines", report.lines().count());
        assert!(is_sorted(&drawn(&report)), "{path}: errors come before warnings, and those before infos");
    }
}

/// The rules and flows of the findings.
fn found(folder: &TempDir, more: &[&str]) -> Vec<String> {
    let out = check(folder, &[more, &["--format", "jsonl"]].concat(), "80");
    let lines = out.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let findings = lines.filter(|line| line["type"] == "finding");
    findings.map(|one| format!("{} {}", one["rule"], one["flow"]["name"]).replace('"', "")).collect()
}

#[test]
fn a_run_shows_what_it_is_asked_for() {
    let folder = kit(&[
        flow("Mail A", unknown_function("toUpperr")),
        flow("Mail B", variable("Count")),
        flow("Post", unknown_function("toUpperr")),
    ]);
    let all = ["unknown-function Mail A", "variable-used-before-set Mail B", "unknown-function Post"];
    assert_eq!(found(&folder, &[]), all);
    assert_eq!(found(&folder, &["--select", "definition/unknown-function"]), [all[0], all[2]]);
    assert_eq!(found(&folder, &["--select", "definition"]), all);
    assert_eq!(found(&folder, &["--ignore", "unknown-function,activation"]), [all[1]]);
    assert_eq!(found(&folder, &["--flow", "mail *"]), [all[0], all[1]]);
    assert_eq!(found(&folder, &["--flow", &id(3), "--flow", "Mail B"]), [all[1], all[2]]);
    assert_eq!(found(&folder, &["--exclude", "kit/**/Mail*"]), [all[2]]);
    assert_eq!(found(&folder, &["--exclude", "kit"]), [""; 0]);
    let out = check(&folder, &["--select", "variable-used-before-set"], "80");
    assert!(out.contains("\n1 warning in 1 package with 3 flows; 2 not selected\n"), "{out}");
    assert!(
        out.contains("2 will not turn on"),
        "findings that are not selected still affect the verdict: {out}"
    );
    assert!(
        out.ends_with("exit code 0"),
        "findings that are not selected do not affect the exit code: {out}"
    );
}

#[test]
fn a_rule_that_is_asked_for_by_name_runs() {
    let folder = kit(&[flow("Mail", unknown_function("toUpperr")), flow("Post", nested())]);
    assert_eq!(found(&folder, &[]), ["unknown-function Mail"]);
    assert_eq!(found(&folder, &["--select", "nested-foreach"]), ["nested-foreach Post"]);
    fs::write(folder.path().join("off.toml"), "[rules]\nunknown-function = \"off\"\n").expect("a file");
    let mut command = flowvet();
    command.current_dir(folder.path()).args(["check", "kit", "--config", "off.toml"]);
    assert!(transcript(&mut command).starts_with("nothing found"));
    command.args(["--select", "unknown-function"]);
    assert!(transcript(&mut command).starts_with("error[unknown-function]"));
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let folder = kit(&[flow("Mail", unknown_function("toUpperr"))]);
    let mut report = String::new();
    for options in [
        "--select unknown-funtion",
        "--ignore nothing-like-it",
        "--flow [",
        "--exclude [",
        "--format json --output sarif=-",
        "--output json=- --output sarif=-",
        "--format json --statistics",
        "--all --statistics",
        "--select definition --write-baseline known.json",
    ] {
        let options: Vec<&str> = options.split(' ').collect();
        report += &format!("$ {}\n{}\n\n", options.join(" "), check(&folder, &options, "80"));
    }
    insta::assert_snapshot!(report);
}

#[test]
fn a_report_can_go_to_stdout_in_any_format() {
    let folder = kit(&[flow("Mail", unknown_function("toUpperr"))]);
    for format in ["human", "concise", "json", "jsonl", "sarif", "gitlab", "junit", "markdown", "html"] {
        let output = check(&folder, &["--output", &format!("{format}=-"), "--output", "json=x.json"], "80");
        assert_eq!(output, check(&folder, &["--format", format], "80"), "{format}");
    }
    assert!(folder.path().join("x.json").is_file() && !folder.path().join("-").exists());
}

#[test]
fn lines_for_editors_and_programs() {
    let folder = kit(&[
        flow("Mail A", variable("Count_it")),
        flow("Mail B", unknown_function("toUpperr")),
        flow("Mail C", unknown_function("toUpperr")),
    ]);
    insta::assert_snapshot!("concise", check(&folder, &["--format", "concise"], "80"));
    insta::assert_snapshot!("jsonl", check(&folder, &["--format", "jsonl"], "80"));
}

/// The parts of a line that a problem matcher extracts.
fn matched(pattern: &Value, line: &str) -> Option<Vec<String>> {
    let regexp = Regex::new(pattern["regexp"].as_str().expect("a pattern")).expect("a regular expression");
    let groups = regexp.captures(line)?;
    let group = |name: &str| {
        let number = usize::try_from(pattern[name].as_u64()?).ok()?;
        Some(groups.get(number)?.as_str().to_owned())
    };
    Some(["file", "line", "column", "severity", "code", "message"].into_iter().filter_map(group).collect())
}

#[test]
fn the_problem_matchers_read_every_line() {
    let read = |path: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(root().join(path)).expect("a matcher")).expect("json")
    };
    let (github, vscode) = (read("matchers/github.json"), read("matchers/vscode-tasks.json"));
    let github: Vec<&Value> =
        github["problemMatcher"].as_array().expect("a list").iter().map(|one| &one["pattern"][0]).collect();
    let vscode = &vscode["tasks"][0]["problemMatcher"]["pattern"];
    let folder = kit(&[
        flow("Mail: A [x] > y", variable("Count_it")),
        flow("Mail B", unknown_function("toUpperr")),
        flow("Mail C", nested()),
    ]);
    let out = check(&folder, &["--format", "concise", "--profile", "strict"], "80");
    let lines: Vec<&str> = out.lines().filter(|line| !line.starts_with("---")).collect();
    assert_eq!(lines.len(), 3, "an error, a warning and an info: {out}");
    for line in lines {
        let groups = matched(vscode, line).unwrap_or_else(|| panic!("{line}"));
        let [file, number, column, severity, code, message] = groups.as_slice() else { panic!("{groups:?}") };
        let path = folder.path().join(file);
        assert!(path.is_file(), "{file}");
        let text = fs::read_to_string(path).expect("a text");
        let number: usize = number.parse().expect("a number");
        assert!(number <= text.lines().count() && column.parse::<usize>().is_ok(), "{line}");
        assert!(message.starts_with("Mail"), "{message}");
        let by_github: Vec<Vec<String>> =
            github.iter().filter_map(|pattern| matched(pattern, line)).collect();
        assert_eq!(by_github.len(), 1, "{line}");
        assert!(by_github[0].contains(code) && by_github[0].contains(message));
        assert_eq!(severity != "info", by_github[0].contains(severity), "GitHub knows no infos: {line}");
    }
}

/// The number of rows below each heading of a Markdown report, and its last line.
fn rows(text: &str) -> (Vec<(String, usize)>, String) {
    let mut rows: Vec<(String, usize)> = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("#### ") {
            rows.push((heading.to_owned(), 0));
        } else if line.starts_with("| <code>") {
            rows.last_mut().expect("a heading").1 += 1;
        }
    }
    (rows, text.lines().last().unwrap_or_default().to_owned())
}

#[test]
fn markdown_keeps_to_the_limits_of_github() {
    let name = |index: usize| format!("F{index} {}", "受注処理 ".repeat(12).trim());
    let flows: Vec<(String, String)> = (0..700)
        .map(|index| {
            let definition = if index % 4 == 0 { variable("Add") } else { unknown_function("toUpperr") };
            flow(&name(index), definition)
        })
        .collect();
    let folder = kit(&flows);
    let comment = check(&folder, &["--format", "markdown"], "80");
    assert!(comment.chars().count() <= 65_536, "{}", comment.chars().count());
    let (rows, last) = rows(comment.split("--- exit").next().expect("a report").trim_end());
    let places = comment.matches("(line\u{A0}").count();
    insta::assert_snapshot!(format!("{rows:?} with {places} more\n{last}"));
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "x".repeat((1 << 20) - 20_000)).expect("a file");
    let mut command = flowvet();
    command.current_dir(folder.path()).args(["check", "kit", "--no-config", "--format", "github"]);
    command.env("GITHUB_STEP_SUMMARY", &summary).output().expect("runs");
    let length = fs::metadata(&summary).expect("a file").len();
    assert!((1 << 20) - 19_000 < length && length <= 1 << 20, "{length}");
}

#[test]
fn names_in_markdown_are_no_markup() {
    let name = "a|b </code><img src=x> @octocat #1 www.x.com https-//x.com me@x.com `c` *d*";
    let folder = TempDir::new().expect("a folder");
    let file = |text: &str| text.as_bytes().to_vec();
    let record = format!(
        "<?xml version=\"1.0\"?>\n<Workflow WorkflowId=\"{{{}}}\" Name=\"{}\"><JsonFileName>/Workflows/F-{}.json</JsonFileName>\
         <Category>5</Category><StateCode>1</StateCode><StatusCode>2</StatusCode></Workflow>",
        id(1),
        name.replace("https-", "https:").replace('<', "&lt;").replace('>', "&gt;"),
        id(1).to_uppercase()
    );
    let path = format!("Workflows/F-{}.json", id(1).to_uppercase());
    let files =
        vec![(format!("{path}.data.xml"), file(&record)), (path, file(&unknown_function("toUpperr")))];
    write_all(&folder.path().join("kit"), &complete(files));
    let text = check(&folder, &["--format", "markdown"], "80");
    insta::assert_snapshot!(text);
    let escaped = ["<img", "@octocat", "@x.com", " #1", "www.", "https:", "`c`", "*d*", "a|b"];
    assert!(escaped.iter().all(|part| !text.contains(part)), "{text}");
    assert_eq!(text.matches("<code>").count(), text.matches("</code>").count());
}
