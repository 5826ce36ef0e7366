//! What goes with the inputs and may come from anyone: the configuration, a baseline, settings, an order. What is wrong
//! with it is exit code 2 and a message that points at it.

use std::fs;

use tempfile::TempDir;

use crate::support::{TestFlow, flowvet, solution_zip, transcript};

fn run(files: &[(&str, &str)], args: &[&str]) -> String {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("in.zip"), solution_zip("In", &[TestFlow::new(1, [9])])).expect("a file");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    transcript(flowvet().current_dir(folder.path()).args(args))
}

fn assert_refused(out: &str, words: &str) {
    let out = &out.replace("\n  ", " ");
    assert!(
        out.contains(words) && out.ends_with("--- exit code 2"),
        "expected {words:?}: {}",
        &out[..out.len().min(2000)]
    );
    assert!(!out.contains("panicked"), "{out}");
}

#[test]
fn large_globs_in_a_configuration_are_refused() {
    let nested = |levels: usize| format!("{}a{}", "{".repeat(levels), "}".repeat(levels));
    let globs = [
        (nested(200), "nested more than 8 levels deep"),
        (nested(9), "nested more than 8 levels deep"),
        (nested(100_000), "200001 characters, and the limit is 500"),
        ("{".repeat(100_000), "100000 characters"),
        ("?".repeat(500_000), "500000 characters"),
        ("[a".to_owned(), "unclosed character class"),
    ];
    for (glob, words) in globs {
        for config in [
            format!("[run-only]\nrequire-own-connections = ['{glob}']\n"),
            format!("[[override]]\nflows = ['{glob}']\nrules = {{}}\n"),
            format!("[[override]]\nsolutions = ['{glob}']\nrules = {{}}\n"),
            format!("[[ignore]]\nrule = 'x'\nreason = 'y'\nflow = '{glob}'\n"),
            format!("[[ignore]]\nrule = 'x'\nreason = 'y'\nsolution = '{glob}'\n"),
            format!("[[webhook]]\nreceiver = '{glob}'\nevents = []\n"),
        ] {
            let out = run(&[("flowvet.toml", &config)], &["check", "in.zip"]);
            assert_refused(&out, words);
            assert!(out.contains("flowvet.toml:"), "it points at the glob: {}", &out[..out.len().min(500)]);
            assert!(out.len() < 5000, "{} bytes", out.len());
        }
    }
    for option in ["--flow", "--exclude"] {
        for glob in [nested(250), "?".repeat(20_000), nested(5000)] {
            let out = run(&[], &["check", "in.zip", option, &glob]);
            assert!(out.ends_with("--- exit code 2") && !out.contains("panicked"), "{option}");
        }
    }
}

#[test]
fn large_patterns_for_paths_are_refused() {
    for (pattern, words) in [
        ("*".repeat(5000), "the limit is 4096"),
        ("**/a/".repeat(4), "more than 3 `**`"),
        ("[a".to_owned(), "invalid range pattern at character 1"),
        ("***".to_owned(), "not a valid pattern"),
    ] {
        assert_refused(&run(&[], &["check", &pattern]), words);
        assert_refused(&run(&[], &["check", "in.zip", "--settings", &pattern]), words);
        let config = format!("settings = ['{pattern}']\n");
        assert_refused(&run(&[("flowvet.toml", &config)], &["check", "in.zip"]), words);
    }
}

#[test]
fn nesting_is_refused_in_every_file() {
    let json = "[".repeat(200_000);
    let objects = "{\"a\":".repeat(200_000);
    let toml = format!("a = {}", "[".repeat(200_000));
    let keys = format!("{}a = 1", "a.".repeat(200_000));
    for text in [&json, &objects, &toml, &keys] {
        for (name, args) in [
            ("flowvet.toml", &["check", "in.zip"][..]),
            ("known.json", &["check", "in.zip", "--baseline", "known.json"]),
            ("settings.json", &["check", "in.zip", "--settings", "settings.json"]),
            ("order.json", &["order", "in.zip", "--format", "alm", "--into", "order.json"]),
        ] {
            assert_refused(&run(&[(name, text)], args), name);
        }
    }
    for text in [&json, &objects] {
        assert_refused(&run(&[("order", text)], &["order", "in.zip", "--check", "order"]), "order");
    }
    let deep = format!(r#"{{"version": {}1{}, "findings": []}}"#, "[".repeat(100), "]".repeat(100));
    assert_refused(
        &run(&[("known.json", &deep)], &["check", "in.zip", "--baseline", "known.json"]),
        "version",
    );
}

#[test]
#[cfg(unix)]
fn a_pattern_of_a_found_configuration_leads_nowhere_else() {
    let folder = TempDir::new().expect("a folder");
    let inside = folder.path().join("in");
    fs::create_dir_all(inside.join("sub")).expect("a folder");
    fs::write(inside.join("in.zip"), solution_zip("In", &[TestFlow::new(1, [])])).expect("a file");
    fs::create_dir(folder.path().join("outside")).expect("a folder");
    fs::write(folder.path().join("outside/settings.json"), "the secret of another folder").expect("a file");
    std::os::unix::fs::symlink("../outside", inside.join("link")).expect("a link");
    std::os::unix::fs::symlink("../../outside/settings.json", inside.join("sub/settings.json"))
        .expect("a link");
    for pattern in ["lin*/settings.json", "*/settings.json", "sub/*.json", "**/*.json", "../out*/*.json"] {
        fs::write(inside.join("flowvet.toml"), format!("settings = ['{pattern}']")).expect("a file");
        let out = transcript(flowvet().current_dir(folder.path()).args(["check", "in/in.zip"]));
        assert!(!out.contains("of another folder"), "{pattern}: {out}");
        assert!(out.replace("\n  ", " ").contains("outside its folder; without"), "{pattern}: {out}");
    }
}

#[test]
fn suggestions_for_many_unknown_names_end() {
    const NAMES: usize = 800;
    let long = "x".repeat(180);
    let order: String = (0..NAMES).map(|at| format!("Flw {at:04} {long}\n")).collect();
    let flows: Vec<TestFlow> = (0..NAMES).map(|at| TestFlow::new(at + 1, [])).collect();
    let folder = TempDir::new().expect("a folder");
    let name = |text: &str| text.replace("\"><JsonFileName>", &format!(" {long}\"><JsonFileName>"));
    let files: Vec<(String, Vec<u8>)> = crate::support::solution("Many", &flows)
        .into_iter()
        .map(|(path, bytes)| (path, name(&String::from_utf8(bytes).expect("UTF-8")).into_bytes()))
        .collect();
    let zip = crate::support::zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    fs::write(folder.path().join("in.zip"), zip).expect("a file");
    fs::write(folder.path().join("order"), order).expect("a file");
    let rules: String =
        (0..NAMES).map(|at| format!("[[ignore]]\nrule = 'child-flow-of{at}'\nreason = 'x'\n")).collect();
    fs::write(folder.path().join("flowvet.toml"), rules).expect("a file");
    let args = ["order", "in.zip", "--check", "order", "--format", "json", "--no-config"];
    let output = flowvet().current_dir(folder.path()).args(args).output().expect("runs");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let helps: Vec<&str> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["help"].as_str())
        .collect();
    let suggested = helps.iter().filter(|help| help.contains("did you mean")).count();
    assert!(suggested > 0 && suggested < NAMES, "{suggested} of {}", helps.len());
    let again = flowvet().current_dir(folder.path()).args(args).output().expect("runs");
    assert_eq!(again.stdout, output.stdout, "the budget is one of work, not of time");
    let out =
        transcript(flowvet().current_dir(folder.path()).args(["check", "in.zip", "--format", "concise"]));
    assert!(out.contains("unknown-rule"), "{}", &out[..500]);
}
