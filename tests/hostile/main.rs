//! Hostile inputs: zips, texts, names, folders and graphs that are made to break a parser. The result is always a
//! report or a refusal, and memory use is proportional to the input. The tests do not measure time.

mod companions;
mod folders;
mod graphs;
mod growth;
mod names;
mod outputs;
mod quine;
#[path = "../support/mod.rs"]
mod support;
mod texts;
mod zips;

use flowvet::{Analysis, Input, Limits};

/// The findings in a zip or flow as lines of `rule: message`, or the refusal. They do not depend on whether flows are read
/// again.
fn findings(name: &str, bytes: Vec<u8>, limits: Limits) -> String {
    let found = findings_keeping(name, bytes.clone(), limits);
    assert_eq!(findings_keeping(name, bytes, Limits { kept_bytes: 0, ..limits }), found);
    found
}

fn findings_keeping(name: &str, bytes: Vec<u8>, limits: Limits) -> String {
    let input = Input::Bytes { name: name.to_owned(), bytes };
    match Analysis::load(vec![input], limits) {
        Ok(analysis) => {
            let findings = analysis.check();
            let lines: Vec<String> =
                findings.iter().map(|finding| format!("{}: {}", finding.rule, finding.message)).collect();
            lines.join("\n")
        }
        Err(errors) => errors.iter().map(|error| format!("refused: {error}")).collect::<Vec<_>>().join("\n"),
    }
}

/// Like [`findings`], with the default limits.
fn findings_in(name: &str, bytes: Vec<u8>) -> String {
    findings(name, bytes, Limits::default())
}
