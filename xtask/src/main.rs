//! Chores of this repository, run as `cargo xtask COMMAND`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

#[path = "../../tests/support/fixture.rs"]
mod fixture;
#[cfg(test)]
mod fixture_tests;
mod instructions;
mod kit;
mod memory;
mod new_rule;
mod owner;
mod project;
mod release;
mod site;
#[path = "../../benches/workload/mod.rs"]
mod workload;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use fixture::{Files, complete};
use instructions::{do_floor, instructions};
use kit::kit;
use memory::memory;
use new_rule::{Scope, new_rule};

const HELP: &str = "\
Usage: cargo xtask COMMAND

Commands:
  new-rule CATEGORY/ID [--workspace]
      Write the page, the check and the fixtures of a new rule, and register it.
      The check looks at one flow, or with --workspace at all inputs at once. In
      the category `upgrade`, it compares two versions.
  fixture CATEGORY/ID
      Write the complete fixtures of a rule to target/fixtures.
  site [--out DIR]
      Write the documentation as a static site, to target/site by default.
  archive TARGET BINARY DIR
      Pack the binary for a platform into an archive in DIR.
  manifests DIR
      Write the checksums of a folder with all archives, and the manifests for
      Homebrew, Scoop and winget.
  notes TAG
      Check that everything is ready for a release, and print its notes.
  owner NAME [HOMEPAGE]
      Name the owner of the repository on GitHub, and the address of the site (default:
      GitHub Pages), in Cargo.toml and in every text that repeats them.
  refresh [ARGUMENTS OF cargo test]
      Run the tests, and update snapshots, the output shown in the documentation,
      the index of rules and the schema. Review the changes before you commit.
  instructions [PACKAGE...]
      Count the instructions of a check with callgrind, for public packages or
      for these, and compare them with the floor. See docs/performance.md.
  kit FILE
      Write a package of 7 MB with 114 flows, built from public packages. See
      docs/performance.md.
  memory [FLOWS...]
      Measure the peak memory of a check, for these numbers of generated flows.
      See docs/performance.md.
  tenant NUMBER DIR
      Write this many solutions with five flows each to DIR, which is created. See
      docs/performance.md.
";

/// A result with an error message for the terminal.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // Cargo may use the program of another copy of the repository, so what counts is where it runs it.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    let root = package.parent().unwrap_or(Path::new("."));
    let outcome = match arguments[..] {
        ["new-rule", rule] => add_rule(root, rule, Scope::Flow),
        ["new-rule", rule, "--workspace"] => add_rule(root, rule, Scope::Workspace),
        ["fixture", rule] => write_fixtures(root, rule),
        ["site"] => make_site(root, &root.join("target/site")),
        ["site", "--out", out] => make_site(root, Path::new(out)),
        ["archive", target, binary, out] => {
            release::archive(root, target, Path::new(binary), Path::new(out)).map(|name| println!("{name}"))
        }
        ["manifests", folder] => {
            release::manifests(root, Path::new(folder)).map(|paths| println!("{}", paths.join("\n")))
        }
        ["notes", tag] => release::notes(root, tag).map(|notes| println!("{notes}")),
        ["owner", name] => name_owner(root, name, None),
        ["owner", name, homepage] => name_owner(root, name, Some(homepage)),
        ["refresh", ref arguments @ ..] => refresh(root, arguments),
        ["instructions", ref packages @ ..] => instructions(root, packages),
        ["floor", package] => do_floor(package),
        ["kit", file] => kit(root, file),
        ["memory", ref flows @ ..] => memory(root, flows),
        ["tenant", number, folder] => write_tenant(number, Path::new(folder)),
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

/// Writes the solutions of a tenant.
fn write_tenant(number: &str, folder: &Path) -> Outcome {
    let number: usize = number.parse().map_err(|error| format!("`{number}` is not a number: {error}"))?;
    let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(fail)?;
    for solution in 0..number {
        let path = folder.join(format!("Bench{solution:06}.zip"));
        fs::write(path, workload::zip_of_tenant(solution, number)).map_err(fail)?;
    }
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

fn make_site(root: &Path, out: &Path) -> Outcome {
    let count = site::write(root, out)?;
    println!("{count} files: open {}", out.join("index.html").display());
    Ok(())
}

fn name_owner(root: &Path, name: &str, homepage: Option<&str>) -> Outcome {
    for path in owner::rename(root, name, homepage)? {
        println!("{path}");
    }
    println!("\nReports link to the rules on the site now: run `cargo xtask refresh` and read the changes.");
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

/// Reads a text file of the repository.
fn read(root: &Path, path: &str) -> Result<String, String> {
    fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))
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
