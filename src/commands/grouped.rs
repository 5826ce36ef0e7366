//! `flowvet check --format jsonl` over several packages: checks them in groups that have to do with each other, and prints
//! the lines of each group when it is checked. The memory that this takes is that of the largest group.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;

use super::check::{read_baseline, stdout_format};
use super::config::LoadedConfig;
use super::notes::Notes;
use super::read_notes::Copies;
use super::reading::configured;
use super::{CLEAN, FOUND, Outcome, Verbosity, not_loaded, progress, read_inputs};
use crate::analysis::Analysis;
use crate::baseline::{Baseline, fingerprint::Fingerprints};
use crate::cli::{CheckArgs, CheckFormat};
use crate::config::{Config, FailOn, Selection};
use crate::finding::Finding;
use crate::groups::{Groups, Reading};
use crate::load::LoadError;
use crate::parallel;
use crate::report::Report;
use crate::report::json::{self, Summary};
use crate::report::layout::Style;
use crate::rules::{Checked, Scope};
use crate::source::Sources;
use crate::verdict::Verdicts;
use crate::wording::count;

/// Checks the inputs in groups. Returns `None` without having printed anything if they have to be checked at once.
pub(super) fn run(
    args: &CheckArgs,
    style: Style,
    verbosity: Verbosity,
    out: &mut dyn Write,
) -> Result<Option<Outcome>, Outcome> {
    if !may_be_grouped(args)? {
        return Ok(None);
    }
    let mut notes = Notes::new(verbosity);
    let known = args.baseline.baseline.as_deref();
    let known = known.map(|path| read_baseline(path, &args.inputs)).transpose()?;
    let loaded = LoadedConfig::read(&args.config, &args.inputs, style)?;
    let limits = args.inputs.limits.limits();
    // Settings are compared with all packages.
    if !loaded.settings_files(limits, style)?.is_empty() {
        return Ok(None);
    }
    let mut config = configured(loaded.config, &args.selection.select, args.profile);
    let inputs = read_inputs(&args.inputs.paths, limits)?;
    let reading = Reading {
        limits,
        prefer: args.inputs.prefer.into(),
        keeps_going: args.keep_going,
        keeps_names: config.has_globs(),
    };
    let groups = progress::during(style.progress, "reading", || Groups::of(&inputs, reading));
    let Some(mut groups) = groups.map_err(|errors| not_loaded(errors.iter()))? else { return Ok(None) };
    notes.detail(|| format!("read {}", count(groups.len(), "group of packages")));
    let mut sources = Sources::default();
    config.join(&mut sources, &Config::default());
    let mut run = GroupedRun {
        fail_on: args.fail_on.unwrap_or(config.fail_on()),
        config: &config,
        sources: &sources,
        selection: args.selection.selection(),
        known: known.as_ref().map(Baseline::known).unwrap_or_default(),
        known_found: Vec::new(),
        fingerprints: Fingerprints::default(),
        ignore_uses: vec![0; config.ignores.len()],
        summary: Summary::default(),
        copies: Copies::default(),
        fails: false,
    };
    // Lines in a terminal show the progress by themselves.
    let shows_progress = style.progress && !io::stdout().is_terminal();
    let printed = progress::during(shows_progress, "checking", || run.check_all(&mut groups, out));
    printed.or_else(Stopped::outcome)?;
    if let Some(known) = &known {
        notes.gone(known, &run.known_found);
    }
    let code = if run.fails { FOUND } else { CLEAN };
    Ok(Some(Outcome { stderr: notes.lines, notes: run.copies.notes(), code, ..Outcome::default() }))
}

/// Whether the options allow it: other formats, files, fixes and settings are about all packages, and stdin can be read only
/// once.
fn may_be_grouped(args: &CheckArgs) -> Result<bool, Outcome> {
    Ok(stdout_format(args)? == CheckFormat::Jsonl
        && !args.inputs.paths.iter().any(|path| path == Path::new("-"))
        && args.reports.output.iter().all(|output| output.is_stdout())
        && args.settings.is_empty()
        && args.baseline.write_baseline.is_none()
        && !args.fixes.fix
        && !args.fixes.diff)
}

/// Why the run ends early.
enum Stopped {
    Print(io::Error),
    /// Inputs that have changed since they were read.
    Read(Vec<LoadError>),
}

impl Stopped {
    fn outcome(self) -> Result<(), Outcome> {
        match self {
            // The reader has closed the pipe, as in `flowvet check … | head`.
            Stopped::Print(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Stopped::Print(error) => {
                Err(Outcome::failure(&format!("could not write the report: {error}"), None))
            }
            Stopped::Read(errors) => Err(not_loaded(errors.iter())),
        }
    }
}

/// A run that checks its packages in groups.
struct GroupedRun<'a> {
    config: &'a Config,
    /// The text of the configuration, which precedes the texts of each group.
    sources: &'a Sources,
    selection: Selection,
    /// The fingerprints in the baseline.
    known: BTreeSet<&'a str>,
    /// Those that were found.
    known_found: Vec<String>,
    fingerprints: Fingerprints,
    fail_on: FailOn,
    ignore_uses: Vec<usize>,
    summary: Summary,
    copies: Copies,
    fails: bool,
}

/// A group that was checked.
struct Part {
    analysis: Analysis,
    checked: Checked,
    verdicts: Verdicts,
}

/// What is printed of a group.
struct Shown {
    part: Part,
    findings: Vec<Finding>,
    fingerprints: Vec<String>,
    known: usize,
    not_selected: usize,
}

impl GroupedRun<'_> {
    fn check_all(&mut self, groups: &mut Groups, out: &mut dyn Write) -> Result<(), Stopped> {
        let (config, sources) = (self.config, self.sources);
        for window in groups.windows() {
            let parts = parallel::map(window.iter().collect(), |group| {
                let mut analysis = groups.open(group, sources.clone())?;
                let checked = analysis.check_and_release(config, Scope::Flows);
                let verdicts = analysis.verdicts(&checked.blocking);
                Ok(Part { analysis, checked, verdicts })
            });
            let parts: Vec<Part> = parts.into_iter().collect::<Result<_, _>>().map_err(Stopped::Read)?;
            self.print(parts, out)?;
        }
        let analysis = groups.names(sources.clone());
        let checked = analysis.check_configuration(config, &self.ignore_uses);
        self.print_findings(Part { analysis, checked, verdicts: Verdicts::default() }, out)?;
        let print = out.write_all(json::summary_line(&self.summary).as_bytes());
        print.and_then(|()| out.flush()).map_err(Stopped::Print)
    }

    /// Prints the lines of some groups.
    fn print(&mut self, parts: Vec<Part>, out: &mut dyn Write) -> Result<(), Stopped> {
        let shown: Vec<Shown> = parts.into_iter().map(|part| self.shown(part)).collect();
        let fail_on = self.fail_on;
        let printed = parallel::map(shown, |one| {
            let report = one.report(fail_on);
            (json::lines_of_part(&report), json::summary(&report))
        });
        for (lines, summary) in printed {
            self.summary.add(&summary);
            out.write_all(lines.as_bytes()).map_err(Stopped::Print)?;
        }
        out.flush().map_err(Stopped::Print)
    }

    /// Prints the findings in the configuration, which is no package.
    fn print_findings(&mut self, part: Part, out: &mut dyn Write) -> Result<(), Stopped> {
        let shown = self.shown(part);
        let report = shown.report(self.fail_on);
        self.summary.add(&json::summary(&report));
        out.write_all(json::finding_lines(&report).as_bytes()).map_err(Stopped::Print)
    }

    /// Selects the findings that are printed, and counts all of them.
    fn shown(&mut self, mut part: Part) -> Shown {
        let all = std::mem::take(&mut part.checked.findings);
        let Part { analysis, checked, .. } = &part;
        self.copies.add(analysis);
        for (sum, uses) in self.ignore_uses.iter_mut().zip(&checked.ignore_uses) {
            *sum += uses;
        }
        let (mut known_here, mut not_selected) = (0, 0);
        let (mut findings, mut fingerprints) = (Vec::new(), Vec::new());
        for (fingerprint, finding) in self.fingerprints.of(analysis, &all).into_iter().zip(all) {
            if self.known.contains(fingerprint.as_str()) {
                known_here += 1;
                self.known_found.push(fingerprint);
            } else if !self.selection.shows(&analysis.workspace, &analysis.sources, &finding) {
                not_selected += 1;
            } else {
                self.fails |= self.fail_on.includes(finding.severity);
                findings.push(finding);
                fingerprints.push(fingerprint);
            }
        }
        Shown { part, findings, fingerprints, known: known_here, not_selected }
    }
}

impl Shown {
    fn report(&self, fail_on: FailOn) -> Report<'_> {
        Report {
            analysis: &self.part.analysis,
            findings: &self.findings,
            fingerprints: &self.fingerprints,
            ignored: self.part.checked.ignored,
            known: self.known,
            not_selected: self.not_selected,
            fixed: 0,
            fail_on,
            verdicts: &self.part.verdicts,
        }
    }
}
