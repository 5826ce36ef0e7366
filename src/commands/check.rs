//! `flowvet check`: lints, reports, and decides the exit code.

use super::{CLEAN, FOUND, Outcome, companion, load};
use crate::cli::{Check, CheckFormat};
use crate::report::human::Style;
use crate::report::{human, json};

pub(super) fn run(args: &Check, style: Style) -> Outcome {
    let mut analysis = match load(&args.inputs) {
        Ok(analysis) => analysis,
        Err(outcome) => return outcome,
    };
    for path in &args.settings {
        let result = analysis.add_settings(path, args.inputs.limits.limits());
        if let Err(outcome) = companion(&analysis, result, style) {
            return outcome;
        }
    }
    let findings = analysis.check();
    let output = match args.format {
        CheckFormat::Human => human::render(&analysis, &findings, style),
        CheckFormat::Json => json::render(&analysis, &findings),
    };
    let fails = findings.iter().any(|finding| args.fail_on.includes(finding.severity));
    Outcome::output(output, if fails { FOUND } else { CLEAN })
}
