//! The output in the documentation is generated. These tests run each `$ flowvet …` line in the `console` blocks of the
//! README and docs, and compare the text below it with the output, and the text below `$ echo $?` with the exit code. The
//! index of rules comes from the binary. `cargo xtask refresh` updates all of it.

mod support;

use std::fs;
use std::path::PathBuf;

use support::{flowvet, root};

const FENCE: &str = "```";

fn documents() -> Vec<PathBuf> {
    let docs = root().join("docs").read_dir().expect("docs").flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = docs.filter(|path| path.extension().is_some_and(|e| e == "md")).collect();
    paths.push(root().join("README.md"));
    paths.sort();
    paths
}

/// The text with the output of every command in its console blocks updated, and the number of commands.
fn refreshed(text: &str) -> (String, usize) {
    let mut out = String::new();
    let (mut in_console, mut commands) = (false, 0);
    let mut code = None;
    for line in text.lines() {
        if let Some(fence) = line.strip_prefix(FENCE) {
            in_console = fence == "console";
        } else if in_console && !line.starts_with("$ ") {
            continue;
        }
        out.push_str(line);
        out.push('\n');
        if let Some(command) = line.strip_prefix("$ flowvet ").filter(|_| in_console) {
            commands += 1;
            let arguments: Vec<&str> = command.split_whitespace().collect();
            let output = flowvet().args(arguments).output().expect("runs");
            let printed = [output.stdout, output.stderr].concat();
            out.push_str(String::from_utf8_lossy(&printed).trim_end());
            out.push('\n');
            code = output.status.code();
        } else if in_console && line == "$ echo $?" {
            out.push_str(&format!("{}\n", code.expect("a command before")));
        }
    }
    (out, commands)
}

#[test]
fn documented_output_is_up_to_date() {
    let mut all = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a text");
        let (fresh, commands) = refreshed(&text);
        all += commands;
        if fresh != text && std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, &fresh).expect("a file");
        }
        assert!(
            fresh == text || std::env::var_os("UPDATE_DOCS").is_some(),
            "{} shows output that is not real: run cargo xtask refresh --test docs",
            path.display()
        );
    }
    assert!(all > 0, "no console block was found");
}

const INDEX: &str = "docs/rules.md";

/// The index of rules, generated from the output of the binary.
fn index() -> String {
    let output = flowvet().args(["rules", "--format", "json"]).output().expect("runs");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("json");
    let mut out = "# Rules\n\nMade by `cargo xtask refresh` from the pages of the rules. \
                   `flowvet explain RULE` shows a page in the terminal. \
                   [Fixes](fixes.md) explains the column *fix*.\n"
        .to_owned();
    let mut category = String::new();
    for rule in json["rules"].as_array().expect("a list") {
        let text = |key: &str| rule[key].as_str().expect("a text").to_owned();
        if text("category") != category {
            category = text("category");
            out.push_str(&format!(
                "\n## {category}\n\n| rule | severity | what is wrong | fix | prevents |\n|---|---|---|---|---|\n"
            ));
        }
        let errors = rule["platform_errors"].as_array().expect("a list").iter();
        let errors: Vec<String> =
            errors.map(|code| format!("`{}`", code.as_str().expect("a text"))).collect();
        let off = if rule["default"] == true { "" } else { ", off by default" };
        out.push_str(&format!(
            "| [{0}](../rules/{category}/{0}.md) | {1}{off} | {2} | {4} | {3} |\n",
            text("id"),
            text("severity"),
            text("summary").replace('|', "\\|"),
            errors.join(", "),
            rule["fix"].as_str().unwrap_or_default()
        ));
    }
    out
}

#[test]
fn the_index_of_rules_is_up_to_date() {
    let path = root().join(INDEX);
    let fresh = index();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &fresh).expect("a file");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == fresh, "{INDEX} is stale: run cargo xtask refresh --test docs");
}

#[test]
fn links_between_documents_resolve() {
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a text");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let target = path.parent().expect("a folder").join(file);
            assert!(target.exists(), "{}: the target of the link {link} does not exist", path.display());
        }
    }
}

#[test]
fn documented_configurations_are_valid() {
    let text = fs::read_to_string(root().join("docs/configuration.md")).expect("a text");
    let blocks = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("flowvet.toml");
    fs::create_dir(folder.path().join("settings")).expect("a folder");
    for name in ["settings/test.json", "settings/production.json"] {
        let empty = r#"{"EnvironmentVariables": [], "ConnectionReferences": []}"#;
        fs::write(folder.path().join(name), empty).expect("a file");
    }
    let good = "fixtures/activation/child-flow-off/good";
    for block in blocks {
        fs::write(&path, block).expect("a file");
        let output = flowvet().args(["check", good, "--format", "json", "--config"]).arg(&path).output();
        let json: serde_json::Value = serde_json::from_slice(&output.expect("runs").stdout).expect("json");
        let findings = json["findings"].as_array().expect("a list").iter();
        let rules: Vec<&str> = findings.filter_map(|finding| finding["rule"].as_str()).collect();
        assert!(!rules.contains(&"unknown-key"), "{rules:?}: {block}");
    }
}
