//! Flows that are read again when they are needed (`--max-kept-size`) have the same findings, places and fixes as flows that
//! stay in memory.

mod support;

use std::path::{Path, PathBuf};

use support::fixture::complete;
use support::{corpus, corpus_packages, flowvet, read_folder, read_zip, root, transcript, write_all, zip_of};
use tempfile::TempDir;

/// Zips a folder. Adds what fixtures leave out.
fn zip_of_folder(folder: &Path, target: &Path) {
    let files = complete(read_folder(folder));
    let bytes = zip_of(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    std::fs::write(target, bytes).expect("a zip");
}

/// The wanted folders `fixtures/<category>/<case>/<folder>`, sorted.
fn fixtures(is_wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let folders = |folder: PathBuf| {
        let entries = folder.read_dir().into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect::<Vec<_>>()
    };
    let cases = folders(root().join("fixtures")).into_iter().flat_map(folders);
    let mut found: Vec<PathBuf> = cases.flat_map(folders).filter(|path| is_wanted(path)).collect();
    found.sort();
    found
}

fn is_scenario(folder: &Path) -> bool {
    folder.components().any(|part| part.as_os_str() == "scenarios")
}

/// Runs commands with and without releasing the flows of `zip`, and compares all that they print.
fn assert_same(zip: &Path, name: &str, commands: &[&[&str]]) {
    for arguments in commands {
        let run = |more: &[&str]| {
            transcript(flowvet().args(*arguments).arg(zip).args(["--max-kept-size"]).args(more))
        };
        assert_eq!(run(&["0"]), run(&["128M"]), "{name}: {arguments:?}");
    }
}

#[test]
fn every_fixture_has_the_same_report() {
    let folder = TempDir::new().expect("a folder");
    let zip = folder.path().join("in.zip");
    let fixtures = fixtures(|path| path.ends_with("bad") && !is_scenario(path));
    assert!(fixtures.len() > 90, "{}", fixtures.len());
    for fixture in fixtures {
        zip_of_folder(&fixture, &zip);
        assert_same(&zip, &fixture.display().to_string(), &[&["check", "--no-config", "--format", "json"]]);
    }
}

#[test]
fn scenarios_have_the_same_output() {
    const COMMANDS: [&[&str]; 8] = [
        &["check", "--no-config", "--all", "--format", "human"],
        &["check", "--no-config", "--format", "sarif"],
        &["check", "--no-config", "--format", "jsonl"],
        &["check", "--no-config", "--diff", "--unsafe-fixes"],
        &["order"],
        &["runbook", "--no-config"],
        &["connections"],
        &["order", "--solutions"],
    ];
    let folder = TempDir::new().expect("a folder");
    let zip = folder.path().join("in.zip");
    for scenario in fixtures(is_scenario) {
        zip_of_folder(&scenario, &zip);
        assert_same(&zip, &scenario.display().to_string(), &COMMANDS);
    }
}

#[test]
fn fixes_of_released_flows_are_the_same() {
    let folder = TempDir::new().expect("a folder");
    let zip = folder.path().join("in.zip");
    zip_of_folder(&root().join("fixtures/connections/connection-key-unused/bad"), &zip);
    let fixed = |kept: &str| {
        let into = folder.path().join("out.zip");
        let mut command = flowvet();
        command.args(["check", "--no-config", "--fix", "--unsafe-fixes", "--max-kept-size", kept, "--into"]);
        let printed = transcript(command.arg(&into).arg(&zip));
        let written = read_zip(&into, u64::MAX).unwrap_or_else(|| panic!("{printed}"));
        std::fs::remove_file(&into).expect("a file");
        (printed, written)
    };
    let (printed, written) = fixed("0");
    assert_eq!((printed, written.clone()), fixed("128M"));
    assert_ne!(written, read_zip(&zip, u64::MAX).expect("a zip"));
}

#[test]
fn public_packages_have_the_same_report() {
    let Some(corpus) = corpus() else { return };
    let packages = corpus_packages(&corpus);
    let zips: Vec<&PathBuf> =
        packages.iter().filter(|path| path.extension().is_some_and(|ending| ending == "zip")).collect();
    assert!(!zips.is_empty());
    for zip in &zips {
        assert_same(zip, &zip.display().to_string(), &[&["check", "--no-config", "--format", "json"]]);
    }
    // All of them at once: the first ones stay in memory.
    let run = |kept: &str| {
        let mut command = flowvet();
        transcript(
            command.args(["check", "--no-config", "--format", "json", "--max-kept-size", kept]).args(&zips),
        )
    };
    assert_eq!(run("1M"), run("2G"));
}

#[test]
fn a_zip_in_a_zip_has_the_same_report() {
    let folder = TempDir::new().expect("a folder");
    let inner = folder.path().join("inner.zip");
    zip_of_folder(&root().join("fixtures/scenarios/co-sell-dynamics365/as-shipped"), &inner);
    let inner = std::fs::read(inner).expect("a zip");
    let outer = zip_of([("PkgAssets/inner.zip", inner.as_slice())]);
    write_all(folder.path(), &[("outer.zip".to_owned(), outer)]);
    let zip = folder.path().join("outer.zip");
    assert_same(&zip, "outer.zip", &[&["check", "--no-config", "--all"], &["order"]]);
}
