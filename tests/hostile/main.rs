//! Input from strangers: zips, texts, names, folders and graphs that are made to break a reader. Whatever comes, the
//! answer is a report or a refusal, in memory that fits the input, and no test here measures time.

mod folders;
mod graphs;
mod growth;
mod names;
mod quine;
#[path = "../support/mod.rs"]
mod support;
mod texts;
mod zips;

use flowvet::{Analysis, Input, Limits};

/// What a run finds in a zip or flow: `rule: message` a line, or the refusal.
fn findings(name: &str, bytes: Vec<u8>, limits: Limits) -> String {
    let input = Input::Bytes { name: name.to_owned(), bytes };
    match Analysis::load(vec![input], limits) {
        Ok(analysis) => {
            let findings = analysis.check();
            let lines: Vec<String> =
                findings.iter().map(|one| format!("{}: {}", one.rule, one.message)).collect();
            lines.join("\n")
        }
        Err(errors) => errors.iter().map(|error| format!("refused: {error}")).collect::<Vec<_>>().join("\n"),
    }
}

/// The same within the default limits.
fn findings_in(name: &str, bytes: Vec<u8>) -> String {
    findings(name, bytes, Limits::default())
}
