//! Chores of this repository, run as `cargo xtask COMMAND`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

#[path = "../../tests/support/fixture.rs"]
mod fixture;
#[cfg(test)]
mod fixture_tests;
#[path = "../../benches/workload/floor.rs"]
mod floor;
mod instructions;
mod new_rule;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use fixture::{Files, complete};
use instructions::{do_floor, instructions};
use new_rule::{Scope, new_rule};

const HELP: &str = "\
Usage: cargo xtask COMMAND

Commands:
  new-rule CATEGORY/ID [--workspace]
      Write the page, the check and the fixtures of a new rule, and register it.
      The check looks at one flow, or with --workspace at all inputs at once.
  fixture CATEGORY/ID
      Write the complete fixtures of a rule to target/fixtures.
  refresh [ARGUMENTS OF cargo test]
      Run the tests, and update snapshots, the output shown in the documentation,
      the index of rules and the schema. Review the changes before you commit.
  instructions [PACKAGE...]
      Count the instructions of a check with callgrind, for public packages or
      for these, and compare them with the floor. See docs/performance.md.
";

/// A result with an error message for the terminal.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let outcome = match arguments[..] {
        ["new-rule", rule] => add_rule(root, rule, Scope::Flow),
        ["new-rule", rule, "--workspace"] => add_rule(root, rule, Scope::Workspace),
        ["fixture", rule] => write_fixtures(root, rule),
        ["refresh", ref arguments @ ..] => refresh(root, arguments),
        ["instructions", ref packages @ ..] => instructions(root, packages),
        ["floor", package] => do_floor(package),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(format!("unknown arguments `{}`\n\n{HELP}", arguments.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", error.trim_end());
            ExitCode::FAILURE
        }
    }
}

fn add_rule(root: &Path, rule: &str, scope: Scope) -> Outcome {
    for path in new_rule(root, rule, scope)? {
        println!("{path}");
    }
    cargo(root, &["fmt"], &[])?;
    println!(
        "\nFill in the TODOs, then run `cargo xtask refresh --lib --test rules --test cli --test docs`."
    );
    Ok(())
}

/// Writes the complete fixtures of `category/id` to `target/fixtures`, to run flowvet on them.
fn write_fixtures(root: &Path, rule: &str) -> Outcome {
    for kind in ["bad", "good"] {
        let from = root.join("fixtures").join(rule).join(kind);
        let to = root.join("target/fixtures").join(rule).join(kind);
        let mut files = Files::new();
        read_folder(&from, "", &mut files).map_err(|error| format!("{}: {error}", from.display()))?;
        if to.exists() {
            fs::remove_dir_all(&to).map_err(|error| format!("{}: {error}", to.display()))?;
        }
        for (path, bytes) in complete(files) {
            write(&to.join(&path), &bytes).map_err(|error| format!("{path}: {error}"))?;
        }
        println!("target/fixtures/{rule}/{kind}");
    }
    Ok(())
}

/// Runs the tests so that they update files instead of comparing them.
fn refresh(root: &Path, arguments: &[&str]) -> Outcome {
    let arguments = [&["test", "--no-fail-fast"], arguments].concat();
    cargo(root, &arguments, &[("INSTA_UPDATE", "always"), ("UPDATE_DOCS", "1")])
}

fn cargo(root: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Outcome {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    command.args(arguments).envs(environment.iter().copied()).current_dir(root);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("`cargo {}` failed", arguments.join(" "))),
        Err(error) => Err(format!("cannot run cargo: {error}")),
    }
}

/// Reads every file below a folder, with `prefix` before its relative path.
fn read_folder(folder: &Path, prefix: &str, files: &mut Files) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            read_folder(&path, &format!("{name}/"), files)?;
        } else {
            files.push((name, fs::read(&path)?));
        }
    }
    Ok(())
}

/// Writes a file and makes the folders above it.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, bytes)
}
