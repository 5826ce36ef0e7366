//! Files other than packages: deployment settings, a given order, the configuration, a baseline.

use std::path::Path;

use super::archive::Archive;
use super::error::{LoadError, LoadErrorKind};
use super::limits::{Budget, Limits, ReadFault};
use super::{Replaced, decode, folder};
use crate::memory::Bytes;
use crate::source::{FileName, Text};

/// A file that is written back in the encoding in which it was read.
pub(crate) struct EncodedText {
    pub(crate) text: Text,
    encoding: decode::Encoding,
}

impl EncodedText {
    /// Reads a file as [`read_text`] does.
    pub(crate) fn read(path: &Path, limits: Limits) -> Result<Self, LoadError> {
        let label = FileName::of_path(path);
        let bytes = read_bytes(path, &label, limits)?;
        EncodedText::decode(label, bytes.into())
    }

    /// Reads an entry of a zip.
    ///
    /// # Errors
    /// The bytes are not a zip, the entry does not exist or cannot be read, or it is not a text.
    pub(crate) fn read_entry(zip: Vec<u8>, name: &FileName, limits: Limits) -> Result<Self, LoadError> {
        let mut budget = Budget::new(limits);
        let archives = name.containers().skip(1);
        let bytes = archives
            .chain([name.path()])
            .try_fold(Bytes::from(zip), |zip, path| entry(zip, path, &mut budget));
        let bytes = bytes.map_err(|reason| LoadError::unreadable(name, reason))?;
        EncodedText::decode(name.clone(), bytes)
    }

    fn decode(name: FileName, bytes: Bytes) -> Result<Self, LoadError> {
        let encoding = decode::Encoding::of(&bytes);
        let text = decode::decode(bytes).map_err(|error| LoadError::unreadable(&name, error.message))?;
        Ok(EncodedText { text: Text::new(name, text), encoding })
    }

    /// Whether another file has the same bytes.
    pub(crate) fn is_same(&self, other: &EncodedText) -> bool {
        self.encoding == other.encoding && self.text.text() == other.text.text()
    }

    /// Another text in the encoding of this one.
    pub(crate) fn encode(&self, text: &str) -> Vec<u8> {
        self.encoding.encode(text)
    }
}

/// The bytes of an entry of a zip, or why they cannot be read.
pub(crate) fn entry_of(zip: Vec<u8>, path: &str, limits: Limits) -> Result<Vec<u8>, String> {
    entry(zip.into(), path, &mut Budget::new(limits)).map(Vec::from)
}

fn entry(zip: Bytes, path: &str, budget: &mut Budget) -> Result<Bytes, String> {
    let damaged = |_| "the zip is damaged or has changed".to_owned();
    let mut archive = Archive::open(zip, budget.limits().entries).map_err(damaged)?;
    let index = archive.paths().iter().position(|one| one == path);
    let index = index.ok_or("the zip does not contain it")?;
    archive.read(index, budget).map_err(|fault| fault.to_string())
}

/// Reads a text file that is not a package, within the limits.
///
/// # Errors
/// The file does not exist, is a pipe or device, cannot be read, or is not a text.
pub(crate) fn read_text(path: &Path, limits: Limits) -> Result<Text, LoadError> {
    EncodedText::read(path, limits).map(|encoded| encoded.text)
}

/// Reads a zip that is an input.
///
/// # Errors
/// As for [`read_text`].
pub(crate) fn read_zip(path: &Path, limits: Limits) -> Result<Vec<u8>, LoadError> {
    let label = FileName::of_path(path);
    folder::read_input(path, &mut Budget::new(limits)).map_err(|fault| LoadError::unreadable(&label, fault))
}

/// The text of a file whose content is replaced.
pub(crate) fn replaced_text(path: &Path, replaced: &Replaced) -> Option<Text> {
    let label = FileName::of_path(path);
    let text = decode::decode(replaced.get(&label)?.clone().into()).ok()?;
    Some(Text::new(label, text))
}

/// Reads a file to explain, such as a log, in any encoding.
///
/// # Errors
/// The file does not exist, cannot be read, or is a package.
pub(crate) fn read_any_text(path: &Path, limits: Limits) -> Result<String, LoadError> {
    let label = FileName::of_path(path);
    let bytes = read_bytes(path, &label, limits)?;
    any_text(&label, bytes)
}

/// Decodes bytes like [`read_any_text`].
pub(crate) fn any_text(label: &FileName, bytes: Vec<u8>) -> Result<String, LoadError> {
    if bytes.starts_with(b"PK\x03\x04") {
        let help = "to explain a message about a package, pass the package with `--in`; `flowvet check` checks packages";
        return Err(LoadError::other(label, "a zip instead of a message or log", Some(help)));
    }
    Ok(decode::decode(decode::with_mark(bytes).into()).map_or_else(|error| error.lossy, String::from))
}

fn read_bytes(path: &Path, label: &FileName, limits: Limits) -> Result<Vec<u8>, LoadError> {
    folder::read_file(path, &mut Budget::new(limits)).map_err(|fault| match fault {
        ReadFault::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
            LoadError { name: label.clone(), found: LoadErrorKind::Nothing, help: None }
        }
        other => LoadError::unreadable(label, other),
    })
}
