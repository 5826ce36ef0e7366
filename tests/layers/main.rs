//! Checks the layout of the code: the order of modules, no cycles within a folder, and short files and
//! functions.

#[path = "../support/mod.rs"]
mod support;

mod modules;
mod sizes;
mod stages;

use std::path::{Path, PathBuf};

/// Every Rust file below a folder of the project; empty if the folder does not exist.
fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![support::root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A path as messages show it, relative to the project, with `/`.
fn shown(path: &Path) -> String {
    let below = path.strip_prefix(support::root()).unwrap_or(path);
    below.to_string_lossy().replace('\\', "/")
}
