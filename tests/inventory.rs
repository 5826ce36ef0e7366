//! `flowvet inventory`: its tables, files and errors.

mod support;

use std::collections::BTreeMap;
use std::fs;

use support::{TestFlow, flowvet, root, solution_zip, transcript};
use tempfile::TempDir;

const TABLES: [&str; 14] = [
    "packages",
    "flows",
    "triggers",
    "steps",
    "calls",
    "connections",
    "connection_references",
    "variables",
    "variable_uses",
    "http_requests",
    "premium_steps",
    "webhooks",
    "import_order",
    "findings",
];

/// The header of each table.
fn columns() -> BTreeMap<&'static str, Vec<String>> {
    let header = |table| {
        let path = "fixtures/activation/child-flow-off/bad";
        let output = flowvet().args(["inventory", path, "--format", "csv", "--table", table]).output();
        let output = String::from_utf8(output.expect("the binary runs").stdout).expect("UTF-8");
        output.lines().next().expect("a header").split(',').map(ToOwned::to_owned).collect()
    };
    TABLES.into_iter().map(|table| (table, header(table))).collect()
}

#[test]
fn every_table_as_json_lines() {
    let run = |path: &str| transcript(flowvet().args(["inventory", path]));
    insta::assert_snapshot!("two_flows", run("fixtures/activation/child-flow-off/bad"));
    insta::assert_snapshot!("webhooks", run("fixtures/scenarios/co-sell-dynamics365/as-shipped"));
}

#[test]
fn files_have_the_rows_that_are_printed() {
    let folder = TempDir::new().expect("a folder");
    let (one, two) = (TestFlow::new(1, [2, 3]), TestFlow::new(2, []));
    fs::write(folder.path().join("a.zip"), solution_zip("A", &[one])).expect("written");
    fs::write(folder.path().join("b.zip"), solution_zip("B", &[two])).expect("written");
    let run =
        |args: &[&str]| transcript(flowvet().current_dir(folder.path()).args(["inventory", "."]).args(args));
    insta::assert_snapshot!("calls", run(&["--table", "calls", "--table", "import_order"]));
    insta::assert_snapshot!("into", run(&["--into", "tables"]));
    insta::assert_snapshot!("csv", run(&["--table", "flows", "--format", "csv"]));
    let calls = fs::read_to_string(folder.path().join("tables/calls.jsonl")).expect("a table");
    let printed = run(&["--table", "calls"]);
    let rows: Vec<String> = printed
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| line.replacen("{\"table\":\"calls\",", "{", 1))
        .collect();
    assert_eq!(calls.lines().collect::<Vec<_>>(), rows);
    // The folder exists now.
    assert!(run(&["--into", "tables"]).ends_with("exit code 0"));
}

#[test]
fn an_input_that_cannot_be_read_is_a_row() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("good.zip"), solution_zip("Good", &[TestFlow::new(1, [])]))
        .expect("written");
    fs::write(folder.path().join("cut.zip"), b"PK\x03\x04 cut").expect("written");
    fs::write(folder.path().join("page.zip"), "<!doctype html>").expect("written");
    fs::write(folder.path().join("notes.txt"), "no solution").expect("written");
    let run = |args: &[&str]| {
        transcript(
            flowvet().current_dir(folder.path()).arg("inventory").args(args).args(["--table", "packages"]),
        )
    };
    insta::assert_snapshot!("unreadable", run(&["good.zip", "cut.zip", "page.zip", "notes.txt"]));
    insta::assert_snapshot!("absent", run(&["good.zip", "absent.zip"]));
}

#[test]
fn several_tables_are_not_printed_as_csv() {
    insta::assert_snapshot!(transcript(flowvet().args(["inventory", "fixtures", "--format", "csv"])), @r"
    --- stderr
    error: several tables cannot be printed as one CSV
      help: write a file per table with `--into DIR`, or print one with `--table NAME`
    --- exit code 2
    ");
}

#[test]
fn secrets_are_masked() {
    let folder = TempDir::new().expect("a folder");
    let flow = TestFlow::new(1, []).json().replace(
        r#""Respond""#,
        r#""Get https://user:S3cretWord@example.com": {"type": "Http", "inputs": {"method": "GET",
            "uri": "https://user:S3cretWord@example.com/?sig=abcdef"}}, "Respond""#,
    );
    fs::write(folder.path().join("flow.json"), flow).expect("written");
    let output = transcript(flowvet().current_dir(folder.path()).args(["inventory", "flow.json"]));
    assert!(output.contains(r#""host":"example.com""#), "{output}");
    assert!(!output.contains("S3cretWord") && !output.contains("abcdef"), "{output}");
}

/// `docs/tenant.md` lists every column of every table, in order.
#[test]
fn the_guide_lists_the_columns() {
    let guide = fs::read_to_string(root().join("docs/tenant.md")).expect("the guide");
    for (table, columns) in columns() {
        let row = format!("| `{table}` |");
        let row = guide.lines().find(|line| line.starts_with(&row)).unwrap_or_else(|| panic!("no {table}"));
        let cell = row.split('|').nth(3).expect("three cells");
        // What is in parentheses explains a column.
        let mut depth = 0;
        let outside: String = cell
            .chars()
            .filter(|character| {
                depth += i32::from(*character == '(');
                let is_outside = depth == 0;
                depth -= i32::from(*character == ')');
                is_outside
            })
            .collect();
        let listed: Vec<&str> = outside.split('`').skip(1).step_by(2).collect();
        assert_eq!(listed, columns, "{table}");
    }
}
