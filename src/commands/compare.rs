//! `flowvet compare`: what differs between two versions, and what the import of the new one will break.

use std::path::PathBuf;

use super::config::LoadedConfig;
use super::{CLEAN, FOUND, Outcome, expanded, git, not_loaded, read_inputs, read_notes, read_text, refused};
use crate::analysis::Analysis;
use crate::baseline::fingerprint;
use crate::cli::{CompareArgs, CompareFormat, ImportAs, Inputs};
use crate::compare::ImportKind;
use crate::load::Input;
use crate::report::compare::Compared;
use crate::report::layout::Style;
use crate::report::{Report, compare as report};
use crate::versions::{VersionInputs, Versions};

pub(super) fn run(args: &CompareArgs, style: Style) -> Outcome {
    compare(args, style).unwrap_or_else(|refused| refused)
}

fn compare(args: &CompareArgs, style: Style) -> Result<Outcome, Outcome> {
    let limits = args.limits.limits();
    let (old, new, others) = sides(args)?;
    // The configuration is searched for from the new version, as `check` does.
    let inputs = Inputs { paths: vec![new.clone()], prefer: args.prefer, limits: args.limits };
    let loaded = LoadedConfig::read(&args.config, &inputs, style)?;
    let named =
        if args.settings.is_empty() { loaded.settings_files(limits, style)? } else { args.settings.clone() };
    let new = read_inputs(&[new], limits)?;
    let inputs_read = VersionInputs { old, new, others: read_inputs(&others, limits)? };
    let mut versions = Versions::load(inputs_read, limits, args.prefer.into())
        .map_err(|errors| not_loaded(errors.iter()))?;
    add_settings(&mut versions.new, &named, &inputs, style)?;
    let config = versions.configured(loaded.config);
    let kind = args.import.map_or_else(|| versions.default_kind(), ImportAs::kind);
    let comparison = versions.compare();
    let checked = versions.check(&comparison, kind, &config);
    let shown = Compared {
        versions: &versions,
        comparison: &comparison,
        kind,
        report: &Report {
            analysis: &versions.new,
            findings: &checked.findings,
            fingerprints: &fingerprint::of_all(&versions.new, &checked.findings),
            ignored: checked.ignored,
            known: 0,
            not_selected: 0,
            fixed: 0,
            fail_on: args.fail_on.unwrap_or(config.fail_on()),
            verdicts: &versions.new.verdicts(&checked.findings),
        },
    };
    let output = match args.format {
        CompareFormat::Human => report::human(&shown, style),
        CompareFormat::Json => report::json(&shown),
        CompareFormat::Markdown => report::markdown(&shown),
    };
    let fail_on = shown.report.fail_on;
    let fails = checked.findings.iter().any(|finding| fail_on.includes(finding.severity));
    let notes = |analysis| read_notes::of(analysis, read_notes::Output::TellsUnread);
    let notes = notes(&versions.old) + &notes(&versions.new);
    Ok(Outcome { notes, ..Outcome::output(output, if fails { FOUND } else { CLEAN }) })
}

/// The old version, the path of the new one, and those of other solutions.
fn sides(args: &CompareArgs) -> Result<(Vec<Input>, PathBuf, Vec<PathBuf>), Outcome> {
    let limits = args.limits.limits();
    match (&args.git, args.paths.as_slice()) {
        (Some(revision), [new, others @ ..]) => {
            Ok((vec![git::read(revision, new, limits)?], new.clone(), others.to_vec()))
        }
        (None, [old, new, others @ ..]) => {
            let old = read_inputs(std::slice::from_ref(old), limits)?;
            Ok((old, new.clone(), others.to_vec()))
        }
        _ => {
            let help = "write `flowvet compare OLD NEW`, or `flowvet compare --git REV NEW` to take the old version from Git";
            Err(Outcome::failure("expected two versions, the old one and the new one", Some(help)))
        }
    }
}

fn add_settings(
    analysis: &mut Analysis,
    paths: &[PathBuf],
    inputs: &Inputs,
    style: Style,
) -> Result<(), Outcome> {
    let paths = expanded(paths, inputs.limits.limits()).map_err(|errors| not_loaded(errors.iter()))?;
    for path in &paths {
        let text = read_text(path, inputs)?;
        analysis.add_settings(text).map_err(|error| refused(&error, style))?;
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
