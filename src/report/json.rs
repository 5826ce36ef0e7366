//! The reports for programs, version 1: one object, or one object per line.

use serde::Serialize;

use super::fixes::{self, FixJson};
use super::flow_name::FlowName;
use super::to_json::{to_json, to_json_line};
use super::verdict::{self, VerdictJson};
use super::{Counts, Report};
use crate::analysis::Analysis;
use crate::finding::{Finding, Label, Severity};
use crate::load::FaultKind;
use crate::parse::location;
use crate::source::{Location, Place};
use crate::verdict::Outcome;

#[derive(Serialize)]
struct JsonReport<'a> {
    version: u32,
    inputs: Vec<JsonInput<'a>>,
    passed_over: Vec<PassedOver<'a>>,
    findings: Vec<JsonFinding<'a>>,
    flows: Vec<JsonFlow<'a>>,
    summary: Summary,
}

/// The parts of an input that are not checked.
#[derive(Serialize)]
struct NotChecked {
    desktop_flows: usize,
    other_processes: usize,
    apps: usize,
    agents: bool,
}

/// A copy of a solution that is not checked.
#[derive(Serialize)]
struct PassedOver<'a> {
    path: &'a str,
    solution: &'a str,
    solution_version: &'a str,
    /// The path of the copy that is checked.
    same_as: &'a str,
}

#[derive(Serialize)]
struct JsonInput<'a> {
    path: &'a str,
    solution: Option<&'a str>,
    solution_version: Option<&'a str>,
    managed: Option<bool>,
    flows: usize,
    not_checked: NotChecked,
}

/// A package in the format `jsonl`.
#[derive(Serialize)]
struct JsonPackage<'a> {
    #[serde(flatten)]
    input: JsonInput<'a>,
    findings: Findings,
    outcomes: Outcomes,
}

/// The number of reported findings in a package.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Findings {
    errors: usize,
    warnings: usize,
    infos: usize,
}

/// The number of flows of a package with each outcome. See [`Outcome::as_str`].
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Outcomes {
    turns_on: usize,
    stays_off: usize,
    will_not_turn_on: usize,
    unknown: usize,
}

/// A zip, folder or input that could not be read.
#[derive(Serialize)]
struct Unreadable<'a> {
    path: &'a str,
    /// What is wrong: a predicate.
    error: &'a str,
}

/// A finding in machine-readable formats.
#[derive(Serialize)]
pub(crate) struct JsonFinding<'a> {
    rule: &'a str,
    category: &'a str,
    severity: &'a str,
    confidence: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    flow: Option<FlowName<'a>>,
    #[serde(flatten)]
    place: PlaceInFile,
    related: Vec<Related<'a>>,
    platform_errors: &'static [&'static str],
    /// A change that solves the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<&'a str>,
}

/// What will happen to a flow on import.
#[derive(Serialize)]
struct JsonFlow<'a> {
    #[serde(flatten)]
    name: FlowName<'a>,
    solution: Option<&'a str>,
    /// The state as exported.
    state: &'static str,
    verdict: VerdictJson<'a>,
}

/// A place in machine-readable formats.
#[derive(Serialize)]
pub(crate) struct PlaceInFile {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    pointer: Option<String>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: PlaceInFile,
}

/// The number of findings by severity, and of ignored ones.
#[derive(Default, Serialize)]
pub(crate) struct Totals {
    errors: usize,
    warnings: usize,
    infos: usize,
    ignored: usize,
}

/// The counts of a run.
#[derive(Default, Serialize)]
pub(crate) struct Summary {
    #[serde(flatten)]
    totals: Totals,
    in_baseline: usize,
    /// The number of findings that options such as `--select` leave out.
    not_selected: usize,
    /// The number of findings that this run has fixed.
    fixed: usize,
}

/// A line of the format `jsonl`.
#[derive(Serialize)]
struct Line<T> {
    r#type: &'static str,
    version: u32,
    #[serde(flatten)]
    content: T,
}

const VERSION: u32 = 1;

/// The report of a check as one JSON object and a line break.
pub(crate) fn render(report: &Report<'_>) -> String {
    let findings = report.findings.iter().zip(report.fingerprints);
    to_json(&JsonReport {
        version: VERSION,
        inputs: inputs(report.analysis),
        passed_over: passed_over(report.analysis),
        findings: findings
            .map(|(finding, print)| with_fingerprint(report.analysis, finding, print))
            .collect(),
        flows: flows(report),
        summary: summary(report),
    })
}

/// The report of a check as lines for what was checked, and the summary as the last one.
pub(crate) fn lines(report: &Report<'_>) -> String {
    let mut out = lines_of_part(report);
    out.push_str(&summary_line(&summary(report)));
    out
}

/// A line for each package, copy of a package, part that could not be read, and finding.
pub(crate) fn lines_of_part(report: &Report<'_>) -> String {
    let analysis = report.analysis;
    let mut out = String::new();
    for package in packages(report) {
        out.push_str(&line("package", package));
    }
    for copy in passed_over(analysis) {
        out.push_str(&line("passed_over", copy));
    }
    for fault in analysis.workspace.faults.iter().filter(|fault| fault.kind != FaultKind::File) {
        let path = analysis.sources.get(fault.place.file).name().as_str();
        out.push_str(&line("unreadable", Unreadable { path, error: &fault.message }));
    }
    out.push_str(&finding_lines(report));
    out
}

/// A line for each finding.
pub(crate) fn finding_lines(report: &Report<'_>) -> String {
    let findings = report.findings.iter().zip(report.fingerprints);
    let lines = findings.map(|(finding, fingerprint)| {
        line("finding", with_fingerprint(report.analysis, finding, fingerprint))
    });
    lines.collect()
}

/// The last line.
pub(crate) fn summary_line(summary: &Summary) -> String {
    line("summary", summary)
}

fn line(r#type: &'static str, content: impl Serialize) -> String {
    to_json_line(&Line { r#type, version: VERSION, content })
}

/// The counts of a report.
pub(crate) fn summary(report: &Report<'_>) -> Summary {
    let Report { known: in_baseline, not_selected, fixed, .. } = *report;
    Summary { totals: Totals::of(report), in_baseline, not_selected, fixed }
}

impl Summary {
    /// Adds the counts of another report.
    pub(crate) fn add(&mut self, other: &Summary) {
        self.totals.errors += other.totals.errors;
        self.totals.warnings += other.totals.warnings;
        self.totals.infos += other.totals.infos;
        self.totals.ignored += other.totals.ignored;
        self.in_baseline += other.in_baseline;
        self.not_selected += other.not_selected;
        self.fixed += other.fixed;
    }
}

impl Totals {
    pub(super) fn of(report: &Report<'_>) -> Self {
        let Counts { errors, warnings, infos } = Counts::of(report.findings);
        Totals { errors, warnings, infos, ignored: report.ignored }
    }
}

/// The copies of solutions that are not checked.
fn passed_over(analysis: &Analysis) -> Vec<PassedOver<'_>> {
    let workspace = &analysis.workspace;
    let copies = workspace.copies.iter();
    copies
        .map(|copy| PassedOver {
            path: copy.path.as_str(),
            solution: workspace.solution(copy.kept).name(),
            solution_version: &copy.version,
            same_as: workspace.solution(copy.kept).path.as_str(),
        })
        .collect()
}

fn flows<'a>(report: &Report<'a>) -> Vec<JsonFlow<'a>> {
    let Report { analysis, verdicts, .. } = *report;
    let flow = |(flow, _)| {
        Some(JsonFlow {
            name: FlowName::of(analysis, flow),
            solution: analysis.workspace.solution_of(flow).unique_name(),
            state: analysis.workspace.flow(flow).state.as_str(),
            verdict: verdict::json(analysis, verdicts, flow)?,
        })
    };
    verdicts.iter().filter_map(flow).collect()
}

/// The packages, each with its numbers of findings and outcomes.
fn packages<'a>(report: &Report<'a>) -> Vec<JsonPackage<'a>> {
    let Report { analysis, verdicts, .. } = *report;
    let workspace = &analysis.workspace;
    let mut packages: Vec<JsonPackage<'_>> = inputs(analysis)
        .into_iter()
        .map(|input| JsonPackage { input, findings: Findings::default(), outcomes: Outcomes::default() })
        .collect();
    for finding in report.findings {
        let flow = finding.flow.map(|flow| workspace.flow(flow).solution);
        let solution = flow.or_else(|| workspace.solution_in(finding.place().file, &analysis.sources));
        let Some(solution) = solution else { continue };
        let Findings { errors, warnings, infos } = &mut packages[solution.get()].findings;
        *match finding.severity {
            Severity::Error => errors,
            Severity::Warning => warnings,
            Severity::Info => infos,
        } += 1;
    }
    for (index, flow) in workspace.indexed() {
        let Some(verdict) = verdicts.get(workspace, index) else { continue };
        let outcomes = &mut packages[flow.solution.get()].outcomes;
        *match verdict.outcome {
            Outcome::TurnsOn => &mut outcomes.turns_on,
            Outcome::StaysOff => &mut outcomes.stays_off,
            Outcome::Blocked(_) => &mut outcomes.will_not_turn_on,
            Outcome::Unknown => &mut outcomes.unknown,
        } += 1;
    }
    packages
}

fn inputs(analysis: &Analysis) -> Vec<JsonInput<'_>> {
    let workspace = &analysis.workspace;
    let mut flows = vec![0_usize; workspace.solutions.len()];
    for flow in &workspace.flows {
        flows[flow.solution.get()] += 1;
    }
    let solutions = workspace.solutions.iter().zip(flows);
    solutions
        .map(|(solution, flows)| {
            let manifest = solution.manifest.as_ref();
            JsonInput {
                path: solution.path.as_str(),
                solution: manifest.map(|manifest| manifest.unique_name.as_str()),
                solution_version: manifest.map(|manifest| manifest.version.as_str()),
                managed: manifest.and_then(|manifest| manifest.managed),
                flows,
                not_checked: NotChecked {
                    desktop_flows: solution.unchecked.desktop_flows,
                    other_processes: solution.unchecked.other_processes,
                    apps: solution.unchecked.apps,
                    agents: solution.unchecked.agents,
                },
            }
        })
        .collect()
}

/// A finding with its fingerprint, by which baselines know it.
pub(crate) fn with_fingerprint<'a>(
    analysis: &'a Analysis,
    finding: &'a Finding,
    fingerprint: &'a str,
) -> JsonFinding<'a> {
    JsonFinding { fingerprint: Some(fingerprint), ..one(analysis, finding) }
}

/// A finding without its fingerprint.
pub(crate) fn one<'a>(analysis: &'a Analysis, finding: &'a Finding) -> JsonFinding<'a> {
    let more = finding.labels.iter().skip(1);
    JsonFinding {
        rule: finding.rule,
        category: finding.category,
        severity: finding.severity.as_str(),
        confidence: finding.confidence.as_str(),
        message: &finding.message,
        help: finding.help.as_deref(),
        flow: finding.flow.map(|flow| FlowName::of(analysis, flow)),
        place: PlaceInFile::of(analysis, finding.place()),
        related: more.chain(&finding.related).map(|label| related(analysis, label)).collect(),
        platform_errors: finding.codes,
        fix: fixes::json(analysis, finding),
        fingerprint: None,
    }
}

fn related<'a>(analysis: &'a Analysis, label: &'a Label) -> Related<'a> {
    Related { message: &label.message, place: PlaceInFile::of(analysis, &label.place) }
}

impl PlaceInFile {
    pub(crate) fn of(analysis: &Analysis, place: &Place) -> Self {
        let Location { file, start, end, pointer, .. } = location(&analysis.sources, place);
        PlaceInFile {
            file: file.into(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            pointer,
        }
    }
}
