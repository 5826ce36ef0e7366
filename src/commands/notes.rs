//! What `flowvet check` says on stderr beside its report.

use std::time::Instant;

use super::Verbosity;
use crate::baseline::Baseline;
use crate::report::text::clean;
use crate::wording::count;

/// What is said on stderr beside the report.
pub(super) struct Notes {
    verbosity: Verbosity,
    pub(super) lines: String,
    started: Instant,
}

/// How many entries of a baseline are named.
const MOST_NAMED: usize = 10;

impl Notes {
    pub(super) fn new(verbosity: Verbosity) -> Self {
        Notes { verbosity, lines: String::new(), started: Instant::now() }
    }

    pub(super) fn say(&mut self, line: impl FnOnce() -> String) {
        if self.verbosity != Verbosity::Quiet {
            self.lines.push_str(&clean(&line()));
            self.lines.push('\n');
        }
    }

    pub(super) fn detail(&mut self, line: impl FnOnce() -> String) {
        if self.verbosity == Verbosity::Verbose {
            let spent = self.started.elapsed().as_millis();
            self.say(|| format!("{spent:>6} ms  {}", line()));
        }
    }

    /// Names the entries of a baseline that are found no more.
    pub(super) fn gone(&mut self, baseline: &Baseline, fingerprints: &[String]) {
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
