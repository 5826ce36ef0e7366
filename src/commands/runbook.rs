//! `flowvet runbook`: a checklist for an import, or for an upgrade.

use std::path::PathBuf;

use super::compare::{self, About, Sides};
use super::{CLEAN, Outcome, add_settings, load, read_inputs, read_notes};
use crate::cli::{ConfigArgs, RunbookArgs, RunbookFormat};
use crate::report::layout::Style;
use crate::report::runbook::{Markup, Runbook};
use crate::rules::Checked;

pub(super) fn run(args: &RunbookArgs, style: Style) -> Outcome {
    let printed = match &args.from {
        Some(old) => of_upgrade(args, old, style),
        None => of_import(args, style),
    };
    printed.unwrap_or_else(|failure| failure)
}

fn of_import(args: &RunbookArgs, style: Style) -> Result<Outcome, Outcome> {
    let mut session = load(&args.inputs)?;
    add_settings(&mut session, &args.settings, &args.inputs, style)?;
    let Checked { findings, blocking, .. } = session.check_and_release();
    let analysis = session.analysis();
    let verdicts = analysis.verdicts(&blocking);
    let output = print(&Runbook::of(analysis, &findings, &verdicts), args.format);
    let notes = read_notes::of(session.analysis(), read_notes::Output::TellsUnread);
    Ok(Outcome { notes, ..Outcome::output(output, CLEAN) })
}

fn of_upgrade(args: &RunbookArgs, old: &PathBuf, style: Style) -> Result<Outcome, Outcome> {
    let limits = args.inputs.limits.limits();
    let [new, others @ ..] = args.inputs.paths.as_slice() else {
        let help = "write `flowvet runbook NEW --from OLD`";
        return Err(Outcome::failure("expected the new version", Some(help)));
    };
    let old = read_inputs(std::slice::from_ref(old), limits)?;
    let about = About {
        settings: &args.settings,
        // A runbook without `--from` has no configuration either.
        config: &ConfigArgs { config: None, no_config: true },
        import: args.import,
        prefer: args.inputs.prefer,
        limits: args.inputs.limits,
    };
    let sides = Sides { old, new: new.clone(), others: others.to_vec() };
    let session = compare::load(sides, &about, style)?;
    let output = session.with_runbook(|runbook| print(runbook, args.format));
    Ok(Outcome { notes: compare::notes(&session), ..Outcome::output(output, CLEAN) })
}

fn print(runbook: &Runbook<'_>, format: RunbookFormat) -> String {
    match format {
        RunbookFormat::Markdown => runbook.text(Markup::Markdown),
        RunbookFormat::Text => runbook.text(Markup::Plain),
        RunbookFormat::Json => runbook.json(),
    }
}
