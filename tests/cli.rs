//! The command line: exit codes, bad inputs and help texts.

mod support;

use std::fs;

use support::{TestFlow, flowvet, lay, solution, solution_zip, transcript, write_all, zip_of};
use tempfile::TempDir;

/// A folder with files, and its path for arguments.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let files: Vec<_> = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    write_all(folder.path(), &files);
    folder
}

/// Runs in a folder, so that reports contain no temporary paths.
fn run_in(folder: &TempDir, args: &[&str]) -> String {
    transcript(flowvet().current_dir(folder.path()).args(args))
}

fn clean_solution() -> Vec<u8> {
    solution_zip("Clean", &[TestFlow::new(1, [2]), TestFlow::new(2, [])])
}

#[test]
fn help_texts() {
    insta::assert_snapshot!("help", transcript(flowvet().arg("--help")));
    insta::assert_snapshot!("help_check", transcript(flowvet().args(["check", "--help"])));
    insta::assert_snapshot!("help_order", transcript(flowvet().args(["order", "--help"])));
    insta::assert_snapshot!("help_server", transcript(flowvet().args(["server", "--help"])));
    insta::assert_snapshot!("help_mcp", transcript(flowvet().args(["mcp", "--help"])));
    insta::assert_snapshot!("help_runbook", transcript(flowvet().args(["runbook", "--help"])));
    insta::assert_snapshot!("no_arguments", transcript(&mut flowvet()));
    insta::assert_snapshot!("unknown_command", transcript(flowvet().arg("chekc")));
}

#[test]
fn exit_codes() {
    let code = |args: &[&str]| flowvet().args(args).output().expect("runs").status.code();
    let bad = "fixtures/activation/child-flow-off/bad";
    let warning = "fixtures/activation/child-trigger-renamed/bad";
    let info = "fixtures/activation/child-flow-external/bad";
    assert_eq!(code(&["check", "fixtures/activation/child-flow-off/good"]), Some(0));
    assert_eq!(code(&["check", bad]), Some(1));
    assert_eq!(code(&["check", bad, "--fail-on", "never"]), Some(0));
    assert_eq!(code(&["check", warning]), Some(0));
    assert_eq!(code(&["check", warning, "--fail-on", "warning"]), Some(1));
    assert_eq!(code(&["check", info, "--fail-on", "warning"]), Some(0));
    assert_eq!(code(&["check", info, "--fail-on", "info"]), Some(1));
    assert_eq!(code(&["order", bad]), Some(0));
    assert_eq!(code(&["order", "fixtures/activation/call-cycle/bad"]), Some(1));
    assert_eq!(code(&["check", "nowhere"]), Some(2));
    assert_eq!(code(&["check"]), Some(2));
    assert_eq!(code(&["explain", "nothing-like-it"]), Some(1));
    assert_eq!(code(&["explain", "src"]), Some(2));
    assert_eq!(code(&["--version"]), Some(0));
}

#[test]
fn inputs_that_are_no_solution() {
    let truncated = &clean_solution()[..400];
    let files: &[(&str, &[u8])] = &[
        ("empty.zip", b""),
        ("pointer.zip", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"),
        ("page.zip", b"<!DOCTYPE html><html><body>Sign in</body></html>"),
        ("text.zip", b"not a zip at all"),
        ("old.cab", b"MSCF\0\0\0\0"),
        ("truncated.zip", truncated),
        ("photos.zip", &zip_of([("a.png", &b"x"[..])])),
        ("package.zip", &zip_of([("PkgAssets/old.cab", &b"MSCF"[..])])),
        ("package.json", b"{\"name\": \"x\"}"),
        ("broken.json", b"{\"properties\": {\"definition\": {\n  \"triggers\": {},}}}"),
        ("solution.xml", b"<ImportExportXml/>"),
        ("nothing/readme.txt", b"x"),
        ("yaml/solutions/demo/solution.yml", b"x: 1"),
    ];
    let folder = folder(files);
    let mut report = String::new();
    let mut names: Vec<&str> =
        files.iter().map(|(name, _)| name.split('/').next().expect("a name")).collect();
    names.push("absent.zip");
    for name in names {
        report += &format!("$ flowvet check {name}\n{}\n\n", run_in(&folder, &["check", name]));
    }
    insta::assert_snapshot!(report);
}

#[test]
fn an_encrypted_zip_is_refused() {
    let mut bytes = clean_solution();
    // Set the encryption flag in every local and central header.
    for (magic, flag) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let places: Vec<usize> =
            bytes.windows(4).enumerate().filter(|(_, w)| w == magic).map(|(at, _)| at).collect();
        places.into_iter().for_each(|at| bytes[at + flag] |= 1);
    }
    let folder = folder(&[("secret.zip", &bytes)]);
    insta::assert_snapshot!(run_in(&folder, &["check", "secret.zip"]));
}

#[test]
fn one_bad_input_refuses_the_run() {
    let folder = folder(&[("good.zip", &clean_solution()), ("bad.zip", b"")]);
    insta::assert_snapshot!(run_in(&folder, &["check", "good.zip", "bad.zip", "absent"]));
}

#[test]
fn odd_zips_are_read() {
    let files = solution("Odd", &[TestFlow::new(1, [2]), TestFlow { is_on: false, ..TestFlow::new(2, []) }]);
    let renamed = |rename: &dyn Fn(&str) -> String| -> Vec<u8> {
        let files: Vec<(String, &[u8])> =
            files.iter().map(|(path, bytes)| (rename(path), bytes.as_slice())).collect();
        zip_of(files.iter().map(|(path, bytes)| (path.as_str(), *bytes)))
    };
    let backslashes = renamed(&|path| path.replace('/', "\\"));
    let below = renamed(&|path| format!("deep/er/{path}"));
    let once = zip_of([("PkgAssets/inner.zip", backslashes.as_slice()), ("readme.txt", b"x")]);
    let twice = zip_of([("outer.zip", once.as_slice())]);
    let thrice = zip_of([("most.zip", twice.as_slice())]);
    let too_deep = zip_of([("more.zip", thrice.as_slice())]);
    let folder = folder(&[
        ("backslashes.zip", &backslashes),
        ("below.zip", &below),
        ("once.zip", &once),
        ("thrice.zip", &thrice),
        ("too_deep.zip", &too_deep),
    ]);
    for name in ["backslashes.zip", "below.zip", "once.zip", "thrice.zip", "too_deep.zip"] {
        insta::assert_snapshot!(name, run_in(&folder, &["check", name]));
    }
}

#[test]
fn encodings_and_line_endings_do_not_matter() {
    let flows = [TestFlow::new(1, [2]), TestFlow { is_on: false, ..TestFlow::new(2, []) }];
    let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(unit).collect()
    };
    type Encode<'a> = &'a dyn Fn(&str) -> Vec<u8>;
    let encodings: [(&str, Encode<'_>); 6] = [
        ("plain", &|text| text.as_bytes().to_vec()),
        ("bom", &|text| format!("\u{FEFF}{text}").into_bytes()),
        ("utf16le", &|text| utf16(text, u16::to_le_bytes)),
        ("utf16be", &|text| utf16(text, u16::to_be_bytes)),
        ("crlf", &|text| text.replace('\n', "\r\n").into_bytes()),
        ("oneline", &|text| text.replace('\n', " ").into_bytes()),
    ];
    let mut seen = Vec::new();
    for (name, encode) in encodings {
        let files: Vec<_> = solution("Encoded", &flows)
            .into_iter()
            .map(|(path, bytes)| (path, encode(std::str::from_utf8(&bytes).expect("UTF-8"))))
            .collect();
        let folder = TempDir::new().expect("a folder");
        write_all(folder.path(), &files);
        let output = flowvet().current_dir(folder.path()).args(["check", ".", "--format", "json"]).output();
        let json: serde_json::Value = serde_json::from_slice(&output.expect("runs").stdout).expect("json");
        let findings = json["findings"].as_array().expect("a list");
        let shown: Vec<_> = findings
            .iter()
            .map(|finding| (finding["rule"].clone(), finding["message"].clone(), finding["pointer"].clone()))
            .collect();
        assert_eq!(shown.len(), 1, "{name}: {json}");
        seen.push(shown);
    }
    seen.dedup();
    assert_eq!(seen.len(), 1);
}

#[test]
fn json_and_other_formats() {
    let bad = "fixtures/activation/child-flow-off/bad";
    insta::assert_snapshot!("check_json", transcript(flowvet().args(["check", bad, "--format", "json"])));
    let scenario = "fixtures/scenarios/co-sell-dynamics365/as-shipped";
    for format in ["text", "json", "csv"] {
        let name = format!("order_{format}");
        insta::assert_snapshot!(name, transcript(flowvet().args(["order", scenario, "--format", format])));
    }
    for format in ["json", "mermaid", "dot", "svg"] {
        let name = format!("graph_{format}");
        insta::assert_snapshot!(name, transcript(flowvet().args(["graph", bad, "--format", format])));
    }
    insta::assert_snapshot!(
        "order_cycle",
        transcript(flowvet().args(["order", "fixtures/activation/call-cycle/bad"]))
    );
    let external = "fixtures/activation/child-flow-external/bad";
    insta::assert_snapshot!("order_external", transcript(flowvet().args(["order", external])));
    insta::assert_snapshot!(
        "order_external_json",
        transcript(flowvet().args(["order", external, "--format", "json"]))
    );
}

#[test]
fn colours_are_for_terminals_only() {
    let bad = ["check", "fixtures/activation/child-flow-off/bad"];
    let has_colour = |command: &mut assert_cmd::Command| transcript(command).contains('\u{1b}');
    assert!(!has_colour(flowvet().args(bad)), "a pipe is not a terminal");
    assert!(has_colour(flowvet().args(bad).args(["--color", "always"])));
    assert!(has_colour(flowvet().args(bad).args(["--color", "always"]).env("NO_COLOR", "1")));
    assert!(!has_colour(flowvet().args(bad).args(["--color", "never"])));
}

#[test]
fn one_line_files_show_a_window() {
    let flow = TestFlow::new(1, std::iter::repeat_n(2, 200));
    let files: Vec<_> = solution("OneLine", &[flow, TestFlow { is_on: false, ..TestFlow::new(2, []) }])
        .into_iter()
        .map(|(path, bytes)| (path, String::from_utf8(bytes).expect("UTF-8").replace('\n', "").into_bytes()))
        .collect();
    let folder = TempDir::new().expect("a folder");
    write_all(folder.path(), &files);
    insta::assert_snapshot!(run_in(&folder, &["check", "."]));
}

#[test]
fn rules_and_explanations() {
    insta::assert_snapshot!("rules", transcript(flowvet().arg("rules")));
    insta::assert_snapshot!("explain_rule", transcript(flowvet().args(["explain", "child-flow-off"])));
    insta::assert_snapshot!(
        "explain_code",
        transcript(flowvet().args(["explain", "WorkflowTriggerNotFound"]))
    );
    let pasted = "Flow client error returned with status code \"BadRequest\" and details \
        \"{\"error\":{\"code\":\"ChildFlowNeverPublished\",\"message\":\"The workflow with id '1' cannot be used\"}}\".";
    insta::assert_snapshot!("explain_message", transcript(flowvet().args(["explain", pasted])));
    insta::assert_snapshot!("explain_unknown", transcript(flowvet().args(["explain", "child-flow-of"])));
    for rule in ["child-flow-off", "activation/child-flow-off"] {
        assert!(transcript(flowvet().args(["explain", rule])).ends_with("exit code 0"));
    }
}

#[test]
fn a_broken_pipe_is_not_an_error() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_flowvet"))
        .args(["explain", "child-flow-off"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn inputs_of_a_run_form_one_workspace() {
    let child = solution_zip("Base", &[TestFlow { is_on: false, ..TestFlow::new(2, []) }]);
    let parent = solution_zip("App", &[TestFlow::new(1, [2])]);
    let folder = folder(&[("base.zip", &child), ("app.zip", &parent)]);
    insta::assert_snapshot!("workspace_alone", run_in(&folder, &["check", "app.zip"]));
    insta::assert_snapshot!("workspace_together", run_in(&folder, &["check", "app.zip", "base.zip"]));
    assert_eq!(
        run_in(&folder, &["check", "base.zip", "app.zip"]),
        run_in(&folder, &["check", "app.zip", "base.zip"]),
        "the order of inputs does not matter"
    );
    insta::assert_snapshot!("workspace_order", run_in(&folder, &["order", "."]));
}

#[test]
fn loose_flows_and_a_workflows_folder() {
    let files = solution("Loose", &[TestFlow::new(1, [2, 3]), TestFlow::new(2, [])]);
    let folder = TempDir::new().expect("a folder");
    let flows: Vec<_> = files.into_iter().filter(|(path, _)| path.starts_with("Workflows/")).collect();
    write_all(folder.path(), &flows);
    fs::write(folder.path().join("settings.json"), "{}").expect("a file");
    insta::assert_snapshot!("loose_one", run_in(&folder, &["check", &flows[0].0, "--format", "json"]));
    insta::assert_snapshot!("loose_folder", run_in(&folder, &["order", "Workflows"]));
}

#[test]
fn help_of_the_later_commands() {
    insta::assert_snapshot!("help_compare", transcript(flowvet().args(["compare", "--help"])));
    insta::assert_snapshot!("help_connections", transcript(flowvet().args(["connections", "--help"])));
}

#[test]
fn connections_list_every_action() {
    let scenario = "fixtures/scenarios/co-sell-salesforce/as-shipped";
    for format in ["table", "json", "csv", "markdown"] {
        let name = format!("connections_{format}");
        insta::assert_snapshot!(
            name,
            transcript(flowvet().args(["connections", scenario, "--format", format]))
        );
    }
    let undeclared = "fixtures/connections/connection-reference-undeclared/bad";
    insta::assert_snapshot!(
        "connections_undeclared",
        transcript(flowvet().args(["connections", undeclared]))
    );
}

#[test]
fn profiles_select_rules() {
    let code = |fixture: &str, profile: &str| {
        let rule = format!("definition/{fixture}");
        let folder = format!("fixtures/{rule}/bad");
        let args = ["check", &folder, "--fail-on", "info", "--profile", profile];
        let laid = lay(&rule);
        flowvet().current_dir(&laid).args(args).output().expect("runs").status.code()
    };
    // A finding that prevents activation, a finding about failing runs, and a finding about style.
    for (fixture, found_by) in [
        ("unknown-action", ["activation", "recommended", "strict"].as_slice()),
        ("wrong-argument-count", &["recommended", "strict"]),
        ("list-rows-unbounded", &["strict"]),
    ] {
        for profile in ["activation", "recommended", "strict"] {
            let expected = i32::from(found_by.contains(&profile));
            assert_eq!(code(fixture, profile), Some(expected), "{fixture} {profile}");
        }
    }
}
