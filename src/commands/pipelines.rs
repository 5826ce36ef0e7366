//! The environment of GitHub Actions and Azure Pipelines, and their summaries.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Outcome;
use super::staged_files::StagedFiles;
use crate::cli::CheckFormat;
use crate::report::markdown::Limit;
use crate::report::{Report, azure, markdown};
use crate::source::FileName;

/// The default format.
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

/// Gives the summary to the pipeline if the format is that of a pipeline. Returns what has to be printed for this.
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
        | CheckFormat::Markdown
        | CheckFormat::Html => Ok(String::new()),
    }
}

/// Appends the summary, because a step may run flowvet several times.
fn github(report: &Report<'_>) -> Result<(), Outcome> {
    let Some(path) = file("GITHUB_STEP_SUMMARY") else { return Ok(()) };
    // The limit applies to the whole file.
    let used = std::fs::metadata(&path).map_or(0, |file| usize::try_from(file.len()).unwrap_or(usize::MAX));
    let text = markdown::render(report, Limit::StepSummary(used.saturating_add(1))) + "\n";
    let written = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        Outcome::failure(&format!("{}: could not be written: {error}", FileName::of_path(&path)), None)
    })
}

/// Azure Pipelines reads the file after the step. It empties its folder for temporary files after the job.
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
