//! Files that go with the inputs and are no packages: settings, a given order, the configuration, a baseline.

use std::path::Path;

use super::error::{LoadError, LoadErrorKind};
use super::input::display;
use super::limits::{Budget, Limits, ReadFault};
use super::{decode, folder};
use crate::source::{FileName, Text};

/// A file that is written back in the encoding in which it was read.
pub(crate) struct EncodedText {
    pub(crate) text: Text,
    encoding: decode::Encoding,
}

impl EncodedText {
    /// Reads a file as [`read_text`] does.
    pub(crate) fn read(path: &Path, limits: Limits) -> Result<Self, LoadError> {
        let label = display(path);
        let bytes = read_bytes(path, &label, limits)?;
        let encoding = decode::Encoding::of(&bytes);
        let text = decode::decode(bytes).map_err(|error| LoadError::unreadable(&label, error.message))?;
        Ok(EncodedText { text: Text::new(label, text), encoding })
    }

    /// Another text in the encoding of this one.
    pub(crate) fn encode(&self, text: &str) -> Vec<u8> {
        self.encoding.encode(text)
    }
}

/// Reads one text file that is no package. No pipe or device, and no more than the limits allow.
///
/// # Errors
/// The file is not there, cannot be read, or is no text.
pub(crate) fn read_text(path: &Path, limits: Limits) -> Result<Text, LoadError> {
    EncodedText::read(path, limits).map(|encoded| encoded.text)
}

/// Reads a file that somebody wants explained: a log, a page, a message. Whatever its encoding, it becomes a text.
///
/// # Errors
/// The file is not there or cannot be read, or it is a package.
pub(crate) fn read_any_text(path: &Path, limits: Limits) -> Result<String, LoadError> {
    let label = display(path);
    let bytes = read_bytes(path, &label, limits)?;
    any_text(&label, bytes)
}

/// What [`read_any_text`] makes of bytes.
pub(crate) fn any_text(label: &FileName, bytes: Vec<u8>) -> Result<String, LoadError> {
    if bytes.starts_with(b"PK\x03\x04") {
        let help = "`flowvet check` reads packages; `--in` takes the package that a message is about";
        return Err(LoadError::other(label, "a zip, which has no message in it", Some(help)));
    }
    Ok(decode::decode(decode::with_mark(bytes)).unwrap_or_else(|error| error.lossy))
}

fn read_bytes(path: &Path, label: &FileName, limits: Limits) -> Result<Vec<u8>, LoadError> {
    folder::read_file(path, &mut Budget::new(limits)).map_err(|fault| match fault {
        ReadFault::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
            LoadError { name: label.clone(), found: LoadErrorKind::Nothing, help: None }
        }
        other => LoadError::unreadable(label, other),
    })
}
