//! Deployment settings in a check: which files are accepted, and the errors for others.

mod support;

use std::fs;

use serde_json::Value;
use support::{TestFlow, corpus, flowvet, id, solution_zip, transcript};
use tempfile::TempDir;

#[test]
fn other_files_are_refused() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("kit.zip"), solution_zip("Kit", &[TestFlow::new(1, [])])).expect("a file");
    let run = |text: Option<&str>| {
        if let Some(text) = text {
            fs::write(folder.path().join("settings.json"), text).expect("a file");
        }
        let mut command = flowvet();
        command.current_dir(folder.path()).args(["check", "kit.zip", "--settings", "settings.json"]);
        transcript(&mut command)
    };
    insta::assert_snapshot!("absent", run(None));
    insta::assert_snapshot!(
        "broken",
        run(Some("{\n  \"ConnectionReferences\": [\n    {\"LogicalName\": \"a\"},\n  ]\n}"))
    );
    insta::assert_snapshot!("other", run(Some("{\"name\": \"x\"}")));
    insta::assert_snapshot!("list", run(Some("[]")));
    assert!(run(Some("{\"ConnectionReferences\": []}")).starts_with("nothing found"));
}

#[test]
fn settings_of_several_environments() {
    let bad = "fixtures/connections/settings-connection-missing/bad";
    let good = "fixtures/connections/settings-connection-missing/good/settings.json";
    let bad_settings = format!("{bad}/settings.json");
    let report = transcript(flowvet().args(["check", bad, "--settings", good, "--settings", &bad_settings]));
    assert_eq!(report.matches("error[settings-connection-missing]").count(), 2, "{report}");
}

/// The verdicts and rules of two flows, of which the first calls the second, with an `ActivateFlowConfiguration`.
fn activated(is_on: [bool; 2], activate: [&str; 2]) -> (Vec<(String, String)>, Vec<String>) {
    let folder = TempDir::new().expect("a folder");
    let flow = |number: usize, calls: &[usize]| TestFlow {
        is_on: is_on[number - 1],
        ..TestFlow::new(number, calls.iter().copied())
    };
    let flows = [flow(1, &[2]), flow(2, &[])];
    fs::write(folder.path().join("kit.zip"), solution_zip("Kit", &flows)).expect("a file");
    let entry = |number: usize, order: usize| {
        format!(
            r#"{{"solutionComponentUniqueName": "{}", "sortOrder": "{order}", "activate": "{}"}}"#,
            id(number),
            activate[number - 1]
        )
    };
    let entries = [(2, 1), (1, 2)].into_iter().filter(|(flow, _)| !activate[flow - 1].is_empty());
    let entries: Vec<String> = entries.map(|(flow, order)| entry(flow, order)).collect();
    let text = format!(r#"{{"ActivateFlowConfiguration": [{}]}}"#, entries.join(", "));
    fs::write(folder.path().join("settings.json"), text).expect("a file");
    let mut command = flowvet();
    command.current_dir(folder.path());
    command.args(["check", "kit.zip", "--settings", "settings.json", "--format", "json"]);
    let output = command.output().expect("runs");
    let json: Value = serde_json::from_slice(&output.stdout).expect("json");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let flows = json["flows"].as_array().expect("a list").iter();
    let verdicts =
        flows.map(|flow| (text(&flow["verdict"]["outcome"]), text(&flow["verdict"]["cause"]["rule"])));
    let findings = json["findings"].as_array().expect("a list").iter();
    (verdicts.collect(), findings.map(|finding| text(&finding["rule"])).collect())
}

#[test]
fn verdicts_follow_the_settings() {
    let verdict = |outcome: &str, rule: &str| (outcome.to_owned(), rule.to_owned());
    let (verdicts, rules) = activated([true, true], ["true", "false"]);
    assert_eq!(verdicts, [verdict("will-not-turn-on", "order-child-off"), verdict("stays-off", "")]);
    assert!(rules.contains(&"order-child-off".to_owned()), "{rules:?}");
    let (verdicts, _) = activated([false, false], ["true", "true"]);
    assert_eq!(verdicts, [verdict("turns-on", ""), verdict("turns-on", "")]);
    // The settings turn on the child, and then its caller.
    let (verdicts, rules) = activated([true, false], ["true", "true"]);
    assert_eq!(verdicts, [verdict("turns-on", ""), verdict("turns-on", "")]);
    assert!(!rules.contains(&"child-flow-off".to_owned()), "{rules:?}");
    // Without an entry, the caller stays as the import leaves it.
    let (verdicts, rules) = activated([true, false], ["", "true"]);
    assert_eq!(verdicts, [verdict("will-not-turn-on", "child-flow-off"), verdict("turns-on", "")]);
    assert!(rules.contains(&"child-flow-off".to_owned()), "{rules:?}");
    let (verdicts, _) = activated([true, true], ["false", "true"]);
    assert_eq!(verdicts, [verdict("stays-off", ""), verdict("turns-on", "")]);
    let (verdicts, _) = activated([true, true], ["#{activate.1}#", "true"]);
    assert_eq!(verdicts, [verdict("turns-on", ""), verdict("turns-on", "")]);
}

#[test]
fn real_settings_are_read() {
    let Some(folder) = corpus() else { return };
    let settings = folder.join("settings");
    let mut read = 0;
    for (package, prefix) in [
        ("unpacked/microsoft-AutomationCoESatellite", "AutomationCoESatellite-Test-"),
        (
            "unpacked/jenschristianschroder-CenterofExcellenceCoreComponents",
            "CenterofExcellenceCoreComponents-",
        ),
        (
            "unpacked/jenschristianschroder-CenterofExcellenceAuditComponents",
            "CenterofExcellenceAuditComponents-",
        ),
        ("unpacked/rohithvarmayadla-EEW__Managed", "PowerPlatform-Solutions-EEW-"),
    ] {
        for file in settings.read_dir().expect("settings").flatten().map(|entry| entry.path()) {
            let name = file.file_name().expect("a name").to_string_lossy().into_owned();
            if !name.starts_with(prefix) {
                continue;
            }
            let output = flowvet()
                .arg("check")
                .arg(folder.join(package))
                .args(["--format", "json", "--settings"])
                .arg(&file)
                .output()
                .expect("runs");
            assert_ne!(output.status.code(), Some(2), "{name}: {}", String::from_utf8_lossy(&output.stderr));
            let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("json");
            let mut rules: Vec<&str> = json["findings"]
                .as_array()
                .expect("a list")
                .iter()
                .filter(|finding| finding["file"].as_str().is_some_and(|file| file.ends_with(&name)))
                .filter_map(|finding| finding["rule"].as_str())
                .collect();
            rules.sort_unstable();
            let mut counts = std::collections::BTreeMap::new();
            rules.into_iter().for_each(|rule| *counts.entry(rule).or_insert(0) += 1);
            insta::with_settings!({omit_expression => true}, {
                insta::assert_debug_snapshot!(format!("corpus_{name}"), counts);
            });
            read += 1;
        }
    }
    assert_eq!(read, 9, "settings of the corpus that belong to a package of it");
}
