//! `flowvet compare`: what differs between two versions, and what the import of the new one will break.

use std::path::PathBuf;

use super::config::LoadedConfig;
use super::{CLEAN, FOUND, Outcome, expanded, git, not_loaded, read_inputs, read_notes, read_text, refused};
use crate::cli::{CompareArgs, CompareFormat, ConfigArgs, ImportAs, Inputs, LimitArgs, PreferCopy};
use crate::compare::ImportKind;
use crate::load::Input;
use crate::report::compare as report;
use crate::report::layout::Style;
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
    let (output, fails) = session.with(args.fail_on, |shown| {
        let output = match args.format {
            CompareFormat::Human => report::human(shown, style),
            CompareFormat::Json => report::json(shown),
            CompareFormat::Markdown => report::markdown(shown),
            CompareFormat::Html | CompareFormat::Runbook => String::new(),
        };
        let fail_on = shown.report.fail_on;
        (output, shown.report.findings.iter().any(|finding| fail_on.includes(finding.severity)))
    });
    let output = match args.format {
        // Both contain the runbook, which also needs the findings of `check`.
        CompareFormat::Html => session.html(),
        CompareFormat::Runbook => session.runbook_markdown(),
        CompareFormat::Human | CompareFormat::Json | CompareFormat::Markdown => output,
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
