//! Tests of `check --fix`, `--unsafe-fixes`, `--diff` and `--into`.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use support::{Files, TestFlow, flowvet, lay, read_folder, root, solution, transcript, write_all, zip_of};

/// The rules as `category/id`, with the kind of their fix.
fn rules() -> Vec<(String, Option<String>)> {
    let output = flowvet().args(["rules", "--format", "json"]).output().expect("runs");
    let json: Value = serde_json::from_slice(&output.stdout).expect("json");
    let rules = json["rules"].as_array().expect("a list").iter();
    let text = |rule: &Value, key: &str| rule[key].as_str().map(ToOwned::to_owned);
    let name = |rule: &Value| Some(format!("{}/{}", text(rule, "category")?, text(rule, "id")?));
    rules.map(|rule| (name(rule).expect("both names"), text(rule, "fix"))).collect()
}

/// The arguments that check a fixture, in the folder that it was laid out in.
fn arguments(name: &str, kind: &str) -> Vec<String> {
    let folder = format!("fixtures/{name}/{kind}");
    let file = |name: &str| root().join(&folder).join(name).is_file().then(|| format!("{folder}/{name}"));
    let order = ["order.txt", "order.csv", "order.json"].into_iter().find_map(file);
    let mut arguments = match order {
        Some(order) => vec!["order".to_owned(), folder.clone(), "--check".to_owned(), order],
        None => vec!["check".to_owned(), folder.clone()],
    };
    if let Some(settings) = file("settings.json") {
        arguments.extend(["--settings".to_owned(), settings]);
    }
    match file("flowvet.toml") {
        Some(config) => arguments.extend(["--config".to_owned(), config]),
        None => arguments.push("--no-config".to_owned()),
    }
    let page = fs::read_to_string(root().join(format!("rules/{name}.md"))).expect("a page");
    if page.contains("\ndefault = \"off\"\n") {
        let id = name.rsplit('/').next().expect("an id");
        arguments.extend(["--select".to_owned(), id.to_owned()]);
    }
    arguments
}

/// The findings of a run, and its exit code.
fn check(folder: &Path, arguments: &[String]) -> (Vec<Value>, i32) {
    let output = flowvet().current_dir(folder).args(arguments).args(["--format", "json"]).output();
    let output = output.expect("runs");
    let json: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr)));
    let findings = json["findings"].as_array().expect("a list").clone();
    (findings, output.status.code().expect("not killed"))
}

fn with(arguments: &[String], more: &[&str]) -> Vec<String> {
    arguments.iter().cloned().chain(more.iter().map(|one| (*one).to_owned())).collect()
}

/// Whether a fixture is a single version, so that its files can be fixed.
fn is_checked(name: &str) -> bool {
    let folder = root().join("fixtures").join(name).join("bad");
    !folder.join("old").exists()
}

/// The kinds of the fixes of a rule's findings.
fn kinds(findings: &[Value], id: &str) -> Vec<String> {
    let of_rule = findings.iter().filter(|one| one["rule"] == id);
    of_rule.filter_map(|one| one["fix"]["applicability"].as_str()).map(ToOwned::to_owned).collect()
}

fn counts(findings: &[Value]) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding["rule"].as_str().expect("a rule").to_owned()).or_default() += 1;
    }
    counts
}

#[test]
fn pages_say_which_rules_have_a_fix() {
    for (name, kind) in rules().into_iter().filter(|(name, _)| is_checked(name)) {
        let laid = lay(&name);
        let arguments = arguments(&name, "bad");
        let id = name.rsplit('/').next().expect("an id");
        let (findings, _) = check(laid.path(), &arguments);
        let kinds = kinds(&findings, id);
        let Some(kind) = kind else {
            assert!(kinds.is_empty(), "{name}: the page has to say `fix = \"{}\"`", kinds[0]);
            continue;
        };
        assert!(kinds.contains(&kind), "{name}: expected a fix that is {kind}: {kinds:?}");
        let page = fs::read_to_string(root().join(format!("rules/{name}.md"))).expect("a page");
        let option = if kind == "unsafe" { "`--fix --unsafe-fixes`" } else { "`--fix`" };
        assert!(page.contains(option) || kind == "display", "{name}: the page does not mention {option}");
        let command = with(&arguments, &["--diff", "--unsafe-fixes"]);
        let diff = transcript(flowvet().current_dir(laid.path()).args(command));
        insta::with_settings!({snapshot_path => "snapshots/fixes", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(name.replace('/', "__"), diff);
        });
    }
}

#[test]
fn the_fix_of_each_rule_closes_its_finding_and_opens_none() {
    let mut fixed = 0;
    for (name, kind) in rules().into_iter().filter(|(name, _)| is_checked(name)) {
        let Some(kind) = kind.filter(|kind| kind != "display") else { continue };
        let laid = lay(&name);
        let id = name.rsplit('/').next().expect("an id");
        let arguments = arguments(&name, "bad");
        let (before, _) = check(laid.path(), &arguments);
        let files = || sorted(read_folder(laid.path()));
        let original = files();
        let fixing = |options: &[&str]| check(laid.path(), &with(&arguments, options)).0;
        if kind == "unsafe" {
            fixing(&["--fix"]);
            assert!(files() == original, "{name}: changed without `--unsafe-fixes`");
        }
        let options = if kind == "safe" { &["--fix"][..] } else { &["--fix", "--unsafe-fixes"] };
        let after = fixing(options);
        let (was, is) = (counts(&before), counts(&after));
        assert!(is.get(id).unwrap_or(&0) < &was[id], "{name}: still found");
        // The reference of a connection that nothing uses is not used either.
        let reveals = |rule: &str| id == "connection-key-unused" && rule == "connection-reference-unused";
        for (rule, number) in is.into_iter().filter(|(rule, _)| !reveals(rule)) {
            assert!(number <= was.get(&rule).copied().unwrap_or(0), "{name}: the fix causes {rule}");
        }
        let settled = files();
        assert!(settled != original && settled.len() == original.len(), "{name}: one file changes");
        fixing(options);
        assert!(files() == settled, "{name}: the fix is not idempotent");
        fixed += 1;
    }
    assert!(fixed > 20, "{fixed} rules");
}

fn sorted(mut files: Files) -> Files {
    files.sort();
    files
}

/// A solution with a child flow whose trigger is named `start` and an expression in the wrong case. The layout of the flow
/// file is unusual.
fn odd_solution(newline: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = solution("Kit", &[TestFlow::new(1, [2]), TestFlow::new(2, [])]);
    let child = TestFlow::new(2, []);
    let text = child
        .json()
        .replace("\"manual\"", "\"start\"")
        .replace("\"actions\": {", "\"actions\": {\n\t\"Größe 名\":{\"type\" :\"Compose\",\"inputs\":\"é\\u00e9 @{outputs('START')} 1.50\",\"runAfter\":{}},")
        .replace('\n', newline);
    for (path, bytes) in &mut files {
        if *path == child.file() {
            *bytes = text.clone().into_bytes();
        }
    }
    files
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{FEFF}{text}").encode_utf16().flat_map(bytes).collect()
}

/// A text in another encoding, with other line ends.
type Rewrite = fn(&str) -> Vec<u8>;

#[test]
fn the_fix_of_each_rule_keeps_encodings_and_line_ends() {
    const REWRITES: [Rewrite; 2] = [
        |text| format!("\u{FEFF}{}", text.replace('\n', "\r\n")).into_bytes(),
        |text| utf16(text, u16::to_be_bytes),
    ];
    let mut fixed = 0;
    for (name, kind) in rules().into_iter().filter(|(name, _)| is_checked(name)) {
        let Some(_) = kind.filter(|kind| kind != "display") else { continue };
        let plain = |bytes: Vec<u8>| match String::from_utf8(bytes) {
            Ok(text) => Ok(text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n")),
            Err(error) => Err(error.into_bytes()),
        };
        let files = read_folder(lay(&name).path()).into_iter().map(|(path, bytes)| (path, plain(bytes)));
        let files: Vec<(String, Result<String, Vec<u8>>)> = files.collect();
        let after = |rewrite: Rewrite| {
            let folder = TempDir::new().expect("a folder");
            let write = |text: &Result<String, Vec<u8>>| match text {
                Ok(text) => rewrite(text),
                Err(bytes) => bytes.clone(),
            };
            let written = files.iter().map(|(path, text)| (path.clone(), write(text)));
            write_all(folder.path(), &written.collect::<Files>());
            check(folder.path(), &with(&arguments(&name, "bad"), &["--fix", "--unsafe-fixes"]));
            sorted(read_folder(folder.path()))
        };
        let expected = after(|text| text.as_bytes().to_vec());
        for rewrite in REWRITES {
            for ((path, bytes), (_, plain)) in after(rewrite).into_iter().zip(&expected) {
                let wanted = std::str::from_utf8(plain).map_or_else(|_| plain.clone(), rewrite);
                assert!(bytes == wanted, "{name}: {path}: {}", String::from_utf8_lossy(&bytes));
            }
        }
        fixed += 1;
    }
    assert!(fixed > 20, "{fixed} rules");
}

#[test]
fn everything_else_stays_byte_for_byte() {
    let child = TestFlow::new(2, []).file();
    for newline in ["\n", "\r\n", " "] {
        for encode in [
            (|text| text.as_bytes().to_vec()) as fn(&str) -> Vec<u8>,
            |text| format!("\u{FEFF}{text}").into_bytes(),
            |text| utf16(text, u16::to_le_bytes),
            |text| utf16(text, u16::to_be_bytes),
        ] {
            let folder = TempDir::new().expect("a folder");
            let files = odd_solution(newline);
            write_all(folder.path(), &files);
            let text = files.iter().find(|(path, _)| *path == child).expect("the child");
            let text = String::from_utf8(text.1.clone()).expect("UTF-8");
            fs::write(folder.path().join(&child), encode(&text)).expect("a file");
            let arguments =
                ["check", ".", "--no-config", "--select", "child-trigger-renamed", "--fix", "--unsafe-fixes"];
            let report = transcript(flowvet().current_dir(folder.path()).args(arguments));
            assert!(report.contains("fixed 1 finding"), "{report}");
            let expected = text.replace("\"start\"", "\"manual\"").replace("'START'", "'manual'");
            assert!(
                fs::read(folder.path().join(&child)).expect("a file") == encode(&expected),
                "{newline:?}"
            );
            for (path, bytes) in files.iter().filter(|(path, _)| *path != child) {
                assert_eq!(&fs::read(folder.path().join(path)).expect("a file"), bytes, "{path}");
            }
        }
    }
}

#[test]
fn a_zip_is_copied_and_never_changed() {
    let folder = TempDir::new().expect("a folder");
    let files = odd_solution("\r\n");
    let mut entries: Vec<(&str, &[u8])> = vec![("z.bin", b"\0\x01\x02"), ("Other/", b"")];
    entries.retain(|(name, _)| !name.ends_with('/'));
    entries.extend(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let zip = zip_of(entries);
    let path = folder.path().join("Kit.zip");
    fs::write(&path, &zip).expect("a file");
    let run = |arguments: &[&str]| {
        let base = ["check", "Kit.zip", "--no-config", "--select", "child-trigger-renamed"];
        transcript(flowvet().current_dir(folder.path()).args(base).args(arguments))
    };
    insta::assert_snapshot!("zip_without_into", run(&["--fix", "--unsafe-fixes"]));
    insta::assert_snapshot!("zip_into_itself", run(&["--fix", "--unsafe-fixes", "--into", "Kit.zip"]));
    insta::assert_snapshot!("zip_into", run(&["--fix", "--unsafe-fixes", "--into", "New.zip"]));
    assert_eq!(fs::read(&path).expect("a file"), zip, "the zip was changed");
    let [old, new] = [zip, fs::read(folder.path().join("New.zip")).expect("the copy")].map(entries_of);
    assert_eq!(old.len(), new.len());
    for ((name, raw, content), (new_name, new_raw, new_content)) in old.iter().zip(&new) {
        assert_eq!(name, new_name, "the order of the entries");
        if *name == TestFlow::new(2, []).file() {
            let text = String::from_utf8(content.clone()).expect("UTF-8");
            let text = text.replace("\"start\"", "\"manual\"").replace("'START'", "'manual'");
            assert_eq!(new_content, text.as_bytes());
        } else {
            assert_eq!(raw, new_raw, "{name}");
        }
    }
}

#[test]
fn a_zip_in_a_zip_is_fixed_in_the_copy() {
    let folder = TempDir::new().expect("a folder");
    let files = odd_solution("\n");
    let inner = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let middle = zip_of([("Kit.zip", inner.as_slice()), ("notes.txt", b"x")]);
    let outer =
        zip_of([("input.xml", b"<x/>".as_slice()), ("Pkg/middle.zip", &middle), ("z.bin", b"\0\x01")]);
    fs::write(folder.path().join("Outer.zip"), &outer).expect("a file");
    let run = |arguments: &[&str]| {
        let base = ["check", "Outer.zip", "--no-config", "--select", "child-trigger-renamed"];
        transcript(flowvet().current_dir(folder.path()).args(base).args(arguments))
    };
    insta::assert_snapshot!("nested_zip_into", run(&["--fix", "--unsafe-fixes", "--into", "New.zip"]));
    assert_eq!(fs::read(folder.path().join("Outer.zip")).expect("a file"), outer, "the zip was changed");
    let mut new = entries_of(fs::read(folder.path().join("New.zip")).expect("the copy"));
    let mut old = entries_of(outer);
    for changed in ["Pkg/middle.zip", "Kit.zip"] {
        assert_eq!(old.len(), new.len());
        for (one, other) in old.iter().zip(&new) {
            assert_eq!(one.0, other.0, "the order of the entries");
            assert_eq!(one.1 == other.1, one.0 != changed, "{}", one.0);
        }
        let inside = |entries: &[(String, Vec<u8>, Vec<u8>)]| {
            let entry = entries.iter().find(|entry| entry.0 == changed).expect("the entry");
            entries_of(entry.2.clone())
        };
        (old, new) = (inside(&old), inside(&new));
    }
    let text = |entries: &[(String, Vec<u8>, Vec<u8>)]| {
        let child = TestFlow::new(2, []).file();
        let entry = entries.iter().find(|entry| entry.0 == child).expect("the flow");
        String::from_utf8(entry.2.clone()).expect("UTF-8")
    };
    assert_eq!(text(&new), text(&old).replace("\"start\"", "\"manual\"").replace("'START'", "'manual'"));
    let inner = run(&["--fix", "--unsafe-fixes"]);
    assert!(inner.contains("a zip is never changed") && inner.ends_with("exit code 2"), "{inner}");
}

/// The name of each entry, and its content as stored and inflated.
fn entries_of(zip: Vec<u8>) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).expect("a zip");
    let mut entries = Vec::new();
    for index in 0..zip.len() {
        let (mut raw, mut content) = (Vec::new(), Vec::new());
        zip.by_index_raw(index).expect("an entry").read_to_end(&mut raw).expect("bytes");
        let mut entry = zip.by_index(index).expect("an entry");
        entry.read_to_end(&mut content).expect("bytes");
        entries.push((entry.name().to_owned(), raw, content));
    }
    entries
}

#[test]
fn a_managed_solution_is_not_fixed() {
    let folder = TempDir::new().expect("a folder");
    let mut files = odd_solution("\n");
    for (_, bytes) in files.iter_mut().filter(|(path, _)| path == "solution.xml") {
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        *bytes = text.replace("<Managed>0<", "<Managed>1<").into_bytes();
    }
    let zip = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    fs::write(folder.path().join("Kit.zip"), zip).expect("a file");
    let arguments = ["check", "Kit.zip", "--no-config", "--fix", "--into", "New.zip"];
    insta::assert_snapshot!("managed", transcript(flowvet().current_dir(folder.path()).args(arguments)));
    assert!(!folder.path().join("New.zip").exists());
    let report = transcript(flowvet().current_dir(folder.path()).args(["check", "Kit.zip", "--no-config"]));
    assert!(!report.contains("fix:"), "{report}");
}

#[test]
fn options_that_contradict_are_refused() {
    for arguments in [
        &["--unsafe-fixes"][..],
        &["--into", "x.zip"],
        &["--diff", "--into", "x.zip"],
        &["--diff", "--format", "json"],
        &["--fix", "--into", "x.zip"],
    ] {
        let output = flowvet()
            .args(["check", "fixtures/activation/child-trigger-renamed/bad", "--no-config"])
            .args(arguments)
            .output()
            .expect("runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn the_settings_of_a_managed_zip_are_fixed() {
    let folder = TempDir::new().expect("a folder");
    let mut files = solution("Kit", &[TestFlow::new(1, [2]), TestFlow::new(2, [3]), TestFlow::new(3, [])]);
    for (_, bytes) in files.iter_mut().filter(|(path, _)| path == "solution.xml") {
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        *bytes = text.replace("<Managed>0<", "<Managed>1<").into_bytes();
    }
    let zip = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    fs::write(folder.path().join("Kit.zip"), &zip).expect("a file");
    let entry = |number: usize, order: &str, activate: &str| {
        let id = support::id(number);
        format!(
            r##"{{"solutionComponentUniqueName": "{id}", "sortOrder": {order},   "activate": {activate}}}"##
        )
    };
    let settings = |orders: [&str; 3], last: &str| {
        let entries =
            [entry(1, orders[0], "\"#{on}#\""), entry(2, orders[1], "true"), entry(3, orders[2], last)];
        format!("{{\"ActivateFlowConfiguration\": [\r\n{}\r\n]}}", entries.join(",\r\n"))
    };
    let path = folder.path().join("settings.json");
    let run = |options: &[&str]| {
        let base = ["check", "Kit.zip", "--no-config", "--settings", "settings.json"];
        transcript(flowvet().current_dir(folder.path()).args(base).args(options))
    };
    fs::write(&path, settings(["\"10\"", "20", "\"30\""], "true")).expect("a file");
    insta::assert_snapshot!("settings_order", run(&["--fix"]));
    assert_eq!(fs::read_to_string(&path).expect("a file"), settings(["\"30\"", "20", "\"10\""], "true"));
    fs::write(&path, settings(["3", "2", "1"], "\"false\"")).expect("a file");
    run(&["--fix"]);
    assert_eq!(fs::read_to_string(&path).expect("a file"), settings(["3", "2", "1"], "\"false\""));
    run(&["--fix", "--unsafe-fixes"]);
    assert_eq!(fs::read_to_string(&path).expect("a file"), settings(["3", "2", "1"], "\"true\""));
    assert_eq!(fs::read(folder.path().join("Kit.zip")).expect("a file"), zip);
}

#[cfg(unix)]
#[test]
fn links_and_read_only_files_are_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let child = TestFlow::new(2, []).file();
    let arguments = ["check", "package", "--no-config", "--fix", "--unsafe-fixes"];

    let folder = TempDir::new().expect("a folder");
    write_all(&folder.path().join("package"), &odd_solution("\n"));
    let path = folder.path().join("package").join(&child);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("permissions");
    let before = fs::read(&path).expect("a file");
    insta::assert_snapshot!("read_only", transcript(flowvet().current_dir(folder.path()).args(arguments)));
    assert_eq!(fs::read(&path).expect("a file"), before);

    // A folder outside, which a link in the checkout leads to.
    let outside = TempDir::new().expect("a folder");
    write_all(&outside.path().join("package"), &odd_solution("\n"));
    let folder = TempDir::new().expect("a folder");
    symlink(outside.path().join("package"), folder.path().join("package")).expect("a link");
    let report = transcript(flowvet().current_dir(folder.path()).args(arguments));
    assert!(report.contains("is a link") && report.ends_with("exit code 2"), "{report}");
    assert_eq!(fs::read(outside.path().join("package").join(&child)).expect("a file"), before);

    // A settings file that is a link.
    let folder = TempDir::new().expect("a folder");
    write_all(&folder.path().join("package"), &odd_solution("\n"));
    let mode = fs::Permissions::from_mode(0o750);
    let path = folder.path().join("package").join(&child);
    fs::set_permissions(&path, mode.clone()).expect("permissions");
    transcript(flowvet().current_dir(folder.path()).args(arguments));
    assert_ne!(fs::read(&path).expect("a file"), before);
    assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, mode.mode(), "permissions");
}
