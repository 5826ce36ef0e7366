//! `check --format jsonl` over several packages checks them in groups. It finds the same as `--format json`, which checks
//! all at once.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clap::Parser;
use flowvet::cli::Cli;
use flowvet::{Outcome, Style};
use serde_json::{Map, Value};
use support::fixture::complete;
use support::{Files, TestFlow, corpus, flowvet, read_folder, root, solution_zip, transcript, write_all};
use tempfile::TempDir;

/// Runs `flowvet check` in this process.
fn check(args: &[&str]) -> Outcome {
    let cli = Cli::try_parse_from([&["flowvet", "check"], args].concat()).expect("valid arguments");
    flowvet::run(cli, Style { color: false, links: false, width: 80, progress: false })
}

fn without(mut value: Value, names: &[&str]) -> Value {
    let members: &mut Map<String, Value> = value.as_object_mut().expect("an object");
    names.iter().for_each(|name| drop(members.remove(*name)));
    value
}

/// Texts of objects, sorted: the order of lines is that of the groups.
fn sorted(values: impl IntoIterator<Item = Value>) -> Vec<String> {
    let mut texts: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    texts.sort();
    texts
}

/// The lines of each type.
fn lines(output: &str) -> BTreeMap<String, Vec<Value>> {
    let mut lines: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in output.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let kind = line["type"].as_str().expect("a type").to_owned();
        lines.entry(kind).or_default().push(without(line, &["type", "version"]));
    }
    lines
}

/// Fails with the findings that only one of the lists contains.
fn assert_equal(name: &str, grouped: &[String], whole: &[String]) {
    let only = |these: &[String], others: &[String]| -> Vec<String> {
        these.iter().filter(|one| !others.contains(one)).cloned().collect()
    };
    let (in_groups, at_once) = (only(grouped, whole), only(whole, grouped));
    assert!(
        grouped == whole,
        "{name}: only in groups:\n{}\n\nonly at once:\n{}",
        in_groups.join("\n"),
        at_once.join("\n")
    );
}

/// Compares a check in groups with a check of everything at once. Returns the findings, and the order of the packages and
/// findings as a text with a letter for each.
fn assert_same(name: &str, args: &[&str]) -> (Vec<Value>, String) {
    let whole = check(&[args, &["--format", "json"]].concat());
    let grouped = check(&[args, &["--format", "jsonl"]].concat());
    assert_eq!(grouped.code, whole.code, "{name}: {}", grouped.stderr);
    assert_eq!(grouped.stderr, whole.stderr, "{name}");
    if whole.code == 2 {
        assert_eq!(grouped.output, "", "{name}");
        return (Vec::new(), String::new());
    }
    let report: Value = serde_json::from_str(&whole.output).expect("JSON");
    let mut lines = lines(&grouped.output);
    let mut take = |kind: &str| lines.remove(kind).unwrap_or_default();
    let list = |member: &str| report[member].as_array().expect("a list").clone();
    let findings = take("finding");
    assert_equal(name, &sorted(findings.clone()), &sorted(list("findings")));
    let packages = take("package");
    for (line, severity) in [("errors", "error"), ("warnings", "warning"), ("infos", "info")] {
        let counted = packages.iter().map(|package| package["findings"][line].as_u64().expect("a count"));
        let found = findings.iter().filter(|one| one["severity"] == severity).count() as u64;
        assert!(counted.sum::<u64>() <= found, "{name}: {line}");
    }
    let packages = packages.into_iter().map(|package| without(package, &["findings", "outcomes"]));
    assert_eq!(sorted(packages), sorted(list("inputs")), "{name}");
    assert_eq!(sorted(take("passed_over")), sorted(list("passed_over")), "{name}");
    assert_eq!(take("summary"), [report["summary"].clone()], "{name}");
    let order = grouped.output.lines().map(|line| &line[9..10]).collect();
    (findings, order)
}

/// The path of every bad fixture of a rule that `check` runs.
fn fixtures() -> Vec<String> {
    let mut found = Vec::new();
    for category in root().join("fixtures").read_dir().expect("fixtures").flatten() {
        for rule in category.path().read_dir().into_iter().flatten().flatten() {
            let path = rule.path().join("bad");
            if path.is_dir() && !path.join("old").is_dir() {
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// A small generator with the same results on every machine (Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

/// Scatters the files of a solution over several solutions. A flow stays with its record.
fn scattered(files: &Files, random: &mut Random) -> Files {
    const PACKAGES: usize = 4;
    let mut homes: BTreeMap<String, usize> = BTreeMap::new();
    let mut scattered = Files::new();
    for package in 0..PACKAGES {
        let manifest = format!(
            "<ImportExportXml><SolutionManifest><UniqueName>Part{package}</UniqueName><Version>1.0.0.0</Version>\
             <Managed>0</Managed><MissingDependencies/></SolutionManifest></ImportExportXml>"
        );
        scattered.push((format!("p{package}/Other/Solution.xml"), manifest.into_bytes()));
    }
    for (path, bytes) in files {
        let stem = path.trim_end_matches(".data.xml").trim_end_matches(".json").to_owned();
        let home = *homes.entry(stem).or_insert_with(|| random.below(PACKAGES));
        let path = format!("p{home}/{path}");
        scattered.retain(|(taken, _)| *taken != path);
        scattered.push((path, bytes.clone()));
    }
    scattered
}

/// Rules that look at several packages still do: each fixture's files are in different packages.
#[test]
fn scattered_fixtures_have_the_same_findings() {
    let mut random = Random(7);
    let (mut rules, mut in_groups) = (BTreeMap::new(), 0);
    for path in fixtures() {
        let files = complete(read_folder(Path::new(&path)));
        for round in 0..2 {
            let folder = TempDir::new().expect("a folder");
            write_all(folder.path(), &scattered(&files, &mut random));
            let tenant = folder.path().to_string_lossy().into_owned();
            let (findings, order) =
                assert_same(&format!("{path} {round}"), &[&tenant, "--profile", "strict"]);
            in_groups += usize::from(order.trim_start_matches('p').contains('p'));
            for finding in &findings {
                *rules.entry(finding["rule"].as_str().expect("a rule").to_owned()).or_insert(0) += 1;
            }
        }
    }
    // The test compares something.
    assert!(in_groups > 30, "{in_groups}");
    for rule in ["child-flow-off", "event-unhandled", "connector-mismatch", "table-name-wrong", "call-cycle"]
    {
        assert!(rules.contains_key(rule), "no {rule} in {rules:?}");
    }
}

/// All fixtures as the packages of one tenant.
#[test]
fn all_fixtures_together_have_the_same_findings() {
    let folder = TempDir::new().expect("a folder");
    for (number, path) in fixtures().iter().enumerate() {
        let mut files = complete(read_folder(Path::new(path)));
        for (name, bytes) in &mut files {
            *name = format!("{number}/{name}");
            if name.ends_with("Solution.xml") {
                let text = String::from_utf8_lossy(bytes)
                    .replace("</UniqueName>", &format!("{number}</UniqueName>"));
                *bytes = text.into_bytes();
            }
        }
        write_all(folder.path(), &files);
    }
    let tenant = folder.path().to_string_lossy().into_owned();
    let (findings, order) = assert_same("fixtures", &[&tenant, "--profile", "strict"]);
    assert!(findings.len() > 150 && order.trim_start_matches('p').contains('p'), "{order}");
}

#[test]
fn public_packages_have_the_same_findings() {
    let Some(folder) = corpus() else { return };
    let [zip, unpacked, legacy] =
        ["zip", "unpacked", "legacy"].map(|kind| folder.join(kind).to_string_lossy().into_owned());
    let (findings, order) =
        assert_same("corpus", &[&zip, &unpacked, &legacy, "--profile", "strict", "--keep-going"]);
    assert!(findings.len() > 100 && order.contains("fp"), "{order}");
}

/// Two solutions that call each other, one alone, a copy of it, and what cannot be read.
fn tenant() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let off = TestFlow { is_on: false, ..TestFlow::new(2, []) };
    let lone = [TestFlow::new(3, [9])];
    fs::create_dir(folder.path().join("exports")).expect("a folder");
    for (name, bytes) in [
        ("exports/a.zip", solution_zip("Desk", &[TestFlow::new(1, [2])])),
        ("exports/b.zip", solution_zip("Alone", &lone)),
        ("exports/c.zip", solution_zip("Base", &[off])),
        ("exports/d.zip", solution_zip("Alone", &lone)),
        ("exports/e.zip", b"PK\x03\x04 cut".to_vec()),
        ("page.zip", b"<!doctype html>".to_vec()),
    ] {
        fs::write(folder.path().join(name), bytes).expect("written");
    }
    folder
}

fn run(folder: &TempDir, args: &[&str]) -> String {
    transcript(flowvet().current_dir(folder.path()).arg("check").args(args))
}

#[test]
fn lines_are_printed_group_by_group() {
    let folder = tenant();
    insta::assert_snapshot!("groups", run(&folder, &["exports", "--format", "jsonl"]));
    insta::assert_snapshot!("refused", run(&folder, &["exports", "page.zip", "--format", "jsonl"]));
    insta::assert_snapshot!(
        "keep_going",
        run(&folder, &["exports", "page.zip", "--format", "jsonl", "--keep-going"])
    );
    insta::assert_snapshot!("keep_going_human", run(&folder, &["exports", "page.zip", "--keep-going"]));
    insta::assert_snapshot!(
        "absent",
        run(&folder, &["exports", "none.zip", "--format", "jsonl", "--keep-going"])
    );
}

/// Suppressions and globs count in all groups, and so do known findings.
#[test]
fn the_configuration_and_the_baseline_are_about_all_groups() {
    let folder = tenant();
    let config = r#"
[[ignore]]
rule = "child-flow-missing"
flow = "Flow 0003"
reason = "in the last group"

[[ignore]]
rule = "call-cycle"
reason = "never used"

[[override]]
flows = ["Flow 0001", "Flow 001"]
solutions = ["Alon"]
rules = { child-flow-off = "warning" }

[rules]
unknown = "off"
"#;
    fs::write(folder.path().join("flowvet.toml"), config).expect("written");
    fs::remove_file(folder.path().join("exports/e.zip")).expect("removed");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (exports, config, known) = (path("exports"), path("flowvet.toml"), path("known.json"));
    let args = [exports.as_str(), "--config", config.as_str()];
    let (findings, _) = assert_same("configured", &args);
    let rules: Vec<&str> = findings.iter().filter_map(|one| one["rule"].as_str()).collect();
    assert_eq!(
        rules,
        ["child-flow-off", "ignore-unused", "glob-unmatched", "glob-unmatched", "unknown-rule"],
        "{findings:#?}"
    );
    check(&[&args[..], &["--write-baseline", &known]].concat());
    let baseline = fs::read_to_string(&known)
        .expect("a baseline")
        .replace("\"findings\": [", "\"findings\": [\n{\"rule\": \"gone\", \"fingerprint\": \"0\"},");
    fs::write(&known, baseline).expect("written");
    let (findings, _) = assert_same("with a baseline", &[&args[..], &["--baseline", &known]].concat());
    assert!(findings.is_empty(), "{findings:#?}");
    assert_same("selected", &[&args[..], &["--select", "config", "--flow", "Flow*"]].concat());
}

/// Stdin can be read only once, but groups are read twice.
#[test]
fn a_zip_on_stdin_is_checked() {
    let zip = solution_zip("Kit", &[TestFlow::new(1, [2]), TestFlow::new(2, [])]);
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("other.zip"), solution_zip("Other", &[TestFlow::new(3, [])]))
        .expect("a file");
    for paths in [&["-"][..], &["-", "other.zip"]] {
        let run = |format: &str| {
            let mut command = flowvet();
            command.current_dir(folder.path()).arg("check").args(paths).args([
                "--no-config",
                "--format",
                format,
            ]);
            command.write_stdin(zip.clone()).output().expect("runs")
        };
        let (whole, lines) = (run("json"), run("jsonl"));
        assert_eq!(lines.status.code(), whole.status.code(), "{lines:?}");
        let whole: Value = serde_json::from_slice(&whole.stdout).expect("JSON");
        let lines = self::lines(&String::from_utf8_lossy(&lines.stdout));
        assert_eq!(lines["package"].len(), paths.len());
        assert_eq!(lines["summary"], [whole["summary"].clone()]);
    }
}
