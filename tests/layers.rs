//! The layout is the architecture: imports point to the left of this list only.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The stages, as `docs/architecture.md` shows them. The first ones are leaves that anyone may use.
const ORDER: [&str; 28] = [
    "suggest",
    "atomic_write",
    "parallel",
    "secrets",
    "expression",
    "catalog",
    "errors",
    "source",
    "load",
    "parse",
    "model",
    "webhooks",
    "graph",
    "activation",
    "semantic",
    "import_order",
    "finding",
    "config",
    "rules",
    "verdict",
    "analysis",
    "baseline",
    "report",
    "session",
    "cli",
    "commands",
    "fuzzing",
    "main",
];

/// `load` asks `parse` one question: whether a lone JSON file is a flow.
const EXCEPTIONS: [(&str, &str); 1] = [("load", "parse")];

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

/// The stages that a file names in `crate::stage` paths.
fn imports(text: &str) -> BTreeSet<String> {
    let tests = text.find("#[cfg(test)]").unwrap_or(text.len());
    text[..tests]
        .split("crate::")
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn imports_point_one_way() {
    let src = support::root().join("src");
    let mut paths = Vec::new();
    files(&src, &mut paths);
    let place = |stage: &str| {
        ORDER.iter().position(|one| *one == stage).unwrap_or_else(|| panic!("`{stage}` is in no stage"))
    };
    let mut checked = 0;
    for path in paths {
        let relative = path.strip_prefix(&src).expect("below src");
        let stage = relative.iter().next().expect("a part").to_string_lossy().replace(".rs", "");
        if stage == "lib" {
            continue;
        }
        for import in imports(&std::fs::read_to_string(&path).expect("a text")) {
            let allowed = EXCEPTIONS.contains(&(stage.as_str(), import.as_str()));
            assert!(
                import == stage || allowed || place(&import) < place(&stage),
                "{} imports `{import}`, which stands to its right",
                relative.display()
            );
            checked += 1;
        }
    }
    assert!(checked > 50, "only {checked} imports were seen: does the test still read them?");
}

#[test]
fn files_stay_readable() {
    let mut paths = Vec::new();
    files(&support::root().join("src"), &mut paths);
    for path in paths {
        let lines = std::fs::read_to_string(&path).expect("a text").lines().count();
        assert!(lines <= 500, "{} has {lines} lines: it has two subjects", path.display());
    }
}
