//! Tests of every rule with its fixtures: `bad/` has findings of this rule only, and `good/` has none. Snapshots of the
//! reports make every change of a message visible.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use support::{flowvet, lay, read_folder, root, transcript, write_all};

/// The names `category/id` of folders or pages at the second level below a folder.
fn names_below(folder: &str, ending: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for category in subfolders(&root().join(folder)) {
        let name = file_name(&category);
        if ["catalog", "scenarios", "odd"].contains(&name.as_str()) {
            continue;
        }
        for entry in category.read_dir().expect("a category").flatten() {
            let id = file_name(&entry.path());
            names.extend(id.strip_suffix(ending).map(|id| format!("{name}/{id}")));
        }
    }
    names
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().expect("a folder").flatten().map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn file_name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

/// The rules as `category/id`, from the binary.
fn rules() -> BTreeSet<String> {
    let output = flowvet().args(["rules", "--format", "json"]).output().expect("runs");
    let json: Value = serde_json::from_slice(&output.stdout).expect("json");
    let rules = json["rules"].as_array().expect("a list");
    let name = |rule: &Value| Some(format!("{}/{}", rule["category"].as_str()?, rule["id"].as_str()?));
    rules.iter().map(|rule| name(rule).expect("both names")).collect()
}

/// The ids of the rules that are off by default.
fn off_rules() -> BTreeSet<String> {
    let output = flowvet().args(["rules", "--format", "json"]).output().expect("runs");
    let json: Value = serde_json::from_slice(&output.stdout).expect("json");
    let rules = json["rules"].as_array().expect("a list").iter();
    let off = rules.filter(|rule| rule["default"] == false);
    off.filter_map(|rule| rule["id"].as_str().map(str::to_owned)).collect()
}

#[test]
fn pages_checks_and_fixtures_have_the_same_rules() {
    assert_eq!(rules(), names_below("rules", ".md"), "rules in the binary and pages in rules/");
    assert_eq!(rules(), names_below("fixtures", ""), "rules in the binary and folders in fixtures/");
}

/// The arguments for a fixture, depending on its files and on whether its rule is off by default.
fn arguments(folder: &str) -> Vec<String> {
    let file = |name: &str| root().join(folder).join(name).is_file().then(|| format!("{folder}/{name}"));
    let mut arguments = match root().join(folder).join("old").is_dir() {
        true => compare_arguments(folder),
        false => vec!["check".to_owned(), folder.to_owned()],
    };
    if let Some(order) = ["order.txt", "order.csv", "order.json"].into_iter().find_map(file) {
        arguments[0] = "order".to_owned();
        arguments.extend(["--check".to_owned(), order]);
    }
    if let Some(settings) = file("settings.json") {
        arguments.extend(["--settings".to_owned(), settings]);
    }
    match file("flowvet.toml") {
        Some(config) => arguments.extend(["--config".to_owned(), config]),
        None => arguments.push("--no-config".to_owned()),
    }
    let page = folder.replacen("fixtures", "rules", 1);
    let page = page.trim_end_matches("/bad").trim_end_matches("/good");
    let page = std::fs::read_to_string(root().join(format!("{page}.md"))).expect("a page");
    if page.contains("\ndefault = \"off\"\n") && arguments[0] == "check" {
        arguments.extend(["--profile".to_owned(), "strict".to_owned()]);
    }
    arguments
}

/// The arguments for a fixture of two versions. They are compared as an upgrade, unless `as.txt` says otherwise.
fn compare_arguments(folder: &str) -> Vec<String> {
    let read = std::fs::read_to_string(root().join(folder).join("as.txt"));
    let kind = read.unwrap_or_else(|_| "upgrade".to_owned());
    let mut arguments = vec!["compare".to_owned(), "--as".to_owned(), kind.trim().to_owned()];
    let sides = ["old", "new", "other"].into_iter();
    let sides = sides.filter(|side| root().join(folder).join(side).is_dir());
    arguments.extend(sides.map(|side| format!("{folder}/{side}")));
    arguments
}

#[test]
fn bad_fixtures_break_their_rule_only_and_good_ones_none() {
    let off = off_rules();
    for name in rules() {
        let laid = lay(&name);
        let id = name.rsplit('/').next().expect("an id");
        for (kind, expected) in [("bad", vec![id]), ("good", vec![])] {
            let folder = format!("fixtures/{name}/{kind}");
            let arguments = arguments(&folder);
            let output = flowvet().current_dir(&laid).args(arguments).args(["--format", "json"]).output();
            let output = output.expect("runs");
            let json: Value = serde_json::from_slice(&output.stdout)
                .unwrap_or_else(|_| panic!("{folder}: {}", String::from_utf8_lossy(&output.stderr)));
            let findings = json["findings"].as_array().expect("a list");
            for finding in findings {
                let print = finding["fingerprint"].as_str().expect("a fingerprint");
                assert!(
                    !print.contains('-'),
                    "{folder}: two findings have the same fingerprint, see `Finding::key`"
                );
            }
            // The strict profile, which rules that are off by default need, also runs similar rules.
            let found: BTreeSet<&str> = findings
                .iter()
                .filter_map(|finding| finding["rule"].as_str())
                .filter(|rule| *rule == id || !off.contains(*rule))
                .collect();
            assert_eq!(found, expected.into_iter().collect(), "{folder}");
        }
    }
}

#[test]
fn reports_of_bad_fixtures() {
    for name in rules() {
        let laid = lay(&name);
        let arguments = arguments(&format!("fixtures/{name}/bad"));
        let report = transcript(flowvet().current_dir(&laid).args(arguments));
        insta::with_settings!({snapshot_path => "snapshots/rules", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(name.replace('/', "__"), report);
        });
    }
}

#[test]
fn reports_fit_into_80_columns() {
    let mut lines = 0;
    for name in rules() {
        let laid = lay(&name);
        let arguments = arguments(&format!("fixtures/{name}/bad"));
        let report = transcript(flowvet().current_dir(&laid).args(arguments));
        for line in report.lines() {
            // Words are not broken, so that users can click and copy them.
            let is_place = line.starts_with("  --> ");
            let text = line.split_once("]: ").map_or(line, |(_, text)| text);
            let is_word = !text.trim().contains(' ');
            let fits = textwrap::core::display_width(line) <= 80;
            assert!(fits || is_place || is_word, "{name}: {line}");
            lines += 1;
        }
    }
    assert!(lines > 1000, "{lines} lines");
}

#[test]
fn scenarios_as_shipped_are_clean() {
    for scenario in ["co-sell-dynamics365", "co-sell-salesforce"] {
        let report =
            transcript(flowvet().args(["check", &format!("fixtures/scenarios/{scenario}/as-shipped")]));
        assert!(report.starts_with("nothing found"), "{report}");
    }
}

#[test]
fn a_suspended_child_is_told_from_one_that_is_off() {
    let mut files = read_folder(&root().join("fixtures/activation/child-flow-off/bad"));
    for (_, bytes) in files.iter_mut().filter(|(name, _)| name.ends_with(".data.xml")) {
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        *bytes = text.replace("<StateCode>0<", "<StateCode>2<").into_bytes();
    }
    let folder = tempfile::TempDir::new().expect("a folder");
    write_all(&folder.path().join("package"), &files);
    let run = |arguments: &[&str]| {
        let mut command = flowvet();
        transcript(command.current_dir(folder.path()).args(arguments).arg("package"))
    };
    insta::assert_snapshot!("suspended_child", run(&["check", "--no-config"]));
    let runbook = run(&["runbook"]);
    assert!(runbook.contains("(suspended where it was exported: a data policy forbids it)"), "{runbook}");
}

#[test]
fn every_error_that_a_rule_prevents_is_explained() {
    let output = flowvet().args(["rules", "--format", "json"]).output().expect("runs");
    let json: Value = serde_json::from_slice(&output.stdout).expect("json");
    let claimed: BTreeSet<&str> = json["rules"]
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|rule| rule["platform_errors"].as_array().expect("a list"))
        .filter_map(Value::as_str)
        .collect();
    for code in claimed {
        let explained = transcript(flowvet().args(["explain", code]));
        assert!(explained.starts_with(code) && explained.ends_with("exit code 0"), "{explained}");
        assert!(explained.contains("rules that find its cause before import"), "{explained}");
    }
}

/// The sections of a rule's page, in this order.
const SECTIONS: [&str; 6] = [
    "## What it does",
    "## Why it matters",
    "## Example",
    "## How to fix",
    "## What it does not see",
    "## References",
];

#[test]
fn every_rule_is_explained() {
    for name in rules() {
        let explained = transcript(flowvet().args(["explain", &name]));
        assert!(explained.starts_with(&format!("{name}: ")), "{explained}");
        let sections = explained.lines().filter(|line| line.starts_with("## "));
        assert_eq!(sections.collect::<Vec<_>>(), SECTIONS, "{name} has other sections");
        assert!(!explained.contains("TODO"), "{name} has a TODO in its page");
    }
}
