//! Deployment settings in a check: which files are accepted, and the errors for others.

mod support;

use std::fs;

use support::{TestFlow, corpus, flowvet, solution_zip, transcript};
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
