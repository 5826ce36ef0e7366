//! Checks in pipelines: configuration, ignores, baselines, and errors for unusable inputs.

mod support;

use std::fs;
use std::path::Path;

use support::{TestFlow, flowvet, id, solution, solution_zip, transcript, write_all, zip_of};
use tempfile::TempDir;

/// A folder with two unpacked solutions and a configuration. Flow 1 calls flow 2, which is off.
fn project(config: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let off = |number| TestFlow { is_on: false, ..TestFlow::new(number, []) };
    write_all(&folder.path().join("src/Base"), &solution("Base", &[TestFlow::new(1, [2]), off(2)]));
    write_all(&folder.path().join("src/App"), &solution("App", &[TestFlow::new(3, [4, 4]), off(4)]));
    fs::write(folder.path().join("flowvet.toml"), config).expect("a file");
    folder
}

fn run(folder: &Path, args: &[&str]) -> String {
    transcript(flowvet().current_dir(folder).args(args))
}

/// The findings on a fixed day in spring 2026.
fn found(folder: &TempDir, args: &[&str]) -> Vec<String> {
    let output = flowvet()
        .current_dir(folder.path())
        .env("SOURCE_DATE_EPOCH", "1775000000")
        .args(["check", "src", "--format", "json"])
        .args(args)
        .output()
        .expect("runs");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    let findings = json["findings"].as_array().expect("a list").iter();
    findings
        .map(|finding| {
            let flow = text(&finding["flow"]["name"]).replace("Flow 000", "");
            format!("{} {} {flow}", text(&finding["severity"]), text(&finding["rule"]))
        })
        .collect()
}

#[test]
fn severities_of_rules_categories_and_overrides() {
    let with = |config: &str| found(&project(config), &[]);
    let both = ["error child-flow-off 3", "error child-flow-off 1"];
    assert_eq!(with(""), both);
    assert_eq!(with("[rules]\nactivation = 'off'\n"), [""; 0]);
    let expected = ["info child-flow-off 3", "info child-flow-off 1"];
    assert_eq!(with("[rules]\nactivation = 'off'\nchild-flow-off = 'info'\n"), expected);
    assert_eq!(with("[rules]\n'activation/child-flow-off' = 'info'\n"), expected);
    let table = |flows: &str, level: &str| {
        format!("[[override]]\n{flows}\nrules = {{ child-flow-off = '{level}' }}\n")
    };
    assert_eq!(
        with(&table("flows = ['flow 0001']", "warning")),
        ["error child-flow-off 3", "warning child-flow-off 1"]
    );
    assert_eq!(with(&table("solutions = ['A*']", "off")), ["error child-flow-off 1"]);
    let id = format!("flows = ['{}']", id(3).to_uppercase());
    assert_eq!(with(&table(&id, "off")), ["error child-flow-off 1"]);
    let later = table("solutions = ['A*']", "off") + &table("flows = ['*3']", "info");
    assert_eq!(with(&later), ["info child-flow-off 3", "error child-flow-off 1"], "the last match applies");
}

#[test]
fn the_option_fail_on_overrides_the_configuration() {
    let folder = project("fail-on = 'never'\n");
    let code = |args: &[&str]| {
        let mut command = flowvet();
        command
            .current_dir(folder.path())
            .args(["check", "src"])
            .args(args)
            .output()
            .expect("runs")
            .status
            .code()
    };
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--fail-on", "error"]), Some(1));
    assert_eq!(code(&["--no-config"]), Some(1));
}

#[test]
fn the_configuration_is_searched_above_the_input_and_then_above_the_current_folder() {
    let folder = project("fail-on = 'never'\n");
    let inner = folder.path().join("src/App/flowvet.toml");
    let code = |here: &Path, args: &[&str]| {
        flowvet().current_dir(here).arg("check").args(args).output().expect("runs").status.code()
    };
    assert_eq!(code(folder.path(), &["src/App"]), Some(0));
    fs::write(&inner, "").expect("a file");
    assert_eq!(code(folder.path(), &["src/App"]), Some(1), "the nearest file applies");
    assert_eq!(code(folder.path(), &["src/Base", "src/App"]), Some(0), "the first input decides");
    let elsewhere = TempDir::new().expect("a folder");
    fs::write(elsewhere.path().join("s.zip"), solution_zip("S", &[TestFlow::new(1, [9])])).expect("a file");
    let zip = elsewhere.path().join("s.zip").display().to_string();
    assert_eq!(code(folder.path(), &[&zip]), Some(0), "otherwise the working directory decides");
    assert_eq!(code(elsewhere.path(), &["s.zip"]), Some(1));
    assert_eq!(code(elsewhere.path(), &["s.zip", "--config", &inner.display().to_string()]), Some(1));
}

#[test]
fn ignores_suppress_findings_until_they_expire() {
    let ignore = |more: &str| format!("[[ignore]]\nrule = 'child-flow-off'\nreason = 'known'\n{more}\n");
    let with = |more: &str| found(&project(&ignore(more)), &[]);
    assert_eq!(with(""), [""; 0]);
    assert_eq!(with("flow = '* 0001'"), ["error child-flow-off 3"]);
    assert_eq!(with(&format!("flow = '{{{}}}'", id(3))), ["error child-flow-off 1"]);
    assert_eq!(with("solution = 'app'"), ["error child-flow-off 1"]);
    assert_eq!(with("flow = '*1'\nat = '/properties/definition/actions/Call_0'"), ["error child-flow-off 3"]);
    let unused = ["error child-flow-off 3", "error child-flow-off 1", "warning ignore-unused -"];
    let mut elsewhere = with("flow = '*1'\nat = '/properties/definition/actions/Call'");
    elsewhere.sort();
    let mut expected = unused.to_vec();
    expected.sort_unstable();
    assert_eq!(elsewhere, expected, "a pointer ends at a `/`");
    assert_eq!(with("until = 2026-03-31"), [""; 0], "the last day is included");
    let mut expired = with("until = 2026-03-30");
    expired.sort();
    assert_eq!(expired, ["error child-flow-off 1", "error child-flow-off 3", "warning ignore-expired -"]);
}

/// What the platform does with a flow does not depend on what flowvet reports.
#[test]
fn verdicts_do_not_depend_on_the_findings_that_are_shown() {
    let verdicts = |config: &str, args: &[&str]| {
        let folder = project(config);
        run(folder.path(), &["check", "src", "-q", "--write-baseline", "known.json"]);
        let check = ["check", "src", "--format", "json"];
        let output =
            flowvet().current_dir(folder.path()).args([&check, args].concat()).output().expect("runs");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        let flows = json["flows"].as_array().expect("a list").iter();
        let shown = json["findings"].as_array().expect("a list").len();
        (flows.map(|flow| flow["verdict"].clone()).collect::<Vec<_>>(), shown)
    };
    let (expected, shown) = verdicts("", &[]);
    assert_eq!(shown, 2);
    assert!(expected.iter().any(|verdict| verdict["cause"]["rule"] == "child-flow-off"), "{expected:?}");
    let ignore = "[[ignore]]\nrule = 'child-flow-off'\nreason = 'known'\n";
    for (config, args) in [
        ("[rules]\nchild-flow-off = 'off'\n", [].as_slice()),
        ("[rules]\nactivation = 'off'\n", &[]),
        ("[[override]]\nflows = ['*']\nrules = { child-flow-off = 'off' }\n", &[]),
        (ignore, &[]),
        ("", &["--ignore", "child-flow-off"]),
        ("", &["--select", "webhooks"]),
        ("", &["--flow", "other"]),
        ("", &["--exclude", "src/**"]),
        ("", &["--baseline", "known.json"]),
    ] {
        assert_eq!(verdicts(config, args), (expected.clone(), 0), "{config} {args:?}");
    }
    let (warned, shown) = verdicts("[rules]\nchild-flow-off = 'warning'\n", &[]);
    assert_eq!((warned, shown), (expected, 2));
}

#[test]
fn descriptions_can_allow_findings_in_actions_and_flows() {
    let with = |from: &str, to: &str| {
        let folder = project("");
        let path = folder.path().join("src/Base").join(TestFlow::new(1, []).file());
        let text = fs::read_to_string(&path).expect("a flow");
        assert!(text.contains(from), "{text}");
        fs::write(&path, text.replace(from, to)).expect("a file");
        found(&folder, &["--fail-on", "never"])
    };
    let described = |object: &str, line: &str| format!("{object}\"description\": \"{line}\", ");
    let line = "flowvet: allow child-flow-off - by hand";
    let other = "error child-flow-off 3";
    assert_eq!(with("\"Call_0\": {", &described("\"Call_0\": {", line)), [other]);
    assert_eq!(with("\"manual\": {", &described("\"manual\": {", line)), [other]);
    let elsewhere = with("\"Respond\": {", &described("\"Respond\": {", line));
    assert_eq!(elsewhere, [other, "error child-flow-off 1", "warning ignore-unused 1"]);
    let silent = with("\"Call_0\": {", &described("\"Call_0\": {", "flowvet: allow child-flow-off"));
    assert_eq!(silent.len(), 3, "nothing is allowed without a reason: {silent:?}");
}

#[test]
fn ignores_are_not_reported_as_unused_if_files_cannot_be_read() {
    let folder = project("[[ignore]]\nrule = 'child-flow-missing'\nreason = 'known'\n");
    let path = folder.path().join("src/Base").join(TestFlow::new(1, []).file());
    fs::write(path, "{").expect("a file");
    assert!(found(&folder, &[]).iter().all(|finding| !finding.contains("ignore-unused")));
}

#[test]
fn solutions_of_the_target_provide_missing_dependencies() {
    let args = ["check", "fixtures/activation/child-flow-external/bad", "--format", "json"];
    let folder = TempDir::new().expect("a folder");
    let config = folder.path().join("flowvet.toml");
    let count = |text: &str| {
        fs::write(&config, text).expect("a file");
        let output = flowvet().args(args).arg("--config").arg(&config).output().expect("runs");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("json");
        json["findings"].as_array().expect("a list").len()
    };
    assert_eq!(count(""), 1);
    assert_eq!(count("[target]\nsolutions = ['Nothing']\n"), 1);
    let report = transcript(flowvet().args(&args[..2]).arg("--no-config"));
    let report = report.split_whitespace().collect::<Vec<_>>().join(" ");
    let owner = report.split("another solution, `").nth(1).and_then(|rest| rest.split('`').next());
    let owner = owner.expect("an owner").to_uppercase();
    assert_eq!(count(&format!("[target]\nsolutions = ['{owner}']\n")), 0);
}

/// The fingerprints of a solution, sorted.
fn fingerprints(files: &[(String, Vec<u8>)], as_zip: bool) -> Vec<String> {
    let folder = TempDir::new().expect("a folder");
    if as_zip {
        let zip = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
        fs::write(folder.path().join("other-name.zip"), zip).expect("a file");
    } else {
        write_all(folder.path(), files);
    }
    let path = if as_zip { "other-name.zip" } else { "." };
    let output = flowvet()
        .current_dir(folder.path())
        .args(["check", path, "--format", "json", "--no-config"])
        .output()
        .expect("runs");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("json");
    let findings = json["findings"].as_array().expect("a list").iter();
    let mut prints: Vec<String> =
        findings.map(|finding| finding["fingerprint"].as_str().expect("a text").to_owned()).collect();
    prints.sort();
    prints
}

#[test]
fn fingerprints_do_not_depend_on_the_layout() {
    let flows =
        [TestFlow::new(1, [2, 7]), TestFlow { is_on: false, ..TestFlow::new(2, [8]) }, TestFlow::new(3, [2])];
    let files = solution("Prints", &flows);
    let edited = |edit: &dyn Fn(&str) -> String| -> Vec<(String, Vec<u8>)> {
        let edit = |bytes: &[u8]| edit(std::str::from_utf8(bytes).expect("UTF-8")).into_bytes();
        files.iter().map(|(path, bytes)| (path.clone(), edit(bytes))).collect()
    };
    let plain = fingerprints(&files, false);
    assert!(plain.len() >= 4, "{plain:?}");
    let mut unique = plain.clone();
    unique.dedup();
    assert_eq!(unique, plain, "fingerprints are unique");
    assert_eq!(fingerprints(&files, true), plain, "a zip of another name");
    assert_eq!(fingerprints(&edited(&|text| text.replace('\n', " ")), false), plain, "one line");
    let moved = edited(&|text| text.replace("\": {", "\":\n\n  {").replace("><", ">\n<"));
    assert_eq!(fingerprints(&moved, false), plain, "moved lines");
    let mut reversed = solution("Prints", &flows.iter().rev().cloned().collect::<Vec<_>>());
    reversed.reverse();
    assert_eq!(fingerprints(&reversed, true), plain, "another order of files and records");
    let renamed = edited(&|text| text.replace("Flow 000", "Another name "));
    assert_eq!(fingerprints(&renamed, false), plain, "flows are known by their id");
    let moved = edited(&|text| text.replace("Call_1", "Call_it"));
    assert_ne!(fingerprints(&moved, false), plain, "another action is another place");
}

#[test]
fn only_new_findings_fail_and_fixed_ones_are_listed() {
    let folder = project("");
    let path = folder.path();
    let mut report = String::new();
    let mut step = |args: &[&str]| {
        report += &format!("$ flowvet {}\n{}\n\n", args.join(" "), run(path, args));
    };
    step(&["check", "src/Base", "--write-baseline", "known.json"]);
    report_file(&mut step, path);
    step(&["check", "src/Base", "--baseline", "known.json"]);
    step(&["check", "src", "--baseline", "known.json", "--format", "github"]);
    step(&["check", "src/App", "--baseline", "known.json", "--fail-on", "never", "--format", "github"]);
    step(&["check", "src/App", "--baseline", "known.json", "--write-baseline", "known.json", "-q"]);
    step(&["check", "src/App", "--baseline", "known.json", "-q"]);
    let known = fs::read_to_string(path.join("known.json")).expect("a baseline");
    insta::assert_snapshot!(format!("{report}{known}"));
}

fn report_file(step: &mut impl FnMut(&[&str]), folder: &Path) {
    assert!(folder.join("known.json").is_file());
    step(&["check", "src/Base", "--baseline", "known.json", "--format", "github"]);
}

#[test]
fn unusable_files_are_refused_and_no_report_is_half_written() {
    let configs = [
        ("syntax", "[rules\nchild-flow-off = \"off\"\n"),
        ("type", "fail-on = 3\n"),
        ("level", "[rules]\nchild-flow-off = \"fatal\"\n"),
        ("no_reason", "[[ignore]]\nrule = \"child-flow-off\"\nflow = \"*\"\n"),
        ("misspelled", "[[ignore]]\nrule = \"child-flow-off\"\nreasn = \"known\"\n"),
        ("glob", "[run-only]\nrequire-own-connections = [\"Partner [\"]\n"),
        ("day", "[[ignore]]\nrule = \"child-flow-off\"\nreason = \"x\"\nuntil = 2027-02-30\n"),
    ];
    let mut report = String::new();
    for (name, config) in configs {
        report += &format!("# {name}\n{}\n\n", run(project(config).path(), &["check", "src"]));
    }
    let folder = project("");
    let path = folder.path();
    fs::write(path.join("text.json"), "no baseline").expect("a file");
    fs::write(path.join("next.json"), "{\"version\": 2, \"entries\": []}").expect("a file");
    fs::write(path.join("none.json"), "{}").expect("a file");
    fs::write(path.join("latin.toml"), b"# caf\xe9\n").expect("a file");
    fs::create_dir(path.join("folder")).expect("a folder");
    for args in [
        ["--config", "absent.toml"],
        ["--config", "latin.toml"],
        ["--config", "folder"],
        ["--baseline", "absent.json"],
        ["--baseline", "text.json"],
        ["--baseline", "next.json"],
        ["--baseline", "none.json"],
        ["--write-baseline", "absent/known.json"],
        ["--output", "junit=absent/report.xml"],
        ["--output", "sarif=folder"],
        ["--output", "sarif=report.json"],
        ["--output", "sarif"],
        ["--output", "sarif="],
        ["--output", "serif=report.sarif"],
    ] {
        let args: Vec<&str> =
            ["check", "src", "--output", "json=report.json"].into_iter().chain(args).collect();
        report += &format!("$ flowvet {}\n{}\n\n", args.join(" "), run(path, &args));
        assert!(!path.join("report.json").exists(), "{args:?} wrote a report");
    }
    let names: Vec<String> = fs::read_dir(path)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".tmp"))
        .collect();
    assert!(names.is_empty(), "{names:?}");
    insta::assert_snapshot!(report);
}

#[test]
fn init_writes_a_configuration_and_never_overwrites() {
    let folder = TempDir::new().expect("a folder");
    let first = run(folder.path(), &["init"]);
    let text = fs::read_to_string(folder.path().join("flowvet.toml")).expect("a file");
    fs::write(folder.path().join("flowvet.toml"), "fail-on = 'info'\n").expect("a file");
    let again = run(folder.path(), &["init"]);
    assert_eq!(fs::read_to_string(folder.path().join("flowvet.toml")).expect("a file"), "fail-on = 'info'\n");
    let nowhere = run(folder.path(), &["init", "absent"]);
    insta::assert_snapshot!(format!("{first}\n{again}\n{nowhere}\n\n{text}"));
}

#[test]
fn a_zip_can_be_read_from_stdin() {
    let zip = solution_zip("Piped", &[TestFlow::new(1, [9])]);
    insta::assert_snapshot!(
        "stdin",
        transcript(flowvet().args(["check", "-", "--no-config"]).write_stdin(zip))
    );
    insta::assert_snapshot!("stdin_empty", transcript(flowvet().args(["check", "-"]).write_stdin("")));
}

#[test]
fn quiet_and_verbose() {
    let folder = project("");
    let out = run(folder.path(), &["check", "src/Base", "-q", "--write-baseline", "k.json"]);
    assert_eq!(out, "--- exit code 0");
    let out = run(folder.path(), &["check", "src/Base", "-v", "--fail-on", "never"]);
    for part in [" ms  configuration: flowvet.toml", " ms  read 1 package with 2 flows", " ms  1 new finding"]
    {
        assert!(out.contains(part), "{out}");
    }
    assert!(run(folder.path(), &["check", "src/Base", "-q", "-v"]).ends_with("--- exit code 2"));
}

#[test]
fn completions_and_manual_pages() {
    for (shell, part) in [
        ("bash", "complete -F _flowvet"),
        ("zsh", "#compdef flowvet"),
        ("fish", "complete -c flowvet"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let out = transcript(flowvet().args(["completions", shell]));
        assert!(out.contains(part) && out.contains("write-baseline"), "{shell}: {out}");
    }
    let page = transcript(flowvet().arg("man"));
    assert!(page.contains(".TH flowvet 1") && page.contains("flowvet\\-check(1)"), "{page}");
    let page = transcript(flowvet().args(["man", "check"]));
    assert!(page.contains("\\-\\-write\\-baseline"), "{page}");
    insta::assert_snapshot!(transcript(flowvet().args(["man", "chek"])));
}
