//! `flowvet order`: prints the order in which flows can be turned on, checks a given order, and writes the order into
//! settings files.

use std::path::Path;

use super::config::LoadedConfig;
use super::staged_files::StagedFiles;
use super::{CLEAN, FOUND, Outcome, files_read, load, read_notes, read_text, refused, unread};
use crate::activation::{Activation, closure};
use crate::analysis::Analysis;
use crate::baseline::fingerprint;
use crate::cli::{OrderArgs, OrderFormat};
use crate::load::EncodedText;
use crate::model::FlowIx;
use crate::report::human;
use crate::report::layout::{Layout, Style};
use crate::report::text::clean;
use crate::report::{Report, alm, json, order, solutions};
use crate::rules::Checked;
use crate::session::Session;
use crate::source::TextError;
use crate::wording::count;

pub(super) fn run(args: &OrderArgs, style: Style) -> Outcome {
    if let Some(failure) = misused(args) {
        return failure;
    }
    let session = match load(&args.inputs) {
        Ok(session) => session,
        Err(outcome) => return outcome,
    };
    let notes = read_notes::of(session.analysis(), read_notes::Output::LooksComplete);
    let outcome = match &args.check {
        _ if args.solutions => print_solutions(args, session.analysis()),
        Some(file) => check(args, session, file, style).unwrap_or_else(|outcome| outcome),
        None => print(args, session.analysis(), style).unwrap_or_else(|outcome| outcome),
    };
    Outcome { notes, ..outcome }
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

fn print(args: &OrderArgs, analysis: &Analysis, style: Style) -> Result<Outcome, Outcome> {
    let activation = chosen(args, analysis)?;
    let verdicts = analysis.verdicts(&analysis.check());
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

/// Checks a given order, and reports only the findings of the rules about orders.
fn check(args: &OrderArgs, mut session: Session, file: &Path, style: Style) -> Result<Outcome, Outcome> {
    let loaded = LoadedConfig::read(&args.config, &args.inputs, style)?;
    let text = read_text(file, &args.inputs)?;
    session.set_order_text(text).map_err(|error| refused(&error, style))?;
    session.configure(loaded.config);
    let analysis = session.analysis();
    let Checked { mut findings, blocking, .. } = session.findings();
    let verdicts = analysis.verdicts(&blocking);
    findings.retain(|finding| finding.rule.starts_with("order-"));
    let fingerprints = fingerprint::of_all(analysis, &findings);
    let fail_on = args.fail_on.unwrap_or(session.config().fail_on());
    let report = Report {
        analysis,
        findings: &findings,
        fingerprints: &fingerprints,
        ignored: 0,
        known: 0,
        not_selected: 0,
        fixed: 0,
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
    Ok(Outcome::output(output, if fails { FOUND } else { CLEAN }))
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
