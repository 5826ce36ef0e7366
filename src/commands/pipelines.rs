//! What GitHub Actions and Azure Pipelines tell by their environment, and the summaries they take.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Outcome;
use super::staged_files::StagedFiles;
use crate::cli::CheckFormat;
use crate::report::markdown::Limit;
use crate::report::{Report, azure, markdown};

/// The format where none was asked for.
pub(super) fn format() -> CheckFormat {
    let is_set = |name| std::env::var(name).is_ok_and(|value| value.eq_ignore_ascii_case("true"));
    if is_set("GITHUB_ACTIONS") {
        CheckFormat::Github
    } else if is_set("TF_BUILD") {
        CheckFormat::Azure
    } else {
        CheckFormat::Human
    }
}

/// Hands the summary to the pipeline, where the format is its own and it takes one. What has to be printed for that is
/// returned.
pub(super) fn summary(format: CheckFormat, report: &Report<'_>) -> Result<String, Outcome> {
    match format {
        CheckFormat::Github => github(report).map(|()| String::new()),
        CheckFormat::Azure => azure_upload(report),
        CheckFormat::Human
        | CheckFormat::Concise
        | CheckFormat::Json
        | CheckFormat::Jsonl
        | CheckFormat::Sarif
        | CheckFormat::Gitlab
        | CheckFormat::Junit
        | CheckFormat::Markdown => Ok(String::new()),
    }
}

/// A step may run flowvet several times, so the summary is put behind what is there.
fn github(report: &Report<'_>) -> Result<(), Outcome> {
    let Some(path) = file("GITHUB_STEP_SUMMARY") else { return Ok(()) };
    // The limit is for the whole file.
    let taken = std::fs::metadata(&path).map_or(0, |file| usize::try_from(file.len()).unwrap_or(usize::MAX));
    let text = markdown::render(report, Limit::StepSummary(taken.saturating_add(1))) + "\n";
    let written = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        Outcome::failure(&format!("{}: could not be written: {error}", path.display()), None)
    })
}

/// Azure Pipelines reads the file when the step is over; its own folder for such files is emptied after the job.
fn azure_upload(report: &Report<'_>) -> Result<String, Outcome> {
    let Some(folder) = file("AGENT_TEMPDIRECTORY") else { return Ok(String::new()) };
    let path = folder.join(format!("flowvet-summary-{}.md", std::process::id()));
    write(&path, &markdown::render(report, Limit::StepSummary(0)))?;
    Ok(azure::upload_summary(&path.to_string_lossy()))
}

fn write(path: &Path, text: &str) -> Result<(), Outcome> {
    let mut staged = StagedFiles::default();
    let written = staged.add(path, text).and_then(|()| staged.keep());
    written.map_err(|error| Outcome::failure(&error.to_string(), None))
}

fn file(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}
