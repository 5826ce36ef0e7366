//! `flowvet check`: checks solutions, writes reports, and computes the exit code.

use std::path::{Path, PathBuf};

use super::config::LoadedConfig;
use super::notes::Notes;
use super::staged_files::StagedFiles;
use super::{
    CLEAN, FOUND, Outcome, Verbosity, add_settings, copies_note, files_read, load, pipelines, progress,
    read_text,
};
use crate::analysis::Analysis;
use crate::baseline::{Baseline, fingerprint};
use crate::cli::{BaselineArgs, CheckArgs, CheckFormat, Inputs, OutputArgs};
use crate::finding::Finding;
use crate::report::layout::{Layout, Style};
use crate::report::text::clean;
use crate::report::{Report, azure, concise, github, gitlab, html, human, json, junit, markdown, sarif};
use crate::wording::count;

pub(super) fn run(args: &CheckArgs, style: Style, verbosity: Verbosity) -> Outcome {
    check(args, style, verbosity).unwrap_or_else(|failure| failure)
}

fn check(args: &CheckArgs, style: Style, verbosity: Verbosity) -> Result<Outcome, Outcome> {
    let format = stdout_format(&args.reports)?;
    let mut notes = Notes::new(verbosity);
    let loaded = LoadedConfig::read(&args.config, &args.inputs, style)?;
    notes.detail(|| match loaded.name() {
        Some(name) => format!("configuration: {name}"),
        None => "configuration: none".to_owned(),
    });
    let known = args.baseline.baseline.as_deref();
    let known = known.map(|path| read_baseline(path, &args.inputs)).transpose()?;
    let mut session = progress::during(style.progress, "reading", || load(&args.inputs))?;
    notes.detail(|| read_so_far(session.analysis()));
    let named = if args.settings.is_empty() {
        loaded.settings_files(args.inputs.limits.limits(), style)?
    } else {
        args.settings.clone()
    };
    add_settings(&mut session, &named, &args.inputs, style)?;
    let config = loaded.config.with_rules(args.selection.select.clone());
    session.configure(match args.profile {
        Some(profile) => config.with_profile(profile),
        None => config,
    });
    let checked = progress::during(style.progress, "checking", || session.findings());
    let analysis = session.analysis();
    let verdicts = analysis.verdicts(&checked.findings);
    let found = CheckResult::new(analysis, checked.findings, known.as_ref(), &mut notes);
    notes.detail(|| count(found.new.len(), "new finding"));

    let selection = args.selection.selection();
    let shows = |finding: &Finding| selection.shows(&analysis.workspace, &analysis.sources, finding);
    let (findings, fingerprints) = found.reported(args.baseline.write_baseline.is_some(), shows);
    let known = found.all.len() - found.new.len();
    let report = Report {
        analysis,
        findings: &findings,
        fingerprints: &fingerprints,
        ignored: checked.ignored,
        known: if args.baseline.write_baseline.is_some() { found.all.len() } else { known },
        not_selected: found.new.iter().filter(|index| !shows(&found.all[**index].0)).count(),
        fail_on: args.fail_on.unwrap_or(session.config().fail_on()),
        verdicts: &verdicts,
    };
    let output = render(&report, format, &layout(args, style, verbosity));
    write_files(args, &report, &found, style, &mut notes)?;
    let summary = pipelines::summary(format, &report)?;
    let fails = findings.iter().any(|finding| report.fail_on.includes(finding.severity));
    let code = if fails { FOUND } else { CLEAN };
    let copies = copies_note(&session);
    // The process ends after this, so dropping a large model node by node would waste time.
    std::mem::forget(session);
    Ok(Outcome { output: output + &summary, stderr: notes.lines, notes: copies, code })
}

/// The format for stdout. No program could read two reports there.
fn stdout_format(args: &OutputArgs) -> Result<CheckFormat, Outcome> {
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
    all: Vec<(Finding, String)>,
    /// Indices into `all`.
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

    /// The findings that reports show: the new and selected ones, or none if this run writes a baseline.
    fn reported(
        &self,
        writes_baseline: bool,
        shows: impl Fn(&Finding) -> bool,
    ) -> (Vec<Finding>, Vec<String>) {
        let new = self.new.iter().filter(|_| !writes_baseline).map(|index| &self.all[*index]);
        new.filter(|(finding, _)| shows(finding)).cloned().unzip()
    }
}

fn read_baseline(path: &Path, inputs: &Inputs) -> Result<Baseline, Outcome> {
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
        let (findings, fingerprints): (Vec<_>, Vec<_>) = found.all.iter().cloned().unzip();
        let baseline = Baseline::of(report.analysis, &findings, &fingerprints, clean);
        staged.add(path, &baseline.to_json()).map_err(fail)?;
        notes.push(|| format!("note: wrote {} to {}", count(baseline.len(), "finding"), path.display()));
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
