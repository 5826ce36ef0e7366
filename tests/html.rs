//! The report as an HTML file.

mod support;

use support::html::{all, assert_valid, outline, read, text};
use support::{TestFlow, corpus, flowvet, root, solution_zip};
use tempfile::TempDir;

fn report(path: &str, more: &[&str]) -> String {
    let output = flowvet()
        .args(["check", path, "--no-config", "--quiet", "--format", "html"])
        .args(more)
        .output()
        .expect("the binary runs");
    assert!(output.status.code() < Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_report_of_a_small_solution() {
    let html = report("fixtures/activation/child-flow-off/bad", &[]);
    assert_valid(&html);
    insta::assert_snapshot!(outline(&read(&html)));
}

#[test]
fn every_scenario_and_rule_has_a_valid_report() {
    for path in ["fixtures/scenarios/co-sell-salesforce/run-only-connections", "fixtures/connections"] {
        assert_valid(&report(path, &[]));
    }
    let settings = support::lay("connections/settings-connection-missing");
    let folder = settings.path().join("fixtures/connections/settings-connection-missing/bad");
    let file = folder.join("settings.json");
    if file.is_file() {
        let html = report(&folder.to_string_lossy(), &["--settings", &file.to_string_lossy()]);
        assert_valid(&html);
        let document = read(&html);
        assert!(text(all(&document, "#settings")[0]).contains("Provides"), "{html}");
    }
}

/// What a script needs to filter: each finding is an item with its flows, and each flow has a row.
#[test]
fn every_finding_leads_to_its_flow_and_back() {
    let html = report("fixtures/scenarios/co-sell-salesforce/run-only-connections", &[]);
    let document = read(&html);
    assert_eq!(all(&document, "tr[id^='flow-']").len(), 8);
    let item = all(&document, ".card .item")[0];
    let flows: Vec<&str> = item.value().attr("data-flow").expect("a flow").split(' ').collect();
    // The flow of the finding, and the two that it blocks.
    assert_eq!(flows.len(), 3, "{flows:?}");
    for flow in flows {
        let row = all(&document, &format!("tr[data-flow='{flow}'] a.found"))[0];
        assert_eq!(row.value().attr("data-filter-flow"), Some(flow));
    }
    let rule = all(&document, ".card a.rule")[0].value().attr("href").expect("a link");
    let page = all(&document, rule)[0];
    assert!(text(page).contains("Why it matters"), "{}", text(page));
}

#[test]
fn equal_findings_are_folded_and_none_is_lost() {
    let folder = TempDir::new().expect("a folder");
    let flows: Vec<TestFlow> = (1..=60).map(|number| TestFlow::new(number, [number + 100])).collect();
    std::fs::write(folder.path().join("in.zip"), solution_zip("In", &flows)).expect("a file");
    let path = folder.path().join("in.zip").to_string_lossy().into_owned();
    let html = report(&path, &[]);
    assert_valid(&html);
    let document = read(&html);
    let json = flowvet().args(["check", &path, "--no-config", "--format", "json"]).output().expect("runs");
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    let number = json["findings"].as_array().expect("a list").len();
    assert!(number >= 60);
    assert_eq!(all(&document, ".card .item").len(), number);
    assert!(all(&document, ".card").len() < 5);
    let excerpts = all(&document, ".card .item pre.excerpt").len();
    assert_eq!(excerpts, number, "each finding has its lines");
}

#[test]
fn the_library_writes_the_report_of_the_command() {
    let path = "fixtures/activation/child-flow-off/bad";
    let input = flowvet::Input::Path(path.into());
    std::env::set_current_dir(root()).expect("a folder");
    let session = flowvet::Session::load([input], flowvet::Limits::default()).expect("a session");
    assert_eq!(session.report_html(), report(path, &[]));
}

#[test]
fn the_reports_of_public_packages_are_valid() {
    let Some(folder) = corpus() else { return };
    for name in ["zip/StressTest100Flows_1_0_0_0.zip", "zip/mpa_KudosBase_1_0_0_10_managed.zip"] {
        assert_valid(&report(&folder.join(name).to_string_lossy(), &[]));
    }
}

/// Runs `check --open` on a solution with a program for files that writes down what it is asked to open. Returns the
/// transcript, and what was opened.
#[cfg(target_os = "linux")]
fn open(folder: &TempDir, arguments: &[&str]) -> (String, std::path::PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let (program, opened) = (folder.path().join("xdg-open"), folder.path().join("opened"));
    std::fs::write(&program, "#!/bin/sh\nprintf %s \"$1\" > opened.new && mv opened.new opened\n")
        .expect("a file");
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("a file");
    std::fs::write(folder.path().join("s.zip"), solution_zip("Open", &[TestFlow::new(1, [])]))
        .expect("a file");
    let path = std::env::var("PATH").expect("a path");
    let printed = support::transcript(
        flowvet()
            .current_dir(folder.path())
            .env("PATH", format!("{}:{path}", folder.path().display()))
            .env("TMPDIR", folder.path())
            .args(["check", "s.zip", "--open", "--format", "concise"])
            .args(arguments),
    );
    assert!(!printed.contains("error:"), "{printed}");
    // flowvet does not wait for the program.
    while !opened.exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    (printed, std::fs::read_to_string(opened).expect("a text").into())
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_is_opened_in_the_browser() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().expect("a folder");
    let (printed, opened) = open(&folder, &["--output", "html=report.html"]);
    assert!(printed.contains("note: opening report.html\n--- exit code 0"), "{printed}");
    assert_eq!(opened, folder.path().join("report.html"));
    assert_valid(&std::fs::read_to_string(&opened).expect("a text"));

    let folder = TempDir::new().expect("a folder");
    let (_, opened) = open(&folder, &[]);
    assert_eq!(opened.parent(), Some(folder.path()), "it is a temporary file");
    assert_eq!(opened.extension(), Some("html".as_ref()));
    assert_valid(&std::fs::read_to_string(&opened).expect("a text"));
    let mode = opened.metadata().expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "only its user can read it");
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_browser_the_report_is_named() {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("s.zip"), solution_zip("Open", &[TestFlow::new(1, [])]))
        .expect("a file");
    let mut command = flowvet();
    command.current_dir(folder.path()).env("PATH", "");
    command.args([
        "check",
        "s.zip",
        "--quiet",
        "--format",
        "concise",
        "--open",
        "--output",
        "html=report.html",
    ]);
    insta::assert_snapshot!(support::transcript(&mut command), @r"
    --- stderr
    error: report.html: could not be opened: there is no program for it
      help: this is the report: open it in a browser
    --- exit code 2
    ");
}
