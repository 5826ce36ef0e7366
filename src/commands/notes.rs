//! The notes that `flowvet check` prints to stderr.

use std::time::Instant;

use super::Verbosity;
use crate::baseline::Baseline;
use crate::report::text::clean;
use crate::wording::count;

/// The notes for stderr.
pub(super) struct Notes {
    verbosity: Verbosity,
    pub(super) lines: String,
    started: Instant,
}

/// The most entries of a baseline that are listed.
const MOST_NAMED: usize = 10;

impl Notes {
    pub(super) fn new(verbosity: Verbosity) -> Self {
        Notes { verbosity, lines: String::new(), started: Instant::now() }
    }

    pub(super) fn push(&mut self, line: impl FnOnce() -> String) {
        if self.verbosity != Verbosity::Quiet {
            self.lines.push_str(&clean(&line()));
            self.lines.push('\n');
        }
    }

    pub(super) fn detail(&mut self, line: impl FnOnce() -> String) {
        if self.verbosity == Verbosity::Verbose {
            let spent = self.started.elapsed().as_millis();
            self.push(|| format!("{spent:>6} ms  {}", line()));
        }
    }

    /// Lists the entries of a baseline that are no longer found.
    pub(super) fn gone(&mut self, baseline: &Baseline, fingerprints: &[String]) {
        let gone = baseline.gone(fingerprints);
        if gone.is_empty() {
            return;
        }
        let verb = if gone.len() == 1 { "is" } else { "are" };
        self.push(|| {
            format!(
                "note: {} in the baseline {verb} no longer found; `--write-baseline` removes such entries",
                count(gone.len(), "finding")
            )
        });
        for entry in gone.iter().take(MOST_NAMED) {
            let flow = entry.flow.as_ref().map_or_else(String::new, |flow| format!(" in `{flow}`"));
            self.push(|| format!("  {}{flow}", entry.rule));
        }
        if let Some(more) = gone.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
            self.push(|| format!("  and {more} more"));
        }
    }
}
