//! `flowvet check --fix`, `--unsafe-fixes` and `--diff`: applies the fixes of findings.
//!
//! `rounds.rs` applies them in memory and checks the result, until nothing is left to apply. Then `write.rs` writes the
//! files, `archive.rs` writes a copy of a zip, or `diff.rs` prints what would change.

mod archive;
mod diff;
mod rounds;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::notes::Notes;
use super::reading::Opened;
use super::reading::Reading;
use super::{CLEAN, FOUND, Outcome};
use crate::cli::FixArgs;
use crate::finding::Finding;
use crate::fix::Applicability;
use crate::load::EncodedText;
use crate::rules::Checked;
use crate::source::FileName;
use crate::wording::{count, listed};

pub(super) use rounds::Selected;

/// The result of applying fixes in memory.
pub(super) struct Fixed {
    /// What was read last, with all changes.
    pub(super) opened: Opened,
    /// What is left.
    pub(super) checked: Checked,
    /// The files that change.
    files: BTreeMap<FileName, EditedFile>,
    /// What was fixed: a rule and a file for each finding.
    done: Vec<(&'static str, FileName)>,
    /// The fixes that were taken back, and why.
    refused: Vec<String>,
}

/// A file before and after the fixes.
struct EditedFile {
    before: EncodedText,
    after: String,
}

impl EditedFile {
    fn bytes(&self) -> Vec<u8> {
        self.before.encode(&self.after)
    }
}

/// Where fixes go.
pub(super) enum Destination {
    /// The files themselves.
    InPlace,
    /// A copy of a zip.
    Copy { zip: Vec<u8>, name: FileName, into: PathBuf },
}

impl Destination {
    /// Decides where fixes go, from the options and the inputs.
    pub(super) fn of(args: &FixArgs, reading: &Reading<'_>, opened: &Opened) -> Result<Self, Outcome> {
        let zips = archive::zips(reading, opened);
        // With settings, there is something to fix in any case.
        let has_only_inputs = opened.settings.is_empty();
        if has_only_inputs || args.into.is_some() {
            archive::refuse_managed(opened)?;
        }
        match (&args.into, reading.inputs.as_slice(), zips.as_slice()) {
            (None, inputs, zips) if has_only_inputs && zips.len() == inputs.len() && !args.diff => {
                let message = format!("{}: a zip is never changed", zips[0]);
                let help = "write a fixed copy with `--into NEW.zip`, print the changes with `--diff`, or fix the unpacked \
                            solution";
                Err(Outcome::failure(&message, Some(help)))
            }
            (None, _, _) => Ok(Destination::InPlace),
            (Some(into), [input], [name]) => {
                let zip = archive::read(input, reading.limits())?;
                Ok(Destination::Copy { zip, name: name.clone(), into: into.clone() })
            }
            (Some(_), ..) => {
                let help = "folders and files are fixed in place, without `--into`";
                Err(Outcome::failure("`--into` needs a single PATH, which is a zip", Some(help)))
            }
        }
    }

    /// Whether a file can be changed.
    fn takes(&self, name: &FileName, shows_only: bool) -> bool {
        match self {
            _ if name.inside().is_none() => name.as_str() != super::STDIN,
            Destination::InPlace => shows_only,
            Destination::Copy { name: zip, .. } => name.outermost() == zip.as_str(),
        }
    }

    /// The content of a file before the fixes.
    fn original(&self, name: &FileName, reading: &Reading<'_>) -> Result<EncodedText, Outcome> {
        let limits = reading.limits();
        let read = match self {
            Destination::Copy { zip, name: archive, .. } if name.outermost() == archive.as_str() => {
                EncodedText::read_entry(zip.clone(), name, limits)
            }
            _ if name.inside().is_some() => archive::entry(name, reading),
            _ => EncodedText::read(&PathBuf::from(name.as_str()), limits),
        };
        read.map_err(|error| super::unread(&error))
    }
}

/// Which fixes the options allow.
pub(super) fn highest(args: &FixArgs) -> Option<Applicability> {
    let highest = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    (args.fix || args.diff).then_some(highest)
}

/// Whether the options allow a change of a file. Links are resolved, because they may lead out of a folder.
fn is_allowed(path: &Path, reading: &Reading<'_>) -> bool {
    let Some(folders) = reading.within else { return true };
    path.canonicalize().is_ok_and(|real| folders.iter().any(|folder| real.starts_with(folder)))
}

/// Applies fixes in memory, writes the result unless it is only shown, and says what was fixed.
pub(super) fn apply(
    opened: Opened,
    reading: &Reading<'_>,
    destination: &Destination,
    selected: &Selected<'_>,
    notes: &mut Notes,
) -> Result<Fixed, Outcome> {
    let fixed = rounds::rounds(opened, reading, destination, selected)?;
    if !selected.shows_only {
        fixed.write(destination, reading)?;
    }
    fixed.note(destination, !selected.shows_only, notes);
    Ok(fixed)
}

impl Fixed {
    /// The number of findings that were fixed.
    pub(super) fn count(&self) -> usize {
        self.done.len()
    }

    /// The changes as a unified diff.
    fn diff(&self) -> String {
        self.files.values().map(|file| diff::unified(&file.before.text, &file.after)).collect()
    }

    /// What a command prints that only shows the changes.
    pub(super) fn shown(&self, notes: Notes) -> Outcome {
        let output = self.diff();
        let code = if output.is_empty() { CLEAN } else { FOUND };
        Outcome { output, stderr: notes.lines, code, ..Outcome::default() }
    }

    /// Writes the files, or the copy of the zip.
    fn write(&self, destination: &Destination, reading: &Reading<'_>) -> Result<(), Outcome> {
        let (inside, files): (Vec<_>, Vec<_>) =
            self.files.iter().partition(|(name, _)| name.inside().is_some());
        let copy = match destination {
            Destination::Copy { zip, into, .. } => {
                Some((archive::copied(zip, &inside, reading.limits())?, into))
            }
            Destination::InPlace => None,
        };
        write::write(&files, copy, &self.opened, reading)
    }

    /// Says what was fixed, and what could not be.
    fn note(&self, destination: &Destination, is_written: bool, notes: &mut Notes) {
        if !self.done.is_empty() {
            let verb = if is_written { "fixed" } else { "would fix" };
            notes.push(|| format!("{verb} {}:", count(self.done.len(), "finding")));
        }
        let mut by_file: BTreeMap<&FileName, BTreeMap<&str, usize>> = BTreeMap::new();
        for (rule, file) in &self.done {
            *by_file.entry(file).or_default().entry(rule).or_default() += 1;
        }
        for (file, rules) in by_file {
            let rules = listed(rules.iter(), |(rule, number)| format!("{number} {rule}"));
            notes.push(|| format!("  {file}: {rules}"));
        }
        if let (Destination::Copy { into, .. }, true) = (destination, is_written) {
            notes.push(|| format!("note: wrote {}", FileName::of_path(into)));
        }
        for refused in &self.refused {
            notes.push(|| format!("note: {refused}"));
        }
    }

    /// Says that findings in zips need another option.
    pub(super) fn note_zips(&self, destination: &Destination, highest: Applicability, notes: &mut Notes) {
        let sources = &self.opened.session.analysis().sources;
        let in_zip = |finding: &&Finding| {
            let fix = finding.fix.iter().filter(|fix| fix.applicability <= highest);
            fix.flat_map(|fix| fix.edits.iter())
                .any(|edit| sources.get(edit.place.file).name().inside().is_some())
        };
        let left = self.checked.findings.iter().filter(in_zip).count();
        if matches!(destination, Destination::InPlace) && left > 0 {
            notes.push(|| {
                let findings = count(left, "finding");
                format!("note: {findings} in zips cannot be fixed in place; use `--into NEW.zip` on each zip")
            });
        }
    }
}
