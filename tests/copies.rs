//! Several copies of a solution: every command reads one copy and lists the others.

mod support;

use std::path::Path;

use serde_json::Value;
use support::{TestFlow, flowvet, solution, transcript, write_all, zip_of};
use tempfile::TempDir;

/// The files of the solution `Desk` in a version, with this many flows.
fn desk(version: &str, managed: bool, flows: usize) -> Vec<(String, Vec<u8>)> {
    let flows: Vec<TestFlow> = (1..=flows).map(|number| TestFlow::new(number, [])).collect();
    let mut files = solution("Desk", &flows);
    let manifest = String::from_utf8(files[0].1.clone()).expect("UTF-8");
    let manifest = manifest.replace("1.0.0.0", version);
    let managed = format!("<Managed>{}</Managed>", u8::from(managed));
    files[0].1 = manifest.replace("<Managed>0</Managed>", &managed).into_bytes();
    files
}

fn zipped(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
}

/// A repository: the source with 3 flows, and zips with 1, 2 and 2.
fn repository() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let mut files: Vec<(String, Vec<u8>)> =
        desk("0.0.0.0", false, 3).into_iter().map(|(path, bytes)| (format!("src/{path}"), bytes)).collect();
    for (name, version, managed, flows) in [
        ("releases/Desk_1_2.zip", "1.2.0.0", false, 1),
        ("releases/Desk_1_10.zip", "1.10.0.0", false, 2),
        ("releases/Desk_1_10_managed.zip", "1.10.0.0", true, 2),
    ] {
        files.push((name.to_owned(), zipped(&desk(version, managed, flows))));
    }
    write_all(folder.path(), &files);
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> String {
    transcript(flowvet().current_dir(folder).args(arguments))
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let output =
        flowvet().current_dir(folder).args(arguments).args(["--format", "json"]).output().expect("runs");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn the_source_is_looked_at_and_the_zips_are_named() {
    let folder = repository();
    insta::assert_snapshot!("check", run(folder.path(), &["check", "."]));
    insta::assert_snapshot!("order", run(folder.path(), &["order", "."]));
    let quiet = run(folder.path(), &["order", ".", "--quiet"]);
    assert!(!quiet.contains("note:"), "{quiet}");
    let report = json(folder.path(), &["check", "."]);
    insta::assert_snapshot!("json", serde_json::to_string_pretty(&report["passed_over"]).expect("JSON"));
}

#[test]
fn which_copy_is_looked_at_can_be_chosen() {
    let folder = repository();
    for (prefer, path, flows) in
        [("source", "src", 3), ("zip", "releases/Desk_1_10.zip", 2), ("newest", "releases/Desk_1_10.zip", 2)]
    {
        let report = json(folder.path(), &["check", ".", "--prefer", prefer]);
        assert_eq!(report["inputs"].as_array().map(Vec::len), Some(1), "{prefer}");
        assert_eq!(
            (report["inputs"][0]["path"].as_str(), &report["inputs"][0]["flows"]),
            (Some(path), &flows.into())
        );
        let order = json(folder.path(), &["order", ".", "--prefer", prefer]);
        assert_eq!(order["order"].as_array().map(Vec::len), Some(flows), "{prefer}");
    }
}

#[test]
fn a_broken_file_of_another_copy_is_no_finding() {
    let folder = repository();
    let mut broken = desk("1.3.0.0", false, 1);
    for (path, bytes) in &mut broken {
        if path.starts_with("Workflows/") {
            *bytes = b"{".to_vec();
        }
    }
    std::fs::write(folder.path().join("broken.zip"), zipped(&broken)).expect("a file");
    assert_eq!(json(folder.path(), &["check", "."])["findings"], Value::Array(Vec::new()));
    let report = json(folder.path(), &["check", "broken.zip"]);
    assert_eq!(report["findings"][0]["rule"], "unreadable-file");
}
