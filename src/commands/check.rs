//! `flowvet check`: lints, reports, and decides the exit code.

use std::path::Path;
use std::time::Instant;

use super::config::LoadedConfig;
use super::staged_files::StagedFiles;
use super::{CLEAN, FOUND, Outcome, Verbosity, add_settings, load, pipelines, progress, read_text};
use crate::analysis::Analysis;
use crate::baseline::{Baseline, fingerprint};
use crate::cli::{BaselineArgs, CheckArgs, CheckFormat, Inputs};
use crate::finding::Finding;
use crate::report::human::{Layout, Style};
use crate::report::text::clean;
use crate::report::{Report, azure, count, github, gitlab, human, json, junit, markdown, sarif};

pub(super) fn run(args: &CheckArgs, style: Style, verbosity: Verbosity) -> Outcome {
    check(args, style, verbosity).unwrap_or_else(|refused| refused)
}

fn check(args: &CheckArgs, style: Style, verbosity: Verbosity) -> Result<Outcome, Outcome> {
    let mut notes = Notes { verbosity, lines: String::new(), started: Instant::now() };
    let loaded = LoadedConfig::read(&args.config, &args.inputs, style)?;
    notes.detail(|| match loaded.name() {
        Some(name) => format!("configuration: {name}"),
        None => "configuration: none".to_owned(),
    });
    let known = args.baseline.baseline.as_deref();
    let known = known.map(|path| read_baseline(path, &args.inputs)).transpose()?;
    let mut session = progress::during(style.progress, "reading", || load(&args.inputs))?;
    notes.detail(|| read_so_far(session.analysis()));
    let named = if args.settings.is_empty() { loaded.settings_files(style)? } else { args.settings.clone() };
    add_settings(&mut session, &named, &args.inputs, style)?;
    session.configure(match args.profile {
        Some(profile) => loaded.config.with_profile(profile),
        None => loaded.config,
    });
    let checked = progress::during(style.progress, "checking", || session.findings());
    let analysis = session.analysis();
    let verdicts = analysis.verdicts(&checked.findings);
    let found = CheckResult::new(analysis, checked.findings, known.as_ref(), &mut notes);
    notes.detail(|| count(found.new.len(), "new finding"));

    let (findings, fingerprints) = found.reported(args.baseline.write_baseline.is_some());
    let report = Report {
        analysis,
        findings: &findings,
        fingerprints: &fingerprints,
        ignored: checked.ignored,
        known: found.all.len() - findings.len(),
        fail_on: args.fail_on.unwrap_or(session.config().fail_on()),
        verdicts: &verdicts,
    };
    let format = args.reports.format.unwrap_or_else(pipelines::format);
    let layout = Layout {
        summary: verbosity != Verbosity::Quiet,
        inputs: &args.inputs.paths,
        ..Layout::new(style)
    };
    let output = render(&report, format, &layout);
    write_files(args, &report, &found, style, &mut notes)?;
    let summary = pipelines::summary(format, &report)?;
    let fails = findings.iter().any(|finding| report.fail_on.includes(finding.severity));
    let code = if fails { FOUND } else { CLEAN };
    // The process ends after this: to take a model of many flows apart node by node would be time for nothing.
    std::mem::forget(session);
    Ok(Outcome { output: output + &summary, stderr: notes.lines, code })
}

/// A report in one of the formats.
fn render(report: &Report<'_>, format: CheckFormat, layout: &Layout<'_>) -> String {
    match format {
        CheckFormat::Human => human::render(report, layout),
        CheckFormat::Json => json::render(report),
        CheckFormat::Sarif => sarif::render(report),
        CheckFormat::Github => github::render(report),
        CheckFormat::Azure => azure::render(report),
        CheckFormat::Gitlab => gitlab::render(report),
        CheckFormat::Junit => junit::render(report),
        CheckFormat::Markdown => markdown::render(report),
    }
}

/// Everything that was found, and which of it is new.
struct CheckResult {
    all: Vec<(Finding, String)>,
    /// Places in `all`.
    new: Vec<usize>,
}

impl CheckResult {
    fn new(
        analysis: &Analysis,
        findings: Vec<Finding>,
        baseline: Option<&Baseline>,
        notes: &mut Notes,
    ) -> Self {
        let fingerprints = fingerprint::of_all(analysis, &findings);
        let known = baseline.map(Baseline::known).unwrap_or_default();
        let is_new = |index: &usize| !known.contains(fingerprints[*index].as_str());
        let new = (0..findings.len()).filter(is_new).collect();
        if let Some(baseline) = baseline {
            notes.gone(baseline, &fingerprints);
        }
        CheckResult { all: findings.into_iter().zip(fingerprints).collect(), new }
    }

    /// What the reports show: nothing of what becomes the baseline in this run.
    fn reported(&self, becomes_known: bool) -> (Vec<Finding>, Vec<String>) {
        if becomes_known {
            return (Vec::new(), Vec::new());
        }
        self.new.iter().map(|index| self.all[*index].clone()).unzip()
    }
}

fn read_baseline(path: &Path, inputs: &Inputs) -> Result<Baseline, Outcome> {
    let text = read_text(path, inputs)?;
    Baseline::read(text.text())
        .map_err(|reason| Outcome::failure(&format!("{}: {reason}", text.name()), None))
}

/// Writes the baseline and every `--output`: all of them, or none.
fn write_files(
    args: &CheckArgs,
    report: &Report<'_>,
    found: &CheckResult,
    style: Style,
    notes: &mut Notes,
) -> Result<(), Outcome> {
    let fail = |error: super::staged_files::WriteError| Outcome::failure(&error.to_string(), None);
    let mut staged = StagedFiles::default();
    // A file is read later and elsewhere: no colour, and the width of a page.
    let plain = Layout::new(Style { color: false, links: false, width: 100, ..style });
    for output in &args.reports.output {
        let text = render(report, output.format, &plain);
        staged.add(&output.path, &text).map_err(fail)?;
    }
    let BaselineArgs { write_baseline, .. } = &args.baseline;
    if let Some(path) = write_baseline {
        let (findings, fingerprints): (Vec<_>, Vec<_>) = found.all.iter().cloned().unzip();
        let baseline = Baseline::of(report.analysis, &findings, &fingerprints, clean);
        staged.add(path, &baseline.to_json()).map_err(fail)?;
        notes.say(|| format!("note: wrote {} into {}", count(baseline.len(), "finding"), path.display()));
    }
    staged.keep().map_err(fail)
}

fn read_so_far(analysis: &Analysis) -> String {
    let workspace = &analysis.workspace;
    format!(
        "read {} with {}",
        count(workspace.solutions.len(), "package"),
        count(workspace.flows.len(), "flow")
    )
}

/// What is said on stderr beside the report.
struct Notes {
    verbosity: Verbosity,
    lines: String,
    started: Instant,
}

/// How many entries of a baseline are named.
const MOST_NAMED: usize = 10;

impl Notes {
    fn say(&mut self, line: impl FnOnce() -> String) {
        if self.verbosity != Verbosity::Quiet {
            self.lines.push_str(&clean(&line()));
            self.lines.push('\n');
        }
    }

    fn detail(&mut self, line: impl FnOnce() -> String) {
        if self.verbosity == Verbosity::Verbose {
            let spent = self.started.elapsed().as_millis();
            self.say(|| format!("{spent:>6} ms  {}", line()));
        }
    }

    /// Names the entries of a baseline that are found no more.
    fn gone(&mut self, baseline: &Baseline, fingerprints: &[String]) {
        let gone = baseline.gone(fingerprints);
        if gone.is_empty() {
            return;
        }
        let verb = if gone.len() == 1 { "is" } else { "are" };
        self.say(|| {
            format!(
                "note: {} of the baseline {verb} found no more; `--write-baseline` drops what is gone",
                count(gone.len(), "finding")
            )
        });
        for entry in gone.iter().take(MOST_NAMED) {
            let flow = entry.flow.as_ref().map_or_else(String::new, |flow| format!(" in `{flow}`"));
            self.say(|| format!("  {}{flow}", entry.rule));
        }
        if let Some(more) = gone.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
            self.say(|| format!("  and {more} more"));
        }
    }
}
