//! `flowvet check`: checks solutions, writes reports, and computes the exit code.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::fix::{self, Destination, Fixed, Selected};
use super::notes::Notes;
use super::reading::{Opened, Reading};
use super::staged_files::StagedFiles;
use super::{CLEAN, FOUND, Outcome, Verbosity, files_read, pipelines, progress, read_notes, read_text};
use crate::analysis::Analysis;
use crate::atomic_write;
use crate::baseline::{Baseline, fingerprint};
use crate::cli::{BaselineArgs, CheckArgs, CheckFormat, Inputs, OutputArgs, OutputTarget};
use crate::finding::Finding;
use crate::fix::Applicability;
use crate::load::Replaced;
use crate::report::layout::{Layout, Style};
use crate::report::text::clean;
use crate::report::{Report, azure, concise, github, gitlab, html, human, json, junit, markdown, sarif};
use crate::session::Session;
use crate::source::FileName;
use crate::wording::count;

pub(super) fn run(args: &CheckArgs, style: Style, verbosity: Verbosity) -> Outcome {
    match check(args, style, verbosity) {
        Ok((outcome, state)) => {
            // The process ends after this, so dropping a large model node by node would waste time.
            std::mem::forget(state);
            outcome
        }
        Err(failure) => failure,
    }
}

/// Like [`run`], in a process that goes on.
#[cfg(feature = "server")]
pub(super) fn run_in_server(args: &CheckArgs, style: Style) -> Outcome {
    check(args, style, Verbosity::Normal).map_or_else(|failure| failure, |(outcome, _)| outcome)
}

/// What a check has read and found.
type State = (Session, Option<CheckResult>);

fn check(args: &CheckArgs, style: Style, verbosity: Verbosity) -> Result<(Outcome, State), Outcome> {
    let format = stdout_format(args)?;
    let mut notes = Notes::new(verbosity);
    let known = args.baseline.baseline.as_deref();
    let known = known.map(|path| read_baseline(path, &args.inputs)).transpose()?;
    let reading = Reading::of_check(args, style)?;
    let mut opened = progress::during(style.progress, "reading", || reading.open(&Replaced::new()))?;
    notes.detail(|| match &opened.configuration {
        Some(name) => format!("configuration: {name}"),
        None => "configuration: none".to_owned(),
    });
    notes.detail(|| read_so_far(opened.session.analysis()));
    let (opened, checked, fixed) = match fix::highest(&args.fixes) {
        None => {
            let checked = progress::during(style.progress, "checking", || opened.session.check_and_release());
            (opened, checked, 0)
        }
        Some(highest) => {
            let selection = FixRun { args, reading: &reading, highest, known: known.as_ref() };
            match selection.run(opened, style, &mut notes)? {
                FixResult::Diff(fixed) => return Ok((fixed.shown(notes), (fixed.opened.session, None))),
                FixResult::Fixed(fixed) => {
                    let count = fixed.count();
                    (fixed.opened, fixed.checked, count)
                }
            }
        }
    };
    let session = opened.session;
    let analysis = session.analysis();
    let verdicts = analysis.verdicts(&checked.blocking);
    let fingerprints = fingerprints(analysis, &checked.findings, args, format);
    let found = CheckResult::new(checked.findings, fingerprints, known.as_ref(), &mut notes);
    notes.detail(|| count(found.new.len(), "new finding"));

    let selection = args.selection.selection();
    let shows = |finding: &Finding| selection.shows(&analysis.workspace, &analysis.sources, finding);
    let (findings, fingerprints) = found.reported(args.baseline.write_baseline.is_some(), shows);
    let report = Report {
        analysis,
        findings: &findings,
        fingerprints: &fingerprints,
        ignored: checked.ignored,
        known: found.known(args.baseline.write_baseline.is_some()),
        not_selected: found.new.iter().filter(|index| !shows(&found.findings[**index])).count(),
        fixed,
        fail_on: args.fail_on.unwrap_or(session.config().fail_on()),
        verdicts: &verdicts,
    };
    let output = render(&report, format, &layout(args, style, verbosity));
    write_files(args, &report, &found, style, &mut notes)?;
    let open = report_to_open(&args.reports, &report, &mut notes)?;
    let summary = pipelines::summary(format, &report)?;
    let fails = findings.iter().any(|finding| report.fail_on.includes(finding.severity));
    let code = if fails { FOUND } else { CLEAN };
    let copies = read_notes::of(session.analysis(), read_notes::Output::TellsUnread);
    let outcome = Outcome { output: output + &summary, stderr: notes.lines, open, notes: copies, code };
    drop((findings, fingerprints));
    Ok((outcome, (session, Some(found))))
}

/// The fingerprints of findings. They are empty unless a report contains them, or a baseline is read or written.
fn fingerprints(
    analysis: &Analysis,
    findings: &[Finding],
    args: &CheckArgs,
    stdout: CheckFormat,
) -> Vec<String> {
    let BaselineArgs { baseline, write_baseline, .. } = &args.baseline;
    let mut formats = args.reports.output.iter().map(|output| output.format).chain([stdout]);
    if baseline.is_some() || write_baseline.is_some() || formats.any(CheckFormat::has_fingerprints) {
        fingerprint::of_all(analysis, findings)
    } else {
        vec![String::new(); findings.len()]
    }
}

/// A run that applies fixes.
struct FixRun<'a> {
    args: &'a CheckArgs,
    reading: &'a Reading<'a>,
    highest: Applicability,
    known: Option<&'a Baseline>,
}

/// What a run with fixes leads to.
enum FixResult {
    /// The changes, which are all that is printed.
    Diff(Box<Fixed>),
    /// The findings that are left, for the report.
    Fixed(Box<Fixed>),
}

impl FixRun<'_> {
    fn run(&self, opened: Opened, style: Style, notes: &mut Notes) -> Result<FixResult, Outcome> {
        let FixRun { args, reading, highest, known } = *self;
        let destination = Destination::of(&args.fixes, reading, &opened)?;
        let selection = args.selection.selection();
        let known = known.map(Baseline::known).unwrap_or_default();
        let is_reported = |analysis: &Analysis, finding: &Finding, fingerprint: &str| {
            !known.contains(fingerprint) && selection.shows(&analysis.workspace, &analysis.sources, finding)
        };
        let selected = Selected { highest, shows_only: args.fixes.diff, is_reported: &is_reported };
        let fixed = progress::during(style.progress, "fixing", || {
            fix::apply(opened, reading, &destination, &selected, notes)
        })?;
        if args.fixes.diff {
            return Ok(FixResult::Diff(Box::new(fixed)));
        }
        fixed.note_zips(&destination, highest, notes);
        Ok(FixResult::Fixed(Box::new(fixed)))
    }
}

/// The format for stdout. No program could read two reports there.
pub(super) fn stdout_format(args: &CheckArgs) -> Result<CheckFormat, Outcome> {
    if args.baseline.write_baseline.as_deref().is_some_and(atomic_write::is_stdout) {
        let help = "name a file after `--write-baseline`";
        return Err(Outcome::failure("a baseline cannot go to stdout, where the report goes", Some(help)));
    }
    let args = &args.reports;
    let mut wanted = args.output.iter().filter(|output| output.is_stdout()).map(|output| output.format);
    let wanted: Vec<CheckFormat> = wanted.by_ref().chain(args.format).collect();
    let format = match (wanted.as_slice(), args.statistics) {
        ([], true) => CheckFormat::Human,
        ([], false) => pipelines::format(),
        ([format], _) => *format,
        _ => {
            let help = "omit `--format`, or write one of the reports to a file";
            return Err(Outcome::failure("only one report can go to stdout", Some(help)));
        }
    };
    if args.statistics && format != CheckFormat::Human {
        return Err(Outcome::failure("`--statistics` works only with the format `human`", None));
    }
    Ok(format)
}

fn layout<'a>(args: &'a CheckArgs, style: Style, verbosity: Verbosity) -> Layout<'a> {
    let OutputArgs { all, no_excerpt, statistics, .. } = args.reports;
    Layout {
        style,
        all,
        excerpts: !no_excerpt,
        statistics,
        summary: verbosity != Verbosity::Quiet,
        inputs: &args.inputs.paths,
    }
}

/// A report in one of the formats.
fn render(report: &Report<'_>, format: CheckFormat, layout: &Layout<'_>) -> String {
    match format {
        CheckFormat::Human => human::render(report, layout),
        CheckFormat::Concise => concise::render(report),
        CheckFormat::Json => json::render(report),
        CheckFormat::Jsonl => json::lines(report),
        CheckFormat::Sarif => sarif::render(report),
        CheckFormat::Github => github::render(report),
        CheckFormat::Azure => azure::render(report),
        CheckFormat::Gitlab => gitlab::render(report),
        CheckFormat::Junit => junit::render(report),
        CheckFormat::Html => html::render(report),
        CheckFormat::Markdown => markdown::render(report, markdown::Limit::Comment),
    }
}

/// All findings, and which of them are new.
struct CheckResult {
    findings: Vec<Finding>,
    /// One for each finding. They are empty if nothing needs them.
    fingerprints: Vec<String>,
    /// Indices into `findings`.
    new: Vec<usize>,
}

impl CheckResult {
    fn new(
        findings: Vec<Finding>,
        fingerprints: Vec<String>,
        baseline: Option<&Baseline>,
        notes: &mut Notes,
    ) -> Self {
        let known = baseline.map(Baseline::known).unwrap_or_default();
        let is_new = |index: &usize| !known.contains(fingerprints[*index].as_str());
        let new = (0..findings.len()).filter(is_new).collect();
        if let Some(baseline) = baseline {
            notes.gone(baseline, &fingerprints);
        }
        CheckResult { findings, fingerprints, new }
    }

    /// The number of findings in the baseline, or in the one that this run writes.
    fn known(&self, writes_baseline: bool) -> usize {
        self.findings.len() - if writes_baseline { 0 } else { self.new.len() }
    }

    /// The findings that reports show, with their fingerprints: the new and selected ones, or none if this run writes a
    /// baseline. Copies them only if there are others.
    fn reported(
        &self,
        writes_baseline: bool,
        shows: impl Fn(&Finding) -> bool,
    ) -> (Cow<'_, [Finding]>, Cow<'_, [String]>) {
        let is_shown = |index: &usize| !writes_baseline && shows(&self.findings[*index]);
        let shown: Vec<usize> = self.new.iter().copied().filter(is_shown).collect();
        if shown.len() == self.findings.len() {
            return (Cow::Borrowed(&self.findings), Cow::Borrowed(&self.fingerprints));
        }
        let of = |index: &usize| (self.findings[*index].clone(), self.fingerprints[*index].clone());
        let (findings, fingerprints): (Vec<_>, Vec<_>) = shown.iter().map(of).unzip();
        (findings.into(), fingerprints.into())
    }
}

pub(super) fn read_baseline(path: &Path, inputs: &Inputs) -> Result<Baseline, Outcome> {
    let text = read_text(path, inputs)?;
    Baseline::read(text.text())
        .map_err(|reason| Outcome::failure(&format!("{}: {reason}", text.name()), None))
}

/// Writes the baseline and the file of every `--output`: either all or none.
fn write_files(
    args: &CheckArgs,
    report: &Report<'_>,
    found: &CheckResult,
    style: Style,
    notes: &mut Notes,
) -> Result<(), Outcome> {
    let fail = |error: super::staged_files::WriteError| Outcome::failure(&error.to_string(), None);
    let outputs = args.reports.output.iter().map(|output| &output.path);
    let outputs: Vec<&PathBuf> = outputs.chain(&args.baseline.write_baseline).collect();
    let (known, new) = (&args.baseline.baseline, &args.baseline.write_baseline);
    // The baseline that was read may be replaced.
    let real = |path: &PathBuf| path.canonicalize().ok();
    let known = known.iter().filter(|known| new.as_ref().and_then(real) != real(known)).cloned();
    let mut staged = StagedFiles::beside(files_read(report.analysis, &args.inputs, &outputs).chain(known));
    // Files get no colour and a fixed width, because they are read elsewhere.
    let plain = Style { color: false, links: false, width: 100, ..style };
    let plain = Layout { style: plain, inputs: &[], ..layout(args, style, Verbosity::Normal) };
    for output in args.reports.output.iter().filter(|output| !output.is_stdout()) {
        let text = render(report, output.format, &plain);
        staged.add(&output.path, &text).map_err(fail)?;
    }
    let BaselineArgs { write_baseline, .. } = &args.baseline;
    if let Some(path) = write_baseline {
        let baseline = Baseline::of(report.analysis, &found.findings, &found.fingerprints, clean);
        staged.add(path, &baseline.to_json()).map_err(fail)?;
        notes.push(|| {
            format!("note: wrote {} to {}", count(baseline.len(), "finding"), FileName::of_path(path))
        });
    }
    staged.keep().map_err(fail)
}

/// With `--open`, the HTML report that was written, or else a new temporary file with one.
fn report_to_open(
    args: &OutputArgs,
    report: &Report<'_>,
    notes: &mut Notes,
) -> Result<Option<PathBuf>, Outcome> {
    if !args.open {
        return Ok(None);
    }
    let is_page = |output: &&OutputTarget| output.format == CheckFormat::Html && !output.is_stdout();
    let path = match args.output.iter().find(is_page) {
        Some(written) => written.path.clone(),
        None => {
            atomic_write::create_temporary(".html", html::render(report).as_bytes()).map_err(|error| {
                let message = format!("the report could not be written to a temporary file: {error}");
                Outcome::failure(&message, Some("name a file with `--output html=FILE`"))
            })?
        }
    };
    notes.push(|| format!("note: opening {}", FileName::of_path(&path)));
    Ok(Some(path))
}

fn read_so_far(analysis: &Analysis) -> String {
    let workspace = &analysis.workspace;
    format!(
        "read {} with {}",
        count(workspace.solutions.len(), "package"),
        count(workspace.flows.len(), "flow")
    )
}
