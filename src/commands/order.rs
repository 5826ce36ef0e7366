//! `flowvet order`: prints the order in which flows can be turned on, checks a given order, and writes the order into
//! settings files.

use std::path::Path;

use super::fix::{self, Destination, Selected};
use super::notes::Notes;
use super::reading::Reading;
use super::staged_files::StagedFiles;
use super::{CLEAN, FOUND, Outcome, Verbosity, files_read, load, read_notes, refused, unread};
use crate::activation::{Activation, closure};
use crate::analysis::Analysis;
use crate::baseline::fingerprint;
use crate::cli::{OrderArgs, OrderFormat};
use crate::finding::Finding;
use crate::load::{EncodedText, Replaced};
use crate::model::FlowIx;
use crate::report::human;
use crate::report::layout::{Layout, Style};
use crate::report::text::clean;
use crate::report::{Report, alm, json, order, solutions};
use crate::rules::Checked;
use crate::session::Session;
use crate::source::TextError;
use crate::wording::count;

pub(super) fn run(args: &OrderArgs, style: Style, verbosity: Verbosity) -> Outcome {
    if let Some(failure) = misused(args) {
        return failure;
    }
    let ran = match &args.check {
        Some(file) => check(args, file, style, Notes::new(verbosity)),
        None => compute(args, style),
    };
    ran.unwrap_or_else(|failure| failure)
}

/// Rejects combinations of options that clap cannot check, because they depend on values.
fn misused(args: &OrderArgs) -> Option<Outcome> {
    let format = args.format;
    let wrong = match format {
        _ if args.into.is_some() && format != OrderFormat::Alm => "`--into` works only with `--format alm`",
        OrderFormat::Alm if args.reverse => "`--reverse` does not work with `--format alm`",
        OrderFormat::Alm | OrderFormat::Csv | OrderFormat::Markdown if args.solutions => {
            "`--solutions` works only with the formats `text` and `json`"
        }
        OrderFormat::Alm | OrderFormat::Csv | OrderFormat::Markdown if args.check.is_some() => {
            "`--check` works only with the formats `text` and `json`"
        }
        _ => return None,
    };
    Some(Outcome::failure(wrong, None))
}

/// Computes and prints an order.
fn compute(args: &OrderArgs, style: Style) -> Result<Outcome, Outcome> {
    let mut session = load(&args.inputs)?;
    let outcome = if args.solutions {
        print_solutions(args, session.analysis())
    } else {
        let findings = session.check_and_release().findings;
        print(args, session.analysis(), &findings, style)?
    };
    Ok(Outcome { notes: notes(session.analysis()), ..outcome })
}

fn notes(analysis: &Analysis) -> String {
    read_notes::of(analysis, read_notes::Output::LooksComplete)
}

fn print(
    args: &OrderArgs,
    analysis: &Analysis,
    findings: &[Finding],
    style: Style,
) -> Result<Outcome, Outcome> {
    let activation = chosen(args, analysis)?;
    let verdicts = analysis.verdicts(findings);
    let shown = order::Shown { analysis, order: &activation, verdicts: &verdicts, reversed: args.reverse };
    let output = match args.format {
        OrderFormat::Text => shown.text(),
        OrderFormat::Json => shown.json(),
        OrderFormat::Markdown => shown.markdown(),
        OrderFormat::Csv => shown.csv().map_err(|error| Outcome::failure(&error.to_string(), None))?,
        OrderFormat::Alm => match &args.into {
            None => alm::block(alm::entries(analysis, &activation)),
            Some(file) => merge(file, args, analysis, &activation, style)?,
        },
    };
    Ok(Outcome::output(output, if activation.cycles.is_empty() { CLEAN } else { FOUND }))
}

/// The order of all flows, or only of those that `--only` needs.
fn chosen(args: &OrderArgs, analysis: &Analysis) -> Result<Activation, Outcome> {
    let mut activation = analysis.activation().clone();
    if let Some(wanted) = &args.only {
        let flow = one_flow(analysis, wanted)?;
        let flows = closure(&analysis.workspace, &analysis.graph, &activation, flow, args.reverse);
        activation = activation.restricted(&analysis.workspace, &analysis.graph, &flows);
    }
    Ok(if args.reverse { activation.reversed() } else { activation })
}

fn one_flow(analysis: &Analysis, wanted: &str) -> Result<FlowIx, Outcome> {
    let workspace = &analysis.workspace;
    let found = workspace.flows_named(wanted);
    if let [flow] = found.as_slice() {
        return Ok(*flow);
    }
    if found.is_empty() {
        let names = workspace.flows.iter().map(|flow| flow.name.as_str());
        let containing: Vec<String> = workspace
            .flows
            .iter()
            .filter(|flow| flow.name.to_lowercase().contains(&wanted.to_lowercase()))
            .map(|flow| format!("`{}`", flow.name))
            .take(8)
            .collect();
        let help = match crate::suggest::nearest(wanted, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None if containing.is_empty() => "`flowvet order` without `--only` lists the flows".to_owned(),
            None => format!("flows with a similar name: {}", containing.join(", ")),
        };
        return Err(Outcome::failure(&format!("no flow has the name or id `{wanted}`"), Some(&help)));
    }
    let candidates: Vec<String> = found
        .iter()
        .map(|flow| format!("{} ({})", workspace.flow(*flow).id, workspace.solution_of(*flow).path))
        .collect();
    let message = format!("{} flows have the name `{wanted}`", found.len());
    Err(Outcome::failure(&message, Some(&format!("use an id instead: {}", candidates.join(", ")))))
}

fn print_solutions(args: &OrderArgs, analysis: &Analysis) -> Outcome {
    let import = analysis.import_order();
    let output = match args.format {
        OrderFormat::Json => solutions::json(analysis, &import),
        OrderFormat::Text | OrderFormat::Csv | OrderFormat::Markdown | OrderFormat::Alm => {
            solutions::text(analysis, &import)
        }
    };
    Outcome::output(output, if import.cycles.is_empty() { CLEAN } else { FOUND })
}

/// Whether a finding is about a given order.
fn is_about_order(finding: &Finding) -> bool {
    finding.rule.starts_with("order-")
}

/// Checks a given order, fixes it if asked to, and reports only the findings of the rules about orders.
fn check(args: &OrderArgs, file: &Path, style: Style, mut lines: Notes) -> Result<Outcome, Outcome> {
    let reading = Reading::of_order(args, file, style)?;
    let mut opened = reading.open(&Replaced::new())?;
    let fixes = args.fixes.to_fixes();
    let Some(highest) = fix::highest(&fixes) else {
        let checked = opened.session.check_and_release();
        return Ok(report(args, &opened.session, checked, 0, style));
    };
    let is_reported = |_: &Analysis, finding: &Finding, _: &str| is_about_order(finding);
    let selected = Selected { highest, shows_only: fixes.diff, is_reported: &is_reported };
    let fixed = fix::apply(opened, &reading, &Destination::InPlace, &selected, &mut lines)?;
    if fixes.diff {
        return Ok(fixed.shown(lines));
    }
    let count = fixed.count();
    let outcome = report(args, &fixed.opened.session, fixed.checked, count, style);
    Ok(Outcome { stderr: lines.lines, ..outcome })
}

/// The report about a given order.
fn report(args: &OrderArgs, session: &Session, checked: Checked, fixed: usize, style: Style) -> Outcome {
    let analysis = session.analysis();
    let Checked { mut findings, blocking, .. } = checked;
    let verdicts = analysis.verdicts(&blocking);
    findings.retain(is_about_order);
    let fingerprints = fingerprint::of_all(analysis, &findings);
    let fail_on = args.fail_on.unwrap_or(session.config().fail_on());
    let report = Report {
        analysis,
        findings: &findings,
        fingerprints: &fingerprints,
        ignored: 0,
        known: 0,
        not_selected: 0,
        fixed,
        fail_on,
        verdicts: &verdicts,
    };
    let output = match args.format {
        OrderFormat::Json => json::render(&report),
        OrderFormat::Text | OrderFormat::Csv | OrderFormat::Markdown | OrderFormat::Alm => {
            human::render(&report, &Layout::new(style))
        }
    };
    let fails = findings.iter().any(|finding| fail_on.includes(finding.severity));
    let outcome = Outcome::output(output, if fails { FOUND } else { CLEAN });
    Outcome { notes: notes(analysis), ..outcome }
}

/// Writes the order into a settings file. The file is either replaced completely or not changed.
fn merge(
    file: &Path,
    args: &OrderArgs,
    analysis: &Analysis,
    order: &Activation,
    style: Style,
) -> Result<String, Outcome> {
    let read = EncodedText::read(file, args.inputs.limits.limits()).map_err(|error| unread(&error))?;
    let entries = alm::entries(analysis, order);
    let merged = alm::merged(read.text.text(), &entries)
        .map_err(|error| refused(&TextError::at(read.text.clone(), error.offset, error.message), style))?;
    let name = read.text.name();
    if merged == read.text.text() {
        return Ok(format!("{} already has this order\n", clean(name.as_str())));
    }
    let target = file.to_owned();
    let mut staged = StagedFiles::beside(files_read(analysis, &args.inputs, &[&target]));
    let written = staged.add_bytes(file, &read.encode(&merged)).and_then(|()| staged.keep());
    written.map_err(|error| Outcome::failure(&error.to_string(), None))?;
    Ok(format!("wrote the order of {} to {}\n", count(entries.len(), "flow"), clean(name.as_str())))
}
