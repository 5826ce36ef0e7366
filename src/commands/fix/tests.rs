use clap::Parser;
use tempfile::TempDir;

use super::*;
use crate::analysis::Analysis;
use crate::cli::{Cli, Command};
use crate::load::Replaced;
use crate::report::layout::Style;

/// A flow with the name of a step in the wrong case.
const FLOW: &str = r#"{"properties": {"connectionReferences": {}, "definition": {
    "triggers": {"manual": {"type": "Request", "kind": "Button", "inputs": {"schema": {}}}},
    "actions": {
        "Name": {"type": "Compose", "inputs": 1, "runAfter": {}},
        "Use": {"type": "Compose", "inputs": "@outputs('name')", "runAfter": {"Name": ["Succeeded"]}}
    }
}}}"#;

#[test]
fn a_file_that_another_program_changes_meanwhile_is_left_alone() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("flow.json");
    for (meanwhile, is_written) in [(FLOW, true), ("{}", false)] {
        std::fs::write(&path, FLOW).expect("a file");
        let line = ["flowvet", "check", "--no-config", "--fix", "--select", "action-reference-casing"];
        let line = line.map(std::ffi::OsString::from).into_iter().chain([path.clone().into()]);
        let Command::Check(args) = Cli::try_parse_from(line).expect("a command").command else {
            panic!("check")
        };
        let style = Style { color: false, links: false, width: 80, progress: false };
        let Ok(reading) = Reading::of_check(&args, style) else { panic!("readable") };
        let Ok(opened) = reading.open(&Replaced::new()) else { panic!("readable") };
        let is_reported = |_: &Analysis, _: &Finding, _: &str| true;
        let selected =
            Selected { highest: Applicability::Safe, shows_only: false, is_reported: &is_reported };
        let Ok(fixed) = rounds::rounds(opened, &reading, &Destination::InPlace, &selected) else {
            panic!("fixed")
        };
        assert_eq!(fixed.count(), 1);
        std::fs::write(&path, meanwhile).expect("a file");
        let written = fixed.write(&Destination::InPlace, &reading);
        let after = std::fs::read_to_string(&path).expect("a file");
        if is_written {
            assert!(written.is_ok() && after == FLOW.replace("'name'", "'Name'"), "{after}");
        } else {
            let message = written.err().map(|outcome| outcome.stderr).unwrap_or_default();
            assert!(message.contains("the file changed while flowvet was working on it"), "{message}");
            assert_eq!(after, meanwhile);
        }
        assert_eq!(
            std::fs::read_dir(folder.path()).expect("a folder").count(),
            1,
            "no temporary file is left"
        );
    }
}
