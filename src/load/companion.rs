//! Files other than packages: deployment settings, a given order, the configuration, a baseline.

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

/// Reads a text file that is not a package, within the limits.
///
/// # Errors
/// The file does not exist, is a pipe or device, cannot be read, or is not a text.
pub(crate) fn read_text(path: &Path, limits: Limits) -> Result<Text, LoadError> {
    EncodedText::read(path, limits).map(|encoded| encoded.text)
}

/// Reads a file to explain, such as a log, in any encoding.
///
/// # Errors
/// The file does not exist, cannot be read, or is a package.
pub(crate) fn read_any_text(path: &Path, limits: Limits) -> Result<String, LoadError> {
    let label = display(path);
    let bytes = read_bytes(path, &label, limits)?;
    any_text(&label, bytes)
}

/// Decodes bytes like [`read_any_text`].
pub(crate) fn any_text(label: &FileName, bytes: Vec<u8>) -> Result<String, LoadError> {
    if bytes.starts_with(b"PK\x03\x04") {
        let help = "to explain a message about a package, pass the package with `--in`; `flowvet check` checks packages";
        return Err(LoadError::other(label, "a zip instead of a message or log", Some(help)));
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
