//! `flowvet runbook`: a checklist for an import.

use super::{CLEAN, Outcome, add_settings, load, read_notes};
use crate::cli::{RunbookArgs, RunbookFormat};
use crate::report::layout::Style;
use crate::report::runbook::{self, Markup};
use crate::rules::Checked;

pub(super) fn run(args: &RunbookArgs, style: Style) -> Outcome {
    let mut session = match load(&args.inputs) {
        Ok(session) => session,
        Err(outcome) => return outcome,
    };
    if let Err(outcome) = add_settings(&mut session, &args.settings, &args.inputs, style) {
        return outcome;
    }
    let analysis = session.analysis();
    let Checked { findings, blocking, .. } = session.findings();
    let verdicts = analysis.verdicts(&blocking);
    let runbook = runbook::Runbook::of(analysis, &findings, &verdicts);
    let output = match args.format {
        RunbookFormat::Markdown => runbook.text(Markup::Markdown),
        RunbookFormat::Text => runbook.text(Markup::Plain),
        RunbookFormat::Json => runbook.json(),
    };
    Outcome {
        notes: read_notes::of(session.analysis(), read_notes::Output::TellsUnread),
        ..Outcome::output(output, CLEAN)
    }
}
