//! Small inputs from public reports, with the answer that each needs. They are kept next to the repository, and a script
//! tries them. Skipped if they or Python are absent.

mod support;

use std::process::Command;

use support::{shared, skipped};

#[test]
fn every_case_from_a_public_report_is_answered() {
    let Some(folder) = shared("cases") else { return };
    let binary = assert_cmd::cargo::cargo_bin("flowvet");
    let Ok(output) = Command::new("python3").arg(folder.join("run.py")).arg(binary).output() else {
        return skipped("python3 cannot be run");
    };
    let printed = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<&str> = printed.lines().collect();
    let (summary, faults) = lines.split_last().unwrap_or((&"", &[]));
    assert!(summary.ends_with(" cases answered"), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    assert!(faults.is_empty(), "{faults:#?}");
}
