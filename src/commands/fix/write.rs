//! Writes fixed files: all of them, or none.

use std::path::{Path, PathBuf};

use super::EditedFile;
use crate::atomic_write::{Pending, prepare_change};
use crate::commands::Outcome;
use crate::commands::reading::{Opened, Reading};
use crate::commands::staged_files::{StagedFiles, WriteError};
use crate::load::EncodedText;
use crate::source::FileName;

/// Writes the files, and the copy of a zip, if there is one. Everything is written next to its target first.
pub(super) fn write(
    files: &[(&FileName, &EditedFile)],
    copy: Option<(Vec<u8>, &PathBuf)>,
    opened: &Opened,
    reading: &Reading<'_>,
) -> Result<(), Outcome> {
    let mut prepared: Vec<(&FileName, &EditedFile, Pending)> = Vec::new();
    for (name, file) in files {
        let path = Path::new(name.as_str());
        if !is_among(path, opened, reading) || !super::is_allowed(path, reading) {
            return Err(failure(name, "it is not in an input of this run"));
        }
        let pending =
            prepare_change(path, &file.bytes()).map_err(|error| failure(name, &error.to_string()))?;
        prepared.push((name, file, pending));
    }
    let mut staged = StagedFiles::beside(files_read(opened, reading));
    let unwritten = |error: WriteError| Outcome::failure(&error.to_string(), None);
    if let Some((bytes, into)) = copy {
        staged.add_bytes(into, &bytes).map_err(unwritten)?;
    }
    let limits = reading.limits();
    for (name, file, _) in &prepared {
        let now = EncodedText::read(Path::new(name.as_str()), limits);
        if !now.is_ok_and(|now| now.is_same(&file.before)) {
            return Err(has_changed(name));
        }
    }
    staged.keep().map_err(unwritten)?;
    let mut written: Vec<(&FileName, &EditedFile)> = Vec::new();
    for (name, file, pending) in prepared {
        if let Err(error) = pending.keep() {
            restore(&written);
            return Err(failure(name, &error.to_string()));
        }
        written.push((name, file));
    }
    Ok(())
}

/// Puts back what was there. A failure of this has no remedy, and the error that led here is reported.
fn restore(written: &[(&FileName, &EditedFile)]) {
    for (name, file) in written {
        let before = file.before.encode(file.before.text.text());
        let _ = prepare_change(Path::new(name.as_str()), &before).and_then(Pending::keep);
    }
}

/// Whether a file is in one of the inputs, or is another file that the run reads. Links in folders are not followed when
/// they are read, so they must not be followed here either.
fn is_among(path: &Path, opened: &Opened, reading: &Reading<'_>) -> bool {
    let Ok(real) = path.canonicalize() else { return false };
    let mut allowed = files_read(opened, reading).filter_map(|path| path.canonicalize().ok());
    allowed.any(|allowed| real.starts_with(allowed))
}

/// The inputs, the settings, the order and the configuration.
fn files_read<'a>(opened: &'a Opened, reading: &'a Reading<'_>) -> impl Iterator<Item = PathBuf> + use<'a> {
    let inputs = reading.inputs.iter().filter_map(super::archive::path);
    let configuration = opened.configuration.iter().map(|name| PathBuf::from(name.as_str()));
    let order = reading.order.map(Path::to_owned);
    inputs.chain(opened.settings.iter().cloned()).chain(order).chain(configuration)
}

fn failure(name: &FileName, reason: &str) -> Outcome {
    Outcome::failure(&format!("{name}: could not be fixed: {reason}"), Some("no file was changed"))
}

/// The failure for a file that has other contents than before.
pub(super) fn has_changed(name: &FileName) -> Outcome {
    let message = format!("{name}: the file changed while flowvet was working on it");
    Outcome::failure(&message, Some("no file was changed: run flowvet again"))
}
