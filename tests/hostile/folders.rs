//! Folders with links, pipes and files that nobody may read.
#![cfg(unix)]
#![allow(clippy::print_stderr, reason = "a skipped test says why")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use tempfile::TempDir;

use crate::support::{TestFlow, flowvet, solution, transcript, write_all};

fn unpacked() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write_all(&folder.path().join("in"), &solution("Folder", &[TestFlow::new(1, [])]));
    folder
}

fn check(folder: &TempDir, args: &[&str]) -> String {
    transcript(flowvet().current_dir(folder.path()).arg("check").args(args))
}

const CLEAN: &str = "nothing found in 1 package with 1 flow\n--- exit code 0";

#[test]
fn links_are_not_followed() {
    let folder = unpacked();
    let inside = folder.path().join("in");
    write_all(&folder.path().join("outside"), &solution("Outside", &[TestFlow::new(2, [9])]));
    symlink(".", inside.join("loop")).expect("a link");
    symlink("../..", inside.join("Workflows/up")).expect("a link");
    symlink(folder.path().join("outside"), inside.join("elsewhere")).expect("a link");
    let flow = TestFlow::new(2, [9]).file();
    symlink(folder.path().join("outside").join(&flow), inside.join(&flow)).expect("a link");
    symlink("nowhere", inside.join("Workflows/dangling.json")).expect("a link");
    assert_eq!(check(&folder, &["in"]), CLEAN);
    // What is given by name is meant.
    assert!(check(&folder, &["in/elsewhere"]).contains("1 package with 1 flow"));
}

fn pipe(folder: &TempDir, path: &str) -> bool {
    let made = Command::new("mkfifo").arg(folder.path().join(path)).status();
    let made = made.is_ok_and(|status| status.success());
    if !made {
        eprintln!("skipped: there is no mkfifo");
    }
    made
}

#[test]
fn nobody_waits_for_a_pipe() {
    let folder = unpacked();
    if !pipe(&folder, "in/Workflows/pipe.json") || !pipe(&folder, "pipe") {
        return;
    }
    assert_eq!(check(&folder, &["in"]), CLEAN);
    let refused = "error: pipe: found neither a file nor a folder, expected an exported solution (.zip), the folder \
                   of an unpacked one, or a flow's JSON file\n--- exit code 2";
    assert!(check(&folder, &["pipe"]).ends_with(refused));
    let settings = check(&folder, &["in", "--settings", "pipe"]);
    assert!(settings.contains("pipe: could not be read: it is no regular file"), "{settings}");
    let order =
        transcript(flowvet().current_dir(folder.path()).args(["order", "in", "--check", "/dev/zero"]));
    assert!(order.contains("/dev/zero: could not be read: it is no regular file"), "{order}");
}

#[test]
fn what_may_not_be_read_is_a_finding() {
    let folder = unpacked();
    let inside = folder.path().join("in");
    let secret = inside.join("customizations.xml");
    fs::create_dir(inside.join("closed")).expect("a folder");
    for path in [&secret, &inside.join("closed")] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o0)).expect("permissions");
    }
    if fs::read(&secret).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let report = check(&folder, &["in"]);
    assert!(report.contains("in/customizations.xml` could not be read"), "{report}");
    assert!(report.contains("in/closed` could not be listed"), "{report}");
    fs::set_permissions(inside.join("closed"), fs::Permissions::from_mode(0o700)).expect("permissions");
}

#[test]
fn folders_without_files_count_too() {
    let folder = unpacked();
    let deep: String = (0..200).map(|at| format!("d{at}/")).collect();
    fs::create_dir_all(folder.path().join("in").join(deep)).expect("folders");
    let report = check(&folder, &["in", "--max-files", "100"]);
    let refused = "in: found a folder beyond the limit of 100 files and folders (`--max-files`)";
    assert!(report.contains(refused), "{report}");
    assert_eq!(check(&folder, &["in"]), CLEAN);
}
