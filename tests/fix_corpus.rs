//! Fixes of real public packages: each closes its finding and opens no other one. Skipped if the packages are absent.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{corpus, corpus_packages, flowvet, read_folder, write_all};
use tempfile::TempDir;

/// Runs `check` in a folder, with every rule that has a fix.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, Value, String) {
    let output = flowvet()
        .current_dir(folder)
        .args(["check", "--no-config", "--profile", "strict", "--format", "json"])
        .args(arguments)
        .output()
        .expect("runs");
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code(), json, String::from_utf8_lossy(&output.stderr).into_owned())
}

fn counts(json: &Value) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for finding in json["findings"].as_array().expect("findings") {
        *counts.entry(finding["rule"].as_str().expect("a rule").to_owned()).or_default() += 1;
    }
    counts
}

#[test]
fn each_fix_closes_its_finding_and_opens_no_other_one() {
    let Some(corpus) = corpus() else { return };
    let mut report = String::new();
    let (mut fixed, mut offered) = (BTreeMap::<String, usize>::new(), 0);
    for path in corpus_packages(&corpus) {
        let name = path.strip_prefix(&corpus).expect("below").to_string_lossy().replace('\\', "/");
        let folder = TempDir::new().expect("a folder");
        let is_zip = path.is_file();
        let package = if is_zip { "Package.zip" } else { "package" };
        if is_zip {
            fs::copy(&path, folder.path().join(package)).expect("a copy");
        } else {
            write_all(&folder.path().join(package), &read_folder(&path));
        }
        let (code, before, _) = run(folder.path(), &[package]);
        if code == Some(2) {
            continue;
        }
        let fixes = before["findings"].as_array().expect("findings").iter();
        let fixes = fixes
            .filter(|one| matches!(one["fix"]["applicability"].as_str(), Some("safe" | "unsafe")))
            .count();
        offered += fixes;
        let into: &[&str] = if is_zip { &["--into", "Fixed.zip"] } else { &[] };
        let options = [&[package, "--fix", "--unsafe-fixes"], into].concat();
        let (code, _, stderr) = run(folder.path(), &options);
        if code == Some(2) {
            assert!(stderr.contains("a managed solution cannot be fixed"), "{name}: {stderr}");
            assert_eq!(fixes, 0, "{name}");
            continue;
        }
        let (_, after, _) = run(folder.path(), &[if is_zip { "Fixed.zip" } else { package }]);
        let (was, is) = (counts(&before), counts(&after));
        for (rule, number) in &is {
            let before = was.get(rule).copied().unwrap_or(0);
            // A file that can be read has findings, and the reference of a connection that nothing used is not used either.
            if is.get("unreadable-file") < was.get("unreadable-file") {
                continue;
            }
            assert!(
                *number <= before || rule == "connection-reference-unused",
                "{name}: {rule} {before} -> {number}"
            );
        }
        let closed: usize = was.iter().map(|(rule, was)| was - is.get(rule).unwrap_or(&0).min(was)).sum();
        for (rule, was) in was {
            let closed = was - is.get(&rule).copied().unwrap_or(0).min(was);
            *fixed.entry(rule).or_default() += closed;
        }
        if fixes > 0 || !stderr.is_empty() {
            let notes = stderr.lines().filter(|line| line.contains("is not applied")).count();
            let _ = writeln!(report, "{name}: {fixes} with a fix, {closed} closed, {notes} taken back");
        }
    }
    fixed.retain(|_, number| *number > 0);
    let _ = writeln!(report, "{offered} with a fix; closed: {fixed:?}");
    insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!("corpus", report) });
}
