//! Text that shows output is made by running the tool: each `console` block in the README and docs is run, and what
//! stands below each `$ flowvet …` line has to be what comes out. `UPDATE_DOCS=1` writes it anew.

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

/// The text with the output of every command in its console blocks put in anew, and the number of commands.
fn refreshed(text: &str) -> (String, usize) {
    let mut out = String::new();
    let (mut in_console, mut commands) = (false, 0);
    for line in text.lines() {
        if let Some(fence) = line.strip_prefix(FENCE) {
            in_console = fence == "console";
        } else if in_console && !line.starts_with("$ ") {
            continue;
        }
        out.push_str(line);
        out.push('\n');
        if in_console && let Some(command) = line.strip_prefix("$ flowvet ") {
            commands += 1;
            let arguments: Vec<&str> = command.split_whitespace().collect();
            let output = flowvet().args(arguments).output().expect("runs");
            out.push_str(&String::from_utf8_lossy(&output.stdout));
            out.push_str(&String::from_utf8_lossy(&output.stderr));
        }
    }
    (out, commands)
}

#[test]
fn shown_output_is_real() {
    let mut all = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a text");
        let (fresh, commands) = refreshed(&text);
        all += commands;
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, &fresh).expect("a file");
        }
        assert!(
            fresh == text || std::env::var_os("UPDATE_DOCS").is_some(),
            "{} shows output that is not real: run UPDATE_DOCS=1 cargo test --test docs",
            path.display()
        );
    }
    assert!(all > 0, "no console block was found");
}
