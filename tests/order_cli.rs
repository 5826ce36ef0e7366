//! `flowvet order` and its options.

mod support;

use std::fs;

use support::{TestFlow, flowvet, id, solution_zip, transcript};
use tempfile::TempDir;

const SCENARIO: &str = "fixtures/scenarios/co-sell-dynamics365/as-shipped";

fn order(arguments: &[&str]) -> String {
    transcript(flowvet().args(["order", SCENARIO]).args(arguments))
}

#[test]
fn only_restricts_the_order_to_a_flow_and_its_needs() {
    insta::assert_snapshot!("only", order(&["--only", "Partner Center to Dynamics 365"]));
    insta::assert_snapshot!(
        "only_reverse",
        order(&["--only", "Partner Center to Dynamics 365 - Helper", "--reverse"])
    );
    insta::assert_snapshot!("reverse", order(&["--reverse"]));
    insta::assert_snapshot!("only_unknown", order(&["--only", "Partner Center to Dynamics 36"]));
    insta::assert_snapshot!("only_part", order(&["--only", "helper"]));
    insta::assert_snapshot!("only_nothing", order(&["--only", "zzz"]));
}

#[test]
fn a_name_of_two_flows_is_ambiguous() {
    let folder = TempDir::new().expect("a folder");
    // The name of a generated flow is its number.
    let twin =
        String::from_utf8(solution_zip("Twin", &[TestFlow::new(1, []), TestFlow::new(2, [])])).is_err();
    assert!(twin, "a zip is not a text");
    let mut files = support::solution("Twin", &[TestFlow::new(1, []), TestFlow::new(2, [])]);
    for (path, bytes) in &mut files {
        if path == "customizations.xml" {
            let text = String::from_utf8(bytes.clone()).expect("UTF-8").replace("Flow 0002", "Flow 0001");
            *bytes = text.into_bytes();
        }
    }
    support::write_all(folder.path(), &files);
    let run =
        |args: &[&str]| transcript(flowvet().current_dir(folder.path()).args(["order", "."]).args(args));
    insta::assert_snapshot!("only_ambiguous", run(&["--only", "Flow 0001"]));
    assert!(run(&["--only", &id(2)]).ends_with("exit code 0"));
}

#[test]
fn formats_for_release_notes_and_the_accelerator() {
    insta::assert_snapshot!("markdown", order(&["--format", "markdown"]));
    insta::assert_snapshot!("alm", order(&["--format", "alm", "--only", "Partner Center to Dynamics 365"]));
}

#[test]
fn conflicting_options_are_refused() {
    for arguments in [
        &["--into", "x.json"][..],
        &["--format", "alm", "--reverse"],
        &["--solutions", "--format", "csv"],
        &["--check", "x", "--format", "markdown"],
        &["--check", "x", "--only", "y"],
        &["--solutions", "--reverse"],
    ] {
        let run = order(arguments);
        assert!(run.ends_with("exit code 2") && run.starts_with("--- stderr\nerror: "), "{run}");
    }
}

#[test]
fn a_given_order_is_checked() {
    let folder = TempDir::new().expect("a folder");
    let zip = solution_zip("Kit", &[TestFlow::new(1, [2, 3]), TestFlow::new(2, [3]), TestFlow::new(3, [])]);
    fs::write(folder.path().join("kit.zip"), zip).expect("a file");
    let run = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("a file");
        let mut command = flowvet();
        command.current_dir(folder.path()).args(["order", "kit.zip", "--check", name]);
        transcript(&mut command)
    };
    insta::assert_snapshot!(
        "check_lines",
        run("order.txt", "# our order\r\nFlow 0003\r\nFlow 0001\r\nFlow 0002\r\nFlow 0009\r\n")
    );
    insta::assert_snapshot!("check_csv", run("order.csv", "owner;Flow\nme;Flow 0002\nme;Flow 0003\n"));
    let alm = format!(
        r##"{{"ActivateFlowConfiguration": [
  {{"solutionComponentName": "one", "solutionComponentUniqueName": "{}", "sortOrder": "1", "activate": "true"}},
  {{"solutionComponentName": "two", "solutionComponentUniqueName": "{}", "sortOrder": "#{{x}}#", "activate": "#{{y}}#"}},
  {{"solutionComponentName": "three", "solutionComponentUniqueName": "{}", "sortOrder": "", "activate": "false"}}
]}}"##,
        id(1),
        id(2),
        id(3)
    );
    insta::assert_snapshot!("check_alm", run("custom.json", &alm));
    insta::assert_snapshot!("check_broken", run("broken.json", "{\"order\": [\"a\",]}"));
    insta::assert_snapshot!("check_other", run("other.json", "{\"name\": 1}"));
    assert!(run("empty.txt", "\n").ends_with("exit code 2"));
    // The order that flowvet prints passes its own check.
    for format in ["json", "csv", "alm"] {
        let mut command = flowvet();
        command.current_dir(folder.path()).args(["order", "kit.zip", "--format", format]);
        let printed = command.output().expect("runs").stdout;
        let name = format!("own.{}", if format == "csv" { "csv" } else { "json" });
        let checked = run(&name, std::str::from_utf8(&printed).expect("UTF-8"));
        assert!(checked.starts_with("nothing found") && checked.ends_with("exit code 0"), "{checked}");
    }
}

#[test]
fn an_order_is_merged_into_settings() {
    let folder = TempDir::new().expect("a folder");
    let zip = solution_zip("Kit", &[TestFlow::new(1, [2]), TestFlow::new(2, [])]);
    fs::write(folder.path().join("kit.zip"), zip).expect("a file");
    let settings = folder.path().join("custom.json");
    let merge = || {
        let mut command = flowvet();
        command.current_dir(folder.path()).args([
            "order",
            "kit.zip",
            "--format",
            "alm",
            "--into",
            "custom.json",
        ]);
        transcript(&mut command)
    };
    let text = "\u{FEFF}{\r\n  \"Kept\": [1,2],\r\n  \"ActivateFlowConfiguration\": []\r\n}\r\n";
    fs::write(&settings, text).expect("a file");
    assert_eq!(merge(), "wrote the order of 2 flows to custom.json\n--- exit code 0");
    let merged = fs::read_to_string(&settings).expect("UTF-8");
    insta::assert_snapshot!("merged", merged.replace("\r\n", "\u{240D}\n"));
    assert_eq!(merge(), "custom.json already has this order\n--- exit code 0");
    assert_eq!(fs::read_to_string(&settings).expect("UTF-8"), merged);
    // UTF-16 stays UTF-16.
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(&settings, &utf16).expect("a file");
    merge();
    let bytes = fs::read(&settings).expect("a file");
    assert_eq!(bytes, merged.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    // If merging fails, the file is unchanged and no temporary file remains.
    fs::write(&settings, "{\"a\": }").expect("a file");
    insta::assert_snapshot!("merge_broken", merge());
    assert_eq!(fs::read_to_string(&settings).expect("UTF-8"), "{\"a\": }");
    let left: Vec<_> =
        fs::read_dir(folder.path()).expect("a folder").flatten().map(|e| e.file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
    fs::remove_file(&settings).expect("a file");
    assert_eq!(merge(), "--- stderr\nerror: custom.json: no such file or folder\n--- exit code 2");
}

#[test]
fn solutions_have_an_import_order() {
    let folder = TempDir::new().expect("a folder");
    let solutions = [
        ("App", vec![TestFlow::new(1, [2])]),
        ("Base", vec![TestFlow::new(2, [3])]),
        ("Core", vec![TestFlow::new(3, [])]),
        ("Left", vec![TestFlow::new(4, [5])]),
        ("Right", vec![TestFlow::new(5, [4])]),
    ];
    for (name, flows) in &solutions {
        fs::write(folder.path().join(format!("{name}.zip")), solution_zip(name, flows)).expect("a file");
    }
    let run = |args: &[&str]| {
        transcript(flowvet().current_dir(folder.path()).args(["order", "--solutions"]).args(args))
    };
    insta::assert_snapshot!("solutions", run(&["App.zip", "Base.zip", "Core.zip"]));
    insta::assert_snapshot!("solutions_json", run(&["App.zip", "Base.zip", "Core.zip", "--format", "json"]));
    insta::assert_snapshot!("solutions_circle", run(&["Left.zip", "Right.zip", "Core.zip"]));
    let external = "fixtures/activation/child-flow-external/bad";
    insta::assert_snapshot!(
        "solutions_external",
        transcript(flowvet().args(["order", "--solutions", external]))
    );
}

/// A list, what `--fix` makes of it, and what `--unsafe-fixes` makes of it too.
fn fixed(name: &str, bytes: &[u8], unsafe_fixes: bool) -> (Vec<u8>, String) {
    let folder = TempDir::new().expect("a folder");
    let flows = [
        TestFlow::new(1, [2, 3]),
        TestFlow::new(2, [3]),
        TestFlow::new(3, []),
        TestFlow::new(4, []),
        TestFlow::new(5, [1]),
    ];
    fs::write(folder.path().join("kit.zip"), solution_zip("Kit", &flows)).expect("a file");
    let file = folder.path().join(name);
    fs::write(&file, bytes).expect("a file");
    let run = |options: &[&str]| {
        let mut command = flowvet();
        command.current_dir(folder.path()).args(["order", "kit.zip", "--no-config", "--check", name]);
        transcript(command.args(options).args(unsafe_fixes.then_some("--unsafe-fixes")))
    };
    let diff = run(&["--diff"]);
    assert_eq!(fs::read(&file).expect("a file"), bytes, "`--diff` changes nothing");
    let report = run(&["--fix"]);
    let after = fs::read(&file).expect("a file");
    run(&["--fix"]);
    assert_eq!(fs::read(&file).expect("a file"), after, "the fix is idempotent");
    (after, format!("{diff}\n=== --fix\n{report}"))
}

#[test]
fn a_given_order_is_sorted_where_it_has_to_be() {
    let text = "# our order\r\n\r\n# first\r\n  Flow 0005\r\nFlow 0001 \r\n# then\r\nFlow 0002\r\nFlow 0009\r\nFlow 0003";
    let sorted = "# our order\r\n\r\n# first\r\nFlow 0003\r\nFlow 0002\r\nFlow 0001 \r\n  Flow 0005\r\n# then\r\nFlow 0009";
    let (after, report) = fixed("order.txt", text.as_bytes(), false);
    assert_eq!(String::from_utf8(after).expect("UTF-8"), sorted);
    insta::assert_snapshot!("fix_lines", report);
    for encode in [
        (|text: &str| format!("\u{FEFF}{text}").into_bytes()) as fn(&str) -> Vec<u8>,
        |text| format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        |text| text.replace("\r\n", "\n").into_bytes(),
    ] {
        assert_eq!(fixed("order.txt", &encode(text), false).0, encode(sorted));
    }
    for (name, text, sorted) in [
        (
            "order.csv",
            "owner;Flow\nme;Flow 0002\nyou;\"Flow 0004\"\nme;Flow 0003\n",
            "owner;Flow\nme;Flow 0003\nme;Flow 0002\nyou;\"Flow 0004\"\n",
        ),
        (
            "order.json",
            "[\n  \"Flow 0002\",\n  \"?\", \"Flow\\u0020 0003\", \"flow 0003\"\n]\n",
            "[\n  \"flow 0003\",\n  \"?\", \"Flow\\u0020 0003\", \"Flow 0002\"\n]\n",
        ),
    ] {
        let after = fixed(name, text.as_bytes(), false).0;
        assert_eq!(String::from_utf8(after).expect("UTF-8"), sorted);
    }
    // These state the positions once more, and a row may take several lines.
    for (name, text) in [
        ("order.csv", "position,flow\n1,Flow 0002\n2,Flow 0003\n"),
        ("order.csv", "flow,note\nFlow 0002,\"a\nb\"\nFlow 0003,\n"),
        ("order.json", "{\"waves\": [], \"order\": [\"Flow 0002\", \"Flow 0003\"]}"),
    ] {
        assert_eq!(fixed(name, text.as_bytes(), true).0, text.as_bytes());
    }
}

#[test]
fn missing_flows_are_added_to_a_given_order() {
    let (after, report) = fixed("order.txt", b"# ours\nFlow 0001\n\n# the end\n", true);
    assert_eq!(
        String::from_utf8(after).expect("UTF-8"),
        "# ours\nFlow 0003\nFlow 0002\nFlow 0001\nFlow 0004\nFlow 0005\n\n# the end\n"
    );
    insta::assert_snapshot!("fix_missing", report);
    let alm = format!(
        r#"{{"ActivateFlowConfiguration": [
  {{"solutionComponentName": "one", "solutionComponentUniqueName": "{}", "sortOrder": "7", "activate": "true"}}
]}}
"#,
        id(1)
    );
    let after = fixed("custom.json", alm.as_bytes(), true).0;
    insta::assert_snapshot!("fix_missing_alm", String::from_utf8(after).expect("UTF-8"));
    let text = format!("Id,Flow,Owner\r\n{},=Flow,me\r\n", id(1));
    let after = fixed("order.csv", text.as_bytes(), true).0;
    insta::assert_snapshot!(
        "fix_missing_csv",
        String::from_utf8(after).expect("UTF-8").replace("\r\n", "\u{240D}\n")
    );
    let after = fixed("order.json", format!("[\n  \"{}\"\n]", id(1)).as_bytes(), true).0;
    insta::assert_snapshot!("fix_missing_list", String::from_utf8(after).expect("UTF-8"));
}
