//! `flowvet compare`: what differs between two versions, and what the import of the new one will break.

use std::path::PathBuf;

use super::config::LoadedConfig;
use super::{CLEAN, FOUND, Outcome, expanded, git, not_loaded, read_inputs, read_notes, read_text, refused};
use crate::cli::{CompareArgs, CompareFormat, ConfigArgs, ImportAs, Inputs, LimitArgs, PreferCopy};
use crate::compare::ImportKind;
use crate::load::Input;
use crate::report::compare::{self as report, Compared};
use crate::report::html;
use crate::report::layout::Style;
use crate::report::runbook::{Markup, Runbook};
use crate::session::ComparisonSession;
use crate::versions::VersionInputs;

pub(super) fn run(args: &CompareArgs, style: Style) -> Outcome {
    compare(args, style).unwrap_or_else(|refused| refused)
}

fn compare(args: &CompareArgs, style: Style) -> Result<Outcome, Outcome> {
    let sides = sides(args)?;
    let about = About {
        settings: &args.settings,
        config: &args.config,
        import: args.import,
        prefer: args.prefer,
        limits: args.limits,
    };
    let session = load(sides, &about, style)?;
    let fails = |shown: &Compared<'_>| {
        let fail_on = shown.report.fail_on;
        shown.report.findings.iter().any(|finding| fail_on.includes(finding.severity))
    };
    let print = |text: &dyn Fn(&Compared<'_>) -> String| {
        session.with(args.fail_on, |shown| (text(shown), fails(shown)))
    };
    // The page and the runbook also need the findings of `check`.
    let print_both = |text: &dyn Fn(&Compared<'_>, &Runbook<'_>) -> String| {
        session.with_both(args.fail_on, |shown, runbook| (text(shown, runbook), fails(shown)))
    };
    let (output, fails) = match args.format {
        CompareFormat::Human => print(&|shown| report::human(shown, style)),
        CompareFormat::Json => print(&report::json),
        CompareFormat::Markdown => print(&report::markdown),
        CompareFormat::Html => print_both(&html::comparison),
        CompareFormat::Runbook => print_both(&|_, runbook| runbook.text(Markup::Markdown)),
    };
    Ok(Outcome { notes: notes(&session), ..Outcome::output(output, if fails { FOUND } else { CLEAN }) })
}

/// What a comparison depends on besides its inputs.
pub(super) struct About<'a> {
    pub(super) settings: &'a [PathBuf],
    pub(super) config: &'a ConfigArgs,
    pub(super) import: Option<ImportAs>,
    pub(super) prefer: PreferCopy,
    pub(super) limits: LimitArgs,
}

/// Reads the versions with their configuration and settings.
pub(super) fn load(sides: Sides, about: &About<'_>, style: Style) -> Result<ComparisonSession, Outcome> {
    let limits = about.limits.limits();
    let Sides { old, new, others } = sides;
    // The configuration is searched for from the new version, as `check` does.
    let inputs = Inputs { paths: vec![new.clone()], prefer: about.prefer, limits: about.limits };
    let loaded = LoadedConfig::read(about.config, &inputs, style)?;
    let named = if about.settings.is_empty() {
        loaded.settings_files(limits, style)?
    } else {
        about.settings.to_vec()
    };
    let inputs_read =
        VersionInputs { old, new: read_inputs(&[new], limits)?, others: read_inputs(&others, limits)? };
    let mut session = ComparisonSession::load_preferring(inputs_read, limits, about.prefer.into())
        .map_err(|errors| not_loaded(errors.iter()))?;
    add_settings(&mut session, &named, &inputs, style)?;
    session.configure(loaded.config);
    if let Some(import) = about.import {
        session.import_as(import.kind());
    }
    Ok(session)
}

/// The notes on what was read.
pub(super) fn notes(session: &ComparisonSession) -> String {
    let notes = |analysis| read_notes::of(analysis, read_notes::Output::TellsUnread);
    notes(&session.versions().old) + &notes(&session.versions().new)
}

/// The old version, the path of the new one, and those of other solutions.
pub(super) struct Sides {
    pub(super) old: Vec<Input>,
    pub(super) new: PathBuf,
    pub(super) others: Vec<PathBuf>,
}

fn sides(args: &CompareArgs) -> Result<Sides, Outcome> {
    let limits = args.limits.limits();
    match (&args.git, args.paths.as_slice()) {
        (Some(revision), [new, others @ ..]) => {
            let old = vec![git::read(revision, new, limits)?];
            Ok(Sides { old, new: new.clone(), others: others.to_vec() })
        }
        (None, [old, new, others @ ..]) => {
            let old = read_inputs(std::slice::from_ref(old), limits)?;
            Ok(Sides { old, new: new.clone(), others: others.to_vec() })
        }
        _ => {
            let help = "write `flowvet compare OLD NEW`, or `flowvet compare --git REV NEW` to take the old version from Git";
            Err(Outcome::failure("expected two versions, the old one and the new one", Some(help)))
        }
    }
}

fn add_settings(
    session: &mut ComparisonSession,
    paths: &[PathBuf],
    inputs: &Inputs,
    style: Style,
) -> Result<(), Outcome> {
    let paths = expanded(paths, inputs.limits.limits()).map_err(|errors| not_loaded(errors.iter()))?;
    for path in &paths {
        let text = read_text(path, inputs)?;
        session.add_settings_text(text).map_err(|error| refused(&error, style))?;
    }
    Ok(())
}

impl ImportAs {
    fn kind(self) -> ImportKind {
        match self {
            ImportAs::Update => ImportKind::Update,
            ImportAs::Upgrade => ImportKind::Upgrade,
            ImportAs::Patch => ImportKind::Patch,
        }
    }
}
