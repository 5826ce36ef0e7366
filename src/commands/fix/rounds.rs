//! Applies fixes in memory, round after round, and checks the result of each round.
//!
//! A fix stays only if its finding is gone and no other has appeared. If a round fails, half of its fixes are tried, so
//! that a fix that does harm is found and taken back, and the others are applied.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use super::{Destination, EditedFile, Fixed};
use crate::analysis::Analysis;
use crate::baseline::fingerprint;
use crate::commands::Outcome;
use crate::commands::reading::{Opened, Reading};
use crate::finding::Finding;
use crate::fix::{Applicability, Change, Edit, Fix, Reveals, apply, resolve};
use crate::load::Replaced;
use crate::parse::location;
use crate::recheck::{Found, harm};
use crate::rules::Checked;
use crate::source::{FileName, Span};

/// The most times that everything is checked. It suffices for a dozen harmful fixes; others are left for the next run.
const MOST_CHECKS: usize = 100;

/// Which findings are to be fixed.
pub(in crate::commands) struct Selected<'a> {
    /// Unsafe fixes, or only safe ones.
    pub(in crate::commands) highest: Applicability,
    /// Whether nothing is written, so that files in zips count too.
    pub(in crate::commands) shows_only: bool,
    /// Whether a finding is reported: selected, and not in the baseline. Given its fingerprint.
    pub(in crate::commands) is_reported: &'a dyn Fn(&Analysis, &Finding, &str) -> bool,
}

/// What is known after a round.
struct State {
    opened: Opened,
    checked: Checked,
    fingerprints: Vec<String>,
}

impl State {
    fn of(mut opened: Opened) -> Self {
        let checked = opened.session.check_and_release();
        let fingerprints = fingerprint::of_all(opened.session.analysis(), &checked.findings);
        State { opened, checked, fingerprints }
    }

    fn analysis(&self) -> &Analysis {
        self.opened.session.analysis()
    }

    fn finding(&self, index: usize) -> (&Finding, Option<&Fix>) {
        let finding = &self.checked.findings[index];
        (finding, finding.fix.as_ref())
    }

    fn reveals(&self, index: usize) -> Reveals {
        self.finding(index).1.map_or(Reveals::Nothing, |fix| fix.reveals)
    }

    /// The file whose findings a finding is compared with.
    fn file(&self, finding: &Finding) -> &FileName {
        self.analysis().sources.get(finding.place().file).name()
    }

    fn found(&self) -> Found<'_> {
        Found { analysis: self.analysis(), findings: &self.checked.findings }
    }

    fn all(&self) -> std::ops::Range<usize> {
        0..self.checked.findings.len()
    }
}

/// Applies the selected fixes in memory until none is left.
pub(in crate::commands) fn rounds(
    opened: Opened,
    reading: &Reading<'_>,
    destination: &Destination,
    selected: &Selected<'_>,
) -> Result<Fixed, Outcome> {
    let mut rounds = Rounds {
        reading,
        destination,
        selected,
        files: BTreeMap::new(),
        done: Vec::new(),
        refused: Vec::new(),
        closed: HashSet::new(),
        checks: 0,
    };
    let mut state = State::of(opened);
    loop {
        let chosen = rounds.choose(&state);
        if chosen.is_empty() || rounds.checks >= MOST_CHECKS {
            break;
        }
        if let Some(next) = rounds.round(&state, chosen)? {
            state = next;
        }
    }
    let Rounds { mut files, done, refused, .. } = rounds;
    // The files of fixes that were taken back may be as before.
    files.retain(|_, file| file.after != file.before.text.text());
    Ok(Fixed { opened: state.opened, checked: state.checked, files, done, refused })
}

struct Rounds<'a> {
    reading: &'a Reading<'a>,
    destination: &'a Destination,
    selected: &'a Selected<'a>,
    files: BTreeMap<FileName, EditedFile>,
    done: Vec<(&'static str, FileName)>,
    refused: Vec<String>,
    /// The fingerprints of findings whose fixes were taken back or cannot be applied.
    closed: HashSet<String>,
    checks: usize,
}

impl Rounds<'_> {
    /// The findings whose fixes can be applied together.
    fn choose(&self, state: &State) -> Vec<usize> {
        let mut together = Together::default();
        let open = state.all().filter(|index| self.is_open(state, *index));
        let (revealing, others): (Vec<usize>, Vec<usize>) =
            open.partition(|index| state.reveals(*index) == Reveals::Everything);
        // What a fix reveals is not told from what another one causes.
        let open = if revealing.is_empty() { others } else { revealing };
        open.into_iter().filter(|index| together.add(state, *index)).collect()
    }

    fn is_open(&self, state: &State, index: usize) -> bool {
        let (finding, fix) = state.finding(index);
        let Some(fix) = fix.filter(|fix| fix.applicability <= self.selected.highest) else { return false };
        let can_change = |edit: &Edit| {
            let name = state.analysis().sources.get(edit.place.file).name();
            self.destination.takes(name, self.selected.shows_only)
                && super::is_allowed(Path::new(name.outermost()), self.reading)
        };
        let print = &state.fingerprints[index];
        !self.closed.contains(print)
            && fix.edits.iter().all(can_change)
            && (self.selected.is_reported)(state.analysis(), finding, print)
    }

    /// Applies fixes, or half of them if together they do harm. `None` if none could be applied.
    fn round(&mut self, state: &State, mut chosen: Vec<usize>) -> Result<Option<State>, Outcome> {
        loop {
            let refusal = match self.attempt(state, &chosen)? {
                Ok(next) => {
                    for index in chosen {
                        let (finding, _) = state.finding(index);
                        self.done.push((finding.rule, state.file(finding).clone()));
                    }
                    return Ok(Some(next));
                }
                Err(refusal) => refusal,
            };
            if self.checks >= MOST_CHECKS {
                return Ok(None);
            }
            if let [single] = chosen.as_slice() {
                let (finding, _) = state.finding(*single);
                let place = location(&state.analysis().sources, finding.place());
                self.refused
                    .push(format!("{place}: the fix of `{}` is not applied: {refusal}", finding.rule));
                self.closed.insert(state.fingerprints[*single].clone());
                return Ok(None);
            }
            chosen.truncate(chosen.len() / 2);
        }
    }

    /// Applies fixes and checks everything. Returns the reason if they do harm.
    fn attempt(&mut self, state: &State, chosen: &[usize]) -> Result<Result<State, String>, Outcome> {
        let sources = &state.analysis().sources;
        let edits = chosen.iter().flat_map(|index| state.finding(*index).1).flat_map(|fix| fix.edits.iter());
        let Some(edits) = resolve(sources, edits) else {
            return Ok(Err("its edits contradict each other".to_owned()));
        };
        let mut changed: BTreeMap<FileName, String> = BTreeMap::new();
        for (file, edits) in edits {
            let text = sources.get(file);
            let after = apply(text.text(), &edits);
            // An input may be given twice.
            if changed.insert(text.name().clone(), after.clone()).is_some_and(|other| other != after) {
                return Ok(Err("its file was read twice".to_owned()));
            }
            self.remember(text.name(), text.text())?;
        }
        let mut replaced: Replaced =
            self.files.iter().map(|(name, file)| (name.clone(), file.bytes())).collect();
        for (name, after) in &changed {
            replaced.insert(name.clone(), self.files[name].before.encode(after));
        }
        self.checks += 1;
        let next = match self.reading.open(&replaced) {
            Ok(opened) => State::of(opened),
            Err(outcome) => return Ok(Err(first_line(&outcome.stderr))),
        };
        if let Some(harm) = harm(state.found(), next.found(), chosen) {
            return Ok(Err(harm));
        }
        for (name, after) in changed {
            if let Some(file) = self.files.get_mut(&name) {
                file.after = after;
            }
        }
        Ok(Ok(next))
    }

    /// Keeps the original of a file that is going to be changed.
    fn remember(&mut self, name: &FileName, text: &str) -> Result<(), Outcome> {
        if self.files.contains_key(name) {
            return Ok(());
        }
        let before = self.destination.original(name, self.reading)?;
        if before.text.text() != text {
            return Err(super::write::has_changed(name));
        }
        let after = text.to_owned();
        self.files.insert(name.clone(), EditedFile { before, after });
        Ok(())
    }
}

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

/// Fixes that do not contradict each other.
#[derive(Default)]
struct Together {
    /// The ranges that change in each file, by start, and whether something is only added there.
    taken: BTreeMap<FileName, BTreeMap<Span, bool>>,
    edits: BTreeSet<String>,
}

impl Together {
    /// Adds the fix of a finding, unless it contradicts one that was added before. Equal fixes do not.
    fn add(&mut self, state: &State, index: usize) -> bool {
        let (_, Some(fix)) = state.finding(index) else { return false };
        let sources = &state.analysis().sources;
        let Some(edits) = resolve(sources, fix.edits.iter()) else { return false };
        let adds =
            fix.edits.iter().all(|edit| matches!(edit.change, Change::Member(..) | Change::Element(_)));
        let written = format!("{edits:?}");
        if self.edits.contains(&written) {
            return true;
        }
        let spans =
            || edits.iter().flat_map(|(file, edits)| edits.iter().map(move |edit| (*file, edit.span)));
        let is_free = |(file, span)| {
            let taken = self.taken.get(sources.get(file).name());
            taken.is_none_or(|taken| !overlaps(taken, span, adds))
        };
        if !spans().all(is_free) {
            return false;
        }
        for (file, span) in spans() {
            self.taken.entry(sources.get(file).name().clone()).or_default().insert(span, adds);
        }
        self.edits.insert(written);
        true
    }
}

/// Whether a range contradicts one that is taken. Members that are added to the same object do not.
fn overlaps(taken: &BTreeMap<Span, bool>, span: Span, adds: bool) -> bool {
    if let Some(other_adds) = taken.get(&span) {
        return !(adds && *other_adds);
    }
    let before = taken.range(..span).next_back();
    let after = taken.range(span..).next();
    before.is_some_and(|(other, _)| other.end > span.start)
        || after.is_some_and(|(other, _)| other.start < span.end)
}
