//! Tests with real public packages: nothing panics, every package is read or refused with a reason, and the findings
//! have been reviewed. Skipped if the packages are absent.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use flowvet::{Analysis, Input, Limits};
use serde_json::Value;
use support::{corpus, corpus_packages, flowvet};

fn check(path: &Path) -> (Option<i32>, Value, String) {
    let output = flowvet().arg("check").arg(path).args(["--format", "json"]).output().expect("runs");
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code(), json, String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The findings, without the package's name at the start of each file name.
fn findings_below(path: &Path, json: &Value) -> Vec<[String; 5]> {
    let prefix = path.to_string_lossy().into_owned();
    let text = |value: &Value| {
        value.to_string().replace(&format!("{prefix}!"), "").replace(&format!("{prefix}/"), "")
    };
    let findings = json["findings"].as_array().expect("a list");
    // Only zips can be unsuitable for an import.
    let alike = findings.iter().filter(|one| one["rule"] != "package-not-importable");
    alike
        .map(|finding| {
            ["rule", "message", "file", "line", "fingerprint"].map(|member| text(&finding[member]))
        })
        .collect()
}

#[test]
fn every_package_is_read_or_refused_with_a_reason() {
    let Some(folder) = corpus() else { return };
    let mut report = String::new();
    for path in corpus_packages(&folder) {
        let name = path.strip_prefix(&folder).expect("below").display();
        let (code, json, stderr) = check(&path);
        if code == Some(2) {
            assert!(stderr.starts_with("error: "), "{name}: {stderr}");
            let reason = stderr.lines().next().unwrap_or_default().replace(&*path.to_string_lossy(), "PATH");
            let _ = writeln!(report, "{name}: {reason}");
            continue;
        }
        let analysis = Analysis::load(vec![Input::Path(path.clone())], Limits::default()).expect("was read");
        for (from, _, edge) in analysis.graph.edges() {
            if let flowvet::graph::GraphNode::Flow(flow) = from {
                assert!(edge.place(&analysis.workspace, *flow).is_some(), "{name}: {edge:?}");
            }
        }
        let calls: usize = analysis.workspace.contents().map(|(.., c)| c.calls.len()).sum();
        let mut rules: BTreeMap<String, usize> = BTreeMap::new();
        for finding in json["findings"].as_array().expect("a list") {
            let rule = format!(
                "{} {}",
                finding["severity"].as_str().unwrap_or(""),
                finding["rule"].as_str().unwrap_or("")
            );
            *rules.entry(rule).or_default() += 1;
            let print = finding["fingerprint"].as_str().expect("a fingerprint");
            assert!(!print.contains('-'), "{name}: two findings have the same fingerprint: {finding}");
        }
        let _ = writeln!(report, "{name}: {} flows, {calls} calls", analysis.workspace.flows.len());
        for (rule, count) in rules {
            let _ = writeln!(report, "    {count} {rule}");
        }
    }
    insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!("corpus", report) });
}

#[test]
fn a_zip_and_its_unpacked_copy_have_the_same_findings() {
    let Some(folder) = corpus() else { return };
    for path in corpus_packages(&folder).iter().filter(|path| path.extension().is_some_and(|e| e == "zip")) {
        let unpacked = tempfile::TempDir::new().expect("a folder");
        let bytes = fs::read(path).expect("a zip");
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
        for index in 0..zip.len() {
            let mut entry = zip.by_index(index).expect("an entry");
            let name = entry.name().replace('\\', "/");
            if name.ends_with('/') || name.to_ascii_lowercase().starts_with("canvasapps/") {
                continue;
            }
            let target = unpacked.path().join(name);
            fs::create_dir_all(target.parent().expect("a parent")).expect("a folder");
            std::io::copy(&mut entry, &mut fs::File::create(target).expect("a file")).expect("inflates");
        }
        let (code, of_zip, _) = check(path);
        let (unpacked_code, of_unpacked, _) = check(unpacked.path());
        assert_eq!(code, unpacked_code, "{}", path.display());
        assert_eq!(
            findings_below(path, &of_zip),
            findings_below(unpacked.path(), &of_unpacked),
            "{}",
            path.display()
        );
        let order = |path: &Path| {
            let output = flowvet().arg("order").arg(path).args(["--format", "json"]).output().expect("runs");
            let json: Value = serde_json::from_slice(&output.stdout).expect("json");
            json
        };
        assert_eq!(order(path), order(unpacked.path()), "{}", path.display());
    }
}

#[test]
fn the_shipped_kit_with_a_run_only_child_is_found() {
    let Some(folder) = corpus() else { return };
    let (code, json, _) = check(&folder.join("zip/mpa_MentorshipProgramManagement_1_0_0_0.zip"));
    assert_eq!(code, Some(1));
    assert_eq!(json["findings"][0]["rule"], "child-flow-run-only-connection");
}

/// Turns flows on in an order and returns the number of refusals. A flow is refused unless every flow that it calls is
/// on.
fn refusals(analysis: &Analysis, order: impl Iterator<Item = flowvet::model::FlowIx>) -> usize {
    use flowvet::graph::Callee;
    let workspace = &analysis.workspace;
    let mut on = std::collections::BTreeSet::new();
    let mut refused = 0;
    for flow in order {
        let calls = analysis.graph.calls_of(flow);
        let ready = calls.iter().all(|call| match &call.callee {
            Callee::Flow(child) => on.contains(&workspace.representative(*child)),
            // Flows in other solutions are on already.
            Callee::External(_) => true,
        });
        if ready {
            on.insert(flow);
        } else {
            refused += 1;
        }
    }
    refused
}

#[test]
fn the_order_of_flowvet_leads_to_no_refusals() {
    let Some(folder) = corpus() else { return };
    let mut report = String::new();
    for path in corpus_packages(&folder) {
        let Ok(analysis) = Analysis::load(vec![Input::Path(path.clone())], Limits::default()) else {
            continue;
        };
        let order = analysis.activation();
        let name = path.strip_prefix(&folder).expect("below").display();
        assert!(order.cycles.is_empty(), "{name}");
        assert_eq!(refusals(&analysis, order.flat()), 0, "{name}");
        let mut by_name: Vec<_> = order.flat().collect();
        by_name.sort_by_key(|flow| analysis.workspace.flow(*flow).name.clone());
        let refused = refusals(&analysis, by_name.into_iter());
        if refused > 0 {
            let _ = writeln!(report, "{name}: {refused} refused by name");
        }
    }
    insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!("refusals_by_name", report) });
}
