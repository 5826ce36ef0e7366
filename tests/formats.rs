//! Formats for pipelines: snapshots of each, the official schema for SARIF, and texts from a hostile package in all
//! formats.

mod support;

use std::fs;

use serde_json::Value;
use support::{TestFlow, flowvet, root, solution, solution_zip, transcript, write_all, zip_of};
use tempfile::TempDir;

const FORMATS: [&str; 10] =
    ["human", "concise", "json", "jsonl", "sarif", "github", "azure", "gitlab", "junit", "markdown"];

const BAD: &str = "fixtures/run-only/child-flow-run-only-connection/bad";

fn render(folder: &std::path::Path, path: &str, format: &str) -> String {
    let output = flowvet()
        .current_dir(folder)
        .args(["check", path, "--no-config", "--format", format])
        .output()
        .expect("runs");
    assert!(output.stderr.is_empty(), "{format}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn each_format_has_a_snapshot() {
    for format in FORMATS.iter().filter(|format| !["human", "json", "jsonl"].contains(format)) {
        let mut text = render(root(), BAD, format);
        if *format == "sarif" {
            text = without_pages(&text);
        }
        insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!(*format, text) });
    }
}

/// A SARIF log with its first rule only, without the rule's page: pages are in the repository.
fn without_pages(log: &str) -> String {
    let mut log: Value = serde_json::from_str(log).expect("json");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().expect("rules");
    rules.truncate(1);
    rules[0]["help"] = "…".into();
    serde_json::to_string_pretty(&log).expect("json")
}

#[test]
fn sarif_conforms_to_the_official_schema() {
    let schema = fs::read_to_string(root().join("tests/schemas/sarif-2.1.0.json")).expect("the schema");
    let mut schema: Value = serde_json::from_str(&schema).expect("json");
    // The only pattern in the schema that strict regex parsers refuse (an extra `]`). It is for members that flowvet
    // does not write.
    remove_pattern(&mut schema, "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0"})), "the schema rejects invalid logs");
    let hostile = hostile();
    let inputs = [
        (root().to_owned(), BAD),
        (root().to_owned(), "fixtures/package/unreadable-file/bad"),
        (root().to_owned(), "fixtures/activation/child-flow-off/good"),
        (hostile.path().to_owned(), "hostile.zip"),
        (hostile.path().to_owned(), "tree"),
    ];
    for (folder, path) in inputs {
        let log: Value = serde_json::from_str(&render(&folder, path, "sarif")).expect("json");
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{path}: {errors:#?}");
        for result in log["runs"][0]["results"].as_array().expect("a list") {
            let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
            assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        }
    }
}

fn remove_pattern(schema: &mut Value, pattern: &str) {
    if let Some(object) = schema.as_object_mut() {
        object.retain(|key, value| key != "pattern" || value != pattern);
        object.values_mut().for_each(|value| remove_pattern(value, pattern));
    }
}

#[test]
fn a_zip_is_the_artifact_and_its_files_are_logical() {
    let folder = TempDir::new().expect("a folder");
    let flows = [TestFlow::new(1, [2]), TestFlow { is_on: false, ..TestFlow::new(2, []) }];
    fs::write(folder.path().join("s.zip"), solution_zip("S", &flows)).expect("a file");
    let log: Value = serde_json::from_str(&render(folder.path(), "s.zip", "sarif")).expect("json");
    insta::assert_snapshot!(serde_json::to_string_pretty(&log["runs"][0]["results"]).expect("json"));
    insta::assert_snapshot!("zip_github", render(folder.path(), "s.zip", "github"));
}

/// Packages whose names contain markup and commands of the formats.
fn hostile() -> TempDir {
    let name = "##vso[task.setvariable variable=x]1|<b>@all</b>,:%25\u{1b}[31m]]>&#x1b;";
    let rename = |(path, bytes): (String, Vec<u8>)| {
        let text = String::from_utf8(bytes).expect("UTF-8");
        let escaped = name.replace('&', "&amp;").replace('<', "&lt;").replace('\u{1b}', "\u{202e}");
        let secret = "https://x.example/invoke?sp=1&sig=s3cr3t-s3cr3t";
        let text = text.replace("Flow 0002", &escaped).replace("Flow 0001", &secret.replace('&', "&amp;"));
        (path, text.into_bytes())
    };
    let flows = [TestFlow::new(1, [2]), TestFlow { is_on: false, ..TestFlow::new(2, []) }];
    let files: Vec<_> = solution("Hostile", &flows).into_iter().map(rename).collect();
    let folder = TempDir::new().expect("a folder");
    write_all(&folder.path().join("tree"), &files);
    let zip = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    fs::write(folder.path().join("hostile.zip"), zip).expect("a file");
    folder
}

#[test]
fn hostile_names_are_escaped() {
    let folder = hostile();
    for format in FORMATS {
        for path in ["hostile.zip", "tree"] {
            let text = render(folder.path(), path, format);
            assert!(text.contains("vso"), "{format}: the name is shown\n{text}");
            assert!(!text.contains("s3cr3t"), "{format}: a secret is shown\n{text}");
            let is_control = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(format == "json" || !text.contains(is_control), "{format}: {text:?}");
            for line in text.lines() {
                let at = line.find("##vso[");
                let is_ours = format == "azure" && line.starts_with("##vso[task.logissue ");
                assert!(
                    at.is_none()
                        || is_ours
                        || !["azure", "github"].contains(&format)
                        || line.starts_with("::")
                );
            }
        }
    }
    let baseline = folder.path().join("known.json");
    let mut command = flowvet();
    command
        .current_dir(folder.path())
        .args(["check", "tree", "--no-config", "--write-baseline"])
        .arg(&baseline);
    assert!(command.output().expect("runs").status.success());
    assert!(!fs::read_to_string(baseline).expect("a baseline").contains("s3cr3t"));
    insta::assert_snapshot!("hostile_azure", render(folder.path(), "tree", "azure"));
    insta::assert_snapshot!("hostile_github", render(folder.path(), "tree", "github"));
    insta::assert_snapshot!("hostile_markdown", render(folder.path(), "tree", "markdown"));
}

#[test]
fn github_shows_ten_annotations_per_kind_and_counts_the_rest() {
    let flows: Vec<TestFlow> = (1..=12)
        .map(|number| TestFlow::new(number, [99]))
        .chain([TestFlow { is_on: false, ..TestFlow::new(99, []) }])
        .collect();
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("s.zip"), solution_zip("S", &flows)).expect("a file");
    let text = render(folder.path(), "s.zip", "github");
    assert_eq!(text.lines().filter(|line| line.starts_with("::error ")).count(), 10);
    insta::assert_snapshot!(text.lines().skip(10).collect::<Vec<_>>().join("\n"));
}

#[test]
fn pipelines_are_detected_and_get_a_summary() {
    let folder = TempDir::new().expect("a folder");
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "# before\n").expect("a file");
    let run = |variables: &[(&str, &std::ffi::OsStr)], more: &[&str]| {
        let mut command = flowvet();
        command.args(["check", BAD, "--no-config"]).args(more);
        transcript(command.envs(variables.iter().copied()))
    };
    let github = [("GITHUB_ACTIONS", "true".as_ref()), ("GITHUB_STEP_SUMMARY", summary.as_os_str())];
    assert!(run(&github, &[]).starts_with("::error "));
    assert!(run(&github, &["--format", "human"]).starts_with("error["), "the option overrides the default");
    let text = fs::read_to_string(&summary).expect("a summary");
    assert!(text.starts_with("# before\n") && text.matches("### flowvet: 1 error").count() == 1, "{text}");

    let azure = [("TF_BUILD", "True".as_ref()), ("AGENT_TEMPDIRECTORY", folder.path().as_os_str())];
    let out = run(&azure, &[]);
    let path = out.lines().find_map(|line| line.strip_prefix("##vso[task.uploadsummary]"));
    let text = fs::read_to_string(path.expect("an upload")).expect("a summary");
    assert!(text.contains("### flowvet: 1 error"), "{text}");
}

#[test]
fn several_reports_in_a_run() {
    let folder = TempDir::new().expect("a folder");
    let outputs: Vec<String> =
        FORMATS.iter().map(|format| format!("{format}={}", folder.path().join(format).display())).collect();
    let mut command = flowvet();
    command.args(["check", BAD, "--no-config"]);
    outputs.iter().for_each(|output| {
        command.args(["--output", output]);
    });
    let out = transcript(&mut command);
    assert!(out.ends_with("--- exit code 1") && out.starts_with("error[child-flow-run-only-connection]"));
    for format in FORMATS {
        let text = fs::read_to_string(folder.path().join(format)).expect("a report");
        if format != "human" {
            assert_eq!(text, render(root(), BAD, format), "{format}");
        }
    }
    assert_eq!(
        fs::read_dir(folder.path()).expect("a folder").count(),
        FORMATS.len(),
        "no temporary files remain"
    );
}
