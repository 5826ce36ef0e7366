//! Folders with links, pipes and unreadable files.
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

const CLEAN: &str = "nothing found in 1 package with 1 flow\non import: the flow turns on\nnext: flowvet runbook in\n--- exit code 0";

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
    // Links that are given as inputs are followed.
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
fn pipes_do_not_block() {
    let folder = unpacked();
    if !pipe(&folder, "in/Workflows/pipe.json") || !pipe(&folder, "pipe") {
        return;
    }
    assert_eq!(check(&folder, &["in"]), CLEAN);
    let refused = "error: pipe: found neither a file nor a folder; expected an exported solution (.zip), the folder \
                   of an unpacked solution, or the JSON file of a flow\n--- exit code 2";
    assert!(check(&folder, &["pipe"]).ends_with(refused));
    for option in ["--settings", "--config", "--baseline"] {
        for file in ["pipe", "/dev/zero"] {
            let refused = check(&folder, &["in", option, file]);
            let words =
                format!("error: {file}: could not be read: it is not a regular file\n--- exit code 2");
            assert!(refused.ends_with(&words), "{refused}");
        }
    }
    let order =
        transcript(flowvet().current_dir(folder.path()).args(["order", "in", "--check", "/dev/zero"]));
    assert!(order.contains("/dev/zero: could not be read: it is not a regular file"), "{order}");
}

#[test]
fn files_other_than_inputs_obey_the_limits() {
    let folder = unpacked();
    fs::write(folder.path().join("large"), vec![b' '; 5000]).expect("a file");
    for option in ["--settings", "--config", "--baseline"] {
        let refused = check(&folder, &["in", option, "large", "--max-file-size", "4k"]);
        let words = "error: large: could not be read: it exceeds the limit of 4 KiB for one file \
                     (`--max-file-size`)\n--- exit code 2";
        assert!(refused.ends_with(words), "{refused}");
    }
}

#[test]
fn a_discovered_configuration_that_is_a_link_is_not_followed() {
    let folder = unpacked();
    fs::write(folder.path().join("secret"), "the secret of another folder").expect("a file");
    symlink("../secret", folder.path().join("in/flowvet.toml")).expect("a link");
    let refused = check(&folder, &["in"]);
    assert!(!refused.contains("of another folder"), "{refused}");
    let words = "error: in/flowvet.toml: this is a symbolic link; without `--config`, flowvet reads only a regular file\n  \
                 help: if you trust it, select it with `--config`; otherwise use `--no-config`\n--- exit code 2";
    assert!(refused.ends_with(words), "{refused}");
    assert_eq!(check(&folder, &["in", "--no-config"]), CLEAN);
    let named = check(&folder, &["in", "--config", "in/flowvet.toml"]);
    assert!(named.contains("is not a valid configuration"), "`--config` follows links: {named}");
    fs::remove_file(folder.path().join("secret")).expect("there");
    assert!(check(&folder, &["in"]).contains("this is a symbolic link"), "a broken link");
}

#[test]
fn a_discovered_configuration_reads_nothing_outside_its_folder() {
    let folder = unpacked();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).expect("a file");
    write("outside.json", "the secret of another folder");
    write("in/inside.json", r#"{"EnvironmentVariables": [], "ConnectionReferences": []}"#);
    symlink("../outside.json", folder.path().join("in/link.json")).expect("a link");
    symlink("..", folder.path().join("in/up")).expect("a link");
    let absolute = folder.path().join("outside.json").display().to_string();
    let outside = [
        "../outside.json",
        "link.json",
        "up/outside.json",
        "/etc/hostname",
        &absolute,
        "../absent",
        "a/../../b",
    ];
    for path in outside {
        write("in/flowvet.toml", &format!("settings = ['inside.json', '{path}']"));
        let refused = check(&folder, &["in"]);
        assert!(!refused.contains("of another folder"), "{refused}");
        let words = refused.replace("\n  ", " ");
        assert!(
            words.contains("outside its folder; without `--config`, settings files have to be inside"),
            "{path}: {refused}"
        );
        assert!(refused.ends_with("--- exit code 2"), "{refused}");
        let named = check(&folder, &["in", "--config", "in/flowvet.toml"]);
        assert!(!named.contains("outside its folder"), "`--config` follows links: {named}");
        assert_eq!(
            check(&folder, &["in", "--settings", "in/inside.json"]),
            CLEAN,
            "the option overrides the configuration"
        );
    }
    for path in ["inside.json", "./inside.json", "../in/inside.json"] {
        write("in/flowvet.toml", &format!("settings = ['{path}']"));
        assert_eq!(check(&folder, &["in"]), CLEAN, "{path}");
    }
    write("in/flowvet.toml", "settings = ['absent.json']");
    assert!(check(&folder, &["in"]).contains("absent.json: no such file"));
}

#[test]
fn unreadable_files_are_findings() {
    let folder = unpacked();
    let inside = folder.path().join("in");
    let secret = inside.join("customizations.xml");
    fs::create_dir(inside.join("closed")).expect("a folder");
    for path in [&secret, &inside.join("closed")] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).expect("permissions");
    }
    if fs::read(&secret).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let report = check(&folder, &["in"]);
    assert!(report.contains("in/customizations.xml` could not be read"), "{report}");
    assert!(report.contains("in/closed` could not be listed"), "{report}");
    let refused = check(&folder, &["in/closed"]);
    assert!(refused.contains("in/closed: could not be read: ") && !refused.contains("0 files"), "{refused}");
    fs::create_dir(folder.path().join("around")).expect("a folder");
    fs::rename(inside.join("closed"), folder.path().join("around/closed")).expect("moved");
    let refused = check(&folder, &["around"]);
    assert!(
        refused.contains("around/closed: could not be read: ") && !refused.contains("0 files"),
        "{refused}"
    );
    let closed = folder.path().join("around/closed");
    fs::set_permissions(closed, fs::Permissions::from_mode(0o700)).expect("permissions");
}

#[test]
fn empty_folders_count_towards_the_limit() {
    let folder = unpacked();
    let deep: String = (0..200).map(|at| format!("d{at}/")).collect();
    fs::create_dir_all(folder.path().join("in").join(deep)).expect("folders");
    let report = check(&folder, &["in", "--max-files", "100"]);
    let refused = "in: exceeds the limit of 100 files and folders (`--max-files`)";
    assert!(report.contains(refused), "{report}");
    assert_eq!(check(&folder, &["in"]), CLEAN);
}
