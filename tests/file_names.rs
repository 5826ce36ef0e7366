//! What each format says of the file that a finding is in: a zip whatever it is called, a folder with a `!` in its
//! name, zips in zips, and standard input.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{TestFlow, flowvet, solution, solution_zip, write_all, zip_of};
use tempfile::TempDir;

const TEXTS: [&str; 5] = ["human", "github", "azure", "junit", "markdown"];

fn faulty() -> [TestFlow; 2] {
    [TestFlow::new(1, [2]), TestFlow { is_on: false, ..TestFlow::new(2, []) }]
}

fn check(folder: &Path, input: &str, format: &str) -> String {
    let mut command = flowvet();
    command.current_dir(folder).args(["check", "--format", format]);
    if input == "-" {
        command.arg("-").pipe_stdin(folder.join("solution.pkg")).expect("a file");
    } else {
        command.arg(input);
    }
    let output = command.output().expect("runs");
    assert!(output.stderr.is_empty(), "{format}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The parts of each report that name the file of the first finding.
fn places(folder: &Path, input: &str) -> String {
    let json = |format, pointers: &[&str]| -> String {
        let report: Value = serde_json::from_str(&check(folder, input, format)).expect("JSON");
        let found = pointers.iter().filter_map(|pointer| report.pointer(pointer));
        format!("{format}: {}\n", found.map(ToString::to_string).collect::<Vec<_>>().join(" "))
    };
    let mut out = json("json", &["/inputs/0/path", "/findings/0/file", "/findings/0/line"]);
    let of_sarif = [
        "physicalLocation/artifactLocation/uri",
        "physicalLocation/region",
        "logicalLocations/0/fullyQualifiedName",
        "logicalLocations/1/fullyQualifiedName",
    ];
    let of_sarif = of_sarif.map(|pointer| format!("/runs/0/results/0/locations/0/{pointer}"));
    out += &json("sarif", &of_sarif.each_ref().map(String::as_str));
    out += &json("gitlab", &["/0/location", "/0/description"]);
    for format in TEXTS {
        let report = check(folder, input, format);
        let line = report.lines().find(|line| line.contains(".json"));
        out += &format!("{format}: {}\n", line.unwrap_or_else(|| panic!("{format}: {report}")).trim());
    }
    out
}

#[test]
fn a_zip_need_not_be_called_one() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("solution.pkg"), solution_zip("S", &faulty())).expect("a file");
    insta::assert_snapshot!("pkg", places(folder.path(), "solution.pkg"));
    insta::assert_snapshot!("stdin", places(folder.path(), "-"));
}

#[test]
fn a_folder_may_look_like_a_zip() {
    let folder = TempDir::new().expect("a folder");
    write_all(&folder.path().join("new.zip!/kit!"), &solution("S", &faulty()));
    insta::assert_snapshot!("folder", places(folder.path(), "new.zip!"));
}

#[test]
fn a_zip_in_a_zip_is_inside_the_outer_one() {
    let folder = TempDir::new().expect("a folder");
    let files = solution("S", &faulty());
    let files: Vec<_> =
        files.iter().map(|(path, bytes)| (format!("sub!/{path}"), bytes.as_slice())).collect();
    let inner = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), *bytes)));
    fs::write(folder.path().join("deploy.bin"), zip_of([("PkgAssets/in.zip", inner.as_slice())]))
        .expect("a file");
    // The zip is no solution, and the one in it has its solution in a folder: here only names matter.
    fs::write(folder.path().join("flowvet.toml"), "[rules]\npackage-not-importable = \"off\"\n")
        .expect("a file");
    insta::assert_snapshot!("nested", places(folder.path(), "deploy.bin"));
}

/// What lies in no solution's files is given to the solution around it.
#[test]
fn a_broken_zip_belongs_to_the_solution_around_it() {
    let folder = TempDir::new().expect("a folder");
    let mut entries = Vec::new();
    for name in ["Kit", "Kit2"] {
        for (path, bytes) in solution(name, &[TestFlow::new(1, [])]) {
            entries.push((format!("{name}/{path}"), bytes));
        }
        entries.push((format!("{name}/Other/data.zip"), b"PK broken".to_vec()));
    }
    let zip = zip_of(entries.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    fs::write(folder.path().join("all.pkg"), zip).expect("a file");
    let config = "[rules]\npackage-not-importable = \"off\"\n[[ignore]]\nrule = \"unreadable-file\"\nsolution = \"Kit\"\nreason = \"test data\"\n";
    fs::write(folder.path().join("flowvet.toml"), config).expect("a file");
    let output = flowvet()
        .current_dir(folder.path())
        .args(["check", "all.pkg", "--format", "json"])
        .output()
        .expect("runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let files: Vec<&str> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["file"].as_str())
        .collect();
    assert_eq!(files, ["all.pkg!Kit2/Other/data.zip"], "{report:#}");
    assert_eq!(report["summary"]["ignored"], 1);
}
