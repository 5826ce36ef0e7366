//! The fixes of findings in reports: which can be applied, and which edits they consist of.

use serde::Serialize;

use super::Report;
use super::text::{clean, shown};
use crate::analysis::Analysis;
use crate::finding::Finding;
use crate::fix::{Applicability, Fix, TextEdit, resolve};
use crate::source::{FileId, Location};
use crate::wording::count;

/// The edits of a fix, by file.
pub(crate) struct ShownFix<'a> {
    pub(crate) fix: &'a Fix,
    pub(crate) edits: Vec<(FileId, TextEdit)>,
}

/// The fix of a finding, if a program can apply what the report shows. Secrets are masked and long texts are shortened in
/// reports, so a fix that writes one is left out.
pub(crate) fn of<'a>(analysis: &Analysis, finding: &'a Finding) -> Option<ShownFix<'a>> {
    let fix = finding.fix.as_ref()?;
    let edits = resolve(&analysis.sources, fix.edits.iter())?;
    let edits: Vec<(FileId, TextEdit)> =
        edits.into_iter().flat_map(|(file, edits)| edits.into_iter().map(move |edit| (file, edit))).collect();
    let is_whole = edits.iter().all(|(_, edit)| shown(&edit.text) == edit.text);
    is_whole.then_some(ShownFix { fix, edits })
}

/// A fix in machine-readable formats.
#[derive(Serialize)]
pub(crate) struct FixJson<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<EditJson>,
}

/// A replacement. The bytes count in the decoded text, without a byte order mark.
#[derive(Serialize)]
struct EditJson {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start_byte: usize,
    end_byte: usize,
    text: String,
}

/// The fix of a finding for machine-readable formats.
pub(crate) fn json<'a>(analysis: &Analysis, finding: &'a Finding) -> Option<FixJson<'a>> {
    let ShownFix { fix, edits } = of(analysis, finding)?;
    let edit = |(file, edit): (FileId, TextEdit)| {
        let Location { file, bytes, start, end, .. } = analysis.sources.get(file).location(edit.span);
        EditJson {
            file: file.into(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            start_byte: bytes.start,
            end_byte: bytes.end,
            text: edit.text,
        }
    };
    Some(FixJson {
        title: &fix.title,
        applicability: fix.applicability.as_str(),
        edits: edits.into_iter().map(edit).collect(),
    })
}

/// How a report for people marks a finding that can be fixed: the title of the fix, and the options that apply it.
pub(super) fn mark(finding: &Finding) -> Option<String> {
    let fix = finding.fix.as_ref()?;
    let options = match fix.applicability {
        Applicability::Safe => "--fix",
        Applicability::Unsafe => "--fix --unsafe-fixes",
        Applicability::Display => return None,
    };
    Some(format!("{} (`{options}`)", clean(&fix.title)))
}

/// How many findings can be fixed, and how: `2 with --fix, 1 more with --unsafe-fixes`. `None` if none can.
pub(super) fn summary(report: &Report<'_>) -> Option<String> {
    let number = |applicability| {
        let fixes = report.findings.iter().filter_map(|finding| finding.fix.as_ref());
        fixes.filter(|fix| fix.applicability == applicability).count()
    };
    let into = if all_in_zips(report) { " --into NEW.zip" } else { "" };
    match (number(Applicability::Safe), number(Applicability::Unsafe)) {
        (0, 0) => None,
        (safe, 0) => Some(format!("{} with `--fix{into}`", count(safe, "finding"))),
        (0, more) => Some(format!("{} with `--fix --unsafe-fixes{into}`", count(more, "finding"))),
        (safe, more) => {
            Some(format!("{} with `--fix{into}`, {more} more with `--unsafe-fixes`", count(safe, "finding")))
        }
    }
}

fn all_in_zips(report: &Report<'_>) -> bool {
    let edits =
        report.findings.iter().filter_map(|finding| finding.fix.as_ref()).flat_map(|fix| fix.edits.iter());
    let mut names = edits.map(|edit| report.analysis.sources.get(edit.place.file).name());
    names.all(|name| name.inside().is_some())
}
