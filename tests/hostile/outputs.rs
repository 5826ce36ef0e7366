//! Where outputs go: files are replaced, devices and pipes are written to, and links, which a checkout may hold, are
//! refused.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::{TestFlow, flowvet, solution, solution_zip, transcript, write_all};

/// A folder with an unpacked solution `in`, the same as `in.zip`, and settings.
fn project() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let flows = [TestFlow::new(1, [9])];
    write_all(&folder.path().join("in"), &solution("Outputs", &flows));
    fs::write(folder.path().join("in.zip"), solution_zip("Outputs", &flows)).expect("a file");
    let settings = r#"{"EnvironmentVariables": [], "ConnectionReferences": []}"#;
    fs::write(folder.path().join("settings.json"), settings).expect("a file");
    fs::write(folder.path().join("flowvet.toml"), "").expect("a file");
    folder
}

fn run(folder: &Path, args: &[&str]) -> String {
    transcript(flowvet().current_dir(folder).args(args))
}

/// The commands that write a file, each with `FILE` for its path.
const WRITERS: [&[&str]; 3] = [
    &["check", "in.zip", "-q", "--output", "sarif=FILE"],
    &["check", "in.zip", "-q", "--write-baseline", "FILE"],
    &["order", "in.zip", "--format", "alm", "--into", "FILE"],
];

fn write_to(folder: &Path, writer: &[&str], file: &str) -> String {
    let args: Vec<String> = writer.iter().map(|arg| arg.replace("FILE", file)).collect();
    run(folder, &args.iter().map(String::as_str).collect::<Vec<_>>())
}

fn assert_refused(out: &str, reason: &str) {
    assert!(out.contains(reason) && out.ends_with("--- exit code 2"), "expected {reason:?}:\n{out}");
}

#[test]
fn links_are_refused() {
    for writer in WRITERS {
        let project = project();
        let folder = project.path();
        fs::write(folder.join("victim"), "{}").expect("a file");
        fs::set_permissions(folder.join("victim"), fs::Permissions::from_mode(0o755)).expect("permissions");
        fs::create_dir(folder.join("elsewhere")).expect("a folder");
        fs::write(folder.join("elsewhere/old"), "{}").expect("a file");
        symlink("victim", folder.join("link")).expect("a link");
        symlink("link", folder.join("link-to-link")).expect("a link");
        symlink("nowhere", folder.join("dangling")).expect("a link");
        symlink("/dev/null", folder.join("device")).expect("a link");
        symlink("elsewhere", folder.join("folder")).expect("a link");
        symlink("/", folder.join("root")).expect("a link");
        let before = listing(folder);
        let paths = ["link", "./link", "in/../link", "link-to-link", "dangling", "device"];
        for path in paths {
            let out = write_to(folder, writer, path);
            let is_unread = writer[0] == "order" && ["dangling", "device"].contains(&path);
            assert_refused(&out, if is_unread { "error" } else { "it is a link" });
        }
        let absolute = folder.join("link").display().to_string();
        assert_refused(&write_to(folder, writer, &absolute), "it is a link");
        let inside = folder.join("folder/old").display().to_string();
        for path in ["folder/old", "./folder/old", &inside, "in/../folder/old"] {
            assert_refused(&write_to(folder, writer, path), "is a link: name the folder");
        }
        if writer[0] == "check" {
            let outside = folder.join("elsewhere/new").display().to_string();
            let outside = format!("root{outside}");
            assert_refused(&write_to(folder, writer, &outside), "is a link: name the folder");
        }
        assert_eq!(fs::read_to_string(folder.join("victim")).expect("there"), "{}");
        assert_eq!(listing(folder), before, "{writer:?}");
    }
}

#[test]
fn links_of_a_repository_are_refused_and_others_are_followed() {
    let project = project();
    let folder = project.path();
    let outside = TempDir::new().expect("a folder");
    fs::create_dir_all(outside.path().join("real/sub")).expect("a folder");
    symlink("real", outside.path().join("link")).expect("a link");
    let file = |name: &str| outside.path().join("link/sub").join(name).display().to_string();
    let out = write_to(folder, WRITERS[0], &file("a.sarif"));
    assert!(out.ends_with("--- exit code 1") || out.ends_with("--- exit code 0"), "{out}");
    assert!(outside.path().join("real/sub/a.sarif").is_file());
    fs::create_dir(outside.path().join(".git")).expect("a folder");
    assert_refused(&write_to(folder, WRITERS[0], &file("b.sarif")), "is a link: name the folder");
}

#[test]
fn a_configuration_is_not_created_behind_a_link() {
    let project = project();
    let folder = project.path();
    fs::create_dir(folder.join("elsewhere")).expect("a folder");
    symlink("elsewhere", folder.join("folder")).expect("a link");
    assert_refused(&run(folder, &["init", "folder"]), "the folder `folder` is a link: name the folder");
    symlink("../victim.toml", folder.join("elsewhere/flowvet.toml")).expect("a link");
    assert_refused(&run(folder, &["init", "elsewhere"]), "already exists");
    assert_eq!(listing(&folder.join("elsewhere")), ["flowvet.toml"]);
    assert!(!folder.join("victim.toml").exists());
}

#[test]
fn a_path_of_a_folder_is_refused() {
    for writer in WRITERS {
        let project = project();
        let folder = project.path();
        fs::write(folder.join("old.json"), "{}").expect("a file");
        let before = listing(folder);
        for path in ["new/", "new/.", "new//", "old.json/", "old.json/.", "in", "in/.", "."] {
            let out = write_to(folder, writer, path);
            let is_unread = writer[0] == "order";
            assert_refused(&out, if is_unread { "error" } else { "it is a folder: add the name of a file" });
        }
        assert_eq!(listing(folder), before, "{writer:?}");
        assert_eq!(fs::read_to_string(folder.join("old.json")).expect("there"), "{}");
    }
}

fn listing(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn devices_and_pipes_are_written_to() {
    let project = project();
    let folder = project.path();
    for writer in &WRITERS[..2] {
        let out = write_to(folder, writer, "/dev/null");
        assert!(!out.ends_with("--- exit code 2"), "{out}");
        let found = fs::symlink_metadata("/dev/null").expect("there").file_type();
        assert!(found.is_char_device(), "{found:?}");
        if Command::new("mkfifo").arg(folder.join("pipe")).status().is_ok_and(|status| status.success()) {
            let pipe = folder.join("pipe");
            let reader = std::thread::spawn(move || fs::read_to_string(pipe).expect("a report"));
            let out = write_to(folder, writer, "pipe");
            assert!(!out.ends_with("--- exit code 2"), "{out}");
            let report: serde_json::Value =
                serde_json::from_str(&reader.join().expect("reads")).expect("JSON");
            assert!(report["version"].is_string() || report["version"].is_u64());
            assert!(fs::symlink_metadata(folder.join("pipe")).expect("there").file_type().is_fifo());
            fs::remove_file(folder.join("pipe")).expect("there");
        }
    }
    for path in ["/dev/stdout", "/dev/fd/1"] {
        let output = flowvet()
            .current_dir(folder)
            .args(["check", "in.zip", "-q", "--output", &format!("json={path}")])
            .output()
            .expect("runs");
        assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok(), "{path}: {output:?}");
    }
    for path in
        ["-", "/dev/stdout", "/dev/fd/1", "/dev/../dev//fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1"]
    {
        if path != "-" && !Path::new(path).exists() {
            continue;
        }
        assert_refused(
            &run(folder, &["check", "in.zip", "--format", "json", "--output", &format!("sarif={path}")]),
            "only one report can go to stdout",
        );
        let twice = ["check", "in.zip", "--output", "json=-", "--output", &format!("sarif={path}")];
        assert_refused(&run(folder, &twice), "only one report can go to stdout");
        assert_refused(&write_to(folder, WRITERS[1], path), "a baseline cannot go to stdout");
    }
    let twice = ["check", "in.zip", "--output", "json=/dev/stderr", "--output", "sarif=/dev/fd/2"];
    assert_refused(&run(folder, &twice), "two reports would be written to this stream");
    let error = write_to(folder, WRITERS[0], "/dev/stderr");
    assert!(error.contains("--- stderr\n{") && error.contains("sarif-2.1.0"), "{error}");
}

#[test]
fn one_file_by_two_names_is_one_output() {
    for other in ["./x.json", "in/../x.json", "in/./../x.json", ".//x.json"] {
        let project = project();
        let folder = project.path();
        let out = run(
            folder,
            &["check", "in.zip", "--output", "json=x.json", "--output", &format!("sarif={other}")],
        );
        assert_refused(&out, "two reports would be written to this file");
        let out = run(folder, &["check", "in.zip", "--output", "json=x.json", "--write-baseline", other]);
        assert_refused(&out, "two reports would be written to this file");
        assert!(!folder.join("x.json").exists());
    }
    let project = project();
    let twice = ["check", "in.zip", "-q", "--output", "json=/dev/null", "--output", "sarif=/dev/null"];
    assert!(!run(project.path(), &twice).ends_with("--- exit code 2"), "a device holds both");
}

#[test]
fn an_input_is_not_replaced() {
    let project = project();
    let folder = project.path();
    fs::write(folder.join("given.json"), "{}").expect("a file");
    symlink("in.zip", folder.join("link.zip")).expect("a link");
    run(folder, &["check", "in.zip", "-q", "--write-baseline", "known.json"]);
    let flow = format!("in/{}", TestFlow::new(1, []).file());
    let cases: [(&[&str], &str); 9] = [
        (&["check", "in.zip"], "in.zip"),
        (&["check", "in.zip"], "./in/../in.zip"),
        (&["check", "link.zip"], "in.zip"),
        (&["check", "*.zip"], "in.zip"),
        (&["check", "in"], "in/solution.xml"),
        (&["check", "in"], &flow),
        (&["check", "in.zip", "--settings", "settings.json"], "settings.json"),
        (&["check", "in.zip", "--config", "flowvet.toml"], "flowvet.toml"),
        (&["check", "in.zip", "--baseline", "known.json"], "known.json"),
    ];
    for (args, file) in cases {
        let before = fs::read(folder.join(file)).expect("there");
        let output = format!("json={file}");
        let out = run(folder, &[args, &["--output", &output]].concat());
        assert_refused(&out, "it is an input of this run");
        assert_eq!(fs::read(folder.join(file)).expect("there"), before, "{file}");
    }
    let out = run(folder, &["check", "in.zip", "--write-baseline", "in.zip"]);
    assert_refused(&out, "it is an input of this run");
    // The configuration that is found is one as well.
    let out = run(folder, &["check", "in.zip", "--output", "json=flowvet.toml"]);
    assert_refused(&out, "it is an input of this run");
    // A baseline is written anew, and a report may go into a folder that is checked.
    let again = ["check", "in.zip", "-q", "--baseline", "known.json", "--write-baseline", "./known.json"];
    assert!(run(folder, &again).ends_with("--- exit code 0"));
    let inside = ["check", ".", "-q", "--fail-on", "never", "--output", "json=report.json"];
    assert!(run(folder, &inside).ends_with("--- exit code 0"));
    assert!(run(folder, &inside).ends_with("--- exit code 0"), "and again");
}

#[test]
fn a_report_cannot_be_executed() {
    let project = project();
    let folder = project.path();
    for (old, new) in [(0o755, 0o644), (0o4711, 0o600), (0o640, 0o640), (0o444, 0o444)] {
        fs::write(folder.join("old"), "#!/bin/sh").expect("a file");
        fs::set_permissions(folder.join("old"), fs::Permissions::from_mode(old)).expect("permissions");
        let out = write_to(folder, WRITERS[0], "old");
        assert!(!out.ends_with("--- exit code 2"), "{out}");
        let mode = fs::metadata(folder.join("old")).expect("there").permissions().mode() & 0o7777;
        assert_eq!(mode, new, "{mode:o} from {old:o}");
        fs::remove_file(folder.join("old")).expect("there");
    }
}
