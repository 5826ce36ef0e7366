//! The notes on what was read, which every command that reads solutions prints to stderr: copies of solutions that were
//! left out, and parts that could not be read.

use crate::analysis::Analysis;
use crate::load::Fault;
use crate::model::SolutionCopy;
use crate::report::text::clean;
use crate::wording::count;

/// Whether the output of a command shows which parts could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// It reports them, or says that there are some.
    TellsUnread,
    /// It looks complete, so a note has to say that it may not be.
    LooksComplete,
}

/// The most lines about copies, and about parts that could not be read.
const MOST: usize = 10;

/// The notes on what a command has read.
pub(super) fn of(analysis: &Analysis, output: Output) -> String {
    let mut notes = copies(analysis);
    if output == Output::LooksComplete {
        notes.push_str(&unread(analysis));
    }
    notes
}

/// Lists the copies of solutions that were left out.
fn copies(analysis: &Analysis) -> String {
    let mut copies = Copies::default();
    copies.add(analysis);
    copies.notes()
}

/// The copies of solutions that a run left out.
#[derive(Default)]
pub(super) struct Copies {
    number: usize,
    lines: String,
}

impl Copies {
    /// Adds the copies among some packages.
    pub(super) fn add(&mut self, analysis: &Analysis) {
        let workspace = &analysis.workspace;
        let note = |copy: &SolutionCopy| {
            let kept = workspace.solution(copy.kept);
            let version = kept.manifest.as_ref().map_or("", |manifest| manifest.version.as_str());
            format!(
                "note: {} ({}) is not checked, because {} ({version}) is the same solution; use `--prefer` to choose another copy",
                copy.path, copy.version, kept.path
            )
        };
        let left = MOST.saturating_sub(self.number);
        self.lines.extend(workspace.copies.iter().take(left).map(|copy| line(&note(copy))));
        self.number += workspace.copies.len();
    }

    /// The notes on the first copies, and the number of the others.
    pub(super) fn notes(mut self) -> String {
        if let Some(more) = more(self.number) {
            self.lines.push_str(&line(&format!("note: and {more} more")));
        }
        self.lines
    }
}

/// Lists the parts that could not be read.
fn unread(analysis: &Analysis) -> String {
    let faults = &analysis.workspace.faults;
    if faults.is_empty() {
        return String::new();
    }
    let head = format!(
        "note: {} of the input could not be read, so the result may be incomplete; `flowvet check` shows more:",
        count(faults.len(), "part")
    );
    let fault = |fault: &Fault| {
        let name = analysis.sources.get(fault.place.file).name();
        line(&format!("  {name} {}", fault.message))
    };
    let mut notes = line(&head);
    notes.extend(faults.iter().take(MOST).map(fault));
    if let Some(more) = more(faults.len()) {
        notes.push_str(&line(&format!("  and {more} more")));
    }
    notes
}

/// How many are not listed, if any.
fn more(number: usize) -> Option<usize> {
    number.checked_sub(MOST).filter(|more| *more > 0)
}

fn line(text: &str) -> String {
    clean(text) + "\n"
}
