//! Decodes the files of packages, and checks how deep they nest.

use super::archive::EntryFault;
use super::decode::decode;
use super::depth;
use super::limits::Limits;
use super::package_layout::Role;
use crate::limit::{DEEPEST_JSON, Limit};
use crate::memory::{ByteString, Bytes};

/// Why a file of a package cannot be used.
pub(super) struct FileFault {
    /// The text that is shown.
    pub(super) shown: ByteString,
    /// Where the fault is in it.
    pub(super) offset: usize,
    pub(super) message: String,
}

/// A file of a package that was read.
pub(super) enum Content {
    Bytes(Result<Bytes, EntryFault>),
    /// Decoded when it was read.
    Text(Result<ByteString, FileFault>),
}

impl Content {
    /// The number of bytes that are not decoded yet.
    pub(super) fn undecoded(&self) -> usize {
        match self {
            Content::Bytes(Ok(bytes)) => bytes.len(),
            Content::Bytes(Err(_)) | Content::Text(_) => 0,
        }
    }

    /// The text of the file.
    pub(super) fn text(self, role: Role, limits: &Limits) -> Result<ByteString, FileFault> {
        match self {
            Content::Bytes(bytes) => read(role, bytes, limits),
            Content::Text(text) => text,
        }
    }
}

/// Decodes a file, and checks its depth.
pub(super) fn read(
    role: Role,
    bytes: Result<Bytes, EntryFault>,
    limits: &Limits,
) -> Result<ByteString, FileFault> {
    let fault = |shown, offset, message| FileFault { shown, offset, message };
    let bytes =
        bytes.map_err(|reason| fault(ByteString::new(), 0, format!("could not be read: {reason}")))?;
    let text = decode(bytes)
        .map_err(|error| fault(error.lossy.into(), error.offset, format!("contains {}", error.message)))?;
    match too_deep(role, &text, limits) {
        None => Ok(text),
        Some((limit, offset)) => Err(fault(text, offset, format!("exceeds the limit of {limit}"))),
    }
}

/// The limit that a text exceeds before it is parsed, and the offset at which it does.
pub(super) fn too_deep(role: Role, text: &str, limits: &Limits) -> Option<(Limit, usize)> {
    let Limits { json_depth, xml_depth, .. } = *limits;
    match role {
        Role::Manifest
        | Role::Customizations
        | Role::Record
        | Role::App
        | Role::VariableDefinition
        | Role::Table => {
            // YAML has a limit of its own: see `parse::yaml`.
            depth::xml(text, xml_depth).filter(|_| text.trim_start().starts_with('<'))
        }
        // serde_json stops at the deepest limit by itself.
        _ if json_depth >= DEEPEST_JSON => None,
        Role::Flow | Role::VariableValue | Role::LegacyFlow | Role::LooseFlow | Role::Connector => {
            depth::json(text, json_depth).map(|offset| (Limit::JsonDepth(json_depth), offset))
        }
    }
}
